"""The numbers of kept runs, read from their folders, and several runs as curves in one plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.layout import Layout
from core.runs.compare import Difference, differences, run_differences
from core.runs.numbers import confusion, epochs, steps
from core.runs.records import RecordError, read_record
from core.runs.store import RunEntry, run_layout
from core.storage import LayoutFileError
from core.training.events import Steps
from core.training.metrics import Metrics
from gui.panels.chart_lines import Line
from gui.panels.run_curves import Across, Axis, colour, epoch_length, offered, score_lines, score_values
from gui.words import Words

MOST_RUNS = 8
"""Runs in one plot: as many as there are colours."""
PIECES = 1000
"""Parts of a run of which it is known when they were done."""


@dataclass(frozen=True)
class Numbers:
    """What is drawn of a run."""

    metrics: Metrics = field(default_factory=Metrics)
    steps_per_epoch: int = 1

    def axis(self, across: Across) -> Axis:
        return Axis(across, self.metrics, epoch_length(self.metrics, self.steps_per_epoch))


@dataclass(frozen=True)
class Compared:
    """Several runs side by side."""

    entries: tuple[RunEntry, ...]
    numbers: tuple[Numbers, ...]
    layouts: tuple[Layout | None, ...] = ()
    differences: tuple[Difference, ...] = ()


def read_numbers(folder: Path) -> Numbers:
    """What was measured, as far as it can be read."""
    metrics = Metrics()
    try:
        record = read_record(folder)
        columns = len(record.get("step_columns") or ()) or 3
        rows_SK = steps(folder, columns)
    except (RecordError, OSError, TypeError):
        return Numbers(metrics)
    ended = epochs(folder)
    size = max(-(-len(rows_SK) // PIECES), 1)
    for start in range(0, len(rows_SK), size):
        piece_SK = rows_SK[start : start + size]
        parts_PS = np.ascontiguousarray(piece_SK[:, 3:].T) if columns > 3 else None
        rates_S = piece_SK[:, 1]
        metrics.take(Steps(start + 1, piece_SK[:, 0], 0, float(piece_SK[-1, 2]), parts_PS, rates_S))
    for event in ended:
        metrics.take(event)
    metrics.confusion = confusion(folder)
    per_epoch = record.get("steps_per_epoch")
    return Numbers(metrics, per_epoch if isinstance(per_epoch, int) and per_epoch > 0 else 1)


def read_layout(folder: Path) -> Layout | None:
    """None if it cannot be read."""
    try:
        return run_layout(folder)
    except (LayoutFileError, OSError):
        return None


def differing(entries: Sequence[RunEntry], layouts: Sequence[Layout | None]) -> tuple[Difference, ...]:
    """What differs between the runs whose layouts can be read; the others have no value."""
    pairs = zip(entries, layouts, strict=True)
    readable = {at: (entry, layout) for at, (entry, layout) in enumerate(pairs) if layout is not None}
    if len(readable) < 2:
        return ()
    found = differences([layout for _, layout in readable.values()])
    found += run_differences([entry for entry, _ in readable.values()])
    told = [dict(zip(readable, one.values, strict=True)) for one in found]
    return tuple(
        Difference(one.what, tuple(values.get(at) for at in range(len(entries))))
        for one, values in zip(found, told, strict=True)
    )


def measures(numbers: Sequence[Numbers]) -> list[str]:
    """What can be compared: `loss`, `step_loss`, scores and `rate`."""
    found = ["loss", "step_loss"]
    for one in numbers:
        found += [kind for kind in offered(one.metrics) if kind not in found]
    return [kind for kind in found if kind not in ("parts", "confusion")]


def lines_of(
    numbers: Sequence[Numbers], names: Sequence[str], measure: str, across: Across, words: Words
) -> list[Line]:
    """Of one run its training and its test curve, of several the test curves, each named at its end."""
    if len(numbers) == 1 and measure not in ("step_loss", "rate"):
        return score_lines(numbers[0].axis(across), measure, words, smooth=True)
    found = []
    for index, (one, name) in enumerate(zip(numbers, names, strict=True)):
        axis, token = one.axis(across), colour(index)
        if measure == "step_loss":
            found.append(Line(name, axis.by_step(one.metrics.losses), token, "thin"))
        elif measure == "rate":
            found.append(Line(name, axis.by_step(one.metrics.rates), token, "solid"))
        else:
            values = score_values(one.metrics, "test", measure)
            found.append(Line(name, axis.by_epoch(values), token, "dashed", smooth=True))
    return found
