"""The plain values an argument can have, in a file as in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union


@dataclass(frozen=True)
class Reference:
    """Inside a block: whatever the block's own argument is at a use of it. In a file `{"argument": "width"}`."""

    argument: str
    times: int = 1
    """A whole multiple of it, as in `4 * width`."""


Value: TypeAlias = Union[bool, int, float, str, tuple["Value", ...], Reference, None]  # noqa: UP007 - a name in quotes has no |
"""What JSON can say, with a tuple where JSON has a list."""
