"""The numbers of a run, as plots read them: numpy arrays that grow without being copied at every point."""

from __future__ import annotations

import csv
import io
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
    """Per step: `steps`, `losses`. Per epoch, all of one length: `epochs`, `epoch_steps` and `EPOCH_COLUMNS`."""

    def __init__(self) -> None:
        self._steps = Column("int64")
        self._losses = Column("float32")
        self._epochs = Column("int64")
        self._epoch_steps = Column("int64")
        self._by_name = {name: Column("float64") for name in EPOCH_COLUMNS}

    def take(self, event: Event) -> bool:
        """Add what an event says; whether it said anything."""
        if isinstance(event, Steps):
            self._steps.extend_counting(event.first_step, len(event.losses))
            self._losses.extend(event.losses)
        elif isinstance(event, EpochEnded):
            self._epochs.extend((event.epoch,))
            self._epoch_steps.extend((event.step,))
            for name, column in self._by_name.items():
                column.extend((getattr(event, name),))
        else:
            return False
        return True

    @property
    def steps(self) -> NDArray[np.int64]:
        """(steps,), from 1."""
        return self._steps.values

    @property
    def losses(self) -> NDArray[np.float32]:
        """(steps,), the training loss of each step."""
        return self._losses.values

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
        """(epochs,), 0 to 1."""
        return self._by_name["train_accuracy"].values

    @property
    def test_accuracy(self) -> NDArray[np.float64]:
        """(epochs,), 0 to 1."""
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
        rows = zip(
            self.epochs.tolist(),
            self.epoch_steps.tolist(),
            *(c.values.tolist() for c in self._by_name.values()),
            strict=True,
        )
        return _csv(("epoch", "step", *EPOCH_COLUMNS), rows)

    def step_table(self) -> str:
        """One row a step, as CSV with a header."""
        return _csv(("step", "loss"), zip(self.steps.tolist(), self.losses.tolist(), strict=True))


def _csv(header: tuple[str, ...], rows: object) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()
