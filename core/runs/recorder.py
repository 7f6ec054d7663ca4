"""A run kept in a folder as it goes. The training process writes here, and the command line.

After a crash there is every number up to a quarter of a second before it, and a checkpoint to go on from.
"""

from __future__ import annotations

import io
import json
import math
import os
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from core.runs import checkpoint
from core.runs.folder import BEST, CHECKPOINT, CONFUSION, LAYOUT, METRICS, OWN, STEPS, WEIGHTS
from core.runs.lock import RunLock
from core.runs.numbers import (
    REAL_BYTES,
    STEP_COLUMNS,
    Appended,
    csv_line,
    epoch_header,
    epoch_line,
    epochs_with_ends,
    step_rows,
)
from core.runs.pace import Pace
from core.runs.records import FORMAT, VERSION, RecordError, plain, read_record, write_record
from core.storage import dumps, save, write_whole
from core.training.events import EpochEnded, Failed, Finished, RunEvent, Started, Steps, Stopped
from core.training.objective import losses_of
from core.training.run import TrainingRun
from core.training.weights import save_weights, weights_of, write_weights
from core.version import VERSION as PROGRAM

if TYPE_CHECKING:
    from torch import Tensor

WRITE_INTERVAL = 0.25
"""Seconds between two writes of the steps' numbers."""
RETRY_INTERVAL = 5.0
"""Seconds until a disk that refused is asked again."""
CHECKPOINT_VALUES = 3
"""Numbers that are kept of a parameter: itself, and two of most optimizers."""


