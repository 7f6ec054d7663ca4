"""A whole run from a layout: check, fetch the data, build, train. The training process and the command line use it.

for event in run_training(layout, device="auto"):
    ...

Between two events the caller may ask for its `state`, change the learning rate, or let go of it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets import DataError, fetch, load
from core.datasets.facts import NO_DATA
from core.layout import Layout
from core.storage import dumps
from core.training.devices import resolve
from core.training.distributed import LOST, Group, lost
from core.training.events import Downloading, EpochEnded, Failed, Preparing, RunEvent, Steps
from core.training.failures import failure

if TYPE_CHECKING:
    from torch import nn

    from core.training.trainer import Trainer


class TrainingRun:
    """The events of one run, to be iterated once. `model` and `step` tell how far it has come; `close` stops it."""

    def __init__(
        self,
        layout: Layout,
        device: str = "auto",
        folder: Path | None = None,
        threads: int | None = None,
        clock: Callable[[], float] | None = None,
        resume: Mapping[str, Any] | None = None,
        group: Group | None = None,
    ) -> None:
        """`resume` is the checkpoint of the run that goes on; an empty one goes on from the very beginning."""
        self.layout = layout
        self.model: nn.Module | None = None
        """The network, once it is built."""
        self.resumed = resume is not None
        self.step: int = resume.get("step", 0) if resume else 0
        """Optimizer steps reported so far."""
        self.seconds = 0.0
        """Of training at the last report, without pauses."""
        self.best: dict[str, Any] | None = resume.get("best") if resume else None
        """The epoch of the lowest test loss, as it was when the run went on."""
        self.group = group
        """The processes that train it together, if they are several."""
        self._resume = resume
        self._tested: nn.Module | None = None
        self._trainer: Trainer | None = None
        self._device = device
        self._folder = folder
        self._threads = threads
        self._clock = clock
        self._events = self._run()
        self._inside = False
        """Whether an event is being worked on: what is asked for then, after an interruption, is half done."""

    def __iter__(self) -> Iterator[RunEvent]:
        return self

    def __next__(self) -> RunEvent:
        self._inside = True
        event = next(self._events)
        self._inside = False
        if self.group is not None:
            event = self._agreed(event, self.group)
        if isinstance(event, Steps):
            self.step = event.first_step + len(event.losses) - 1
        if isinstance(event, (Steps, EpochEnded)):
            self.seconds = event.seconds
        return event

    def _agreed(self, event: RunEvent, group: Group) -> RunEvent:
        """A failure is that of the process where it began; a launcher then asks all others to end."""
        if isinstance(event, Failed):
            return group.cause(event)
        return (group.failure() if group.asked() else None) or event

    @property
    def tested(self) -> nn.Module | None:
        """The network whose loss on the test data is told: with averaged weights, if they are averaged."""
        return self._tested if self._trainer is None else self._trainer.tested

    def state(self) -> dict[str, Any] | None:
        """All that another run needs to go on from the last event; None where there is nothing to go on from."""
        if self._trainer is None or self._inside or not self._trainer.sound:
            return None
        try:
            return self._trainer.state()
        # Before the first step, or from a device that is gone.
        except RuntimeError:
            return None

    @property
    def stopping(self) -> bool:
        """Whether a person has asked one of several processes to end."""
        return self.group is not None and self.group.stopping

    def plan(self) -> dict[str, Any]:
        """What another process needs to train the same."""
        resume = None if self._resume is None else dict(self._resume)
        return {"layout": dumps(self.layout), "device": self._device, "threads": self._threads, "resume": resume}

    def set_rate(self, rate: float) -> None:
        """Go on with another learning rate. Only while it trains."""
        if self._trainer is not None:
            self._trainer.set_rate(rate)

    def report_every_step(self, every: bool) -> None:
        """Whether an event comes after each step; else after as many as there are in a thirtieth of a second."""
        if self._trainer is not None:
            self._trainer.report_every_step = every

    def release(self, state: bool = True) -> dict[str, Any] | None:
        """Stop here and give the device's memory back. The model stays, in the processor's memory.

        What comes back is the `state`, if it is asked for. Nothing happens where there is nothing to let go of.
        """
        if self._trainer is None:
            self.close()
            return None
        import torch

        kept = self.state() if state else None
        try:
            self._tested = self._trainer.tested.cpu()
            self.model = self.model.cpu() if self.model is not None else None
        # A device that is gone takes the weights along.
        except RuntimeError:
            self._tested = self.model = None
        self.close()
        self._trainer = None
        # The loop's frames and tensors refer to each other.
        gc.collect()
        if torch.accelerator.is_available():
            torch.accelerator.empty_cache()
        return kept

    def close(self) -> None:
        """Stop here. The model stays as it is; a download is given up."""
        self._events.close()  # type: ignore[attr-defined]

    def _run(self) -> Iterator[RunEvent]:
        yield Preparing()
        try:
            yield from self._trained()
        except DataError as error:
            yield Failed(None, f"data.{error.rule}", error.values)
        # A learner gets a sentence, whatever it was.
        except Exception as error:
            if self.group is not None and lost(error):
                yield Failed(None, LOST)
            else:
                yield failure(error, "unexpected")

    def _trained(self) -> Iterator[RunEvent]:
        import torch

        from core.compiler import compile_model
        from core.shapes import infer
        from core.training.memory import shortage
        from core.training.shared_trainer import SharedTrainer
        from core.training.trainer import Trainer

        group = self.group
        if self._threads is not None:
            torch.set_num_threads(self._threads)
        inference = infer(self.layout)
        if inference.errors:
            problem = inference.errors[0]
            yield Failed(problem.node, f"problem.{problem.rule}", problem.values)
            return
        try:
            device, noticed = (resolve(self._device), None) if group is None else group.device(self._device)
        except LookupError as error:
            yield Failed(None, f"device.{error.args[0]}", {"device": self._device})
            return
        if noticed is not None:
            yield noticed
        config = self.layout.training
        if config.dataset.name == NO_DATA:
            yield Failed(None, "training_failure.no_data")
            return
        with nullcontext() if group is None else group.in_turn():
            for step in fetch(config.dataset, self._folder):
                yield Downloading(step.dataset, step.folder, step.received, step.total)
        splits = load(config.dataset, self._folder)
        said = shortage(inference, splits, device)
        if said is not None:
            yield said
        if isinstance(said, Failed):
            return
        torch.manual_seed(config.seed)
        self.model = compile_model(inference)
        state, self._resume = (self._resume.get("trainer") if self._resume else None), None
        if group is None:
            self._trainer = Trainer(self.model, splits, config, device, self._clock, state)
        else:
            self._trainer = SharedTrainer(self.model, splits, config, device, self._clock, state, group)
        # The trainer alone holds on to the data, so that they go with it.
        del splits
        yield from self._trainer.events()


def run_training(
    layout: Layout,
    device: str = "auto",
    folder: Path | None = None,
    threads: int | None = None,
    clock: Callable[[], float] | None = None,
    resume: Mapping[str, Any] | None = None,
    group: Group | None = None,
) -> TrainingRun:
    """Train a layout in this process. Never raises for a learner's mistake: the last event is Finished or Failed.

    `folder` is where data sets live, `threads` how many CPU threads torch may use; None leaves both as they are.
    `resume` is a checkpoint of a run of this layout, `group` the processes that train it together.
    """
    return TrainingRun(layout, device, folder, threads, clock, resume, group)
