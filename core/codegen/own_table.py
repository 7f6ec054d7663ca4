"""A person's own table in a printed script: read by pandas, each column made numbers by the program's own functions."""

from __future__ import annotations

from core.codegen.calls import keyword_items, literal, quoted
from core.codegen.functions import sources
from core.codegen.own_files import place, texts
from core.codegen.printing import Group, call, lines, listing
from core.datasets import found
from core.datasets.source import LOAD_LABELS, LOAD_TARGETS, Arguments, DataCode
from core.datasets.splitting_choice import split_by, split_call
from core.datasets.table import chosen
from core.datasets.table_choice import Feature, needed
from core.datasets.table_files import Format, csv_options

STANDARDIZE_TARGET = (
    "    mean, deviation = targets[train].mean(), targets[train].std()",
    "    targets = (targets - mean) / (deviation or 1.0)",
)


def table_code(arguments: Arguments) -> DataCode:
    """ValueError if no table is chosen."""
    from core.datasets import splitting, table_columns

    known = chosen(arguments)
    if known is None:
        raise ValueError("no table is chosen")
    standard, constants = place(arguments["file"])
    targets, column = ("labels" if known.classes else "targets"), f"table[{quoted(known.target)}]"
    body = [LOAD_LABELS if known.classes else LOAD_TARGETS, *reading(known.how, "FILE")]
    body += lines(4, "needed = ", listing([quoted(name) for name in needed(known.target, known.columns)]))
    body.append("    table = table.dropna(subset=needed)")
    if known.classes:
        constants = (*constants, "\n".join(lines(0, "CLASSES = ", texts(known.classes))))
        body += lines(4, "labels = ", call("pd.Categorical", column, "categories=CLASSES"))
        body.append('    labels = labels.codes.astype("int64")')
    else:
        body += lines(4, "targets = ", call("as_numbers", column))
    by = split_by(arguments)
    values = f"table[{quoted(by[0])}].to_numpy()" if by is not None else ""
    function, items = split_call(arguments, targets, values, bool(known.classes))
    body += lines(4, "train, test = ", call(function, *items))
    columns = [_column(one, str(arguments["scaling"])) for one in known.columns]
    body += lines(4, "columns = ", listing(columns))
    body.append('    inputs = torch.from_numpy(np.concatenate(columns, axis=1).astype("float32"))')
    if not known.classes:
        body += STANDARDIZE_TARGET if arguments["standardize_target"] else ()
        body.append('    targets = targets.astype("float32")[:, None]')
    body.append(f"    {targets} = torch.from_numpy({targets})")
    body.append(f"    return inputs[train], {targets}[train], inputs[test], {targets}[test]")
    text = "\n".join(body)
    called = {name for name in (function, "as_numbers", "as_days", "column", "one_hot") if f"{name}(" in text}
    functions = sources(called, (table_columns, splitting))
    return DataCode(standard, ("import numpy as np", "import pandas as pd"), constants, (*functions, text))


def reading(how: Format, file: str) -> list[str]:
    """The lines that read a table; `file` is the constant that names it."""
    if how.kind == "csv":
        # dtype=str is the class, not its name.
        options = [one.replace('"str"', "str") for one in keyword_items({**csv_options(how), "dtype": "str"})]
        body = lines(4, "table = ", call("pd.read_csv", file, *options))
    elif how.kind == "excel":
        body = [f"    table = pd.read_excel({file}, dtype=str).rename(columns=str)"]
    else:
        body = [f"    table = pd.read_parquet({file}).rename(columns=str)"]
        body.append('    table = table.map(str, na_action="ignore")')
    if not how.heads:
        body.append('    table.columns = [f"column {place + 1}" for place in table.columns]')
    return body


def _column(one: Feature, scaling: str) -> Group:
    name, kind, missing, detail = one
    cells = f"table[{quoted(name)}]"
    if kind == "category":
        return call("one_hot", cells, "train", quoted(missing), texts(found.texts(detail) or ()))
    numbers = call("as_days", cells, literal(detail)) if kind == "date" else call("as_numbers", cells)
    return call("column", numbers, "train", quoted(missing), quoted(scaling))
