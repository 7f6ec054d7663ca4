"""How far a run is and how long it will still take, from its events."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from core.training.events import EpochEnded, Event, Finished, Started, Steps

WINDOW = 10.0
"""Seconds of training whose pace is taken for the pace to come."""
FIRST_ESTIMATE = 0.5
"""Seconds before which an estimate would be a guess."""


@dataclass(frozen=True)
class Progress:
    fraction: float
    """0 to 1, of the steps of the whole run."""
    epoch: int
    """The one that is trained now, from 1; 0 before the first step."""
    epochs: int
    seconds_left: float | None
    """None while it cannot be told."""
    loss: float | None
    """Of the last step; of the test data, as the accuracy, once the run is finished."""
    accuracy: float | None
    """On the test data after the last whole epoch, 0 to 1."""


class Estimate:
    """Takes the events of one run; `progress` is where it stands, None before it has started."""

    def __init__(self) -> None:
        self._started: Started | None = None
        self._marks: deque[tuple[float, int]] = deque()
        self._epoch = 0
        self._loss: float | None = None
        self._accuracy: float | None = None
        self._finished = False

    def take(self, event: Event) -> None:
        if isinstance(event, Started):
            self._started = event
            self._marks.append((0.0, 0))
        elif isinstance(event, Steps):
            self._epoch = event.epoch
            if len(event.losses):
                self._loss = float(event.losses[-1])
            self._mark(event.seconds, event.first_step + len(event.losses) - 1)
        elif isinstance(event, EpochEnded):
            self._accuracy = event.test_accuracy
            self._mark(event.seconds, event.step)
        elif isinstance(event, Finished):
            self._finished = True
            self._loss = event.test_loss

    @property
    def progress(self) -> Progress | None:
        if self._started is None:
            return None
        steps = self._started.steps_per_epoch * self._started.epochs
        fraction = 1.0 if self._finished else self._marks[-1][1] / steps
        return Progress(
            fraction, self._epoch, self._started.epochs, self._seconds_left(steps), self._loss, self._accuracy
        )

    def _mark(self, seconds: float, step: int) -> None:
        self._marks.append((seconds, step))
        # One mark older than the window stays, so that the pace is always over a whole window.
        while len(self._marks) > 2 and seconds - self._marks[1][0] > WINDOW:
            self._marks.popleft()

    def _seconds_left(self, steps: int) -> float | None:
        if self._finished:
            return 0.0
        (first_seconds, first_step), (seconds, step) = self._marks[0], self._marks[-1]
        if seconds < FIRST_ESTIMATE or step == first_step:
            return None
        return (steps - step) * (seconds - first_seconds) / (step - first_step)
