"""What a table holds, with what is guessed of each column. table_choice.py makes a choice of it.

    found = survey(path)         columns with kinds, examples and gaps, the likely target and task

It reads the whole file: seconds for a large one, so ask in a thread beside the window. DataError says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from core.datasets.errors import DataError
from core.datasets.table_files import Format, format_of, read

if TYPE_CHECKING:
    import pandas as pd

Kind: TypeAlias = Literal["number", "category", "date", "text", "ignore"]
Task: TypeAlias = Literal["classification", "regression"]

KINDS: tuple[Kind, ...] = ("number", "category", "date", "text", "ignore")
"""Texts are left out like what is ignored: a network of numbers cannot read them."""
FORMS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y. %m. %d.", "%Y년 %m월 %d일", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y",
)  # fmt: skip
"""Of dates; the first that fits all of a column."""
FEW = 20
"""Different whole numbers that may be classes."""
MOST_GUESSED = 50
"""Different texts that are guessed to be categories."""
EXAMPLES = 5
TARGETS = re.compile(r"target|label|class|species|outcome|survived|y|정답|레이블|라벨|분류|타깃|타겟|종", re.IGNORECASE)
COUNTERS = re.compile(r"unnamed: \d+|index|id|no\.?|번호|순번|column 1", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    """As guessed."""
    examples: tuple[str, ...]
    missing: int
    different: int
    """Values, without gaps."""
    form: str = ""
    """Of dates."""


@dataclass(frozen=True)
class Survey:
    file: Path
    how: Format
    rows: int
    columns: tuple[Column, ...]
    target: str
    """As guessed; "" if no column could be one."""
    table: pd.DataFrame = field(repr=False, compare=False)

    def column(self, name: str) -> Column:
        """DataError if there is none."""
        found = next((one for one in self.columns if one.name == name), None)
        if found is None:
            raise DataError("own_no_column", file=str(self.file), column=name)
        return found

    def task(self, target: str) -> Task:
        """What learning this column most likely is: telling classes apart, or predicting a number."""
        column = self.column(target)
        if column.kind not in ("number", "date"):
            return "classification"
        few = column.different <= FEW and column.different * 2 <= self.rows - column.missing
        return "classification" if few and column.kind == "number" and self._is_whole(target) else "regression"

    def counts(self, target: str) -> dict[str, int]:
        """How often each class comes, in their order: how balanced they are."""
        counted = self.table[target].value_counts()
        return {name: int(counted[name]) for name in in_order(counted.index)}

    def _is_whole(self, name: str) -> bool:
        from core.datasets.table_columns import as_numbers

        numbers = as_numbers(self.table[name].dropna())
        return bool((numbers == numbers.round()).all())


def survey(path: Path, heads: bool | None = None) -> Survey:
    """DataError if the file cannot be read as a table. `heads` says whether the first row names the columns."""
    how = format_of(path)
    if heads is not None and how.kind == "csv":
        how = replace(how, heads=heads)
    table = read(path, how)
    columns = tuple(_column(table[name], name) for name in table.columns)
    return Survey(path, how, len(table), columns, _target(columns), table)


def in_order(names: Iterable[str]) -> list[str]:
    """Numbers by their size, other names by the alphabet."""
    listed = list(map(str, names))
    if all(map(is_number, listed)):
        return sorted(listed, key=lambda name: (float(name.replace(",", "")), name))
    return sorted(listed)


def is_number(value: str) -> bool:
    try:
        number = float(re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", value))
    except ValueError:
        return False
    # An underline is a digit's neighbour to Python, to nobody else.
    return abs(number) < float("inf") and "_" not in value


def _column(cells: pd.Series, name: str) -> Column:
    values = cells.dropna()
    different = [str(value) for value in values.unique()]
    form = _form(different)
    kind = _kind(name, different, form, len(cells))
    return Column(name, kind, tuple(different[:EXAMPLES]), len(cells) - len(values), len(different), form)


def _kind(name: str, different: Sequence[str], form: str, rows: int) -> Kind:
    if not different:
        return "ignore"
    if all(map(is_number, different)):
        return "ignore" if COUNTERS.fullmatch(name) and _counts_on(different, rows) else "number"
    if form:
        return "date"
    return "category" if len(different) <= min(MOST_GUESSED, max(2, rows // 2)) else "text"


def _counts_on(different: Sequence[str], rows: int) -> bool:
    """Whether a column only says the number of each row."""
    if len(different) != rows or not different[0].isdecimal():
        return False
    return all(value == str(int(different[0]) + row) for row, value in enumerate(different))


def _form(different: Sequence[str]) -> str:
    import pandas as pd

    # A year has four digits; without one nearly everything could be a date.
    if not different or not all(re.search(r"\d{4}", value) for value in different):
        return ""
    values = pd.Series(different, dtype=str)
    fits = (form for form in FORMS if pd.to_datetime(values, format=form, errors="coerce").notna().all())
    return next(fits, "")


def _target(columns: Sequence[Column]) -> str:
    able = [one.name for one in columns if one.kind in ("number", "category") and one.different > 1]
    named = [name for name in able if TARGETS.fullmatch(name)]
    return [*able, *named][-1] if able else ""
