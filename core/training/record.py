"""A run kept in a folder: what was trained, with what, how it went, and the weights.

layout.json   metrics.csv   run.json   weights.safetensors
"""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from core.storage import save, write_whole
from core.training.events import EpochEnded, Failed, Finished, RunEvent, Started, Stopped
from core.training.metrics import EPOCH_COLUMNS
from core.training.run import TrainingRun
from core.training.weights import save_weights
from core.version import VERSION

LAYOUT, METRICS, RUN, WEIGHTS = "layout.json", "metrics.csv", "run.json", "weights.safetensors"


class RunRecorder:
    """Takes the events of one run and writes as they come: after a crash every whole epoch is there."""

    def __init__(self, folder: Path | str, run: TrainingRun) -> None:
        """Makes the folder. OSError if it cannot be written, FileExistsError if it holds a run already."""
        self.folder = Path(folder)
        self._run = run
        self._record: dict[str, object] = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in (LAYOUT, METRICS, RUN, WEIGHTS):
            if (self.folder / name).exists():
                raise FileExistsError(17, f"it holds the {name} of another run", str(self.folder))
        # Found out now, not after an hour of training.
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13), str(self.folder))

    def take(self, event: RunEvent) -> None:
        """Write what the event brings. OSError if it cannot be written."""
        if isinstance(event, Started):
            self._begin(event)
        elif isinstance(event, EpochEnded):
            self._append(event.epoch, event.step, *(getattr(event, name) for name in EPOCH_COLUMNS))
        elif isinstance(event, (Finished, Stopped, Failed)) and self._record:
            self._end(event)

    def _begin(self, started: Started) -> None:
        save(self._run.layout, self.folder / LAYOUT)
        self._append("epoch", "step", *EPOCH_COLUMNS)
        self._record = {
            "format": "layerloom-run",
            "version": 1,
            "program": VERSION,
            "torch": started.torch_version,
            "python": started.python_version,
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            "device": started.device,
            "device_name": started.device_name,
            "threads": started.threads,
            "seed": started.seed,
            "epochs": started.epochs,
            "steps_per_epoch": started.steps_per_epoch,
            "train_size": started.train_size,
            "test_size": started.test_size,
            "parameters": started.parameters,
            "outcome": {"state": "running"},
        }
        self._write_record()

    def _end(self, event: Finished | Stopped | Failed) -> None:
        assert self._run.model is not None
        save_weights(self._run.model, self.folder / WEIGHTS)
        outcome: dict[str, object] = {"state": type(event).__name__.lower(), "step": self._run.step}
        if isinstance(event, Finished):
            outcome |= {"test_loss": event.test_loss, "test_accuracy": event.test_accuracy, "seconds": event.seconds}
        elif isinstance(event, Failed):
            outcome |= {"rule": event.rule, "node": event.node}
        self._record["outcome"] = outcome
        self._write_record()

    def _append(self, *row: object) -> None:
        with (self.folder / METRICS).open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow(row)

    def _write_record(self) -> None:
        write_whole(self.folder / RUN, (json.dumps(self._record, indent=2) + "\n").encode())
