"""The edits that bring two tensors to one shape: a projection on the shortcut, a Flatten, two dimensions of one."""

from __future__ import annotations

from collections.abc import Iterator

from core.layout import Layout
from core.problems import Mend
from core.rules import mends
from core.rules.pairs import broadcast
from core.rules.site import Site
from core.signals import Shape, values_in
from core.values import Value

CONVOLUTIONS = {3: "Conv1d", 4: "Conv2d", 5: "Conv3d"}
KEEPS_SHAPE = frozenset({"activation", "normalization", "regularization"})
Insertion = tuple[int, str, dict[str, Value]]
"""Into the wire of which input, which layer, and its arguments."""


def fitting_mends(site: Site) -> Iterator[Mend]:
    """At most one edit of each kind, of two inputs that an operation cannot combine."""
    if len(site.received) != 2:
        return
    one, other = site.received
    if one is None or other is None or "N" not in (one.shape[:1] + other.shape[:1]):
        return
    if one.dtype != "float32" or other.dtype != "float32":
        return
    for port, shape, wanted in ((0, one.shape, other.shape), (1, other.shape, one.shape)):
        yield from _padding(site, port, shape, wanted)
    found = _insertion(one.shape, other.shape)
    if found is not None:
        port, layer, arguments = found
        yield site.insert(layer, arguments, port)


def _padding(site: Site, port: int, shape: Shape, wanted: Shape) -> Iterator[Mend]:
    """The padding with which a convolution keeps the border that it lost on the way to this input."""
    node_id = _convolution_before(site.layout, site.edge(port).source)
    dimensions = len(shape) - 2
    if node_id is None or len(shape) != len(wanted) or dimensions < 1:
        return
    arguments = site.layout.nodes[node_id].arguments
    each = [arguments.get(name, usual) for name, usual in (("kernel_size", 0), ("dilation", 1), ("padding", 0))]
    kernel, dilation, padding = (value if isinstance(value, tuple) else (value,) * dimensions for value in each)
    sizes = zip(shape[2:], wanted[2:], kernel, dilation, padding, strict=True)
    found = [_padded(*of_dimension) for of_dimension in sizes]
    if None not in found and any(part != pad for part, pad in zip(found, padding, strict=True)):
        yield mends.set_argument(node_id, "padding", found[0] if len(set(found)) == 1 else tuple(found))


def _padded(size: object, target: object, width: object, spread: object, pad: object) -> int | None:
    """The padding of one dimension that makes `target` of `size` values, where the kernel took just these away."""
    if not (isinstance(size, int) and isinstance(target, int) and isinstance(width, int)):
        return None
    if not (isinstance(spread, int) and isinstance(pad, int)):
        return None
    lost = target - size
    fits = spread * (width - 1) - 2 * pad == lost and lost >= 0 and lost % 2 == 0
    return pad + lost // 2 if fits else None


def _convolution_before(layout: Layout, node_id: str) -> str | None:
    """The convolution of stride 1 whose values come here with no more than an activation or a norm between."""
    while True:
        node, into = layout.nodes[node_id], layout.into(node_id)
        if node.layer in CONVOLUTIONS.values():
            return node_id if "stride" not in node.arguments and node.shares is None else None
        if layout.entry(node_id).category not in KEEPS_SHAPE or len(into) != 1:
            return None
        node_id = into[0].source


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
