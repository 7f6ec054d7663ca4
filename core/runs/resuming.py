"""What it takes to go on with a kept run: its layout, its device and threads, and its last checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
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
    step_columns: int = 3


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
        len(columns) if isinstance(columns, list) and len(columns) >= 3 else 3,
    )


def last_checkpoint(folder: Path) -> dict[str, Any]:
    """The last checkpoint; empty if there is none yet: such a run goes on from the very beginning. Imports torch.

    ResumeError if it cannot be read.
    """
    try:
        return checkpoint.read(folder / CHECKPOINT)
    except FileNotFoundError:
        return {}
    except CheckpointError as error:
        raise ResumeError(f"run.{error.rule}", **error.values) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise ResumeError("run.unreadable", file=str(folder / CHECKPOINT), reason=reason) from None
