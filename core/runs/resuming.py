"""What it takes to go on with a kept run: its layout, its device and threads, and its last checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.layout import Layout
from core.runs import checkpoint
from core.runs.checkpoint import CheckpointError
from core.runs.folder import CHECKPOINT, LAYOUT
from core.runs.lock import in_training
from core.runs.records import RecordError, read_record
from core.storage import LayoutFileError, load


class ResumeError(Exception):
    """A folder that holds nothing to go on with. `rule` is a whole text key, filled with `values`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule} {values}")
        self.rule = rule
        self.values = values


@dataclass(frozen=True)
class Kept:
    """A run as it was left."""

    layout: Layout
    device: str
    """What it was trained on."""
    threads: int | None
    """CPU threads: the same number gives the same bits."""
    steps_per_epoch: int = 1
    step_columns: int = 3
    checkpoint: Mapping[str, Any] = field(default_factory=dict)
    """Empty if the run ended before there was one: it goes on from the very beginning."""


def kept_run(folder: Path) -> Kept:
    """What a folder holds, without its checkpoint. ResumeError says why it cannot be gone on with. No torch."""
    if in_training(folder):
        raise ResumeError("run.in_training", folder=str(folder))
    try:
        record = read_record(folder)
        layout = load(folder / LAYOUT)
    except RecordError as error:
        raise ResumeError(f"run.{error.rule}", **error.values) from None
    except LayoutFileError:
        raise ResumeError("run.damaged_layout", file=str(folder / LAYOUT)) from None
    except OSError as error:
        raise ResumeError("run.unreadable", file=str(folder / LAYOUT), reason=error.strerror or str(error)) from None
    columns = record.get("step_columns")
    return Kept(
        layout,
        str(record.get("device") or "auto"),
        int(record.get("threads") or 0) or None,
        int(record.get("steps_per_epoch") or 1),
        len(columns) if isinstance(columns, list) and len(columns) >= 3 else 3,
    )


def last_checkpoint(folder: Path) -> dict[str, Any]:
    """The last checkpoint; empty if there is none yet. ResumeError if it cannot be read. Imports torch."""
    try:
        return checkpoint.read(folder / CHECKPOINT)
    except FileNotFoundError:
        return {}
    except CheckpointError as error:
        raise ResumeError(f"run.{error.rule}", **error.values) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise ResumeError("run.unreadable", file=str(folder / CHECKPOINT), reason=reason) from None
