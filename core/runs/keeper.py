"""Keeps a run as long as its disk lets it. A disk that fails stops no training: one sentence tells of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from core.runs.folder import new_folder
from core.runs.notes import write_notes
from core.runs.recorder import RunRecorder
from core.training.commands import Train
from core.training.events import Failed, Finished, Noticed, RunEvent, Started, Stopped
from core.training.run import TrainingRun


class Keeper:
    """A recorder that never raises. What it gives back is to be said to the person."""

    def __init__(self, recorder: RunRecorder, run: TrainingRun) -> None:
        self._recorder: RunRecorder | None = recorder
        self._run = run
        self._failing = False
        self.folder = recorder.folder

    @property
    def begun(self) -> bool:
        """Whether the run is in its folder."""
        return self._recorder is not None and self._recorder.begun

    def take(self, event: RunEvent) -> Noticed | None:
        """Keep what the event brings."""
        ended = isinstance(event, (Finished, Stopped, Failed))
        if self._recorder is None:
            return None
        try:
            self._recorder.take(event)
            self._failing = self._recorder.refused
        except OSError as error:
            return self._refused(error, ended)
        finally:
            if ended:
                self._recorder = None
        return None

    def checkpoint(self, only_if_due: bool = False) -> Noticed | None:
        """Write now what going on needs."""
        if self._recorder is None or (only_if_due and not self._recorder.due):
            return None
        try:
            self._recorder.checkpoint()
            self._failing = False
        except OSError as error:
            return self._refused(error)
        return None

    def note_rate(self, rate: float) -> None:
        if self._recorder is not None:
            self._recorder.note_rate(rate)

    def _refused(self, error: OSError, ended: bool = False) -> Noticed | None:
        """Once for a disk that goes on refusing, and again at the end, when nothing more is tried."""
        if self._failing and not ended:
            return None
        self._failing = True
        if self._recorder is not None and not self._recorder.begun:
            self._recorder.close()
            self._recorder = None
        return not_kept(self.folder, error, ended)


def begin_keeping(run: TrainingRun, started: Started, asked: Train) -> tuple[Keeper | None, Noticed | None]:
    """Keep a run that has started: in a new folder below those of all runs, or in the folder in which it goes on."""
    root = Path(asked.resume or asked.runs or "")
    try:
        folder = root if asked.resume else new_folder(root, run.layout.title, datetime.now())
        keeper = Keeper(RunRecorder(folder, run), run)
        if asked.name or asked.tags:
            write_notes(folder, name=asked.name, tags=asked.tags)
    except OSError as error:
        return None, not_kept(root, error)
    noticed = keeper.take(started)
    return (keeper if keeper.begun else None), noticed


def not_kept(folder: Path, error: OSError, ended: bool = False) -> Noticed:
    """The sentence for a run that its disk refuses."""
    values = {"folder": str(folder), "reason": error.strerror or str(error)}
    return Noticed("run.end_not_kept" if ended else "run.not_kept", values)
