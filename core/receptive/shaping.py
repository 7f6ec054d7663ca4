"""What operations do to receptive fields that move, join, pick or sum up dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.receptive.step import Rule, Step
from core.receptive.track import Track, Tracks, concatenated, joined, mixed_along, moved, removed


def _reduced(given: Step) -> Tracks:
    rank = len(given.shape)
    dim = given.arguments.get("dim")
    dims = [place % rank for place in (dim if isinstance(dim, tuple) else (dim,)) if isinstance(place, int)]
    if not dims:
        return tuple(track.mixed() for track in given.tracks)
    if len(given.output) == rank:
        return mixed_along(given.tracks, dims, given.output)
    return removed(given.tracks, dims)


def _picked(given: Step) -> Tracks | None:
    """One position of a dimension, which is gone then."""
    dim = given.number("dim", 0) % len(given.shape)
    index = given.number("index", 0)
    found = []
    for track in given.tracks:
        if track.dim == dim:
            size = track.stretches.shape[1]
            found.append(Track(None, track.stretches[:, index % size : index % size + 1]))
        else:
            behind = track.dim is not None and track.dim > dim
            found.append(replace(track, dim=track.dim - 1) if behind and track.dim is not None else track)
    return tuple(found)


def _narrowed(given: Step) -> Tracks:
    dim, start = given.number("dim", 0) % len(given.shape), given.number("start", 0)
    length = given.number("length", 1)
    return tuple(
        replace(track, stretches=track.stretches[:, start:][:, :length]) if track.dim == dim else track
        for track in given.tracks
    )


def _sliced(given: Step) -> Tracks:
    dim = given.number("dim", 0) % len(given.shape)
    places = slice(*(given.arguments.get(name) for name in ("start", "stop", "step")))
    return tuple(
        replace(track, stretches=track.stretches[:, places]) if track.dim == dim else track for track in given.tracks
    )


def _flipped(given: Step) -> Tracks:
    dims = given.arguments.get("dims")
    rank = len(given.shape)
    turned = {place % rank for place in (dims if isinstance(dims, tuple) else (dims,)) if isinstance(place, int)}
    return tuple(
        replace(track, stretches=track.stretches[:, ::-1]) if track.dim in turned else track for track in given.tracks
    )


def _expanded(given: Step) -> Tracks:
    return joined(given.inputs[:1], len(given.output))


def _pieces(given: Step) -> Tracks | None:
    """All pieces are told of together, so a piece of the places themselves is not told apart."""
    dim = given.number("dim", 0) % len(given.shape)
    if any(track.dim == dim and track.stretches.shape[1] != 1 and track.dim >= 2 for track in given.tracks):
        return None
    return tuple(replace(track, dim=None) if track.dim == dim else track for track in given.tracks)


def _permuted(given: Step) -> Tracks:
    rank = len(given.shape)
    dims = next((value for value in given.arguments.values() if isinstance(value, tuple)), ())
    places = [place % rank for place in dims if isinstance(place, int)]
    return moved(given.tracks, places) if len(places) == rank else tuple(track.lost() for track in given.tracks)


def _transposed_dims(given: Step) -> Tracks:
    rank = len(given.shape)
    first, second = given.number("dim0", 0) % rank, given.number("dim1", 1) % rank
    places = list(range(rank))
    places[first], places[second] = second, first
    return moved(given.tracks, places)


def _cat(given: Step) -> Tracks:
    return concatenated(given.inputs, given.number("dim", 0) % len(given.output))


def _stack(given: Step) -> Tracks:
    dim = given.number("dim", 0) % len(given.output)
    return tuple(
        replace(track, dim=track.dim + 1) if track.dim is not None and track.dim >= dim else track
        for track in joined(given.inputs, len(given.shape))
    )


def _compared(given: Step) -> Tracks:
    """Two tensors compared along a dimension: of each pair of vectors one value is left."""
    last = given.layer == "PairwiseDistance"
    dim = (-1 if last else given.number("dim", 1)) % len(given.shape)
    both = joined(given.inputs, len(given.shape))
    return mixed_along(both, (dim,), given.output) if len(given.output) == len(given.shape) else removed(both, (dim,))


SHAPING: Mapping[str, Rule] = {
    **dict.fromkeys("mean sum amax amin max min std var argmax argmin logsumexp norm".split(), _reduced),
    **dict.fromkeys(("CosineSimilarity", "PairwiseDistance"), _compared),
    "select": _picked,
    "narrow": _narrowed,
    "slice": _sliced,
    "flip": _flipped,
    **dict.fromkeys(("expand", "expand_as"), _expanded),
    **dict.fromkeys(("chunk", "split"), _pieces),
    "permute": _permuted,
    "transpose": _transposed_dims,
    "cat": _cat,
    "stack": _stack,
}
