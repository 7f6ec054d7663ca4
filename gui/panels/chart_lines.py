"""The curves of a chart as values, and what can be asked of several together: bounds, the next point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.panels.curve import Series, extremes


@dataclass(frozen=True)
class Line:
    """A curve: what it is called, its colour token, and how it is drawn (`solid`, `dashed`, `thin`, `faint`)."""

    name: str
    series: Series
    token: str
    style: str
    labelled: bool = True
    """Whether its name and last value stand at its end."""
    smooth: bool = False
    """Whether it is drawn smoothed, the values themselves faint behind; what is thin or faint always can be."""


def finest(lines: Sequence[Line]) -> Series | None:
    """The series whose values lie closest together; None where there are none."""
    return min((line.series for line in lines if len(line.series)), key=lambda one: one.spacing, default=None)


def coarsest(lines: Sequence[Line]) -> Series | None:
    return max((line.series for line in lines if len(line.series)), key=lambda one: one.spacing, default=None)


def snapped(lines: Sequence[Line], x: float) -> float:
    """The x of the point nearest to a place, of the finest series."""
    series = finest(lines)
    index = series.nearest(x) if series is not None else None
    return x if series is None or index is None else float(series.x(index))


def neighbour(lines: Sequence[Line], x: float | None, direction: int, fine: bool) -> float | None:
    """The x of the point before (−1) or behind (1) a place; without a place the first or the last point.

    `fine` goes along the finest series (steps), else along the coarsest (epochs). None where there are no points.
    """
    series = finest(lines) if fine else coarsest(lines)
    if series is None:
        return None
    index = series.nearest(x) if x is not None else None
    last = len(series) - 1
    if index is None:
        return float(series.x(last if direction < 0 else 0))
    return float(series.x(min(max(index + direction, 0), last)))


def bounds(lines: Sequence[Line]) -> tuple[float, float]:
    """Lowest and highest finite value of all; 0 to 1 where there is none."""
    found = [extremes(line.series.values, 0, len(line.series)) for line in lines]
    lows, highs = [pair[0] for pair in found if pair], [pair[1] for pair in found if pair]
    return min(lows, default=0.0), max(highs, default=1.0)
