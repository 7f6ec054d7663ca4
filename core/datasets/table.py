"""A person's own table as a data set: CSV, TSV, Excel or Parquet.

What was found in the file when it was chosen (table_choice.py) is in the choice: facts need no file. When the file is
read it must still fit: a new category, or a text among numbers, is named by its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets import found
from core.datasets import splitting_choice as splitting
from core.datasets.errors import DataError
from core.datasets.own import placed
from core.datasets.source import Arguments, DatasetFacts, Source
from core.datasets.table_choice import MISSING, Feature, check_cells, complete_rows
from core.datasets.table_files import Format, read
from core.fields import Field

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.datasets.load import Splits
    from core.datasets.source import DataCode

# N rows, F features

NAME = "table"
SCALING = Field("scaling", "choice", default="standardize", choices=("standardize", "range", "none"))
STANDARDIZE_TARGET = Field("standardize_target", "flag", default=True)
FIELDS = (SCALING, STANDARDIZE_TARGET, *splitting.FIELDS)
FOUND = ("file", "read_as", "columns", "target", "classes", "counts", "rows", "split_by")


@dataclass(frozen=True)
class Chosen:
    """What a choice keeps of the file."""

    how: Format
    columns: tuple[Feature, ...]
    target: str
    classes: tuple[str, ...]
    """Empty for regression."""
    rows: int

    @property
    def features(self) -> tuple[str, ...]:
        names: list[str] = []
        for name, kind, missing, detail in self.columns:
            if kind == "category":
                names += [f"{name} = {one}" for one in found.texts(detail) or ()]
                names += [f"{name} = ?"] if missing == "own" else []
            else:
                names.append(name)
        return tuple(names)


def chosen(arguments: Arguments) -> Chosen | None:
    """None if no table is chosen, or the choice does not hold together."""
    how, columns = arguments["read_as"], arguments["columns"]
    target, classes = found.text(arguments["target"]), found.names(arguments["classes"])
    rows = found.whole(arguments["rows"], 2)
    if not isinstance(how, tuple) or len(how) != 4 or found.texts(how[:3]) is None or not isinstance(how[3], bool):
        return None
    if not isinstance(columns, tuple) or not columns or not all(map(_is_feature, columns)):
        return None
    if not target or classes is None or len(classes) == 1 or rows is None:
        return None
    kind, encoding, separator, heads = how
    return Chosen(Format(str(kind), str(encoding), str(separator), heads), columns, target, classes, rows)  # type: ignore[arg-type]


def _is_feature(value: object) -> bool:
    if not isinstance(value, tuple) or len(value) != 4 or not all(isinstance(part, str) for part in value[:3]):
        return False
    _, kind, missing, detail = value
    if missing not in MISSING.get(kind, ()):
        return False
    if kind == "category":
        return bool(found.names(detail))
    return isinstance(detail, str) if kind == "date" else detail is None


def _facts(arguments: Arguments) -> DatasetFacts:
    known = chosen(arguments)
    if known is None:
        return DatasetFacts(NAME, (), (), 0, 0, "none")
    return DatasetFacts(
        NAME,
        (len(known.features),),
        known.classes,
        *splitting.sizes(arguments, known.rows),
        "table",
        task="classification" if known.classes else "regression",
        target_shape=() if known.classes else (1,),
        features=known.features,
        target=known.target,
    )


def _load(arguments: Arguments, folder: Path) -> Splits:
    import numpy as np
    import pandas as pd
    import torch

    from core.datasets.load import Splits

    file, known = placed(arguments["file"], folder, NAME), chosen(arguments)
    if known is None:
        raise DataError("own_changed", file=str(file))
    table = read(file, known.how)
    by = splitting.split_by(arguments)
    for name in (*(column[0] for column in known.columns), known.target, *([by[0]] if by is not None else [])):
        if name not in table.columns:
            raise DataError("own_no_column", file=str(file), column=name)
    table = complete_rows(table, known.target, known.columns)
    check_cells(file, known.how, table, known.columns, known.target, known.classes)
    targets_N: NDArray[Any]
    if known.classes:
        targets_N = pd.Categorical(table[known.target], categories=known.classes).codes.astype("int64")
    else:
        from core.datasets.table_columns import as_numbers

        targets_N = as_numbers(table[known.target])
    values = table[by[0]].to_numpy() if by is not None else None
    train, test = splitting.split(arguments, file, targets_N, bool(known.classes), values)
    inputs_NF = np.concatenate([_column(table, one, train, str(arguments["scaling"])) for one in known.columns], axis=1)
    if not known.classes:
        if arguments["standardize_target"]:
            targets_N = (targets_N - targets_N[train].mean()) / (targets_N[train].std() or 1.0)
        targets_N = targets_N.astype("float32")[:, None]
    inputs, targets = torch.from_numpy(inputs_NF.astype("float32")), torch.from_numpy(targets_N)
    return Splits(inputs[train], targets[train], inputs[test], targets[test], len(known.classes))


def _column(table: Any, one: Feature, train: NDArray[Any], scaling: str) -> NDArray[Any]:
    from core.datasets import table_columns

    name, kind, missing, detail = one
    if kind == "category":
        return table_columns.one_hot(table[name], train, missing, found.texts(detail) or ())
    if kind == "date":
        return table_columns.column(table_columns.as_days(table[name], str(detail)), train, missing, scaling)
    return table_columns.column(table_columns.as_numbers(table[name]), train, missing, scaling)


def _code(arguments: Arguments) -> DataCode:
    from core.codegen.own_table import table_code

    return table_code(arguments)


SOURCES = (Source(NAME, _facts, _load, _code, FIELDS, FOUND),)
