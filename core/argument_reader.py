"""The arguments of a layer, a block or a choice, as they come in from a file: plain values, and nothing evaluated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.file_checks import LayoutFileError, is_text, table
from core.names import name_problem
from core.values import Reference, Value

LARGEST_TIMES = 1_000


@dataclass(frozen=True)
class Limits:
    """How much a value may hold."""

    entries: int = 64
    depth: int = 2
    text: int = 1_000


OF_LAYERS = Limits()
OF_DATA = Limits(entries=10_000, depth=3, text=10_000)
"""A data set's arguments keep what was found in a person's own files: its classes, its columns, the places of files."""


def read_arguments(data: Mapping[str, Any], where: str, limits: Limits = OF_LAYERS) -> dict[str, Value]:
    """The object at the key `arguments`."""
    arguments = table(data, "arguments", where)
    for name in arguments:
        if not name.isidentifier() or len(name) > 80:
            raise LayoutFileError("bad_argument", where=where, argument=name)
    return {name: _argument(value, f"{where} · {name}", limits) for name, value in arguments.items()}


def _argument(value: Any, where: str, limits: Limits) -> Value:
    """A plain value, or what stands for an argument of the block around it."""
    if not isinstance(value, dict):
        return _value(value, where, limits)
    name, times = value.get("argument"), value.get("times", 1)
    if not set(value) <= {"argument", "times"} or not isinstance(name, str) or name_problem(name) is not None:
        raise LayoutFileError("bad_value", where=where)
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= LARGEST_TIMES:
        raise LayoutFileError("out_of_range", where=f"{where} · times", lowest=1, highest=LARGEST_TIMES)
    return Reference(name, times)


def _value(value: Any, where: str, limits: Limits, depth: int = 0) -> Value:
    if isinstance(value, list) and depth < limits.depth and len(value) <= limits.entries:
        return tuple(_value(part, where, limits, depth + 1) for part in value)
    if isinstance(value, float) and not math.isfinite(value):
        raise LayoutFileError("not_finite", number=where)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str) and len(value) <= limits.text and is_text(value):
        return value
    raise LayoutFileError("bad_value", where=where)
