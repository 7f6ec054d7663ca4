"""What flows along a wire: a shape with a symbolic batch dimension, and a dtype."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Size: TypeAlias = int | str
"""A number, or an expression in the batch size: `N`, `64N`, `2N+3`."""
Shape: TypeAlias = tuple[Size, ...]

# Two batch sizes, both prime and larger than any usual kernel: a dimension that follows them is the batch.
PROBE_BATCHES = (61, 67)

_EXPRESSION = re.compile(r"(\d*)N([+-]\d+)?")


@dataclass(frozen=True)
class Signal:
    shape: Shape
    dtype: str = "float32"

    @property
    def features(self) -> Shape:
        """The shape of one sample."""
        return self.shape[1:]


def sized(shape: Shape, batch: int) -> tuple[int, ...]:
    """The shape for a batch of that many samples."""
    return tuple(size if isinstance(size, int) else _sized(size, batch) for size in shape)


def _sized(expression: str, batch: int) -> int:
    match = _EXPRESSION.fullmatch(expression)
    assert match is not None, expression
    return int(match.group(1) or 1) * batch + int(match.group(2) or 0)


def fitted(first: tuple[int, ...], second: tuple[int, ...]) -> Shape | None:
    """The symbolic shape of these two, seen for the two probe batches; None if a size does not grow in a line."""
    sizes: list[Size] = []
    for one, other in zip(first, second, strict=True):
        size = one if one == other else _line(one, other)
        if size is None:
            return None
        sizes.append(size)
    return tuple(sizes)


def _line(one: int, other: int) -> Size | None:
    """`aN+b` through both sizes. A b below -N means a curve, such as N², and not a line."""
    factor, rest = divmod(other - one, PROBE_BATCHES[1] - PROBE_BATCHES[0])
    offset = one - factor * PROBE_BATCHES[0]
    if rest or factor < 1 or offset <= -PROBE_BATCHES[0]:
        return None
    return f"{'' if factor == 1 else factor}N{f'{offset:+d}' if offset else ''}"


def values_in(shape: Shape) -> int:
    """How many values one sample has."""
    return _product(sized(shape, 1))


def _product(sizes: tuple[int, ...]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result
