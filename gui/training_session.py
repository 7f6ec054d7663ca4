"""Training as the window sees it: one object that owns the training process and says what is new.

    session.start(layout)          signals: changed (state, progress, notice), measured (metrics), inspected (snapshot)

Each run is kept in a folder of its own as it goes, by the training process: `run_folder`.
Views read its properties when a signal comes; it comes at most 30 times a second.
"""

from __future__ import annotations

import math
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.datasets import data_folder
from core.inspection.watching import Watching, same_parameters
from core.layout import Layout
from core.problems import Problem
from core.runs.folder import runs_folder
from core.runs.queue import Next, Queue
from core.runs.records import mark_ended
from core.runs.resuming import ResumeError, kept_run
from core.storage import dumps
from core.training import commands, events
from core.training.devices import Device
from core.training.metrics import Metrics
from core.training.progress import Progress
from core.training.story import BUSY, Notice, State, Story

if TYPE_CHECKING:
    from core.inspection.snapshot import Snapshot
    from core.runs.sweep import Variant
    from core.training.process import TrainingProcess

__all__ = ["BUSY", "Notice", "State", "TrainingSession"]

INTERVAL = 33
"""Milliseconds between two looks at what has arrived: 30 pictures a second."""
IDLE_INTERVAL = 250
"""While nothing is expected: to notice that the process has died."""
PATIENCE = 5_000
"""Milliseconds after which a process that does not answer Stop is ended."""
SAVING_PATIENCE = 60_000
"""The same while it writes what going on needs."""
MOST_EARLY_DEATHS = 3
"""Processes in a row that die before they are warm, after which no further one is tried."""


