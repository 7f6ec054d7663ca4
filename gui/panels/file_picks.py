"""What can be chosen about a person's own file, and the wishes that come of a choice. No Qt.

`picks` are the lists above the columns; `with_pick`, `with_role` and so on give the wishes to ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.datasets.table_choice import MISSING
from core.datasets.table_survey import is_number
from core.viewing.messages import ColumnFound, Found, Wishes

ROLES = ("input", "target", "split", "ignore")
KINDS = ("number", "category", "date")
TESTS = ("test", "val", "valid", "validation", "dev", "테스트", "검증", "평가")
AXES = ("", "HW", "HWC", "CHW")


@dataclass(frozen=True)
class Pick:
    name: str
    """A field of the wishes; its label is `look.pick_<name>`."""
    options: tuple[str, ...]
    current: str
    worded: bool = False
    """Whether options are words of the program (`look.<name>_<option>`), and no names of the file."""


def picks(found: Found, wishes: Wishes) -> list[Pick]:
    names = tuple(one.name for one in found.columns)
    if found.kind == "arrays":
        return _array_picks(found, wishes)
    if found.kind == "images":
        parts = tuple(name for name, _ in found.parts)
        tested = wishes.test_values or found.tested
        return [Pick("test_values", parts, tested[0] if len(tested) == 1 else "")] if parts else []
    kind = Pick("kind", ("table", "texts"), found.kind, worded=True)
    if found.kind == "texts":
        level = Pick("level", ("words", "characters"), found.level or wishes.level or "words", worded=True)
        target = Pick("target", names, found.target or wishes.target)
        return [kind, Pick("column", names, found.column or wishes.column), target, level]
    task = Pick("task", ("classification", "regression"), wishes.task or found.task, worded=True)
    split = next((one for one in found.columns if one.name == wishes.split_column), None)
    by = [Pick("test_values", split.values, _only(wishes.test_values))] if split is not None and split.values else []
    return [kind, Pick("target", names, wishes.target or found.target), task, *by]


def _array_picks(found: Found, wishes: Wishes) -> list[Pick]:
    names = tuple(name for name, _, _ in found.arrays)
    task = Pick("task", ("classification", "regression"), found.task, worded=True)
    axes = Pick("axes", AXES, wishes.axes or "", worded=True)
    if names == ("",):
        return [task, axes]
    keys = zip(("inputs", "targets", "test_inputs", "test_targets"), found.keys, strict=True)
    shown = [Pick(name, names if place < 2 else ("", *names), key) for place, (name, key) in enumerate(keys)]
    return [*shown, task, axes]


def with_pick(found: Found, wishes: Wishes, name: str, value: str) -> Wishes:
    if name == "target" and found.kind == "table":
        return with_role(found, wishes, value, "target")
    if name == "kind":
        return Wishes(kind=value, arguments=wishes.arguments)
    if name == "test_values":
        return replace(wishes, test_values=(value,))
    changes: dict[str, Any] = {name: value}
    if name in ("target", "targets"):
        # What it says decides again whether it is classes or a number.
        changes["task"] = ""
    return replace(wishes, **changes)


def role(found: Found, wishes: Wishes, column: ColumnFound) -> str:
    """What a column is for."""
    if column.name == (wishes.target or found.target):
        return "target"
    if column.name == wishes.split_column:
        return "split"
    return "input" if kind(wishes, column) in KINDS else "ignore"


def kind(wishes: Wishes, column: ColumnFound) -> str:
    """What a column is taken for."""
    return wishes.kinds.get(column.name, "ignore" if wishes.named_only else column.kind)


def ways(wishes: Wishes, column: ColumnFound) -> tuple[str, ...]:
    """What can be done about its gaps; nothing where there are none, or it is no input."""
    return MISSING.get(kind(wishes, column), ()) if column.missing else ()


def way(wishes: Wishes, column: ColumnFound) -> str:
    known = ways(wishes, column)
    asked = wishes.missing.get(column.name, "")
    return asked if asked in known else known[0] if known else ""


def with_role(found: Found, wishes: Wishes, name: str, wanted: str) -> Wishes:
    columns = {one.name: one for one in found.columns}
    target = wishes.target or found.target
    kinds = {one.name: kind(wishes, one) for one in found.columns if one.name not in (target, wishes.split_column)}
    split, values, task = wishes.split_column, wishes.test_values, wishes.task
    if name == split:
        split, values = "", ()
    if wanted == "target":
        if target in columns and target != name:
            kinds[target] = likely(columns[target])
        target, task = name, ""
    elif wanted == "split":
        if split and split != name:
            kinds[split] = likely(columns[split])
        split, values = name, _tests(columns[name])
    elif wanted == "input":
        kinds[name] = likely(columns[name])
    if wanted == "ignore":
        kinds[name] = "ignore"
    elif wanted != "input":
        kinds.pop(name, None)
    return replace(
        wishes, target=target, task=task, kinds=kinds, named_only=True, split_column=split, test_values=values
    )


def with_kind(found: Found, wishes: Wishes, name: str, wanted: str) -> Wishes:
    shown = {one.name: kind(wishes, one) for one in found.columns}
    kinds = {key: value for key, value in shown.items() if key not in (wishes.target, wishes.split_column)}
    return replace(wishes, kinds={**kinds, name: wanted}, named_only=True)


def with_way(wishes: Wishes, name: str, wanted: str) -> Wishes:
    return replace(wishes, missing={**wishes.missing, name: wanted})


def likely(column: ColumnFound) -> str:
    """The kind of a column that is to be an input."""
    if column.kind in KINDS:
        return column.kind
    return "number" if column.examples and all(map(is_number, column.examples)) else "category"


def _tests(column: ColumnFound) -> tuple[str, ...]:
    """Which of a column's values most likely mean that a row tests."""
    named = tuple(value for value in column.values if value.lower() in TESTS)
    return named or column.values[-1:]


def _only(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else ""
