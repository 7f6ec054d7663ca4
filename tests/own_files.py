"""For the tests of a person's own files: sentences for what is wrong, and the printed function beside the program."""

from __future__ import annotations

from typing import Any

import torch

from core.codegen.data import data_source
from core.datasets import DataError, load
from core.names import SCRIPT_NAMES
from core.text import LANGUAGES, Text
from core.training.config import Choice
from tests.test_codegen import assert_well_written
from tests.test_data_code import rank


def told(error: DataError) -> DataError:
    """The error, once it has become a sentence in both languages."""
    for language in LANGUAGES:
        assert "{" not in Text(language)(f"data.{error.rule}", **error.values)
    return error


def same_samples(choice: Choice) -> None:
    """What the printed function reads is what the program reads, to the last bit."""
    code = data_source(choice)
    imports = sorted((*code.imports, "import torch", "from torch import Tensor"), key=rank)
    standard = sorted(code.standard_imports, key=rank)
    head = [*standard, *([""] if standard else []), *imports, "", *code.constants]
    source = "\n\n\n".join(["\n".join(head), *code.definitions]) + "\n\n\nprint(torch.stack(load_data()))\n"
    assert_well_written(source)
    names: dict[str, Any] = {}
    exec(source.replace("print(torch.stack(load_data()))", ""), names)
    assert {name for name in names if not name.startswith("__")} - {"torch"} <= SCRIPT_NAMES
    splits = load(choice)
    mine = (splits.train_inputs, splits.train_targets, splits.test_inputs, splits.test_targets)
    for ours, theirs in zip(mine, names["load_data"](), strict=True):
        wanted = ours.float() / 255 if ours.dtype == torch.uint8 else ours
        assert wanted.dtype == theirs.dtype and torch.equal(wanted, theirs)
