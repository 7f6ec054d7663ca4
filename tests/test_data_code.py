"""The printed function reads the samples that the program trains with. Downloaded sets are in test_published.py."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from core.codegen.data import data_source
from core.datasets import NAMES, facts, fields, load
from core.names import SCRIPT_NAMES
from core.training.config import Choice
from tests.test_codegen import assert_well_written

HERE = [name for name in NAMES if name != "none" and facts(Choice(name)).origin is None and facts(Choice(name)).shape]
CHOICES = [
    *map(Choice, HERE),
    Choice("wine", {"standardize": False}),
    Choice("diabetes", {"standardize": False, "standardize_target": False}),
    Choice("diabetes", {"standardize_target": False}),
    Choice("spiral", {"samples": 333, "noise": 0.25, "seed": 4_000_000_000}),
    Choice("sine_pieces", {"samples": 50, "length": 200, "noise": 0.0, "seed": 3}),
    Choice("FakeData", {"samples": 25, "channels": 1, "size": 9, "classes": 3, "seed": 5}),
]


def printed(choice: Choice) -> str:
    code = data_source(choice)
    imports = sorted((*code.imports, "import torch", "from torch import Tensor"), key=rank)
    text = "\n".join([*code.standard_imports, *imports])
    return "\n\n\n".join([text, *code.constants, *code.definitions]) + "\n\n\nprint(torch.stack(load_data()))\n"


def rank(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line.split()[1]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: f"{choice.name}{dict(choice.arguments) or ''}")
def test_the_printed_function_gives_the_same_samples(choice: Choice) -> None:
    source = printed(choice)
    assert_well_written(source)
    names: dict[str, Any] = {}
    exec(source.replace("print(torch.stack(load_data()))", ""), names)
    splits = load(choice)
    mine = (splits.train_inputs, splits.train_targets, splits.test_inputs, splits.test_targets)
    for ours, theirs in zip(mine, names["load_data"](), strict=True):
        wanted = ours.float() / 255 if ours.dtype == torch.uint8 else ours
        assert wanted.dtype == theirs.dtype and torch.equal(wanted, theirs)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "none"])
def test_no_block_can_take_a_name_of_the_script(name: str) -> None:
    import ast

    if not facts(Choice(name)).shape:
        pytest.skip("its shape is known once a file is chosen")
    tree = ast.parse(printed(Choice(name)))
    given = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    given |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    given |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert given - {"torch"} <= SCRIPT_NAMES
    assert all(field.check(field.default) is None for field in fields(name))
