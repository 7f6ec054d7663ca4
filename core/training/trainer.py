"""The training loop: a generator that says what happens, and costs a step next to nothing.

Everything that talks is done about 30 times a second, not at every step: the losses of the steps in between stay
tensors in a list, so that nothing waits for the device. The caller pauses by not asking for the next event, and stops
by closing the generator.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Callable, Generator, Iterator
from time import perf_counter
from typing import TYPE_CHECKING

from core.datasets.load import Splits
from core.training import losses, optimizers
from core.training.batches import batches
from core.training.config import TrainingConfig
from core.training.events import EpochEnded, Failed, Finished, Pulse, RunEvent, Started, Steps
from core.training.failures import failure
from core.training.tally import Tally
from core.training.trial import try_batch

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

# N samples, B batch, F features that leave the network

EVALUATION_BATCH = 1_000
"""Test samples in one forward pass."""
INTERVAL = 0.033
"""Seconds between two reports of steps."""


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
    try:
        yield from _Training(model, splits, config, device, clock).events()
    # Whatever it is, the learner gets a sentence and the curve so far.
    except Exception as error:
        yield failure(error, "unexpected")


class _Training:
    def __init__(
        self,
        model: nn.Module,
        splits: Splits,
        config: TrainingConfig,
        device: str,
        clock: Callable[[], float] | None,
    ) -> None:
        import torch

        started = perf_counter()
        self.clock = clock or (lambda: perf_counter() - started)
        self.config = config
        self.classes = splits.classes
        self.device = torch.device(device)
        self.model = model.to(self.device)
        self.train_inputs = splits.train_inputs.to(self.device)
        self.train_labels = splits.train_targets.to(self.device)
        self.test_inputs = splits.test_inputs.to(self.device)
        self.test_labels = splits.test_targets.to(self.device)
        self.loss = losses.build(config.loss)
        self.steps = 0

    def events(self) -> Iterator[RunEvent]:
        import torch

        config = self.config
        failed, features = self._tried()
        if failed is not None:
            yield failed
            return
        try:
            self.optimizer = optimizers.build(config.optimizer, self.model.parameters())
        except (ValueError, TypeError) as error:
            yield failure(error, "optimizer", optimizer=config.optimizer.name)
            return
        name, classes = config.loss.name, self.classes
        self.train_targets = losses.prepare_targets(name, self.train_labels, classes, features)
        self.test_targets = losses.prepare_targets(name, self.test_labels, classes, features)
        yield self._started()
        # A generator on the CPU: the same order of samples on every device.
        shuffle = torch.Generator().manual_seed(config.seed)
        for epoch in range(1, config.epochs + 1):
            order_N = torch.randperm(len(self.train_inputs), generator=shuffle).to(self.device)
            for event in self._epoch(epoch, order_N):
                yield event
                if isinstance(event, Failed):
                    return
        assert isinstance(event, EpochEnded)
        yield Finished(self.steps, event.test_loss, event.test_accuracy, self.clock())

    def _tried(self) -> tuple[Failed | None, int]:
        """Try the first batch, and one as short as the last, which BatchNorm may refuse at the end of the epoch."""
        size, count = self.config.batch_size, len(self.train_inputs)
        features = 0
        for batch in sorted({min(size, count), count % size or min(size, count)}, reverse=True):
            inputs, labels = self.train_inputs[:batch], self.train_labels[:batch]
            trial = try_batch(self.model, self.loss, self.config, inputs, labels, self.classes)
            if trial.failure is not None:
                return trial.failure, 0
            features = trial.features
        return None, features

    def _started(self) -> Started:
        import torch

        return Started(
            device=str(self.device),
            threads=torch.get_num_threads(),
            seed=self.config.seed,
            epochs=self.config.epochs,
            steps_per_epoch=math.ceil(len(self.train_inputs) / self.config.batch_size),
            train_size=len(self.train_inputs),
            test_size=len(self.test_inputs),
            parameters=sum(parameter.numel() for parameter in self.model.parameters()),
            torch_version=str(torch.__version__),
            python_version=platform.python_version(),
            device_name=_title(self.device),
        )

    def _epoch(self, epoch: int, order_N: Tensor) -> Iterator[Steps | EpochEnded | Pulse | Failed]:
        model, loss, optimizer, size = self.model, self.loss, self.optimizer, self.config.batch_size
        tally = Tally(self.config.loss.name, self.train_labels, order_N)
        model.train()
        began = self.clock()
        # The first step is reported at once: a curve that begins is the answer to a click.
        due = perf_counter() + (INTERVAL if self.steps else 0.0)
        for inputs_B, targets_B in batches(self.train_inputs, self.train_targets, order_N, size):
            optimizer.zero_grad()
            outputs_BF = model(inputs_B)
            value = loss(outputs_BF, targets_B)
            value.backward()
            optimizer.step()
            if tally.keep(value, outputs_BF) or perf_counter() >= due:
                yield from self._report(epoch, tally)
                due = perf_counter() + INTERVAL
        yield from self._report(epoch, tally)
        train_accuracy = tally.accuracy()
        seconds = self.clock() - began
        test_loss, test_accuracy = yield from self._evaluated()
        yield EpochEnded(
            epoch=epoch,
            step=self.steps,
            train_loss=tally.loss,
            test_loss=test_loss,
            train_accuracy=train_accuracy,
            test_accuracy=test_accuracy,
            samples_per_second=tally.samples / seconds,
            seconds=self.clock(),
        )

    def _report(self, epoch: int, tally: Tally) -> Iterator[Steps | Failed]:
        """The steps since the last report; after one whose loss is no number nothing can be learned any more."""
        values = tally.flush()
        good = tally.finite(values)
        if good:
            yield Steps(self.steps + 1, values[:good], epoch, self.clock())
        self.steps += len(values)
        if good < len(values):
            step = self.steps - len(values) + good + 1
            rate = self.optimizer.param_groups[0]["lr"]
            received = str(float(values[good]))
            yield Failed(
                None,
                "training_failure.not_finite",
                {"step": step, "epoch": epoch, "received": received, "rate": rate, "lower": rate / 10},
            )

    def _evaluated(self) -> Generator[Pulse, None, tuple[float, float]]:
        """Mean loss and accuracy on the test data, in eval mode."""
        self.model.eval()
        total, right = 0.0, 0
        due = perf_counter() + INTERVAL
        for start in range(0, len(self.test_inputs), EVALUATION_BATCH):
            loss, correct, count = self._tested(slice(start, start + EVALUATION_BATCH))
            total, right = total + loss * count, right + correct
            if perf_counter() >= due:
                yield Pulse()
                due = perf_counter() + INTERVAL
        return total / len(self.test_inputs), right / len(self.test_inputs)

    def _tested(self, part: slice) -> tuple[float, int, int]:
        import torch

        # Not around a yield: the caller would find itself without gradients.
        with torch.no_grad():
            outputs_BF = self.model(self.test_inputs[part])
            loss = self.loss(outputs_BF, self.test_targets[part]).item()
            right = losses.correct(self.config.loss.name, outputs_BF, self.test_labels[part]).item()
        return loss, int(right), len(outputs_BF)


def _title(device: torch.device) -> str:
    """What its maker calls an accelerator."""
    import torch

    if device.type in ("cuda", "xpu"):
        return str(torch.get_device_module(device).get_device_name(device))
    return ""
