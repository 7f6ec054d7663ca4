"""The numbers of a run on the disk: a row of reals for each step, a line for each epoch. They only grow.

`Appended` writes them while the run goes; `steps`, `epochs` and `replay` read them, also while it goes.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.runs.folder import CONFUSION, METRICS, STEPS
from core.training.events import EpochEnded, Steps
from core.training.metrics import EPOCH_COLUMNS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# S steps, K columns, P losses that add up

STEP_COLUMNS = ("loss", "rate", "seconds")
"""Of each step, followed by a part for each loss where there are several; `run.json` names them."""
REAL = "<f4"
REAL_BYTES = 4
_WHOLE = ("epoch", "step")
_SIDES = ("train", "test")


class Appended:
    """A file that only grows. What could not be written waits and is tried again with what follows."""

    def __init__(self, path: Path, length: int = 0) -> None:
        """Whatever the file holds beyond `length` bytes is cut off. OSError."""
        self._good = length
        self._waiting = bytearray()
        # Unbuffered: when a write has come back, the death of this process loses nothing of it.
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+b", 0)
        self._file.truncate(length)

    def add(self, content: bytes) -> None:
        self._waiting += content

    def write(self, sync: bool = False) -> None:
        """Write what waits; with `sync` wait until it is on the disk. OSError."""
        # After a disk that was full in the middle of a row, the row is written again from its beginning.
        self._file.seek(self._good)
        rest = memoryview(bytes(self._waiting))
        while rest:
            rest = rest[self._file.write(rest) :]
        self._good += len(self._waiting)
        self._waiting.clear()
        if sync:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def step_rows(event: Steps, columns: int) -> NDArray[np.float32]:
    """(S, K): the rows of an event; nan where a number is not known."""
    import numpy as np

    rows_SK = np.full((len(event.losses), columns), np.nan, REAL)
    rows_SK[:, 0] = event.losses
    if event.rates is not None:
        rows_SK[:, 1] = event.rates
    rows_SK[:, 2] = event.seconds
    first = len(STEP_COLUMNS)
    if event.parts is not None and columns > first:
        rows_SK[:, first:] = event.parts.T
    return rows_SK


def epoch_line(event: EpochEnded, header: Sequence[str]) -> str:
    """The line of an epoch under a header; numbers so that reading gives the same bits."""
    # Some networks train a hundred epochs a second: the csv module would take three times as long.
    known = len(_WHOLE) + len(EPOCH_COLUMNS)
    values = [getattr(event, name) for name in header[:known]]
    for name in header[known:]:
        side, _, score = name.partition("_")
        values.append((event.train_scores if side == "train" else event.test_scores).get(score))
    return ",".join(["" if value is None else repr(value) for value in values]) + "\n"


def epoch_header(event: EpochEnded) -> tuple[str, ...]:
    """The names of the columns, as the first epoch shows them."""
    own = (*_WHOLE, *EPOCH_COLUMNS)
    scores = [f"{side}_{key}" for side in _SIDES for key in getattr(event, f"{side}_scores")]
    # The accuracy has its column already.
    return (*own, *(name for name in scores if name not in own))


def csv_line(values: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


def steps(folder: Path, columns: int, most: int | None = None) -> NDArray[np.float32]:
    """(S, K): the rows of the first `most` steps, as many whole ones as there are. OSError if there is no file."""
    import numpy as np

    count = -1 if most is None else most * columns
    reals = np.fromfile(folder / STEPS, REAL, count)
    return reals[: len(reals) // columns * columns].reshape(-1, columns)


def epochs(folder: Path, last_step: int | None = None) -> list[EpochEnded]:
    """The epochs that ended by a step, in order; a line that was cut off ends them. Nothing if there is no file."""
    return [event for event, _ in epochs_with_ends(folder, last_step)]


def epochs_with_ends(folder: Path, last_step: int | None = None) -> list[tuple[EpochEnded, int]]:
    """The same, each with the number of bytes up to the end of its line."""
    try:
        content = (folder / METRICS).read_bytes()
    except FileNotFoundError:
        return []
    head, *lines = content.split(b"\n")
    end, header = len(head) + 1, head.decode("utf-8", "replace").split(",")
    found: list[tuple[EpochEnded, int]] = []
    # The last one has no end of line, or is empty.
    for line in lines[:-1]:
        end += len(line) + 1
        event = _epoch(dict(zip(header, line.decode("utf-8", "replace").split(","), strict=False)))
        if event is None or (last_step is not None and event.step > last_step):
            break
        found.append((event, end))
    return found


def _epoch(row: Mapping[str, str]) -> EpochEnded | None:
    try:
        plain = {name: float(row[name]) if row[name] else None for name in EPOCH_COLUMNS}
        scores = {
            f"{side}_scores": {
                name.removeprefix(f"{side}_"): float(value)
                for name, value in row.items()
                if name.startswith(f"{side}_") and name != f"{side}_loss" and value
            }
            for side in _SIDES
        }
        return EpochEnded(**{name: int(row[name]) for name in _WHOLE}, **plain, **scores)  # type: ignore[arg-type]
    except (KeyError, ValueError):
        return None


def confusion(folder: Path) -> NDArray[np.int64] | None:
    """(C, C) of the last epoch that was written; None if there is none."""
    import numpy as np

    try:
        found: NDArray[np.int64] = np.load(folder / CONFUSION, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found if found.ndim == 2 and found.shape[0] == found.shape[1] else None


def replay(
    folder: Path, columns: int, steps_per_epoch: int, last_step: int | None = None
) -> Iterator[Steps | EpochEnded]:
    """The events of a kept run once more, up to a step: an epoch's steps together, then its end."""
    try:
        rows_SK = steps(folder, columns, last_step)
    except FileNotFoundError:
        return
    ends = epochs(folder, last_step)
    for start in range(0, len(rows_SK), steps_per_epoch):
        part_SK = rows_SK[start : start + steps_per_epoch]
        epoch = start // steps_per_epoch
        yield _steps(start + 1, part_SK, epoch + 1)
        if epoch < len(ends) and ends[epoch].step <= start + len(part_SK):
            yield ends[epoch]


def _steps(first: int, rows_SK: NDArray[np.float32], epoch: int) -> Steps:
    import numpy as np

    known = len(STEP_COLUMNS)
    rates_S = rows_SK[:, 1].copy()
    return Steps(
        first,
        rows_SK[:, 0].copy(),
        epoch,
        float(rows_SK[-1, 2]),
        parts=rows_SK[:, known:].T.copy() if rows_SK.shape[1] > known else None,
        rates=None if np.isnan(rates_S).all() else rates_S,
    )
