"""A person's own texts in a printed script, with the vocabulary that the program found."""

from __future__ import annotations

from core.codegen.calls import quoted
from core.codegen.functions import sources
from core.codegen.own_files import place, texts
from core.codegen.own_table import reading
from core.codegen.printing import call, lines
from core.datasets.source import LOAD_LABELS, Arguments, DataCode
from core.datasets.splitting_choice import split_call
from core.datasets.texts import chosen


def texts_code(arguments: Arguments) -> DataCode:
    """ValueError if no file is chosen."""
    from core.datasets import splitting, text_reading

    known = chosen(arguments)
    if known is None:
        raise ValueError("no file is chosen")
    standard, constants = place(arguments["file"])
    constants += ("\n".join(lines(0, "CLASSES = ", texts(known.classes))),)
    constants += ("\n".join(lines(0, "VOCABULARY = ", texts(known.vocabulary))),)
    column, target = quoted(known.column), quoted(known.target)
    function, items = split_call(arguments, "labels", "", True)
    body = [LOAD_LABELS, *reading(known.how, "FILE")]
    body.append(f"    table = table.dropna(subset=[{column}, {target}])")
    body += lines(4, "names = ", f"table[{target}].tolist()")
    body.append("    labels = np.array([CLASSES.index(name) for name in names])")
    body += lines(4, "train, test = ", call(function, *items))
    body.append(f"    texts = table[{column}].tolist()")
    given = ("texts", "VOCABULARY", str(known.length), quoted(known.level))
    body += lines(4, "inputs = ", call("encoded", *given))
    body.append("    inputs, labels = torch.from_numpy(inputs), torch.from_numpy(labels)")
    body.append("    return inputs[train], labels[train], inputs[test], labels[test]")
    functions = sources({"encoded", function}, (text_reading, splitting))
    standard = (*standard, "import re", "import unicodedata")
    imports = ("import numpy as np", "import pandas as pd")
    return DataCode(standard, imports, constants, (*functions, "\n".join(body)))