class TrainingSession(QObject):
    changed = Signal()
    """The state, the progress, the devices, the failure or the notice."""
    measured = Signal()
    """`metrics` has grown, or is another run's."""
    inspected = Signal()
    """There is a new `snapshot`, or none any more."""

    def __init__(self, folder: Path | None = None, parent: QObject | None = None, runs: Path | None = None) -> None:
        """`folder` is where data sets live and `runs` where runs are kept, the program's own if None.

        No process is started yet.
        """
        super().__init__(parent)
        self._folder = folder
        self._runs = runs
        self._story = Story()
        self._process: TrainingProcess | None = None
        self._warm = False
        self._early_deaths = 0
        self._device = "auto"
        self._elsewhere = ""
        self._waiting: commands.Train | None = None
        """What is to be trained as soon as the process is warm."""
        self._queue = Queue()
        self._watching = Watching()
        self._snapshot: Snapshot | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._deadline = QTimer(self)
        self._deadline.setSingleShot(True)
        self._deadline.timeout.connect(self._end_stuck_process)

    @property
    def state(self) -> State:
        return self._story.state

    @property
    def busy(self) -> bool:
        """Whether a run is on its way, from start() to its end, pauses included."""
        return self._story.busy

    @property
    def devices(self) -> tuple[Device, ...]:
        """Empty until the training process has imported torch."""
        return self._story.devices

    @property
    def device(self) -> str:
        """What the next run is asked to train on: `auto` or a device's name."""
        return self._device

    @property
    def metrics(self) -> Metrics:
        """Of the run that goes on or was the last; empty before the first."""
        return self._story.metrics

    @property
    def progress(self) -> Progress | None:
        """None before the first step of a run is prepared."""
        return self._story.progress

    @property
    def run_layout(self) -> Layout | None:
        """The layout that the metrics belong to."""
        return self._story.layout

    @property
    def elsewhere(self) -> str:
        """The name of the document that the run was started from, while another is looked at; else empty."""
        return self._elsewhere

    @property
    def run_folder(self) -> Path | None:
        """Where the run that goes on, or was the last, is kept; None if it is not, or has not begun."""
        return self._story.folder

    @property
    def runs(self) -> Path:
        """Where runs are kept. The folder need not exist."""
        return self._runs or runs_folder()

    @property
    def rate(self) -> float | None:
        """The learning rate of the run; None before its first step."""
        return self._story.rate

    @property
    def noticed(self) -> tuple[Notice, ...]:
        """What the run could not have as it was asked for, in order."""
        return self._story.noticed

    @property
    def record(self) -> events.Started | None:
        """Device, threads, seed, versions and sizes of the run."""
        return self._story.record

    @property
    def failure(self) -> Problem | None:
        """Why the last run failed. Its `rule` is a whole text key: words.say(failure.rule, **failure.values)."""
        return self._story.failure

    @property
    def notice(self) -> Notice | None:
        """What happens or has happened beside: words.say(notice.key, **notice.values)."""
        return self._story.notice

    @property
    def has_weights(self) -> bool:
        """Whether there is a trained network whose weights can be saved and looked at."""
        return self._story.has_weights

    @property
    def snapshot(self) -> Snapshot | None:
        """The parameters of the watched node; None if there are none to see."""
        return self._snapshot

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start_worker(self) -> None:
        """Start the training process, which imports torch. The window calls this after its first paint."""
        if self._process is not None:
            return
        from core.training.process import TrainingProcess

        self._process = TrainingProcess()
        self._warm = False
        self._set_pace()

    def set_device(self, name: str) -> None:
        if name != self._device:
            self._device = name
            self.changed.emit()

    def set_elsewhere(self, name: str) -> None:
        """Another document is looked at than the one that the run was started from, which has this name."""
        if name != self._elsewhere:
            self._elsewhere = name
            self._ask()
            self.changed.emit()

    @property
    def sweep_left(self) -> int:
        """How many runs of a sweep are to come after this one."""
        return len(self._queue)

    def start_sweep(self, variants: Sequence[Variant]) -> None:
        """Train these one after the other, each kept under its name. Stopping one ends the sweep."""
        if self.busy or not variants:
            return
        self._queue.sweep(variants)
        self._start_next()

    def start(self, layout: Layout, until: commands.Until = "end") -> None:
        """Train this layout, to the end or until it pauses after its first step or epoch.

        Waits for the training process if it is not warm yet; does nothing while one is busy.
        """
        self._train(Next(layout), until)

    def resume_run(self, folder: Path, layout: Layout | None = None) -> None:
        """Go on with a kept run where it was left; its numbers so far come back.

        `layout` is the run's own with more epochs, if it is to go on beyond its end. Does nothing while one is busy. A
        folder that cannot be gone on with is a failure that says why.
        """
        if self.busy:
            return
        try:
            kept = kept_run(folder)
        except ResumeError as error:
            self._end_run("failed", Problem(None, error.rule, error.values))
            return
        layout = layout or kept.layout
        command = commands.Train(dumps(layout), kept.device, self._data, resume=str(folder), threads=kept.threads)
        self._begin(layout, command)

    def pause(self) -> None:
        if self.state == "running":
            self._send(commands.Pause())

    def resume(self) -> None:
        if self.state == "paused":
            self._send(commands.Resume())

    def step_once(self) -> None:
        """Train one step more, then pause; one that runs pauses after its next report."""
        if self.state in ("running", "paused"):
            self._send(commands.StepOnce())

    def epoch_once(self) -> None:
        """Train to the end of the epoch, then pause."""
        if self.state in ("running", "paused"):
            self._send(commands.EpochOnce())

    def set_rate(self, rate: float) -> None:
        """Go on with another learning rate, a finite one above 0. ValueError for another one."""
        if not (math.isfinite(rate) and rate > 0):
            raise ValueError(f"learning rate must be above 0, received {rate}. Try 0.001.")
        if self.state in ("running", "paused"):
            self._story.rate = rate
            self._send(commands.SetRate(rate))
            self.changed.emit()

    def start_over(self) -> None:
        """Train the same layout again from the beginning; a run that goes on is stopped first, and stays kept."""
        layout = self.run_layout
        if layout is None:
            return
        self._queue.clear()
        if self.busy:
            self._queue.again(layout)
            self._stop()
        else:
            self.start(layout)

    def stop(self) -> None:
        """End the run; its metrics and weights stay. A process that does not answer is ended, with its weights."""
        self._queue.clear()
        self._stop()

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self._end_run("stopped")
            self._start_next()
        elif self.busy and not self._deadline.isActive():
            self._send(commands.Stop())
            self._deadline.start(PATIENCE)

    def watch(self, layout: Layout, node_id: str | None) -> None:
        """Look at a node's parameters: as this layout would start, or those of the run where it has the same node."""
        if self._watching.look_at(layout, node_id):
            self._ask()

    def save_weights(self, path: Path) -> None:
        """Write the trained network's state_dict as safetensors; the notice says how it went."""
        if self.has_weights:
            self._send(commands.SaveWeights(str(path)))
        else:
            self._story.notice = Notice("session.no_weights")
            self.changed.emit()

    def close(self) -> None:
        """End the process and everything that belongs to it, in mid-training too: a run can go on another day.

        At most 1.5 s, and longer only while the process writes what going on needs.
        """
        self._timer.stop()
        self._deadline.stop()
        if self._process is not None:
            self._process.close()
            self._process = None

    def _send(self, command: commands.Command) -> None:
        if self._process is not None:
            self._process.send(command)
            self._set_pace()

    @property
    def _data(self) -> str:
        return str(self._folder or data_folder())

    def _begin(self, layout: Layout, command: commands.Train) -> None:
        if self.busy:
            return
        self._story.begin(layout)
        self._waiting = command
        self._early_deaths = 0
        self.start_worker()
        self._send_waiting()
        self._set_pace()
        self.measured.emit()
        self.changed.emit()

    def _start_next(self) -> None:
        """What was to come after the run that has ended."""
        following = self._queue.take()
        if following is not None:
            self._train(following)

    def _train(self, one: Next, until: commands.Until = "end") -> None:
        """In a new folder of its own."""
        command = commands.Train(
            dumps(one.layout), self._device, self._data, str(self.runs), until=until, name=one.name, tags=one.tags
        )
        self._begin(one.layout, command)

    def _send_waiting(self) -> None:
        """Hand the layout over once the process can take it."""
        if self._waiting is None or not self._warm:
            return
        command, self._waiting = self._waiting, None
        self._ask()
        self._send(command)

    def _set_pace(self) -> None:
        """Look often while something is expected. A timer that runs at that pace already is left alone."""
        if self._process is None:
            return
        interval = INTERVAL if self.busy or not self._warm or self._watching.asked else IDLE_INTERVAL
        if not self._timer.isActive() or self._timer.interval() != interval:
            self._timer.start(interval)

    def _look(self) -> None:
        """Take what has arrived and say each kind of news once."""
        if self._process is None:
            return
        news: set[str] = set()
        for event in self._process.take():
            news |= self._take(event)
        if self._process.ended:
            self._bury_process()
        self._set_pace()
        for name in ("measured", "changed", "inspected"):
            if name in news:
                getattr(self, name).emit()
        if not self.busy:
            self._start_next()

    def _take(self, event: events.Event) -> set[str]:
        """What one event changes; which signals it deserves."""
        if isinstance(event, events.Inspected):
            return {"inspected"} if self._take_snapshot(event) else set()
        was_busy = self.busy
        news: set[str] = set(self._story.take(event))
        if isinstance(event, events.Ready):
            self._warm, self._early_deaths = True, 0
            self._send_waiting()
            self._ask()
        elif isinstance(event, events.Saving):
            if self._deadline.isActive():
                self._deadline.start(SAVING_PATIENCE)
        elif was_busy and not self.busy:
            self._deadline.stop()
            self._ask()
        return news

    def _end_run(self, state: State, failure: Problem | None = None, notice: Notice | None = None) -> None:
        """End a run that the process does not end."""
        self._deadline.stop()
        self._story.end(state, failure, notice)
        self._ask()
        self.changed.emit()

    def _ask(self) -> None:
        """Ask for what is looked at, in the way that the moment wants."""
        layout, node_id = self._watching.layout, self._watching.node
        if not self._warm or layout is None:
            return
        # Another document may have a node of the same name and size: its weights are its own.
        here = not self._elsewhere
        trained = here and node_id is not None and same_parameters(self.run_layout, layout, node_id)
        if self.busy:
            self._send(commands.Watch(node_id if trained else None))
        elif node_id is not None:
            request = self._watching.next_request()
            if request is not None:
                text = None if trained and self.has_weights else dumps(layout)
                self._send(commands.Inspect(node_id, text, request))
        if (node_id is None or (self.busy and not trained)) and self._snapshot is not None:
            self._snapshot = None
            self.inspected.emit()

    def _take_snapshot(self, event: events.Inspected) -> bool:
        """Whether it is what is looked at now."""
        if event.request and not self._watching.answered(event.request):
            self._ask()
            return False
        # What was asked before the run began is no news in it.
        if self.busy and event.request:
            return False
        if event.snapshot is not None and event.snapshot.node != self._watching.node:
            return False
        self._snapshot = event.snapshot
        return True

    def _bury_process(self) -> None:
        """The process died by itself: say so, and start another."""
        assert self._process is not None
        code = self._process.exit_code
        self._early_deaths += not self._warm
        self._replace_process(restart=self._early_deaths < MOST_EARLY_DEATHS)
        values = {"code": _exit_text(code)}
        if self._process is None:
            self._waiting = None
            self._queue.clear()
            self._end_run("failed", Problem(None, "training_failure.no_process", values))
        elif self.busy and self._waiting is None:
            rule = "training_failure.killed" if code == -9 else "training_failure.process_ended"
            if self.run_folder is not None:
                mark_ended(self.run_folder, "failed", rule, values)
            self._end_run("failed", Problem(None, rule, values))
        else:
            self.changed.emit()

    def _end_stuck_process(self) -> None:
        """It does not answer Stop: a step that takes minutes, or worse."""
        self._replace_process(restart=True)
        if self.run_folder is not None:
            mark_ended(self.run_folder, "stopped")
        self._end_run("stopped", notice=Notice("session.ended_stuck"))

    def _replace_process(self, restart: bool) -> None:
        if self._process is not None:
            self._process.close(kill=True)
        self._process, self._warm, self._story.has_weights = None, False, False
        self._watching.forget()
        if self._snapshot is not None:
            self._snapshot = None
            self.inspected.emit()
        if restart:
            self.start_worker()


def _exit_text(code: int | None) -> str:
    """How a process ended, for a sentence: `SIGSEGV`, or its status."""
    if code is not None and code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return str(code)
    return str(code)
