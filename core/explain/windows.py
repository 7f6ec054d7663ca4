"""The formulas of layers that move a window over sequences, images or volumes, and of those that pad or resize."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from core.explain.formula import computed
from core.explain.reason import Reason, about, given, of_shape, part, spelled
from core.signals import Shape, Size
from core.values import Value

Arguments: TypeAlias = Mapping[str, Value]
Parts: TypeAlias = Mapping[str, tuple[str, Size | float]]
Rule: TypeAlias = Callable[[int, Arguments, tuple[Shape, ...], tuple[Shape, ...]], tuple[Reason, ...]]
"""The first argument is the number of dimensions that the window moves along: 2 of Conv2d."""

PLACES = "(size + 2·padding − dilation·(kernel_size − 1) − 1) / stride"
MEAN_PLACES = "(size + 2·padding − kernel_size) / stride"
PLAIN_PLACES = "(size − kernel_size) / stride"
SPREAD = "(size − 1)·stride − 2·padding + dilation·(kernel_size − 1) + output_padding + 1"
UNPOOLED = "(size − 1)·stride − 2·padding + kernel_size"


def stem(layer: str) -> str:
    """A layer's name without its dimensions: `Conv` of Conv1d, Conv2d and Conv3d."""
    return layer[:-2] if layer[-2:] in ("1d", "2d", "3d") else layer


def axis_names(count: int) -> tuple[str, ...]:
    """What the dimensions behind the channels are called."""
    return {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}[count]


def _axes(count: int, shape: Shape) -> list[tuple[int, int, str, Size]]:
    """(index among the axes, dimension, name, size) of each of the last dimensions. Pooling also takes no channels."""
    first = len(shape) - count
    return [(index, first + index, name, shape[first + index]) for index, name in enumerate(axis_names(count))]


def _parts(arguments: Arguments, index: int, name: str, size: Size, **defaults: Value) -> Parts:
    return {"size": (name, size), **{key: part(arguments, key, index, default) for key, default in defaults.items()}}


def _convolution(
    count: int, arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]
) -> tuple[Reason, ...]:
    found = [*_channels(len(inputs[0]) - count - 1, arguments)]
    padding = arguments.get("padding")
    if padding == "same":
        for _, dimension, name, size in _axes(count, inputs[0]):
            found += about(dimension, name, "same", name, {name: size})
        return tuple(found)
    plain = {**arguments, "padding": 0} if padding == "valid" else arguments
    for index, dimension, name, size in _axes(count, inputs[0]):
        parts = _parts(plain, index, name, size, kernel_size=None, stride=1, padding=0, dilation=1)
        found += about(dimension, name, "convolution", *spelled(f"⌊{PLACES}⌋ + 1", parts))
    return tuple(found)


def _transposed(
    count: int, arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]
) -> tuple[Reason, ...]:
    found = [*_channels(len(inputs[0]) - count - 1, arguments)]
    for index, dimension, name, size in _axes(count, inputs[0]):
        parts = _parts(
            arguments, index, name, size, kernel_size=None, stride=1, padding=0, dilation=1, output_padding=0
        )
        found += about(dimension, name, "transposed", *spelled(SPREAD, parts))
    return tuple(found)


def _channels(dimension: int, arguments: Arguments) -> tuple[Reason, ...]:
    size = arguments["out_channels"]
    assert isinstance(size, int)
    return given(dimension, "C", "out_channels", size, rule="out_channels")


def _pooling(places: str) -> Rule:
    def rule(
        count: int, arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]
    ) -> tuple[Reason, ...]:
        found: list[Reason] = []
        for index, dimension, name, size in _axes(count, inputs[0]):
            # Without a stride the windows lie side by side.
            own = {**arguments, "stride": arguments.get("stride") or arguments["kernel_size"]}
            parts = _parts(own, index, name, size, kernel_size=None, stride=1, padding=0, dilation=1)
            found += _windows(places, dimension, name, parts, arguments.get("ceil_mode") is True)
        # The indices of the largest values lie where the values lie.
        again = [replace(reason, output=1) for reason in found] if len(outputs) > 1 else []
        return (*found, *again)

    return rule


