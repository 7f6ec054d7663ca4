"""The training loop: a generator that says what happens, and costs a step next to nothing.

Everything that talks is done about 30 times a second, not at every step: the losses of the steps in between stay
tensors in a list, so that nothing waits for the device. The caller pauses by not asking for the next event, and stops
by closing the generator. After each event from Started on, `state()` is all that a new Trainer needs to go on from
there, to the last bit.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Callable, Generator, Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any

from core.training.config import TrainingConfig
from core.training.devices import title
from core.training.evaluation import EVALUATION_BATCH, INTERVAL, evaluated
from core.training.events import EpochEnded, Failed, Finished, Noticed, Pulse, RunEvent, Started, Steps
from core.training.failures import MEMORY, failure
from core.training.preparing import Ground, prepare
from core.training.randomness import random_state, set_random_state
from core.training.samples import transformed
from core.training.schedulers import optimizer_steps
from core.training.scores import Scores, scores
from core.training.state import kept, placed
from core.training.tally import Tally

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.datasets.load import Splits

# N samples, B batch, P parts of the loss


def train(
    model: nn.Module,
    splits: Splits,
    config: TrainingConfig,
    device: str = "cpu",
    clock: Callable[[], float] | None = None,
) -> Iterator[RunEvent]:
    """Train a model that was built after torch.manual_seed(config.seed); the last event is Finished or Failed.

    `clock` gives the seconds of the run; one that stands still in pauses keeps them out of every number.
    """
    return Trainer(model, splits, config, device, clock).events()


class Trainer:
    """One run. `events` is iterated once; in between the caller may ask for the state and change the learning rate."""

    def __init__(
        self,
        model: nn.Module,
        splits: Splits,
        config: TrainingConfig,
        device: str = "cpu",
        clock: Callable[[], float] | None = None,
        resume: dict[str, Any] | None = None,
    ) -> None:
        """`resume` is the `state()` of a run of the same model, data and configuration; more epochs are fine."""
        import torch

        started = perf_counter()
        self.model = model
        self.config = config
        self.device = torch.device(device)
        self.step = 0
        """Whole optimizer steps that were reported."""
        self.report_every_step = False
        """Whether an event comes after each step; else after as many as there are in `INTERVAL`."""
        self.sound = True
        """False once a loss was no number: the weights are spoilt, and there is no state to go on from."""
        self._clock = clock or (lambda: perf_counter() - started)
        self._resume = resume
        self._seconds_before = float(resume["seconds"]) if resume is not None else 0.0
        self._splits: Splits | None = splits
        self._started: Ground | None = None
        self._tally: Tally | None = None
        """Of the epoch that goes on; None between two of them."""
        self._epoch = 1
        self._epoch_seconds = 0.0
        """Of training in this epoch until its last report."""
        self._best_loss = math.inf
        self._waited = 0
        """Epochs in a row without a test loss below the best one."""
        self._tested_random: dict[str, Tensor] | None = None
        """Where random numbers stood before the test that goes on: from there it would be done again."""
        self._last: tuple[float, float | None] | None = None
        """Test loss and accuracy of the last whole epoch."""

    @property
    def processes(self) -> int:
        """How many train together."""
        return 1

    @property
    def tested(self) -> nn.Module:
        """The network that is tested: with averaged weights if they are averaged, else the trained one itself."""
        average = self._started.stepping.average if self._started is not None else None
        return average.model if average is not None else self.model

    @property
    def rate(self) -> float:
        """The learning rate of the next step. Only after Started."""
        return self._ground.stepping.rate

    def set_rate(self, rate: float) -> None:
        """Go on with another learning rate; a schedule goes on from there. Only after Started."""
        self._ground.stepping.set_rate(rate)

    def state(self) -> dict[str, Any]:
        """Everything at the last event: copies on the processor, in dicts and lists that torch.load reads as weights.

        RuntimeError before Started, and once the run is no longer `sound`.
        """
        if not self.sound:
            raise RuntimeError("the weights are spoilt by a loss that was no number")
        return kept(
            {
                "version": 1,
                "epoch": self._epoch,
                "step": self.step,
                "seconds": self._seconds(),
                "epoch_seconds": self._epoch_seconds,
                "samples": len(self._ground.train),
                "model": self.model.state_dict(),
                "stepping": self._ground.stepping.state_dict(),
                "shuffle": self._epoch_order,
                "transform": self._transforming.get_state(),
                "tally": self._tally.state_dict() if self._tally is not None else None,
                "random": random_state(self.device) if self._tested_random is None else self._tested_random,
                "best_loss": self._best_loss,
                "waited": self._waited,
                "last": self._last,
            }
        )

    def events(self) -> Iterator[RunEvent]:
        """The run; its last event is Finished or Failed."""
        import torch

        threads = torch.get_num_threads()
        failed = None
        try:
            if self.config.threads:
                torch.set_num_threads(self.config.threads)
            yield from self._run()
        # Whatever it is, the learner gets a sentence and the curve so far.
        except Exception as error:
            failed = self._failure(error)
        finally:
            if self.config.threads:
                torch.set_num_threads(threads)
        # Outside of the exception, which holds on to the tensors of the step that failed.
        if failed is not None:
            yield self._with_fitting_batch(failed)

    def _failure(self, error: Exception) -> Failed:
        return failure(error, "unexpected")

    def _with_fitting_batch(self, failed: Failed) -> Failed:
        """A lack of memory, with a batch size that there is enough for."""
        if failed.rule != MEMORY or self._started is None:
            return failed
        self._tally = None
        self.model.zero_grad()
        return self._started.proof.with_fitting_batch(failed)

    @property
    def _ground(self) -> Ground:
        if self._started is None:
            raise RuntimeError("the run has not started")
        return self._started

    def _seconds(self) -> float:
        return self._seconds_before + self._clock()

    def _run(self) -> Iterator[RunEvent]:
        config = self.config
        assert self._splits is not None
        ground = yield from self._prepared(self._splits)
        if isinstance(ground, Failed):
            yield ground
            return
        # The data are on the device now.
        self._started, self._splits = ground, None
        self._begin()
        if self._resume is not None:
            try:
                self._go_on(self._resume)
            # What torch says of a state that is another network's is nothing to a learner.
            except (ValueError, KeyError, TypeError, RuntimeError):
                yield Failed(None, "run.other_checkpoint")
                return
            self._resume = None
        yield self._record()
        while self._epoch <= config.epochs and not (config.patience and self._waited >= config.patience):
            for event in self._trained_epoch(ground):
                yield event
                if isinstance(event, Failed):
                    return
        assert self._last is not None
        yield Finished(self.step, *self._last, self._seconds(), early=self._epoch <= config.epochs)

    def _prepared(self, splits: Splits) -> Generator[Noticed, None, Ground | Failed]:
        return (yield from prepare(self.model, splits, self.config, self.device))

    def _begin(self) -> None:
        """Where everything begins that is drawn by chance."""
        import torch

        # Generators on the CPU: the same order of samples on every device.
        self._shuffle = torch.Generator().manual_seed(self.config.seed)
        self._transforming = torch.Generator().manual_seed(self.config.seed)
        self._epoch_order = self._shuffle.get_state()

    def _go_on(self, state: dict[str, Any]) -> None:
        """Be where the state was taken. ValueError, KeyError or RuntimeError if it is another run's."""
        ground = self._ground
        if state["samples"] != len(ground.train):
            raise ValueError(f"{state['samples']} training samples then, {len(ground.train)} now")
        self.model.load_state_dict(state["model"])
        ground.stepping.load_state_dict(state["stepping"])
        self._epoch, self.step = state["epoch"], state["step"]
        self._epoch_seconds, self._best_loss, self._waited = state["epoch_seconds"], state["best_loss"], state["waited"]
        self._last = state["last"]
        self._epoch_order = state["shuffle"]
        self._transforming.set_state(state["transform"])
        if state["tally"] is not None:
            self._tally = self._begin_epoch()
            self._tally.load_state_dict(placed(state["tally"], self.device))
        set_random_state(state["random"], self.device)

    def _record(self) -> Started:
        import torch

        ground, config = self._ground, self.config
        return Started(
            device=str(self.device),
            threads=torch.get_num_threads(),
            seed=config.seed,
            epochs=config.epochs,
            steps_per_epoch=optimizer_steps(len(ground.train), config.batch_size, config.accumulate),
            train_size=len(ground.train),
            test_size=len(ground.test),
            parameters=sum(parameter.numel() for parameter in self.model.parameters()),
            torch_version=str(torch.__version__),
            python_version=platform.python_version(),
            device_name=title(self.device),
            processes=self.processes,
        )

    def _begin_epoch(self) -> Tally:
        """Draw the order of its samples, and count from nothing."""
        import torch

        ground = self._ground
        self._shuffle.set_state(self._epoch_order)
        self._order_N = torch.randperm(len(ground.train), generator=self._shuffle).to(self.device)
        self._scores = self._new_scores()
        parts = (lambda: ground.stepping.parts) if ground.objective.parts else None
        return self._new_tally(parts)

    def _new_tally(self, parts: Callable[[], list[Tensor]] | None) -> Tally:
        targets_N, config = self._ground.train_targets_N, self.config
        return Tally(self._scores, targets_N, self._order_N, config.batch_size, config.accumulate, parts)

    def _new_scores(self, confusion: bool = False) -> Scores:
        return scores(self._ground.classes, self.config.loss.name, confusion)

    def _trained_epoch(self, ground: Ground) -> Iterator[Steps | EpochEnded | Pulse | Failed]:
        size = self.config.batch_size
        # One that is there already comes from the middle of an epoch.
        tally = self._tally = self._tally or self._begin_epoch()
        began = self._clock() - self._epoch_seconds
        order_N = self._order_N[tally.batches * size :]
        if len(order_N):
            self.model.train()
            ground.stepping.begin_epoch(math.ceil(len(order_N) / size))
            yield from self._steps(ground, tally, order_N, began)
        yield (yield from self._tested_epoch(ground, tally))

    def _steps(self, ground: Ground, tally: Tally, order_N: Tensor, began: float) -> Iterator[Steps | Pulse | Failed]:
        advance, keep = ground.stepping.advance, tally.keep
        # The first step is reported at once: a curve that begins is the answer to a click.
        due = perf_counter() + INTERVAL if self.step and not self.report_every_step else 0.0
        cut = ground.train.batches(order_N, self.config.batch_size)
        for inputs_B, targets_B in transformed(cut, ground.train_transform, self._transforming):
            value, outputs_B = advance(inputs_B, targets_B)
            if keep(value, outputs_B) or perf_counter() >= due:
                yield from self._report(ground, tally, began)
                due = 0.0 if self.report_every_step else perf_counter() + INTERVAL
        yield from self._report(ground, tally, began)

    def _report(self, ground: Ground, tally: Tally, began: float) -> Iterator[Steps | Pulse | Failed]:
        """The steps since the last report; after one whose loss is no number nothing can be learned any more."""
        counted = tally.flush()
        self._epoch_seconds = self._clock() - began
        rates = ground.stepping.take_rates(len(counted.losses))
        good = counted.finite()
        first, self.step = self.step + 1, self.step + good
        self.sound = good == len(counted.losses)
        if good:
            parts = counted.parts[:, :good] if counted.parts is not None else None
            yield Steps(first, counted.losses[:good], self._epoch, self._seconds(), parts, rates[:good])
        elif self.sound and ground.stepping.inside:
            yield Pulse()
        if not self.sound:
            rate = float(rates[good])
            values = {"step": self.step + 1, "epoch": self._epoch, "received": str(float(counted.losses[good]))}
            yield Failed(None, "training_failure.not_finite", {**values, "rate": rate, "lower": rate / 10})

    def _tested_epoch(self, ground: Ground, tally: Tally) -> Generator[Pulse, None, EpochEnded]:
        """How the epoch went. What is told next is of the next epoch already."""
        train_scores, tested = self._scores.values(), self._new_scores(confusion=True)
        self._tested_random = random_state(self.device)
        test_loss = yield from self._test(ground, tested)
        self._tested_random = None
        if ground.stepping.schedule is not None:
            ground.stepping.schedule.epoch(test_loss)
        self._waited = 0 if test_loss < self._best_loss else self._waited + 1
        # One that is no number is not lower.
        self._best_loss = min(self._best_loss, test_loss)
        test_scores = tested.values()
        self._last = (test_loss, test_scores.get("accuracy"))
        epoch, seconds = self._epoch, self._epoch_seconds
        self._epoch += 1
        self._epoch_order, self._tally, self._epoch_seconds = self._shuffle.get_state(), None, 0.0
        return EpochEnded(
            epoch=epoch,
            step=self.step,
            train_loss=tally.loss,
            test_loss=test_loss,
            train_accuracy=train_scores.get("accuracy"),
            test_accuracy=test_scores.get("accuracy"),
            samples_per_second=tally.samples / seconds,
            seconds=self._seconds(),
            train_scores=train_scores,
            test_scores=test_scores,
            confusion=tested.confusion(),
        )

    def _test(self, ground: Ground, tested: Scores) -> Generator[Pulse, None, float]:
        """The loss on the test data."""
        import torch

        # What makes data vary is not done in a test.
        cut = transformed(ground.test.parts(EVALUATION_BATCH), ground.test_transform, torch.Generator())
        loss, precision = ground.objective.function, ground.stepping.precision
        return (yield from evaluated(self.tested, loss, cut, ground.test_targets_N, precision, tested))
