"""A surveyed table and a person's corrections become a choice that keeps what was found: columns, classes, rows.

Cells that do not fit their column are named by their row, when the table is chosen and again whenever it is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from core.datasets.errors import DataError
from core.datasets.own import kept
from core.datasets.table_files import Format, row_of
from core.datasets.table_survey import Column, Kind, Survey, Task, in_order
from core.training.config import Choice
from core.values import Value

if TYPE_CHECKING:
    import pandas as pd

Feature: TypeAlias = tuple[str, str, str, Value]
"""Name, kind, what is done about gaps; then the categories of a category, the form of a date, or None."""

MISSING: Mapping[str, tuple[str, ...]] = {
    "number": ("median", "mean", "frequent", "drop"),
    "date": ("median", "mean", "frequent", "drop"),
    "category": ("own", "frequent", "drop"),
}
"""What can be done about gaps: filled from the rows that train, a category of their own, or the row left out."""
MOST_CATEGORIES = 1_000
MOST_COLUMNS = 5_000


@dataclass(frozen=True)
class Corrections:
    """What a person says otherwise than it was guessed."""

    target: str = ""
    task: Task | None = None
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    """Of columns, one of `MISSING` of their kind."""
    split_column: str = ""
    """The column that says whether a row tests; it is no feature then."""
    test_values: tuple[str, ...] = ()
    """What it says of rows that test."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """Of the form: test_share, scaling, seed …"""


AS_GUESSED = Corrections()


def choice_from(found: Survey, corrections: Corrections = AS_GUESSED, folder: Path | None = None) -> Choice:
    """The choice, checked against the whole file. `folder` is the data folder. DataError says what does not fit."""
    file, target = str(found.file), corrections.target or found.target
    if not target:
        raise DataError("own_no_target", file=file)
    task = corrections.task or found.task(target)
    columns = tuple(_features(found, corrections, target))
    if not columns:
        raise DataError("own_no_features", file=file)
    if len(columns) > MOST_COLUMNS:
        raise DataError("own_many_columns", file=file, columns=len(columns), most=MOST_COLUMNS)
    table = complete_rows(found.table, target, columns)
    if len(table) < 2:
        raise DataError("own_few_rows", file=file, rows=len(table))
    counted = table[target].value_counts().to_dict() if task == "classification" else {}
    classes = tuple(in_order(counted))
    if len(classes) == 1:
        raise DataError("own_one_class", file=file, received=classes[0])
    if len(classes) > MOST_CATEGORIES:
        raise DataError("own_many_classes", file=file, column=target, classes=len(classes), most=MOST_CATEGORIES)
    check_cells(found.file, found.how, table, columns, target, classes)
    arguments: dict[str, Value] = {
        **corrections.arguments,
        "file": kept(found.file, folder),
        "read_as": (found.how.kind, found.how.encoding, found.how.separator, found.how.heads),
        "columns": columns,
        "target": target,
        "classes": classes,
        "counts": tuple(int(counted[name]) for name in classes),
        "rows": len(table),
    }
    if corrections.split_column:
        found.column(corrections.split_column)
        tested = int(table[corrections.split_column].isin(corrections.test_values).sum())
        if not 0 < tested < len(table):
            raise DataError("own_empty_part", file=file, column=corrections.split_column)
        arguments["split_by"] = (corrections.split_column, corrections.test_values, tested)
    return Choice("table", arguments)


def _features(found: Survey, corrections: Corrections, target: str) -> list[Feature]:
    features: list[Feature] = []
    found.column(target)
    for column in found.columns:
        kind = corrections.kinds.get(column.name, column.kind)
        if column.name not in (target, corrections.split_column) and kind not in ("text", "ignore"):
            standard = "frequent" if kind == "category" and not column.missing else MISSING[kind][0]
            missing = corrections.missing.get(column.name, standard)
            features.append((column.name, kind, missing, _detail(found, column, kind)))
    return features


def _detail(found: Survey, column: Column, kind: Kind) -> Value:
    values = {"file": str(found.file), "column": column.name}
    if kind == "date":
        if not column.form:
            raise DataError("own_no_dates", **values, received=", ".join(column.examples[:2]))
        return column.form
    if kind != "category":
        return None
    if column.different > MOST_CATEGORIES:
        raise DataError("own_many_classes", **values, classes=column.different, most=MOST_CATEGORIES)
    return tuple(in_order(found.table[column.name].dropna().unique()))


def complete_rows(table: pd.DataFrame, target: str, columns: Sequence[Feature]) -> pd.DataFrame:
    """Without rows that have no target, or a gap where that means leaving them out. They keep their numbers."""
    return table.dropna(subset=needed(target, columns))


def needed(target: str, columns: Sequence[Feature]) -> list[str]:
    """The columns without which a row is left out."""
    return [target, *(name for name, _, missing, _ in columns if missing == "drop")]


def check_cells(
    file: Path, how: Format, table: pd.DataFrame, columns: Sequence[Feature], target: str, classes: Sequence[str]
) -> None:
    """DataError names the first cell that does not fit its column."""
    import numpy as np
    import pandas as pd

    from core.datasets.table_columns import plain

    goal: Feature = (target, "category" if classes else "number", "", tuple(classes))
    for name, kind, _, detail in (*columns, goal):
        values = table[name]
        if kind == "category":
            known, rule = values.isin(detail), "own_new_category"
        elif kind == "date":
            known, rule = pd.to_datetime(values, format=str(detail), errors="coerce").notna(), "own_not_date"
        else:
            numbers = pd.to_numeric(plain(values), errors="coerce").astype("float64")
            known, rule = pd.Series(np.isfinite(numbers), values.index), "own_not_number"
        wrong = values.index[values.notna() & ~known]
        if len(wrong):
            _refuse(rule, file, row_of(int(wrong[0]), how), name, str(values[wrong[0]]))


def _refuse(rule: str, file: Path, row: int, column: str, received: str) -> NoReturn:
    raise DataError(rule, file=str(file), row=row, column=column, received=received[:60])
