"""The training process: imports torch, waits for commands, trains, and says what happens. It never meets Qt.

It looks for commands only when a run reports, about 30 times a second, and sends what came together in between: both
sides of the pipe wake rarely. It keeps each run in a folder as it goes. When its owner dies, it ends.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import parent_process
from time import perf_counter
from typing import TYPE_CHECKING

from core.training import commands, events
from core.training.clock import Stopwatch

if TYPE_CHECKING:
    from torch import nn

    from core.inspection.snapshot import Snapshot, Source
    from core.runs.keeper import Keeper
    from core.runs.resuming import Kept
    from core.training.run import TrainingRun

INTERVAL = 0.033
"""Seconds between two messages while nothing but numbers happens."""
SNAPSHOT_INTERVAL = 0.1
SNAPSHOT_SHARE = 100
"""The next picture of a watched node comes no sooner than after so many times what the last one cost."""


def serve(connection: Connection) -> None:
    """The life of the process."""
    # Ctrl+C in a terminal reaches every process of the program; this one ends when its owner does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_owner, daemon=True).start()
    # An end of file: the owner is gone.
    with suppress(EOFError, OSError):
        _Worker(connection).serve()
    # Nothing is open here, and torch takes half a second to tidy up.
    os._exit(0)


def _end_with_owner() -> None:
    """Wait, without costing anything, for the owner's death; a step that takes minutes does not notice it."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def threads_to_use() -> int:
    """All cores but one, which draws; fewer where torch was told so (OMP_NUM_THREADS)."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(torch.get_num_threads(), cores - 1))


class _Worker:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._outbox: list[events.Event] = []
        self._run: TrainingRun | None = None
        """The run that goes on or was the last: its model can still be looked at."""
        self._clock = Stopwatch()
        self._keeper: Keeper | None = None
        """Writes the run that goes on into its folder."""
        self._until: commands.Until = "end"
        self._threads = 1
        self._watched: str | None = None
        self._next_snapshot = 0.0
        self._initial: tuple[str, nn.Module] | None = None
        """A layout that was looked at before training, and its network."""

    def serve(self) -> None:
        self._warm_up()
        while True:
            command = self._connection.recv()
            if isinstance(command, commands.Shutdown):
                return
            if isinstance(command, commands.Train):
                if self._train(command):
                    return
            else:
                self._answer(command)

    def _warm_up(self) -> None:
        import torch

        from core.training.devices import devices

        self._threads = threads_to_use()
        torch.set_num_threads(self._threads)
        # The first optimizer of a process imports half of torch, more than a second's worth.
        torch.optim.SGD([torch.zeros(1, requires_grad=True)])
        # A plain str: torch's own kind of version would have the other side import torch to read it.
        ready = events.Ready(devices(), torch.get_num_threads(), str(torch.__version__), os.getpid())
        self._send(ready)
        for prepare in (_import_scikit_learn, _first_step):
            if self._connection.poll():
                return
            prepare()

    def _send(self, *said: events.Event) -> None:
        """Send now what is waiting, and this."""
        self._outbox += said
        if self._outbox:
            self._connection.send(self._outbox)
            self._outbox = []

    def _train(self, command: commands.Train) -> bool:
        """Train to an end; whether the process shall end too."""
        from pathlib import Path

        from core.runs.resuming import ResumeError, kept_run, last_checkpoint
        from core.storage import loads
        from core.training.run import TrainingRun

        self._initial = None
        # The last network goes before the next one comes: there may be room for one only.
        self._run = self._keeper = None
        kept: Kept | None = None
        checkpoint = None
        if command.resume is not None:
            try:
                kept = kept_run(Path(command.resume))
                checkpoint = last_checkpoint(Path(command.resume))
            except ResumeError as error:
                self._send(events.Failed(None, error.rule, error.values))
                return False
        self._clock = Stopwatch()
        self._run = TrainingRun(
            loads(command.layout),
            command.device,
            Path(command.folder),
            command.threads or self._threads,
            self._clock,
            checkpoint,
        )
        self._until = command.until
        due = 0.0
        for event in self._run:
            now = perf_counter()
            self._tell(event, command, kept)
            pause = self._pauses_after(event)
            numbers = isinstance(event, (events.Steps, events.EpochEnded, events.Pulse))
            # The first point is sent at once, then 30 times a second.
            if numbers and not pause and now < due:
                continue
            self._send()
            # What is asked for from here on is for the next run.
            if isinstance(event, (events.Finished, events.Failed)):
                return False
            asked = self._obey(pause)
            if asked is not None:
                self._tell(events.Stopped(self._run.step), command, kept)
                self._send()
                return isinstance(asked, commands.Shutdown)
            self._show(now)
            due = perf_counter() + INTERVAL
        self._send()
        return False

    def _tell(self, event: events.RunEvent, command: commands.Train, kept: Kept | None) -> None:
        """Keep an event and lay it out for sending. A run that has ended lets go of its device."""
        assert self._run is not None
        if isinstance(event, events.Started):
            self._outbox.append(event)
            self._run.report_every_step(self._until == "step")
            self._begin_keeping(event, command, kept)
            return
        ended = isinstance(event, (events.Finished, events.Stopped, events.Failed))
        if ended and self._keeper is not None:
            self._send(events.Saving())
        noticed = self._keeper.take(event) if self._keeper is not None else None
        if ended:
            self._run.release()
            self._keeper = None
        if not isinstance(event, events.Pulse):
            self._outbox.append(event)
        if noticed is not None:
            self._outbox.append(noticed)

    def _begin_keeping(self, started: events.Started, command: commands.Train, kept: Kept | None) -> None:
        """From here on the run is in a folder; what it was before, when it goes on, is told once more."""
        from core.runs.keeper import begin_keeping
        from core.runs.numbers import replay

        assert self._run is not None
        if command.runs is None and command.resume is None:
            return
        self._keeper, noticed = begin_keeping(self._run, started, command)
        if noticed is not None:
            self._outbox.append(noticed)
        if self._keeper is not None:
            self._outbox.append(events.Keeping(str(self._keeper.folder)))
            if kept is not None and self._run.step:
                self._outbox += replay(self._keeper.folder, kept.step_columns, started.steps_per_epoch, self._run.step)

    def _pauses_after(self, event: events.RunEvent) -> bool:
        """Whether the run has come as far as it was asked to go."""
        assert self._run is not None
        if self._until == "step":
            return isinstance(event, events.Steps)
        return (
            self._until == "epoch"
            and isinstance(event, events.EpochEnded)
            # After the last one there is nothing to wait for.
            and event.epoch < self._run.layout.training.epochs
        )

    def _obey(self, pause: bool) -> commands.Stop | commands.Shutdown | None:
        """Do what was asked in the middle of a run, waiting while it is paused. Stop and Shutdown are the caller's."""
        assert self._run is not None
        paused = False
        if pause:
            paused = self._pause(asked=False)
        while paused or self._connection.poll():
            command = self._connection.recv()
            if isinstance(command, (commands.Stop, commands.Shutdown)):
                return command
            if isinstance(command, commands.Pause):
                paused = paused or self._pause(asked=True)
            elif isinstance(command, (commands.Resume, commands.StepOnce, commands.EpochOnce)):
                self._go_on(command, paused)
                paused = False
            elif isinstance(command, commands.SetRate):
                self._run.set_rate(command.rate)
                if self._keeper is not None:
                    self._keeper.note_rate(command.rate)
            else:
                self._answer(command)
                if paused:
                    self._show()
        return None

    def _pause(self, asked: bool) -> bool:
        """Hold still. The answer goes first; a checkpoint follows, after a single step only if it is time for one."""
        assert self._run is not None
        self._until = "end"
        self._clock.pause()
        self._send(events.Paused(self._run.step))
        self._show()
        noticed = self._keeper.checkpoint(only_if_due=not asked) if self._keeper is not None else None
        if noticed is not None:
            self._send(noticed)
        return True

    def _go_on(self, command: commands.Resume | commands.StepOnce | commands.EpochOnce, paused: bool) -> None:
        assert self._run is not None
        if isinstance(command, commands.StepOnce):
            self._until = "step"
        elif isinstance(command, commands.EpochOnce):
            self._until = "epoch"
        elif not paused:
            return
        self._run.report_every_step(self._until == "step")
        if paused:
            self._clock.resume()
            self._send(events.Resumed(self._run.step))

    def _answer(self, command: commands.Command) -> None:
        """What can be asked at any time."""
        if isinstance(command, commands.Watch):
            self._watched, self._next_snapshot = command.node, 0.0
        elif isinstance(command, commands.Inspect):
            self._send(events.Inspected(self._inspected(command), command.request))
        elif isinstance(command, commands.SaveWeights):
            self._send(self._saved(command.path))

    def _show(self, now: float | None = None) -> None:
        """Send the watched node's parameters, seldom enough that training keeps its pace. Without `now`: at once."""
        assert self._run is not None
        if self._watched is None or self._run.model is None or (now is not None and now < self._next_snapshot):
            return
        began = perf_counter()
        snapshot = self._look(self._run.model, self._watched, "training", self._run.step)
        self._send(events.Inspected(snapshot))
        ended = perf_counter()
        self._next_snapshot = ended + max(SNAPSHOT_INTERVAL, SNAPSHOT_SHARE * (ended - began))

    def _inspected(self, command: commands.Inspect) -> Snapshot | None:
        if command.layout is None:
            if self._run is None or self._run.model is None:
                return None
            return self._look(self._run.model, command.node, "trained", self._run.step)
        try:
            return self._look(self._initial_model(command.layout), command.node, "initial", 0)
        # A layout with mistakes, or too large: the canvas says so; here there is nothing to see.
        except Exception:
            return None

    def _initial_model(self, layout_text: str) -> nn.Module:
        """The network as training would start with it. ValueError if the layout has errors."""
        import torch

        from core.compiler import compile_model
        from core.shapes import infer
        from core.storage import loads

        if self._initial is None or self._initial[0] != layout_text:
            self._initial = None
            layout = loads(layout_text)
            torch.manual_seed(layout.training.seed)
            self._initial = (layout_text, compile_model(infer(layout)))
        return self._initial[1]

    def _look(self, model: nn.Module, node: str, source: Source, step: int) -> Snapshot:
        from core.inspection.tensors import look

        try:
            module = model.get_submodule(node)
        # An operation has none.
        except AttributeError:
            module = None
        return look(node, module, source, step)

    def _saved(self, path: str) -> events.WeightsSaved | events.WeightsNotSaved:
        from core.training.weights import save_weights

        if self._run is None or self._run.model is None:
            return events.WeightsNotSaved(path, "session.no_weights")
        try:
            save_weights(self._run.model, path)
        except OSError as error:
            reason = error.strerror or str(error)
            return events.WeightsNotSaved(path, "session.weights_not_saved", {"reason": reason})
        return events.WeightsSaved(path)


def _import_scikit_learn() -> None:
    """It takes a second, and the first data set that is offered needs it."""
    import sklearn.datasets
    import sklearn.model_selection  # noqa: F401


def _first_step() -> None:
    """What torch and this program set up when they are first used, so that a click need not wait for it."""
    from core.shapes import warm_up

    warm_up()
