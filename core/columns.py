"""How wide a text is in columns of a fixed-width font, and tables made of it. Korean letters take two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns that a text takes in a terminal or an editor."""
    wide = sum(unicodedata.east_asian_width(part) in "WF" for part in text)
    return len(text) + wide - sum(unicodedata.combining(part) != 0 for part in text)


def padded(text: str, columns: int, right: bool = False) -> str:
    """The text filled up with spaces, before it if it stands to the right."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def table(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Rows of equal length as aligned lines; the columns in `right` stand to the right, as numbers do."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(padded(cell, widths[i], i in right) for i, cell in enumerate(row)).rstrip() for row in rows]
