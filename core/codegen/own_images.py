"""A person's own images in a printed script: the same files in the same order, decoded by the same function."""

from __future__ import annotations

from core.codegen.calls import literal, quoted
from core.codegen.functions import sources
from core.codegen.own_files import place, texts
from core.codegen.own_table import reading
from core.codegen.printing import call, lines
from core.datasets.images import Chosen, chosen
from core.datasets.source import LOAD_LABELS, Arguments, DataCode
from core.datasets.splitting_choice import split_by, split_call
from core.datasets.table_files import Format

BY_FOLDER = """    files = [file for file in files if "/" in file]
    names = [file.split("/")[0] for file in files]"""
BY_PART = """    files = [file for file in files if file.count("/") > 1]
    files = [file for file in files if file.split("/")[0] in FOLDERS]
    names = [file.split("/")[1] for file in files]"""
BY_TABLE = """    rows = table[[{file}, {label}]].dropna()
    names = labelled(files, rows[{file}].tolist(), rows[{label}].tolist())"""
PARTS = """    rows = table[[{file}, {part}]].dropna()
    parts = labelled(files, rows[{file}].tolist(), rows[{part}].tolist())
    parts = np.array([parts.get(file, "") for file in names], dtype=object)"""
NAMED = """    files, names = list(names), list(names.values())"""


def images_code(arguments: Arguments) -> DataCode:
    """ValueError if no folder is chosen."""
    from core.datasets import image_reading, splitting

    known = chosen(arguments)
    if known is None:
        raise ValueError("no folder is chosen")
    _, constants = place(arguments["file"], "FOLDER")
    constants += ("\n".join(lines(0, "CLASSES = ", texts(known.classes))),)
    if known.folders:
        constants += ("\n".join(lines(0, "FOLDERS = ", texts(known.folders))),)
    if known.broken:
        constants += ("\n".join(lines(0, "BROKEN = ", texts(tuple(sorted(known.broken))))),)
    by = split_by(arguments)
    body = [LOAD_LABELS, "    files = image_files(FOLDER)"]
    if known.broken:
        body.append("    files = [file for file in files if file not in BROKEN]")
    imports = ["import numpy as np", "from PIL import Image, ImageOps"]
    if known.labels is not None:
        _, placed = place(known.labels[0], "LABELS")
        constants += tuple(line for line in placed if line not in constants)
        imports.append("import pandas as pd")
        body += _by_table(known, by[0] if by is not None else "")
    else:
        body.append(BY_PART if known.folders else BY_FOLDER)
        if by is not None:
            body.append('    parts = np.array([file.split("/")[0] for file in files], dtype=object)')
    body.append("    labels = np.array([CLASSES.index(name) for name in names])")
    channels, *size = known.shape
    options = [str(channels), literal(tuple(size)), quoted(str(arguments["fit"]))]
    body += [
        "    images = []",
        "    for file in files:",
        "        place = os.path.join(FOLDER, file)",
        f"        images.append(read_image(place, {', '.join(options)}))",
        "    inputs = torch.from_numpy(np.stack(images)).float() / 255",
    ]
    function, items = split_call(arguments, "labels", "parts" if by is not None else "", True)
    body += lines(4, "train, test = ", call(function, *items))
    body.append("    labels = torch.from_numpy(labels)")
    body.append("    return inputs[train], labels[train], inputs[test], labels[test]")
    called = {"image_files", "read_image", function, *(("labelled",) if known.labels is not None else ())}
    functions = sources(called, (image_reading, splitting))
    standard = ("import os", "from pathlib import Path")
    return DataCode(standard, tuple(imports), constants, (*functions, "\n".join(body)))


def _by_table(known: Chosen, part: str) -> list[str]:
    assert known.labels is not None
    _, how, file, label = known.labels
    assert isinstance(how, tuple)
    kind, encoding, separator, heads = how
    names = {"file": literal(file), "label": literal(label), "part": quoted(part)}
    body = reading(Format(str(kind), str(encoding), str(separator), bool(heads)), "LABELS")
    body.append(BY_TABLE.format(**names))
    # In the order of the files, as all else.
    body.append("    names = {file: names[file] for file in files if file in names}")
    return [*body, *([PARTS.format(**names)] if part else []), NAMED]
