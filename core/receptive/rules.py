"""What each layer and operation does to the stretches of the Input that its values depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy

from core.catalogue import ENTRIES
from core.explain.windows import stem
from core.receptive.shaping import SHAPING
from core.receptive.step import Rule, Step
from core.receptive.track import Track, Tracks, joined, mixed_along, reshaped
from core.receptive.windows import WINDOWS
from core.signals import Shape

UNKNOWN = frozenset({"FractionalMaxPool", "Fold"})
# They take the shape of a tensor and nothing else.
CONSTANT = frozenset({"zeros_like", "ones_like", "full_like", "arange", "generate_square_subsequent_mask"})
# Their statistics run over the image too, but what a value is about is the window before them.
KEEPING = frozenset({"normalization", "activation", "regularization"})
RESHAPING = frozenset("Flatten Unflatten flatten unflatten reshape view squeeze unsqueeze".split())


def step(given: Step) -> Tracks | None:
    """The tracks of what leaves a node."""
    if not given.tracks or given.layer in CONSTANT:
        return ()
    found = _found(given)
    return None if found is None else tuple(_spread_out(track, given.output) for track in found)


def _spread_out(track: Track, shape: Shape) -> Track:
    """Where one position became many, as in broadcasting, each of them depends on the same."""
    size = shape[track.dim] if track.dim is not None and track.dim < len(shape) else None
    if not isinstance(size, int) or size == track.stretches.shape[1] or track.stretches.shape[1] != 1:
        return track
    return replace(track, stretches=track.stretches.repeat(size, axis=1))


def _found(given: Step) -> Tracks | None:
    layer = given.layer
    rule = RULES.get(layer) or RULES.get(stem(layer))
    if rule is not None:
        return rule(given)
    if layer in UNKNOWN or stem(layer) in UNKNOWN:
        return None
    if layer in RESHAPING:
        return reshaped(given.tracks, given.shape, given.output)
    entry = ENTRIES.get(layer)
    if entry is not None and entry.category in KEEPING and given.output == given.shape:
        return given.tracks
    return _operation(given)


def _operation(given: Step) -> Tracks:
    """Value by value where the shapes say so; else everything may depend on everything."""
    entry = ENTRIES.get(given.layer)
    shapes = [shape for _, shape in given.inputs]
    if entry is not None and entry.category == "operation" and _broadcast(shapes) == given.output:
        return joined(given.inputs, len(given.output))
    return _product(given)


def _broadcast(shapes: Sequence[Shape]) -> Shape | None:
    rank = max(len(shape) for shape in shapes)
    sizes = []
    for place in range(-rank, 0):
        found = {shape[place] for shape in shapes if len(shape) >= -place} - {1}
        if len(found) > 1:
            return None
        sizes.append(found.pop() if found else 1)
    return tuple(sizes)


def _linear(given: Step) -> Tracks:
    return mixed_along(joined(given.inputs, len(given.shape)), (len(given.shape) - 1,), given.output)


def _softmax(given: Step) -> Tracks:
    dim = given.number("dim", 1) % len(given.shape)
    # Without places in it, the dimension is one of classes: a softmax over the classes of each place.
    return tuple(
        track.mixed(track.stretches.shape[1]) if track.dim == dim else track.mixed() if track.dim is None else track
        for track in given.tracks
    )


def _along_one(given: Step) -> Tracks:
    """What runs along a dimension, or gates one half of it with the other."""
    return mixed_along(given.tracks, (given.number("dim", -1) % len(given.shape),), given.output)


def _product(given: Step) -> Tracks:
    """Rows with columns: every value may depend on everything."""
    return tuple(
        Track(None, numpy.concatenate([track.stretches for track in tracks], axis=1)).mixed()
        for tracks in zip(*(tracks for tracks, _ in given.inputs if tracks), strict=True)
    )


def _kept(given: Step) -> Tracks:
    return given.tracks


RULES: Mapping[str, Rule] = {
    **WINDOWS,
    **SHAPING,
    **dict.fromkeys(("Linear", "Bilinear"), _linear),
    **dict.fromkeys(("Softmax", "LogSoftmax", "Softmin", "softmax", "log_softmax"), _softmax),
    **dict.fromkeys(("Identity", "ChannelShuffle", "Softmax2d", "Embedding", "normalize"), _kept),
    **dict.fromkeys(("GLU", "glu", "cumsum"), _along_one),
    **dict.fromkeys(("matmul", "bmm", "scaled_dot_product_attention"), _product),
}
