"""Python source broken into lines as `ruff format` breaks it.

In one line of 88 columns where that is enough; else all items in a line between the brackets; else one item a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.columns import width

WIDTH = 88
"""Columns, the standard of ruff and black."""


@dataclass(frozen=True)
class Group:
    """Items between brackets: `nn.Linear(` 784, 512 `)`."""

    opening: str
    items: tuple[Item, ...]
    closing: str

    @property
    def is_call(self) -> bool:
        """Whether a name stands before the bracket: a list or a tuple that is broken always has an item a line."""
        return len(self.opening) > 1

    @property
    def is_wrapper(self) -> bool:
        """Whether it holds one other group and nothing else: such a group takes no trailing comma when it is broken."""
        return len(self.items) == 1 and isinstance(self.items[0], Group)


@dataclass(frozen=True)
class Noted:
    """An item with a comment behind it."""

    item: str | Group
    comment: str


@dataclass(frozen=True)
class Repeated:
    """As many of a call as a number says, each made anew: `*(Block(64) for _ in range(3))`."""

    item: Group
    count: int


Item: TypeAlias = str | Group | Noted | Repeated


def call(function: str, *items: Item) -> Group:
    return Group(f"{function}(", items, ")")


def pair(first: str, second: str | Group) -> Group:
    return Group("(", (first, second), ")")


def listing(items: Sequence[Item]) -> Group:
    return Group("[", tuple(items), "]")


def flat(item: Item) -> str | None:
    """The item in one line, or None if a comment in it forbids that."""
    if isinstance(item, str):
        return item
    if isinstance(item, Noted):
        return None
    if isinstance(item, Repeated):
        whole = flat(item.item)
        return None if whole is None else f"*({whole} for _ in range({item.count}))"
    within = _joined(item)
    return None if within is None else item.opening + within + item.closing


def _joined(group: Group) -> str | None:
    """The items in one line, or None if a comment in them forbids that."""
    parts = [flat(part) for part in group.items]
    return None if None in parts else ", ".join(part for part in parts if part is not None)


def lines(indent: int, before: str, item: str | Group, after: str = "") -> list[str]:
    """`before` + item + `after`, indented by so many columns and broken where it is too long."""
    margin = " " * indent
    whole = flat(item)
    if whole is not None and width(margin + before + whole + after) <= WIDTH:
        return [margin + before + whole + after]
    if isinstance(item, str):
        return [margin + before + item + after]
    if before and _is_better_wrapped(indent, before, item):
        return [f"{margin}{before}(", *lines(indent + 4, "", item), f"{margin}){after}"]
    if not item.items:
        return [f"{margin}{before}{whole}{after}"]
    found = [margin + before + item.opening]
    within = _joined(item) if item.is_call else None
    if within is not None and width(margin + within) + 4 <= WIDTH:
        return [*found, f"{margin}    {within}", margin + item.closing + after]
    comma = "" if item.is_wrapper else ","
    for part in item.items:
        found += _item_lines(indent + 4, part, comma)
    return [*found, margin + item.closing + after]


def noted(written: list[str], comment: str, indent: int) -> list[str]:
    """Lines of code with a comment: behind them if they are one line and it fits there, else above."""
    if len(written) == 1 and width(f"{written[0]}  # {comment}") <= WIDTH:
        return [f"{written[0]}  # {comment}"]
    return [f"{' ' * indent}# {comment}", *written]


def _is_better_wrapped(indent: int, before: str, group: Group) -> bool:
    """Whether ruff puts parentheses round a call: its head does not fit behind what stands before it, but below."""
    margin = " " * indent
    head = group.opening + (group.closing if not group.items else "")
    fits_behind = width(margin + before + head) <= WIDTH
    return not fits_behind and width(f"{margin}{before}(") <= WIDTH and width(f"{margin}    {head}") <= WIDTH


def _item_lines(indent: int, item: Item, comma: str) -> list[str]:
    if isinstance(item, Noted):
        return noted(lines(indent, "", item.item, comma), item.comment, indent)
    if isinstance(item, Repeated):
        return _repeated_lines(indent, item, comma)
    return lines(indent, "", item, comma)


def _repeated_lines(indent: int, item: Repeated, comma: str) -> list[str]:
    margin, whole = " " * indent, flat(item)
    if whole is not None and width(margin + whole + comma) <= WIDTH:
        return [margin + whole + comma]
    within = lines(indent + 4, "", item.item)
    return [f"{margin}*(", *within, f"{margin}    for _ in range({item.count})", f"{margin}){comma}"]