class RunRecorder:
    """Takes the events of one run. What a disk refuses is raised as OSError, waits, and is tried again later."""

    def __init__(self, folder: Path | str, run: TrainingRun, every: float | None = None) -> None:
        """Makes the folder, or goes on in it if the run goes on. `every` is the seconds between two checkpoints.

        OSError if it cannot be written, FileExistsError if it holds another run, BlockingIOError if that one is
        in training.
        """
        # Once memory has run out, nothing can be imported any more to write what was learned.
        import safetensors.torch  # noqa: F401

        self.folder = Path(folder)
        self._run = run
        self._every = every
        self._pace = Pace(0, every)
        self._record: dict[str, Any] = {}
        self._best_weights: dict[str, Tensor] | None = None
        """Those of the best epoch, until they are on the disk."""
        self._last_epoch: EpochEnded | None = None
        self._header: tuple[str, ...] = ()
        self._next_write = self._retry = 0.0
        self.folder.mkdir(parents=True, exist_ok=True)
        taken = [name for name in sorted(OWN) if (self.folder / name).exists()]
        if taken and not run.resumed:
            raise FileExistsError(17, f"it holds the {taken[0]} of another run", str(self.folder))
        # Found out now, not after an hour of training.
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13), str(self.folder))
        self._lock = RunLock(self.folder)

    @property
    def begun(self) -> bool:
        """Whether there is something in the folder."""
        return bool(self._record)

    @property
    def refused(self) -> bool:
        """Whether the disk has refused what now waits to be written."""
        return self._retry > 0.0

    @property
    def due(self) -> bool:
        """Whether a checkpoint may be written without costing too much."""
        return self._pace.due(epoch_ended=True)

    def take(self, event: RunEvent) -> None:
        """Write what the event brings. OSError if it cannot be written now."""
        if isinstance(event, Started):
            self._begin(event)
        elif not self._record:
            if isinstance(event, (Finished, Stopped, Failed)):
                self.close()
        elif isinstance(event, Steps):
            self._steps.add(step_rows(event, len(self._record["step_columns"])).tobytes())
            self._write_sometimes(epoch_ended=False)
        elif isinstance(event, EpochEnded):
            self._take_epoch(event)
            self._write_sometimes(epoch_ended=True)
        elif isinstance(event, (Finished, Stopped, Failed)):
            try:
                self._end(event)
            finally:
                self.close()

    def checkpoint(self) -> None:
        """Write now what going on needs. OSError."""
        if self._record:
            began = perf_counter()
            self._write_checkpoint(self._run.state(), began)

    def note_rate(self, rate: float) -> None:
        """A person changed the learning rate; the record says when."""
        if self._record:
            self._record["rates"].append({"step": self._run.step, "rate": rate})

    def close(self) -> None:
        """Let go of the folder."""
        if self._record:
            self._steps.close()
            self._epochs.close()
        self._lock.release()

    def _begin(self, started: Started) -> None:
        save(self._run.layout, self.folder / LAYOUT)
        old = self._old_record()
        step = self._run.step
        columns = old.get("step_columns") or self._columns()
        now = {"at": _now(), "step": step, "torch": started.torch_version, "python": started.python_version}
        now |= {"program": PROGRAM, "device": started.device, "threads": started.threads}
        ended = epochs_with_ends(self.folder, step) if step else []
        # Numbers beyond the checkpoint come again.
        self._steps = Appended(self.folder / STEPS, step * len(columns) * REAL_BYTES)
        self._epochs = Appended(self.folder / METRICS, ended[-1][1] if ended else 0)
        self._header = epoch_header(ended[-1][0]) if ended else ()
        self._last_epoch = ended[-1][0] if ended else None
        self._record = {
            "format": FORMAT,
            "version": VERSION,
            "program": PROGRAM,
            "title": self._run.layout.title,
            "torch": started.torch_version,
            "python": started.python_version,
            "started": old.get("started", now["at"]),
            "device": started.device,
            "device_name": started.device_name,
            "threads": started.threads,
            "seed": started.seed,
            "epochs": started.epochs,
            "steps_per_epoch": started.steps_per_epoch,
            "train_size": started.train_size,
            "test_size": started.test_size,
            "parameters": started.parameters,
            "configuration": json.loads(dumps(self._run.layout))["training"],
            "step_columns": columns,
            "resumed": [*old.get("resumed", ()), *([now] if self._run.resumed else [])],
            "rates": [change for change in old.get("rates", ()) if change["step"] <= step],
            "best": self._run.best,
            "outcome": {"state": "running", "step": step},
        }
        self._pace = Pace(CHECKPOINT_VALUES * REAL_BYTES * started.parameters, self._every)
        self._write_record()

    def _old_record(self) -> dict[str, Any]:
        """Of the run that goes on; one whose record is lost begins a new one."""
        try:
            return read_record(self.folder) if self._run.resumed else {}
        except RecordError:
            return {}

    def _columns(self) -> list[str]:
        losses = [loss for loss, _ in losses_of(self._run.layout.training)]
        parts = [f"part {number} {loss.name}" for number, loss in enumerate(losses, 1)] if len(losses) > 1 else []
        return [*STEP_COLUMNS, *parts]

    def _take_epoch(self, event: EpochEnded) -> None:
        if not self._header:
            self._header = epoch_header(event)
            self._epochs.add(csv_line(self._header).encode())
        self._epochs.add(epoch_line(event, self._header).encode())
        self._last_epoch = event
        best = self._record["best"]
        if math.isfinite(event.test_loss) and (best is None or event.test_loss < best["test_loss"]):
            self._record["best"] = {
                "epoch": event.epoch,
                "step": event.step,
                "test_loss": event.test_loss,
                "test_accuracy": event.test_accuracy,
                "test_scores": dict(event.test_scores),
            }
            self._best_weights = weights_of(self._run.tested) if self._run.tested is not None else None

    def _write_sometimes(self, epoch_ended: bool) -> None:
        now = perf_counter()
        if now < self._retry:
            return
        if self._pace.due(epoch_ended):
            self.checkpoint()
        elif now >= self._next_write:
            self._retry = now + RETRY_INTERVAL
            self._steps.write()
            self._epochs.write()
            self._retry = 0.0
            self._next_write = now + WRITE_INTERVAL

    def _write_checkpoint(self, state: dict[str, Any] | None, began: float) -> None:
        """The numbers first, then what belongs to them: a checkpoint is never ahead of the rest."""
        self._retry = began + RETRY_INTERVAL
        try:
            self._write_numbers()
            if state is not None:
                whole = {"trainer": state, "step": self._run.step, "best": self._record["best"]}
                checkpoint.write(self.folder / CHECKPOINT, whole)
            self._record["outcome"] = {"state": "running", **self._reached()}
            self._write_record()
            self._retry, self._next_write = 0.0, perf_counter() + WRITE_INTERVAL
        finally:
            self._pace.wrote(perf_counter() - began)

    def _write_numbers(self) -> None:
        self._steps.write(sync=True)
        self._epochs.write(sync=True)
        if self._last_epoch is not None and self._last_epoch.confusion is not None:
            write_whole(self.folder / CONFUSION, _array_file(self._last_epoch.confusion))
        if self._best_weights is not None:
            write_weights(self._best_weights, self.folder / BEST)
            self._best_weights = None

    def _end(self, event: Finished | Stopped | Failed) -> None:
        began = perf_counter()
        # After a failure the state may be what made it fail: the last good checkpoint stays.
        state = self._run.release(state=not isinstance(event, Failed))
        outcome: dict[str, object] = {"state": type(event).__name__.lower(), **self._reached()}
        if isinstance(event, Finished):
            outcome |= {"test_loss": event.test_loss, "test_accuracy": event.test_accuracy}
            outcome |= {"seconds": event.seconds, "early": event.early}
        elif isinstance(event, Failed):
            outcome |= {"rule": event.rule, "node": event.node, "values": plain(event.values)}
        self._write_checkpoint(state, began)
        if self._run.tested is not None:
            save_weights(self._run.tested, self.folder / WEIGHTS)
        self._record["outcome"] = outcome
        self._write_record()

    def _reached(self) -> dict[str, object]:
        """How far the run has come."""
        reached: dict[str, object] = {"step": self._run.step, "seconds": self._run.seconds}
        if self._last_epoch is not None:
            last = self._last_epoch
            reached |= {"epoch": last.epoch, "test_loss": last.test_loss, "test_accuracy": last.test_accuracy}
        return reached

    def _write_record(self) -> None:
        write_record(self.folder, self._record)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _array_file(values: Any) -> bytes:
    import numpy as np

    content = io.BytesIO()
    np.save(content, values, allow_pickle=False)
    return content.getvalue()
