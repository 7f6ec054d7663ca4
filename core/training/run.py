"""A whole run from a layout: check, fetch the data, build, train. The training process and the command line use it.

for event in run_training(layout, device="auto"):
    ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets import DataError, fetch, load
from core.datasets.facts import NO_DATA
from core.layout import Layout
from core.training.devices import resolve
from core.training.events import Downloading, Failed, Preparing, RunEvent, Steps
from core.training.failures import failure

if TYPE_CHECKING:
    from torch import nn


class TrainingRun:
    """The events of one run, to be iterated once. `model` and `step` tell how far it has come; `close` stops it."""

    def __init__(
        self,
        layout: Layout,
        device: str = "auto",
        folder: Path | None = None,
        threads: int | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.layout = layout
        self.model: nn.Module | None = None
        """The network, once it is built."""
        self.step = 0
        """Optimizer steps reported so far."""
        self._device = device
        self._folder = folder
        self._threads = threads
        self._clock = clock
        self._events = self._run()

    def __iter__(self) -> Iterator[RunEvent]:
        return self

    def __next__(self) -> RunEvent:
        event = next(self._events)
        if isinstance(event, Steps):
            self.step = event.first_step + len(event.losses) - 1
        return event

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
            yield failure(error, "unexpected")

    def _trained(self) -> Iterator[RunEvent]:
        import torch

        from core.compiler import compile_model
        from core.shapes import infer
        from core.training.trainer import train

        if self._threads is not None:
            torch.set_num_threads(self._threads)
        inference = infer(self.layout)
        if inference.errors:
            problem = inference.errors[0]
            yield Failed(problem.node, f"problem.{problem.rule}", problem.values)
            return
        try:
            device = resolve(self._device)
        except LookupError as error:
            yield Failed(None, f"device.{error.args[0]}", {"device": self._device})
            return
        config = self.layout.training
        if config.dataset.name == NO_DATA:
            yield Failed(None, "training_failure.no_data")
            return
        for step in fetch(config.dataset, self._folder):
            yield Downloading(step.dataset, step.folder, step.received, step.total)
        splits = load(config.dataset, self._folder)
        torch.manual_seed(config.seed)
        self.model = compile_model(inference)
        yield from train(self.model, splits, config, device, self._clock)


def run_training(
    layout: Layout,
    device: str = "auto",
    folder: Path | None = None,
    threads: int | None = None,
    clock: Callable[[], float] | None = None,
) -> TrainingRun:
    """Train a layout in this process. Never raises for a learner's mistake: the last event is Finished or Failed.

    `folder` is where data sets live, `threads` how many CPU threads torch may use; None leaves both as they are.
    """
    return TrainingRun(layout, device, folder, threads, clock)
