"""What rules need to know of dimensions: which one an argument means, and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from core.explain.reason import Reason, indexed
from core.explain.windows import axis_names
from core.signals import Shape
from core.values import Value

Arguments: TypeAlias = Mapping[str, Value]
Rule: TypeAlias = Callable[[Arguments, tuple[Shape, ...], tuple[Shape, ...]], tuple[Reason, ...]]


def number(arguments: Arguments, name: str, default: int) -> int:
    value = arguments.get(name)
    return value if isinstance(value, int) else default


def dim_of(arguments: Arguments, name: str, default: int, rank: int) -> int:
    return number(arguments, name, default) % max(rank, 1)


def dimension_names(shape: Shape) -> list[str]:
    """`N, C, H, W` for images; `d₀, d₁, d₂` where nobody knows what the dimensions are."""
    if len(shape) in (4, 5) and shape[0] == "N":
        return ["N", "C", *axis_names(len(shape) - 2)]
    return [indexed("d", index) for index in range(len(shape))]


def heading(shape: Shape, dimension: int) -> str:
    """How a dimension of a result is headed: `C`, `H` for images, else `dim 1`."""
    names = dimension_names(shape)
    return names[dimension] if names[0] == "N" else f"dim {dimension}"
