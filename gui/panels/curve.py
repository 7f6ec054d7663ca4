"""What a curve of a million points looks like on six hundred pixels: few points, every extreme among them.

Charts ask here at every redraw, so nothing here is slower than a walk over the visible values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.floating]


@dataclass(frozen=True)
class Bend:
    """Where values stand that are not evenly apart: x at some of them, evenly in between. Both ascend."""

    indices: Reals
    places: Reals


@dataclass(frozen=True)
class Series:
    """Values along x, at even distances or along a bend: the losses of all steps, or one number an epoch."""

    values: Reals = field(default_factory=lambda: np.empty(0))
    start: float = 0.0
    """x of the first value."""
    spacing: float = 1.0
    """Distance along x from one value to the next; above 0. Along a bend about that."""
    bend: Bend | None = None
    """Where the values stand, if not at even distances."""

    def __len__(self) -> int:
        return len(self.values)

    def x(self, index: Reals | NDArray[np.integer] | int) -> NDArray[np.float64]:
        indices = np.asarray(index, dtype=np.float64)
        if self.bend is not None:
            return np.asarray(np.interp(indices, self.bend.indices, self.bend.places))
        return np.asarray(self.start + self.spacing * indices)

    def _index(self, x: float) -> float:
        """Where between the values a place is; along a bend never beyond its ends."""
        if self.bend is not None:
            return float(np.interp(x, self.bend.places, self.bend.indices))
        return (x - self.start) / self.spacing

    def nearest(self, x: float) -> int | None:
        """Index of the value nearest to x, None without values."""
        if not len(self):
            return None
        return min(max(round(self._index(x)), 0), len(self) - 1)

    def window(self, left: float, right: float) -> tuple[int, int]:
        """Indices `first, last` (exclusive) of what is seen between two x, with one neighbour on each side."""
        first = max(floor(self._index(left)), 0)
        last = min(ceil(self._index(right)) + 1, len(self))
        return min(first, len(self)), max(last, min(first, len(self)))


def bucket_size(values: int, buckets: int) -> int:
    """Values per bucket: a power of two, so that buckets keep their borders while a curve grows or is moved."""
    size = 1
    while values > size * buckets:
        size *= 2
    return size


def thinned(values: Reals, first: int, last: int, buckets: int) -> NDArray[np.int64]:
    """Ascending indices of `values[first:last]`: the lowest and the highest of each bucket, the first and the last."""
    size = bucket_size(last - first, buckets)
    if size <= 2:
        return np.arange(first, last)
    begin, whole = _borders(first, last, size)
    rows = values[begin : begin + whole * size].reshape(whole, size)
    starts = begin + size * np.arange(whole)
    parts = [starts + rows.argmin(axis=1), starts + rows.argmax(axis=1), np.array([first, last - 1])]
    for left, right in ((first, begin), (begin + whole * size, last)):
        if left < right:
            piece = values[left:right]
            parts.append(np.array([left + piece.argmin(), left + piece.argmax()]))
    return np.unique(np.concatenate(parts))


def smoothed(values: Reals, first: int, last: int, buckets: int, span: int) -> tuple[Reals, Reals]:
    """(indices, means) of `values[first:last]`, each the mean of about `span` values around it.

    Means of means: buckets first, then over neighbouring buckets, so that the cost does not grow with the span.
    """
    size = min(bucket_size(last - first, buckets), max(span, 1))
    begin, whole = _borders(first, last, size)
    if not whole:
        return np.empty(0), np.empty(0)
    means = values[begin : begin + whole * size].reshape(whole, size).mean(axis=1, dtype=np.float64)
    places = begin + size * np.arange(whole) + (size - 1) / 2
    reach = max(span // size, 1) // 2
    if reach == 0 or whole < 2:
        # Means of a few values each can still be more than there are pixels.
        chosen = thinned(means, 0, whole, buckets)
        return places[chosen], means[chosen]
    # Near the ends the mean is over what there is.
    sums = np.concatenate([[0.0], np.cumsum(means)])
    left = np.maximum(np.arange(whole) - reach, 0)
    right = np.minimum(np.arange(whole) + reach + 1, whole)
    return places, (sums[right] - sums[left]) / (right - left)


def extremes(values: Reals, first: int, last: int) -> tuple[float, float] | None:
    """Lowest and highest finite value of `values[first:last]`, None where there is none."""
    seen = values[first:last]
    if not len(seen):
        return None
    low, high = float(seen.min()), float(seen.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        seen = seen[np.isfinite(seen)]
        if not len(seen):
            return None
        low, high = float(seen.min()), float(seen.max())
    return low, high


def _borders(first: int, last: int, size: int) -> tuple[int, int]:
    """Where the first whole bucket begins, at a multiple of its size, and how many whole ones there are."""
    begin = -(-first // size) * size
    return (begin, (last - begin) // size) if begin < last else (last, 0)
