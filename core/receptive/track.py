"""Where a dimension of the Input is found again in a tensor, and what becomes of it when dimensions move or merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy

from core.receptive.axis import Stretches, length, union
from core.signals import Shape


@dataclass(frozen=True, eq=False)
class Track:
    """One dimension of the Input. Each position of the dimension `dim` has its stretch of it.

    With `dim` None the positions are mixed up with others: the stretches are those of any value in the tensor.
    """

    dim: int | None
    stretches: Stretches

    @cached_property
    def size(self) -> int:
        return length(self.stretches)

    def mixed(self, positions: int | None = None) -> Track:
        """Every value depends on all that any did. The dimension has so many positions now, or is gone."""
        return Track(None if positions is None else self.dim, union(self.stretches, positions or 1))

    def lost(self) -> Track:
        return replace(self, dim=None)


Tracks: TypeAlias = tuple[Track, ...]
"""One for each dimension of the Input but the batch; none where a tensor does not depend on the Input."""


def mixed_along(tracks: Tracks, dims: Sequence[int], shape: Shape) -> Tracks:
    """Tensors whose values along these dimensions were all used for each new one, as Linear does."""
    return tuple(
        track.mixed()
        if track.dim is None
        else track.mixed(_positions(shape, track.dim))
        if track.dim in dims
        else track
        for track in tracks
    )


def _positions(shape: Shape, dim: int) -> int | None:
    size = shape[dim] if dim < len(shape) else None
    return size if isinstance(size, int) else None


def removed(tracks: Tracks, dims: Sequence[int]) -> Tracks:
    """Dimensions that were summed up and are gone."""
    return tuple(
        track.mixed()
        if track.dim is None or track.dim in dims
        else replace(track, dim=track.dim - sum(dim < track.dim for dim in dims))
        for track in tracks
    )


def moved(tracks: Tracks, places: Sequence[int]) -> Tracks:
    """The dimensions in another order: `places` as `permute` takes it."""
    return tuple(track if track.dim is None else replace(track, dim=places.index(track.dim)) for track in tracks)


def reshaped(tracks: Tracks, before: Shape, after: Shape) -> Tracks:
    """A tensor with the same values in other dimensions; those before and behind the change are what they were."""
    front = _equal(before, after)
    back = _equal(before[front:][::-1], after[front:][::-1])

    def place(dim: int | None) -> int | None:
        if dim is None or dim < front:
            return dim
        return dim + len(after) - len(before) if dim >= len(before) - back else None

    return tuple(replace(track, dim=place(track.dim)) for track in tracks)


def _equal(first: Shape, second: Shape) -> int:
    """How many dimensions are the same from the front."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def joined(all_tracks: Sequence[tuple[Tracks, Shape]], rank: int) -> Tracks:
    """Several tensors combined value by value, aligned at their last dimension."""
    aligned = [
        tuple(replace(track, dim=None if track.dim is None else track.dim + rank - len(shape)) for track in tracks)
        for tracks, shape in all_tracks
        if tracks
    ]
    return tuple(_combined(tracks) for tracks in zip(*aligned, strict=True))


def concatenated(all_tracks: Sequence[tuple[Tracks, Shape]], dim: int) -> Tracks:
    """Several tensors one behind the other along a dimension."""
    aligned = list(zip(*(tracks for tracks, _ in all_tracks if tracks), strict=True))
    return tuple(
        Track(tracks[0].dim, numpy.concatenate([track.stretches for track in tracks], axis=1))
        if len(tracks) == len(all_tracks) and all(track.dim in (dim, None) for track in tracks)
        else _combined(tracks)
        for tracks in aligned
    )


def _combined(tracks: Sequence[Track]) -> Track:
    """One track out of several of the same dimension of the Input, position by position."""
    wide = [track for track in tracks if track.stretches.shape[1] > 1]
    if len({(track.dim, track.stretches.shape[1]) for track in wide}) > 1:
        # The positions do not belong together: any value may depend on all of it.
        return Track(None, numpy.concatenate([track.stretches for track in tracks], axis=1)).mixed()
    located = wide[0] if wide else tracks[0]
    result = located.stretches
    for track in tracks:
        result = numpy.minimum(result, track.stretches)
    return replace(located, stretches=result)
