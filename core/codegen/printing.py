"""Python source broken into lines as `ruff format` breaks it: in one line of 88 columns, else one item a line."""

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
    def is_wrapper(self) -> bool:
        """Whether it holds one other group and nothing else: such a group takes no trailing comma when it is broken."""
        return len(self.items) == 1 and isinstance(self.items[0], Group)


@dataclass(frozen=True)
class Noted:
    """An item with a comment behind it."""

    item: str | Group
    comment: str


Item: TypeAlias = str | Group | Noted


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
    parts = [flat(part) for part in item.items]
    if any(part is None for part in parts):
        return None
    return item.opening + ", ".join(part for part in parts if part is not None) + item.closing


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
    return lines(indent, "", item, comma)
