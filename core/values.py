"""The plain values an argument can have, in a file as in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, Union


@dataclass(frozen=True)
class Reference:
    """Inside a block: whatever the block's own argument is at a use of it. In a file `{"argument": "width"}`."""

    argument: str
    times: int = 1
    """A whole multiple of it, as in `4 * width`."""


Value: TypeAlias = Union[bool, int, float, str, tuple["Value", ...], Reference, None]  # noqa: UP007 - a name in quotes has no |
"""What JSON can say, with a tuple where JSON has a list."""


def alike(one: Any, other: Any) -> object:
    """Whether two values of one class with `arguments` are equal, for its `__eq__`.

    Their arguments are compared as they are written: to Python `True`, `1` and `1.0` are equal, to a file and to torch
    they are not.
    """
    if other.__class__ is not one.__class__:
        return NotImplemented
    return one is other or (vars(one) == vars(other) and _written(one.arguments) == _written(other.arguments))


def _written(arguments: Mapping[str, Value]) -> dict[str, str]:
    return {name: repr(value) for name, value in arguments.items()}
