"""The plain values an argument can have, in a file as in memory."""

from __future__ import annotations

from typing import TypeAlias, Union

Value: TypeAlias = Union[bool, int, float, str, tuple["Value", ...], None]  # noqa: UP007 - a name in quotes has no |
"""What JSON can say, with a tuple where JSON has a list."""
