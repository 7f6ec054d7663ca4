"""The edits that bring two tensors to one shape: a projection on the shortcut, a Flatten, two dimensions of one."""

from __future__ import annotations

from collections.abc import Iterator

from core.problems import Mend
from core.rules.pairs import broadcast
from core.rules.site import Site
from core.signals import Shape, values_in
from core.values import Value

CONVOLUTIONS = {3: "Conv1d", 4: "Conv2d", 5: "Conv3d"}
Insertion = tuple[int, str, dict[str, Value]]
"""Into the wire of which input, which layer, and its arguments."""


def fitting_mends(site: Site) -> Iterator[Mend]:
    """At most one edit, of two inputs that a value-by-value operation or a stack cannot combine."""
    if len(site.received) != 2:
        return
    one, other = site.received
    if one is None or other is None or "N" not in (one.shape[:1] + other.shape[:1]):
        return
    if one.dtype != "float32" or other.dtype != "float32":
        return
    found = _insertion(one.shape, other.shape)
    if found is not None:
        port, layer, arguments = found
        yield site.insert(layer, arguments, port)


def _insertion(one: Shape, other: Shape) -> Insertion | None:
    if len(one) != len(other):
        return _across_ranks(one, other)
    candidates = [
        (port, layer, arguments)
        for port, shape, wanted in ((0, one, other), (1, other, one))
        if (made := _projection(shape, wanted)) is not None
        for layer, arguments in (made,)
    ]
    # The shortcut of a residual block is the input that is less worked on: the larger image, else the fewer channels.
    shapes = (one, other)
    candidates.sort(key=lambda made: _worked_on(shapes[made[0]], made[1]))
    return candidates[0] if candidates else None


def _projection(shape: Shape, wanted: Shape) -> tuple[str, dict[str, Value]] | None:
    """The layer that turns the one shape into the other, a linear map at every place."""
    if not all(isinstance(size, int) for size in (*shape[1:], *wanted[1:])) or shape[:1] != wanted[:1]:
        return None
    if len(shape) > 1 and shape[:-1] == wanted[:-1]:
        return "Linear", {"out_features": wanted[-1]}
    if len(shape) not in CONVOLUTIONS:
        return None
    strides = [_stride(size, target) for size, target in zip(shape[2:], wanted[2:], strict=True)]
    if None in strides:
        return None
    arguments: dict[str, Value] = {"out_channels": wanted[1], "kernel_size": 1}
    if set(strides) != {1}:
        arguments["stride"] = strides[0] if len(set(strides)) == 1 else tuple(strides)
    return CONVOLUTIONS[len(shape)], arguments


def _stride(size: object, target: object) -> int | None:
    """The stride with which a kernel of one makes `target` values of `size`."""
    assert isinstance(size, int)
    assert isinstance(target, int)
    if not 1 <= target <= size:
        return None
    smallest = (size - 1) // target + 1
    return smallest if (size - 1) // smallest + 1 == target else None


def _worked_on(shape: Shape, layer: str) -> tuple[int, int]:
    if layer == "Linear":
        return (0, values_in(shape[-1:]))
    return (-_image(shape), _channels(shape))


def _image(shape: Shape) -> int:
    return values_in(shape[2:])


def _channels(shape: Shape) -> int:
    return values_in(shape[1:2])


def _across_ranks(one: Shape, other: Shape) -> Insertion | None:
    (high_port, high), (low_port, low) = ((0, one), (1, other)) if len(one) > len(other) else ((1, other), (0, one))
    if len(low) != 2 or high[:1] != low[:1]:
        return None
    if len(high) > 3 and high[1] == low[1]:
        # As in squeeze-and-excitation: a value for each channel, spread over the image.
        sizes = (high[1], *(1,) * (len(high) - 2))
        if broadcast(high, (low[0], *sizes)) is not None:
            return low_port, "Unflatten", {"dim": 1, "unflattened_size": sizes}
    if values_in(high) in (low[1], 1) or low[1] == 1:
        return high_port, "Flatten", {}
    return None
