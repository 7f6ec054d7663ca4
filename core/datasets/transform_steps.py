"""What a transform is, the call that it becomes, and how its arguments are read. No torch here.

A call is data, so that the program makes it and a script prints it. transforms_known.py lists them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from core.fields import Field
from core.values import Value

Shape: TypeAlias = tuple[int, ...]
"""Of one sample: (C, H, W) for an image."""
Given: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True)
class Step:
    """A call with a batch before its arguments, and a generator if it is random."""

    function: str
    """`v2.functional.resize`, or the name of a function of augmenting.py and its neighbours."""
    arguments: Given
    random: bool = False


@dataclass(frozen=True)
class Transform:
    name: str
    fields: tuple[Field, ...]
    step: Callable[[Given, Shape, bool], Step | None]
    """Arguments, the shape of a sample that comes in, and whether it is for training."""
    shape: Callable[[Given, Shape], Shape] = lambda given, shape: shape
    images: bool = True
    """Whether it needs images; others take tables, points and sequences too."""
    varies: bool = False
    """Whether it is done only while training."""
    colours: bool = False
    """Whether it reckons with values from 0 to 1, and of one channel or three."""


def arguments(known: Transform, given: Given) -> dict[str, Value]:
    """Every argument, given or default; what does not fit is replaced by its default (the problems name it)."""
    found = {}
    for one in known.fields:
        standard = one.example if one.required else one.default
        found[one.name] = given[one.name] if one.name in given and one.check(given[one.name]) is None else standard
    return found


def pair(value: Value) -> tuple[int, int]:
    """Height and width: one number is both."""
    if isinstance(value, tuple):
        assert len(value) == 2 and isinstance(value[0], int) and isinstance(value[1], int)
        return value[0], value[1]
    assert isinstance(value, int)
    return value, value


def reach(value: Value) -> tuple[float, float]:
    """A single number reaches as far to both sides of 0."""
    if isinstance(value, tuple):
        low, high = value
        return real(low), real(high)
    return -real(value), real(value)


def real(value: Value) -> float:
    assert isinstance(value, (int, float))
    return float(value)


def row(value: Value) -> tuple[float, ...]:
    return tuple(map(real, value)) if isinstance(value, tuple) else (real(value),)


def resized(given: Given, shape: Shape) -> Shape:
    """One number is the shorter side, as torchvision has it; the longer one follows."""
    size = given["size"]
    if len(shape) != 3:
        return shape
    if isinstance(size, tuple):
        return shape[0], *pair(size)
    assert isinstance(size, int)
    height, width = shape[1:]
    if width <= height:
        return shape[0], int(size * height / width), size
    return shape[0], size, int(size * width / height)


def cut(given: Given, shape: Shape) -> Shape:
    return (shape[0], *pair(given["size"])) if len(shape) == 3 else shape


def around(padding: Value) -> tuple[int, int, int, int]:
    """Left, top, right, bottom, of a number, of two (across, down), or of four."""
    parts = padding if isinstance(padding, tuple) else (padding,)
    left, top, right, bottom = (*parts, *parts, *parts, *parts)[:4] if len(parts) < 4 else parts[:4]
    assert isinstance(left, int) and isinstance(top, int) and isinstance(right, int) and isinstance(bottom, int)
    return left, top, right, bottom


def padded(given: Given, shape: Shape) -> Shape:
    if len(shape) != 3:
        return shape
    left, top, right, bottom = around(given["padding"])
    return shape[0], shape[1] + top + bottom, shape[2] + left + right


def gray(_: Given, shape: Shape) -> Shape:
    return (1, *shape[1:]) if len(shape) == 3 else shape
