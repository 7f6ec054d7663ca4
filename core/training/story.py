"""What is to be told of a run: its state, numbers and failures, as its events come in. No Qt: the window reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from core.layout import Layout
from core.problems import Problem
from core.training import events
from core.training.devices import Device
from core.training.metrics import Metrics
from core.training.progress import Estimate, Progress

State: TypeAlias = Literal[
    "starting", "ready", "preparing", "downloading", "running", "paused", "finished", "stopped", "failed"
]
"""The text key is `session.<state>`."""
BUSY = frozenset({"preparing", "downloading", "running", "paused"})
News: TypeAlias = Literal["changed", "measured"]


@dataclass(frozen=True)
class Notice:
    """Something worth saying beside the state: a whole text key and what it names."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class Story:
    """Of the run that goes on or was the last; empty before the first."""

    def __init__(self) -> None:
        self.state: State = "starting"
        self.devices: tuple[Device, ...] = ()
        self.layout: Layout | None = None
        """What is trained."""
        self.metrics = Metrics()
        self.record: events.Started | None = None
        self.failure: Problem | None = None
        """Its `rule` is a whole text key."""
        self.notice: Notice | None = None
        self.noticed: tuple[Notice, ...] = ()
        """What the run said of itself: something that is not to be had here, a disk that is full."""
        self.folder: Path | None = None
        """Where the run is kept; None if it is not, or not yet."""
        self.rate: float | None = None
        """The learning rate of the last step, or the one that a person has set since."""
        self.has_weights = False
        """Whether the training process holds a network that this run has trained."""
        self._estimate = Estimate()

    @property
    def busy(self) -> bool:
        return self.state in BUSY

    @property
    def progress(self) -> Progress | None:
        return self._estimate.progress

    def begin(self, layout: Layout) -> None:
        """A new run: nothing of the last one is left."""
        self.state, self.layout = "preparing", layout
        self.metrics, self._estimate = Metrics(), Estimate()
        self.record = self.failure = self.notice = self.folder = self.rate = None
        self.noticed = ()
        self.has_weights = False

    def end(self, state: State, failure: Problem | None = None, notice: Notice | None = None) -> None:
        """The run is over. Its numbers stay."""
        self.state, self.failure, self.notice = state, failure, notice

    def _early_end(self) -> Notice:
        assert self.layout is not None and self.progress is not None
        values = {"epoch": self.progress.epoch, "patience": self.layout.training.patience}
        return Notice("session.ended_early", values)

    def take(self, event: events.Event) -> set[News]:
        """What an event tells; which news it is."""
        self._estimate.take(event)
        if self.metrics.take(event):
            if isinstance(event, events.Steps) and event.rates is not None and len(event.rates):
                self.rate = float(event.rates[-1])
            return {"changed", "measured"}
        if isinstance(event, events.Finished):
            self.end("finished", notice=self._early_end() if event.early else None)
        elif isinstance(event, events.Stopped):
            self.end("stopped")
        elif isinstance(event, events.Failed):
            self.end("failed", Problem(event.node, event.rule, event.values))
        elif isinstance(event, events.Ready):
            self.devices = event.devices
            if self.state == "starting":
                self.state = "ready"
        elif isinstance(event, events.Downloading):
            self.state, self.notice = "downloading", _download(event)
        elif isinstance(event, events.Started):
            # The notice of a download has had its time; one of this run stays.
            self.notice = self.noticed[-1] if self.noticed else None
            self.state, self.record, self.has_weights = "running", event, True
        elif isinstance(event, events.Noticed):
            self.notice = Notice(event.rule, event.values)
            self.noticed = (*self.noticed, self.notice)
        elif isinstance(event, events.Keeping):
            self.folder = Path(event.folder)
        elif isinstance(event, events.Paused):
            self.state = "paused"
        elif isinstance(event, events.Resumed):
            self.state = "running"
        elif isinstance(event, events.WeightsSaved):
            self.notice = Notice("session.weights_saved", {"path": event.path})
        elif isinstance(event, events.WeightsNotSaved):
            self.notice = Notice(event.rule, {**event.values, "path": event.path})
        return {"changed"}


def _download(event: events.Downloading) -> Notice:
    received, total = (f"{size / 1e6:.1f}" for size in (event.received, event.total))
    values = {"dataset": event.dataset, "received": received, "total": total, "folder": event.folder}
    return Notice("session.download", values)
