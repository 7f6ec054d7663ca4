"""The numbers of a run, as plots read them: numpy arrays that grow without being copied at every point."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.training.events import EpochEnded, Event, Steps

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

FIRST_ROOM = 1024
"""Values a column has room for at first; it doubles when it is full."""
EPOCH_COLUMNS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "samples_per_second", "seconds")


class Column:
    """One growing array. `values` is a read-only view of what is there: no copy, and it stays as it was when read."""

    def __init__(self, dtype: str) -> None:
        self._dtype = dtype
        self._room: NDArray | None = None
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def extend(self, values: ArrayLike) -> None:
        import numpy as np

        added = np.asarray(values, dtype=self._dtype)
        needed = self._length + len(added)
        if self._room is None or needed > len(self._room):
            grown = np.empty(max(FIRST_ROOM, 2 * needed), dtype=self._dtype)
            if self._room is not None:
                grown[: self._length] = self._room[: self._length]
            self._room = grown
        self._room[self._length : needed] = added
        self._length = needed

    def extend_counting(self, first: int, count: int) -> None:
        import numpy as np

        self.extend(np.arange(first, first + count, dtype=self._dtype))

    @property
    def values(self) -> NDArray:
        import numpy as np

        view = np.empty(0, dtype=self._dtype) if self._room is None else self._room[: self._length]
        view.flags.writeable = False
        return view


class Metrics:
    """Per step: `steps`, `losses`, `rates`, `parts`. Per epoch, all of one length: `epochs`, `epoch_steps`,
    `EPOCH_COLUMNS` and `scores`. What an epoch did not tell is nan there: a regression has no accuracy.
    """

    def __init__(self) -> None:
        self._steps = Column("int64")
        self._losses = Column("float32")
        self._rates = Column("float32")
        self._parts: list[Column] = []
        self._epochs = Column("int64")
        self._epoch_steps = Column("int64")
        self._by_name = {name: Column("float64") for name in EPOCH_COLUMNS}
        self._scores: dict[str, Column] = {}
        self._marks = Column("int64"), Column("float64")
        self.confusion: NDArray[np.int64] | None = None
        """(C, C) of the last epoch: a row for each true class, a column for each answer."""

    def take(self, event: Event) -> bool:
        """Add what an event says; whether it said anything."""
        if isinstance(event, Steps):
            self._steps.extend_counting(event.first_step, len(event.losses))
            self._losses.extend(event.losses)
            self._rates.extend(_told(event.rates, len(event.losses)))
            for index, part in enumerate(event.parts if event.parts is not None else ()):
                _filled(self._parts, index, len(self._losses) - len(part)).extend(part)
            steps, seconds = self._marks
            steps.extend((event.first_step + len(event.losses) - 1,))
            seconds.extend((event.seconds,))
        elif isinstance(event, EpochEnded):
            self._epochs.extend((event.epoch,))
            self._epoch_steps.extend((event.step,))
            for name, column in self._by_name.items():
                value = getattr(event, name)
                column.extend((math.nan if value is None else value,))
            self._take_scores(event)
        else:
            return False
        return True

    def _take_scores(self, event: EpochEnded) -> None:
        told = {f"train_{name}": value for name, value in event.train_scores.items()}
        told |= {f"test_{name}": value for name, value in event.test_scores.items()}
        before = len(self._epochs) - 1
        for name in told.keys() - self._scores.keys():
            self._scores[name] = Column("float64")
            self._scores[name].extend([math.nan] * before)
        for name, column in self._scores.items():
            column.extend((told.get(name, math.nan),))
        if event.confusion is not None:
            self.confusion = event.confusion

    @property
    def steps(self) -> NDArray[np.int64]:
        """(steps,), from 1."""
        return self._steps.values

    @property
    def losses(self) -> NDArray[np.float32]:
        """(steps,), the training loss of each step."""
        return self._losses.values

    @property
    def rates(self) -> NDArray[np.float32]:
        """(steps,), the learning rate of each step."""
        return self._rates.values

    @property
    def marks(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Steps, a few a second, and how many seconds after the start of the run each of them was done."""
        steps, seconds = self._marks
        return steps.values, seconds.values

    @property
    def parts(self) -> tuple[NDArray[np.float32], ...]:
        """(steps,) for each of several losses: what it adds to `losses`. Empty with a single one."""
        return tuple(column.values for column in self._parts)

    @property
    def scores(self) -> Mapping[str, NDArray[np.float64]]:
        """(epochs,) by name: `test_f1`, `train_mae` …"""
        return {name: column.values for name, column in sorted(self._scores.items())}

    @property
    def epochs(self) -> NDArray[np.int64]:
        """(epochs,), from 1."""
        return self._epochs.values

    @property
    def epoch_steps(self) -> NDArray[np.int64]:
        """(epochs,), the step at which each epoch ended: the same axis as `steps`."""
        return self._epoch_steps.values

    @property
    def train_loss(self) -> NDArray[np.float64]:
        return self._by_name["train_loss"].values

    @property
    def test_loss(self) -> NDArray[np.float64]:
        return self._by_name["test_loss"].values

    @property
    def train_accuracy(self) -> NDArray[np.float64]:
        """(epochs,), 0 to 1; nan for a regression."""
        return self._by_name["train_accuracy"].values

    @property
    def test_accuracy(self) -> NDArray[np.float64]:
        """(epochs,), 0 to 1; nan for a regression."""
        return self._by_name["test_accuracy"].values

    @property
    def samples_per_second(self) -> NDArray[np.float64]:
        return self._by_name["samples_per_second"].values

    @property
    def seconds(self) -> NDArray[np.float64]:
        """(epochs,), since the run started, without pauses."""
        return self._by_name["seconds"].values

    def epoch_table(self) -> str:
        """One row an epoch, as CSV with a header. Numbers are written so that reading gives the same bits."""
        # The accuracy has its column already.
        scores = {name: one for name, one in self.scores.items() if name not in self._by_name}
        columns = [*(column.values for column in self._by_name.values()), *scores.values()]
        rows = zip(self.epochs.tolist(), self.epoch_steps.tolist(), *(_cells(one) for one in columns), strict=True)
        return _csv(("epoch", "step", *EPOCH_COLUMNS, *scores), rows)

    def step_table(self) -> str:
        """One row a step, as CSV with a header."""
        columns = {"loss": self.losses}
        columns |= {f"loss_{number}": part for number, part in enumerate(self.parts, 1)}
        # Runs that were kept by an older version tell none.
        if any(rate == rate for rate in self.rates[:1]):
            columns["rate"] = self.rates
        rows = zip(self.steps.tolist(), *(_cells(one) for one in columns.values()), strict=True)
        return _csv(("step", *columns), rows)


def _told(values: NDArray[np.float32] | None, count: int) -> ArrayLike:
    return values if values is not None else [math.nan] * count


def _filled(columns: list[Column], index: int, before: int) -> Column:
    """The column of a part; one that comes late has nothing for the steps before."""
    if index == len(columns):
        columns.append(Column("float32"))
        columns[-1].extend([math.nan] * before)
    return columns[index]


def _cells(values: NDArray) -> list[object]:
    """What stands in a table; nothing where nothing was told."""
    return ["" if value != value else value for value in values.tolist()]


def _csv(header: tuple[str, ...], rows: object) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()
