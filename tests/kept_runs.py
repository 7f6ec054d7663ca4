"""Runs in folders for tests: trained in this process, or in a real training process that can be killed."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from core.layout import Layout
from core.runs.recorder import RunRecorder
from core.storage import dumps
from core.training import commands, events
from core.training.config import Choice
from core.training.run import run_training
from core.training.worker import serve
from tests.examples import digits_mlp

T = TypeVar("T")
PATIENCE = 120.0
"""Seconds: importing torch on a machine that does something else too."""


def digits(epochs: int = 3, **changes: object) -> Layout:
    """A network with dropout, so that random numbers count, and with a state in its optimizer."""
    layout = digits_mlp()
    training = replace(layout.training, epochs=epochs, optimizer=Choice("Adam", {"lr": 0.003}))
    return replace(layout, training=replace(training, **changes))  # type: ignore[arg-type]


def recorded(folder: Path, layout: Layout, **options: object) -> list[events.RunEvent]:
    """Train here and keep it; the events of the run."""
    run = run_training(layout, "cpu")
    recorder = RunRecorder(folder, run, **options)  # type: ignore[arg-type]
    told = []
    for event in run:
        recorder.take(event)
        told.append(event)
    return told


class Owner:
    """The owner of a real training process, who reads what it says one event after the other."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._arrived: deque[events.Event] = deque()
        self.said: list[events.Event] = []
        """Since the last training was asked for."""
        self.wait(events.Ready)

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def train(self, layout: Layout, **options: object) -> None:
        """Ask for a training that is kept, with one thread: the same bits everywhere."""
        self.said.clear()
        runs = None if "resume" in options else str(self.runs)
        self.send(commands.Train(dumps(layout), "cpu", str(self.runs), runs, threads=1, **options))  # type: ignore[arg-type]

    def send(self, command: commands.Command) -> None:
        self._connection.send(command)

    def next(self) -> events.Event:
        """EOFError if the process is gone."""
        if not self._arrived:
            assert self._connection.poll(PATIENCE), f"nothing comes any more after {self.said[-1:]}"
            self._arrived.extend(self._connection.recv())
        self.said.append(self._arrived.popleft())
        return self.said[-1]

    def wait(self, kind: type[T] | tuple[type[T], ...], fact: Callable[[T], bool] = lambda event: True) -> T:
        """The next event of a kind for which a fact holds."""
        while not (isinstance(event := self.next(), kind) and fact(event)):
            pass
        return event

    def kept(self) -> Path:
        """The folder of the run, once it is kept."""
        return Path(self.wait(events.Keeping).folder)

    def ended(self) -> events.Event:
        return self.wait((events.Finished, events.Stopped, events.Failed))

    def death(self) -> int | None:
        """Read to the end of a process that is dying; its exit code."""
        with suppress(EOFError, OSError):
            while True:
                self.next()
        self._process.join(PATIENCE)
        return self._process.exitcode

    def close(self) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._connection.close()


@contextmanager
def owned(runs: Path) -> Iterator[Owner]:
    """A warm training process that ends with the block."""
    owner = Owner(runs)
    try:
        yield owner
    finally:
        owner.close()
