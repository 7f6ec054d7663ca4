"""What a choice keeps of a person's own file, as the wishes that lead to it again: so a form can show and change them.

No torch, no numpy, no files: the window asks at every edit.
"""

from __future__ import annotations

from pathlib import Path

from core.datasets import data_folder
from core.datasets.facts import fields, source
from core.training.config import Choice
from core.viewing.messages import Wishes


def file_of(choice: Choice) -> Path | None:
    """Where the file of a choice lies; None if it is no person's own, or none is chosen yet."""
    file = choice.arguments.get("file")
    if not source(choice.name).found or not isinstance(file, str) or not file or "\0" in file:
        return None
    return data_folder() / file


def wishes_of(choice: Choice) -> Wishes:
    """Whatever in it does not fit is left out: anyone may have written the layout."""
    given = choice.arguments
    offered = {field.name for field in fields(choice.name)}
    kinds: dict[str, str] = {}
    missing: dict[str, str] = {}
    columns = given.get("columns")
    for one in columns if isinstance(columns, tuple) else ():
        if isinstance(one, tuple) and len(one) == 4 and all(isinstance(part, str) for part in one[:3]):
            kinds[str(one[0])], missing[str(one[0])] = str(one[1]), str(one[2])
    split = given.get("split_by")
    by, values = (split[0], split[1]) if isinstance(split, tuple) and len(split) == 3 else ("", ())
    keys = given.get("keys")
    named = [str(key) for key in keys] if isinstance(keys, tuple) else []
    named += [""] * (4 - len(named))
    labels = given.get("labels")
    table = labels[0] if isinstance(labels, tuple) and labels and isinstance(labels[0], str) else ""
    task = ""
    if choice.name in ("table", "arrays"):
        task = "classification" if given.get("classes") else "regression"
    return Wishes(
        kind=choice.name,
        target=_text(given.get("target")),
        task=task,
        kinds=kinds,
        missing=missing,
        named_only=choice.name == "table",
        split_column=_text(by),
        test_values=tuple(map(str, values)) if isinstance(values, tuple) else (),
        column=_text(given.get("column")),
        level=_text(given.get("level")),
        inputs=named[0],
        targets=named[1],
        test_inputs=named[2],
        test_targets=named[3],
        axes=axes if isinstance(axes := given.get("axes"), str) else None,
        labels=str(data_folder() / table) if table else "",
        arguments={name: value for name, value in given.items() if name in offered},
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