def _windows(division: str, dimension: int, name: str, parts: Parts, ceil_mode: bool) -> tuple[Reason, ...]:
    if not ceil_mode:
        return about(dimension, name, "pooling", *spelled(f"⌊{division}⌋ + 1", parts))
    formula, known = spelled(f"⌈{division}⌉ + 1", parts)
    places = computed(formula, known)
    start = computed(*spelled("(places − 1)·stride", {**parts, "places": ("places", places or 1)}))
    end = computed(*spelled("size + padding", parts))
    # torch leaves out a last window that would begin behind the input, in the padding at its end.
    if isinstance(start, int) and isinstance(end, int) and start >= end:
        return about(dimension, name, "pooling_ceil_less", f"{formula} − 1", known)
    return about(dimension, name, "pooling_ceil", formula, known)


def _adaptive(
    count: int, arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]
) -> tuple[Reason, ...]:
    found: list[Reason] = []
    wanted = arguments["output_size"]
    for output in range(len(outputs)):
        for index, dimension, name, size in _axes(count, inputs[0]):
            own = wanted[index] if isinstance(wanted, tuple) else wanted
            if own is None:
                found += about(dimension, name, "adaptive_keeps", name, {name: size}, output)
            else:
                label, number = part(arguments, "output_size", index, None)
                found += given(dimension, name, label, int(number), output, rule="adaptive")
    return tuple(found)


def _fractional(
    count: int, arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]
) -> tuple[Reason, ...]:
    if arguments.get("output_size") is not None:
        return _adaptive(count, arguments, inputs, outputs)
    found: list[Reason] = []
    for output in range(len(outputs)):
        for index, dimension, name, size in _axes(count, inputs[0]):
            parts = _parts(arguments, index, name, size, output_ratio=None)
            formula, known = spelled("⌊size·output_ratio⌋", parts)
            found += about(dimension, name, "fractional", formula, known, output)
    return tuple(found)


def _unpooling(
    count: int, arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]
) -> tuple[Reason, ...]:
    found: list[Reason] = []
    own = {**arguments, "stride": arguments.get("stride") or arguments["kernel_size"]}
    for index, dimension, name, size in _axes(count, inputs[0]):
        parts = _parts(own, index, name, size, kernel_size=None, stride=1, padding=0)
        found += about(dimension, name, "unpooling", *spelled(UNPOOLED, parts))
    return tuple(found)


def _padding(
    count: int, arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]
) -> tuple[Reason, ...]:
    return padded(arguments["padding"], "padding", inputs[0], {d: name for _, d, name, _ in _axes(count, inputs[0])})


def padded(padding: Value, argument: str, shape: Shape, names: Mapping[int, str]) -> tuple[Reason, ...]:
    """Values added before and behind: torch counts the pairs from the last dimension backward."""
    found: list[Reason] = []
    for dimension, name in names.items():
        if not isinstance(padding, tuple):
            assert isinstance(padding, int)
            formula = f"{name} + 2·{argument}"
            found += about(dimension, name, "padding", formula, {name: shape[dimension], argument: padding})
            continue
        before = 2 * (len(shape) - 1 - dimension)
        if before + 1 >= len(padding):
            continue
        labels = [f"{argument}[{index}]" for index in (before, before + 1)]
        amounts = dict(zip(labels, padding[before : before + 2], strict=True))
        known: dict[str, Size | float] = {name: shape[dimension]}
        known.update({label: amount for label, amount in amounts.items() if isinstance(amount, int)})
        found += about(dimension, name, "padding", f"{name} + {labels[0]} + {labels[1]}", known)
    return tuple(found)


def scaled(arguments: Arguments, shape: Shape) -> tuple[Reason, ...]:
    """Images made larger or smaller: to a size, or by a factor."""
    found: list[Reason] = []
    for index, dimension, name, size in _axes(len(shape) - 2, shape):
        if arguments.get("size") is not None:
            label, number = part(arguments, "size", index, None)
            found += given(dimension, name, label, int(number))
            continue
        label, factor = part(arguments, "scale_factor", index, 1.0)
        known = {name: size, label: float(factor)}
        found += about(dimension, name, "scaled", f"⌊{name}·{label}⌋", known)
    return tuple(found) or of_shape(shape, "keeps")


WINDOW_RULES: Mapping[str, Rule] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "MaxPool": _pooling(PLACES),
    "AvgPool": _pooling(MEAN_PLACES),
    "LPPool": _pooling(PLAIN_PLACES),
    "AdaptiveAvgPool": _adaptive,
    "AdaptiveMaxPool": _adaptive,
    "FractionalMaxPool": _fractional,
    "MaxUnpool": _unpooling,
    "ZeroPad": _padding,
    "ConstantPad": _padding,
    "ReflectionPad": _padding,
    "ReplicationPad": _padding,
    "CircularPad": _padding,
}
"""By `stem`."""
