"""Which class each image of a folder is of: the folder it lies in, or a row of a table says so.

Both give rows (file, label, part); the part is what a split goes by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from core.datasets.errors import DataError
from core.datasets.image_reading import known_names, labelled
from core.datasets.own import placed
from core.datasets.table_files import Format, read
from core.values import Value

if TYPE_CHECKING:
    import pandas as pd

Row: TypeAlias = tuple[str, str, str]


def by_folder(files: Sequence[str], folders: Sequence[str]) -> list[Row]:
    """`folders` lie above those of the classes, as `train` and `test`. Images outside of a class are left out."""
    rows: list[Row] = []
    for file in files:
        above = PurePosixPath(file).parts[:-1]
        if not folders and above:
            rows.append((file, above[0], ""))
        elif len(above) > 1 and above[0] in folders:
            rows.append((file, above[1], above[0]))
    return rows


@dataclass(frozen=True)
class Annotated:
    rows: list[Row]
    without_file: tuple[str, ...]
    """What the table names, but is not there."""
    doubled: tuple[str, ...]
    """Images that the table names more than once with different labels: the first one is kept."""


def by_table(files: Sequence[str], labels: tuple[Value, ...], part_column: str, folder: Path) -> Annotated:
    """DataError if the table cannot be read or lacks a column."""
    name, how, file_column, label_column = labels
    assert isinstance(how, tuple)
    kind, encoding, separator, heads = how
    path = placed(name, folder, "images")
    table = read(path, Format(str(kind), str(encoding), str(separator), bool(heads)))
    return matched(files, table, path, str(file_column), str(label_column), part_column)


def matched(
    files: Sequence[str], table: pd.DataFrame, path: Path, file_column: str, label_column: str, part_column: str
) -> Annotated:
    """In the order of the files. A table may leave out folders and endings wherever that says enough."""
    for column in (file_column, label_column, *([part_column] if part_column else [])):
        if column not in table.columns:
            raise DataError("own_no_column", file=str(path), column=column)
    named = [(name, label) for name, label in zip(table[file_column], table[label_column], strict=True)]
    named = [(name, label) for name, label in named if isinstance(name, str)]
    known = known_names(list(files))
    found = labelled(list(files), *_columns(table, file_column, label_column))
    parts = labelled(list(files), *_columns(table, file_column, part_column)) if part_column else {}
    both = [(known[name], label) for name, label in named if name in known and isinstance(label, str)]
    doubled = {file for file, label in both if found[file] != label}
    return Annotated(
        [(file, found[file], parts.get(file, "")) for file in files if file in found],
        tuple(name for name, _ in named if name not in known),
        tuple(sorted(doubled)),
    )


def _columns(table: pd.DataFrame, first: str, second: str) -> tuple[list[str], list[str]]:
    whole = table[[first, second]].dropna()
    return whole[first].tolist(), whole[second].tolist()
