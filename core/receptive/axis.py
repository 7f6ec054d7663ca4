"""Along one dimension: which stretch of the Input each position of a tensor depends on.

A stretch is kept as (first, −last), so that the smallest stretch around several is the minimum of each, and one
that is not there (padding) is larger than any.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy
from numpy.typing import NDArray

Stretches: TypeAlias = NDArray[numpy.int64]
"""Of shape (2, positions)."""

NOTHING = 2**40


def pixels(count: int) -> Stretches:
    """Every position of the Input depends on itself."""
    positions = numpy.arange(count)
    return numpy.stack((positions, -positions))


def length(stretches: Stretches) -> int:
    """How many positions of the Input the longest of these stretches covers."""
    return max(0, 1 - int(stretches.sum(axis=0).min())) if stretches.size else 0


def union(stretches: Stretches, positions: int) -> Stretches:
    """Positions that each depend on all that these depend on."""
    return numpy.repeat(stretches.min(axis=1, keepdims=True), positions, axis=1)


def window(stretches: Stretches, kernel: int, stride: int, before: int, dilation: int, positions: int) -> Stretches:
    """What a moving window covers, with `before` positions of padding, or of cropping where it is negative.

    Padding depends on nothing, also where it repeats values of the edge.
    """
    wide = _framed(stretches, before, (positions - 1) * stride + dilation * (kernel - 1) + 1)
    covered = 1
    # Windows of 2, 4, 8 … positions out of two of half the size: a kernel of 1,000 costs ten steps.
    while 2 * covered <= kernel:
        wide = _joined(wide, covered * dilation)
        covered *= 2
    if covered < kernel:
        wide = _joined(wide, (kernel - covered) * dilation)
    return wide[:, ::stride][:, :positions]


def spread(stretches: Stretches, kernel: int, stride: int, before: int, dilation: int, positions: int) -> Stretches:
    """What reaches each position of a transposed convolution: a window over the positions, set `stride` apart."""
    count = stretches.shape[1]
    apart = numpy.full((2, (count - 1) * stride + 1), NOTHING)
    apart[:, ::stride] = stretches
    return window(apart, kernel, 1, dilation * (kernel - 1) - before, dilation, positions)


def adaptive(stretches: Stretches, positions: int) -> Stretches:
    """Windows that share the dimension among that many positions, as adaptive pooling does."""
    count = stretches.shape[1]
    if count % positions == 0:
        return window(stretches, count // positions, count // positions, 0, 1, positions)
    bounds = [(index * count // positions, -(-(index + 1) * count // positions)) for index in range(positions)]
    return numpy.stack([stretches[:, start:end].min(axis=1) for start, end in bounds], axis=1)


def resized(stretches: Stretches, positions: int, mode: str, factor: float | None, align_corners: bool) -> Stretches:
    """What an upsampling reads for each position. `factor` is the scale factor, where one was given."""
    count = stretches.shape[1]
    if mode == "area":
        return adaptive(stretches, positions)
    place: NDArray[Any] = numpy.arange(positions)
    scale = 1 / factor if factor else count / positions
    if mode in ("nearest", "nearest-exact"):
        place = place * scale if mode == "nearest" else (place + 0.5) * scale
        return stretches[:, numpy.minimum(place.astype(int), count - 1)]
    if align_corners:
        place = place * ((count - 1) / (positions - 1) if positions > 1 else 0.0)
    else:
        place = (place + 0.5) * scale - 0.5
        # A cubic looks beyond the edge; a line begins at the first value.
        place = place if mode == "bicubic" else numpy.maximum(place, 0)
    first = numpy.floor(place).astype(int)
    between = place > first
    around = (-1, 0, 1, 2) if mode == "bicubic" else (0, 1)
    found = stretches[:, numpy.clip(first, 0, count - 1)]
    for offset in around:
        neighbour = stretches[:, numpy.clip(first + offset, 0, count - 1)]
        # A value that falls on another one takes nothing from its neighbours.
        found = numpy.where(between, numpy.minimum(found, neighbour), found)
    return found


def _framed(stretches: Stretches, before: int, width: int) -> Stretches:
    if before == 0 and stretches.shape[1] >= width:
        return stretches[:, :width]
    framed = numpy.full((2, max(width, 0)), NOTHING)
    inside = stretches[:, max(-before, 0) :][:, : max(0, width - max(before, 0))]
    framed[:, max(before, 0) : max(before, 0) + inside.shape[1]] = inside
    return framed


def _joined(stretches: Stretches, distance: int) -> Stretches:
    if distance >= stretches.shape[1]:
        return stretches[:, :0]
    return numpy.minimum(stretches[:, :-distance], stretches[:, distance:])
