"""Kept runs for other programs: CSV, and TensorBoard's event files where its package is installed."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.runs.folder import METRICS
from core.runs.numbers import STEP_COLUMNS, csv_line, epochs, steps
from core.runs.records import RecordError, read_record
from core.storage import write_whole
from core.training.events import EpochEnded
from core.training.metrics import EPOCH_COLUMNS


class NoTensorBoard(Exception):
    """The optional package is missing. The sentence is `run.no_tensorboard`."""


def step_csv(folder: Path) -> str:
    """A row a step with a header. RecordError if the run cannot be read, OSError."""
    names = _columns(folder)
    rows_SK = steps(folder, len(names))
    lines = [csv_line(("step", *names))]
    for step, row in enumerate(rows_SK.tolist(), 1):
        lines.append(csv_line((step, *("" if math.isnan(value) and name != "loss" else value
                                       for name, value in zip(names, row, strict=True)))))  # fmt: skip
    return "".join(lines)


def epoch_csv(folder: Path) -> str:
    """A row an epoch with a header, as it lies in the folder. OSError."""
    return (folder / METRICS).read_text(encoding="utf-8")


def write_csv(folder: Path, target: Path, name: str = "") -> list[Path]:
    """Write `NAME-epochs.csv` and `NAME-steps.csv` into a folder. RecordError, OSError."""
    target.mkdir(parents=True, exist_ok=True)
    name = name or folder.name
    written = [target / f"{name}-epochs.csv", target / f"{name}-steps.csv"]
    for path, content in zip(written, (epoch_csv(folder), step_csv(folder)), strict=True):
        write_whole(path, content.encode())
    return written


def tensorboard_is_here() -> bool:
    return importlib.util.find_spec("tensorboard") is not None


def write_tensorboard(folder: Path, target: Path, name: str = "") -> Path:
    """Write the run's curves as event files into `target/NAME`. NoTensorBoard, RecordError, OSError. Imports torch."""
    if not tensorboard_is_here():
        raise NoTensorBoard
    from torch.utils.tensorboard import SummaryWriter

    began = _began(folder)
    place = target / (name or folder.name)
    writer: Any = SummaryWriter(str(place))
    try:
        for tag, value, step, seconds in scalars(folder):
            writer.add_scalar(tag, value, step, walltime=began + seconds)
    finally:
        writer.close()
    return place


def scalars(folder: Path) -> Iterator[tuple[str, float, int, float]]:
    """(tag, value, step, seconds since the run began) of everything that was measured."""
    names = _columns(folder)
    time = names.index("seconds")
    for step, row in enumerate(steps(folder, len(names)).tolist(), 1):
        for name, value in zip(names, row, strict=True):
            if name != "seconds" and not math.isnan(value):
                yield f"step/{name}", value, step, row[time]
    for event in epochs(folder):
        for name, number in _measured(event):
            yield f"epoch/{name}", number, event.step, event.seconds


def _measured(event: EpochEnded) -> Iterator[tuple[str, float]]:
    for name in EPOCH_COLUMNS:
        value = getattr(event, name)
        if value is not None and name != "seconds":
            yield name, value
    for side in ("train", "test"):
        for name, value in getattr(event, f"{side}_scores").items():
            if name != "accuracy":
                yield f"{side}_{name}", value


def _columns(folder: Path) -> list[str]:
    """RecordError if the run cannot be read."""
    columns = read_record(folder).get("step_columns")
    if not isinstance(columns, list) or columns[: len(STEP_COLUMNS)] != list(STEP_COLUMNS):
        raise RecordError("damaged_record", file=str(folder))
    return [str(column) for column in columns]


def _began(folder: Path) -> float:
    from datetime import datetime

    try:
        return datetime.fromisoformat(str(read_record(folder).get("started"))).timestamp()
    except ValueError:
        return 0.0
