"""A person's own arrays in a printed script."""

from __future__ import annotations

from core.codegen.calls import quoted
from core.codegen.functions import sources
from core.codegen.own_files import place, texts
from core.codegen.printing import call, lines
from core.datasets.arrays import chosen
from core.datasets.source import LOAD_LABELS, LOAD_TARGETS, Arguments, DataCode
from core.datasets.splitting_choice import split_call

TESTED = """    train = np.arange(len(inputs) - {count})
    test = np.arange(len(inputs) - {count}, len(inputs))"""


def arrays_code(arguments: Arguments) -> DataCode:
    """ValueError if no file is chosen."""
    from core.datasets import array_reading, splitting

    known = chosen(arguments)
    if known is None:
        raise ValueError("no file is chosen")
    standard, constants = place(arguments["file"])
    targets = "labels" if known.classes else "targets"
    body = [LOAD_LABELS if known.classes else LOAD_TARGETS]
    if not known.keys:
        more, placed = place(arguments["targets_file"], "TARGETS_FILE")
        standard = tuple({*standard, *more})
        constants += tuple(line for line in placed if line not in constants)
        body += ["    inputs = np.load(FILE)", f"    {targets} = np.load(TARGETS_FILE)"]
    else:
        body.append("    arrays = np.load(FILE)")
        for name, keys in (("inputs", known.keys[::2]), (targets, known.keys[1::2])):
            parts = [f"arrays[{quoted(key)}]" for key in keys]
            both = f"np.concatenate([{', '.join(parts)}])"
            body.append(f"    {name} = {parts[0] if len(parts) == 1 else both}")
    body.append(f"    inputs = samples(inputs, {quoted(known.axes)})")
    if known.classes:
        constants += ("\n".join(lines(0, "CLASSES = ", texts(known.classes))),)
        body.append("    names = labels.astype(str).reshape(-1).tolist()")
        body.append("    labels = np.array([CLASSES.index(name) for name in names])")
    else:
        body.append('    targets = samples(targets, "")')
    called = {"samples"}
    if known.tested:
        body.append(TESTED.format(count=known.tested))
    else:
        function, items = split_call(arguments, targets, "", bool(known.classes))
        body += lines(4, "train, test = ", call(function, *items))
        called.add(function)
    scaled = ".float() / 255" if arguments["bytes"] is True and known.axes else ""
    body.append(f"    inputs, {targets} = torch.from_numpy(inputs){scaled}, torch.from_numpy({targets})")
    body.append(f"    return inputs[train], {targets}[train], inputs[test], {targets}[test]")
    functions = sources(called, (array_reading, splitting))
    return DataCode(standard, ("import numpy as np",), constants, (*functions, "\n".join(body)))
