"""A table in a file becomes a pandas frame of texts: CSV and TSV, and with optional packages Excel and Parquet.

Everything is read as text first, so that a cell that does not fit its column can be named by its row.
"""

from __future__ import annotations

import csv
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets.errors import DataError
from core.datasets.own import LARGEST_TEXT, checked_file, encoding_of, unreadable

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 50
"""Lines that are looked at for the separator."""
EXCEL = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")
PACKAGES = {"excel": "openpyxl", "parquet": "pyarrow"}
"""What pandas reads them with. Not everybody needs them."""


@dataclass(frozen=True)
class Format:
    """How a file is read."""

    kind: str
    """csv, excel or parquet."""
    encoding: str = ""
    separator: str = ""
    heads: bool = True
    """Whether the first row names the columns."""


def format_of(path: Path) -> Format:
    """Guessed from the file's name and its beginning. DataError if it is not there or no table."""
    ending = path.suffix.lower()
    checked_file(path, LARGEST_TEXT)
    if ending in EXCEL:
        return Format("excel")
    if ending in PARQUET:
        return Format("parquet")
    if ending in (".xls", ".ods"):
        raise DataError("own_kind", file=str(path), kind=ending)
    encoding = encoding_of(path)
    try:
        with path.open(encoding=encoding, newline="") as content:
            sample = [line for line, _ in zip(content, range(SAMPLE), strict=False) if line.strip()]
    except OSError as error:
        raise unreadable(path, error) from None
    if not sample:
        raise DataError("own_no_rows", file=str(path))
    separator = _separator(sample)
    heads = not all(_is_number(cell) for cell in _cells(sample[0], separator))
    return Format("csv", encoding, separator, heads)


def _separator(sample: list[str]) -> str:
    """The one that parts every line into as many cells, more than one; else the one that parts the first line most."""

    def rank(one: str) -> tuple[bool, int]:
        counts = [len(_cells(line, one)) for line in sample]
        return counts[0] > 1 and len(set(counts)) == 1, counts[0]

    return max(SEPARATORS, key=rank)


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def read(path: Path, how: Format) -> pd.DataFrame:
    """Texts and gaps, with named columns that all differ. DataError says what is wrong with the file."""
    import pandas as pd

    checked_file(path, LARGEST_TEXT)
    try:
        if how.kind == "csv":
            _refuse_doubles(path, how)
            # Rows that are all longer than the heads are a warning to pandas: it would drop what they end with.
            with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
                table = pd.read_csv(path, **csv_options(how))
        elif how.kind == "excel":
            table = pd.read_excel(path, dtype=str).rename(columns=str)
        else:
            table = pd.read_parquet(path).rename(columns=str).map(str, na_action="ignore")
    except DataError:
        raise
    except ImportError:
        raise DataError("own_needs", file=str(path), package=PACKAGES[how.kind]) from None
    except OSError as error:
        if error.errno is None:
            raise DataError("own_no_table", file=str(path), reason=_said(error)) from None
        raise unreadable(path, error) from None
    except pd.errors.EmptyDataError:
        raise DataError("own_no_rows", file=str(path)) from None
    except UnicodeError:
        raise DataError("own_changed", file=str(path)) from None
    # Whatever a damaged file makes of its reader.
    except Exception as error:
        ragged = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if ragged is not None:
            wanted, row, received = map(int, ragged.groups())
            raise DataError("own_ragged", file=str(path), row=row, received=received, wanted=wanted) from None
        raise DataError("own_no_table", file=str(path), reason=_said(error)) from None
    doubles = table.columns[table.columns.duplicated()]
    if len(doubles):
        raise DataError("own_doubled", file=str(path), column=str(doubles[0]))
    if not len(table):
        raise DataError("own_no_rows", file=str(path))
    if not how.heads:
        table.columns = [f"column {index}" for index in range(1, table.shape[1] + 1)]
    return table.reset_index(drop=True)


def csv_options(how: Format) -> dict[str, Any]:
    options: dict[str, Any] = {"sep": how.separator, "encoding": how.encoding, "dtype": str}
    # Without it a row that is one cell too long would shift all the others by a column.
    options["index_col"] = False
    options["skipinitialspace"] = True
    return options if how.heads else {**options, "header": None}


def row_of(index: int, how: Format) -> int:
    """The number that a spreadsheet shows beside a row."""
    return index + (2 if how.heads else 1)


def _refuse_doubles(path: Path, how: Format) -> None:
    """Pandas would call the second one `name.1`."""
    if not how.heads:
        return
    with path.open(encoding=how.encoding, newline="") as content:
        heads = next(csv.reader(content, delimiter=how.separator, skipinitialspace=True), [])
    doubled = next((head for place, head in enumerate(heads) if head and head in heads[:place]), None)
    if doubled is not None:
        raise DataError("own_doubled", file=str(path), column=doubled)


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
