"""Operations in print: what is written gives the bits of what runs, and reads as a careful person writes it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.calling import flattened
from core.codegen.operations import operation_item
from core.codegen.printing import flat, lines
from core.operations import function
from core.outcome import Signals
from core.values import Reference, Value
from tests.case_files import Case, read_cases
from tests.operation_runs import gradients, same, tensors

CASES = read_cases("operations")
NAMES = ("x", "y", "z", "u")


def printed(case: Case) -> str:
    text = flat(operation_item(case.layer, names(case.inputs), case.arguments))
    assert text is not None
    return text


def names(inputs: Signals) -> list[str | None]:
    return [None if signal is None else NAMES[port] for port, signal in enumerate(inputs)]


def executed(code: str, inputs: Sequence[Tensor | None], **more: Any) -> tuple[Tensor, ...]:
    """What the printed expression gives, where there is nothing but torch and the tensors."""
    known = {"torch": torch, "nn": nn, **dict(zip(NAMES, inputs, strict=False)), **more}
    return flattened(eval(code, {"__builtins__": {"getattr": getattr}}, known))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_printed_gives_the_same_bits_forward_and_backward(case: Case) -> None:
    runs = tensors(case.inputs)
    results = flattened(function(case.layer, case.arguments)(*runs))
    again = tensors(case.inputs)
    written = executed(printed(case), again)
    assert same(results, written)
    assert same(gradients(results, runs), gradients(written, again))


@pytest.mark.parametrize(
    ("name", "inputs", "arguments", "code"),
    [
        ("add", ["a", "b"], {}, "a + b"),
        ("rsub", ["x", None], {"other": 1}, "1 - x"),
        ("rsub", ["x", "y"], {}, "y - x"),
        ("pow", ["x", None], {"exponent": 2}, "x**2"),
        ("mul", ["x", None], {"other": Reference("scale")}, "x * scale"),
        ("mul", ["x", None], {"other": Reference("scale", 2)}, "x * (2 * scale)"),
        ("pow", ["x", None], {"exponent": Reference("self.power", 2)}, "x ** (2 * self.power)"),
        ("matmul", ["q", "k"], {}, "q @ k"),
        ("neg", ["x"], {}, "-x"),
        ("select", ["x"], {"dim": 1, "index": -1}, "x[:, -1]"),
        ("select", ["x"], {"dim": 0, "index": 0}, "x[0]"),
        ("select", ["x"], {"dim": -1, "index": 0}, "x[..., 0]"),
        ("select", ["x"], {"dim": Reference("self.dim"), "index": 2}, "x.movedim(self.dim, 0)[2]"),
        ("slice", ["x"], {"dim": 1, "start": 1, "stop": 5}, "x[:, 1:5]"),
        ("slice", ["x"], {"dim": 2, "step": 2}, "x[:, :, ::2]"),
        ("slice", ["x"], {"dim": -1, "stop": -1}, "x[..., :-1]"),
        ("slice", ["x"], {"dim": 1, "start": Reference("self.first"), "stop": 9}, "x[:, self.first : 9]"),
        ("slice", ["x"], {"dim": 1, "start": Reference("self.first")}, "x[:, self.first :]"),
        ("cat", ["a", "b", "c"], {"dim": 1}, "torch.cat([a, b, c], dim=1)"),
        ("flatten", ["x"], {"start_dim": 1}, "x.flatten(1)"),
        ("flatten", ["x"], {"end_dim": 1}, "x.flatten(end_dim=1)"),
        ("permute", ["x"], {"dims": (0, 2, 1)}, "x.permute(0, 2, 1)"),
        ("reshape", ["x"], {"shape": (-1, 4)}, "x.reshape(-1, 4)"),
        ("reshape", ["x"], {"shape": Reference("self.shape")}, "x.reshape(self.shape)"),
        ("mean", ["x"], {"dim": 1}, "x.mean(dim=1)"),
        ("mean", ["x"], {"dim": (2, 3)}, "x.mean(dim=(2, 3))"),
        ("mean", ["x"], {"keepdim": True, "dim": 1}, "x.mean(dim=1, keepdim=True)"),
        ("split", ["x"], {"split_size_or_sections": (2, 3), "dim": 1}, "x.split([2, 3], dim=1)"),
        ("softmax", ["x"], {"dim": -1}, "nn.functional.softmax(x, dim=-1)"),
        ("to", ["x"], {"dtype": "int64"}, "x.to(torch.int64)"),
        ("to", ["x"], {"dtype": Reference("self.kind")}, "x.to(getattr(torch, self.kind))"),
        ("where", ["m", "x", None], {"other": 0.0}, "torch.where(m, x, 0.0)"),
        ("arange", ["x"], {"dim": 1}, "torch.arange(x.size(1), device=x.device)"),
        ("pad", ["x"], {"pad": (1, 1), "mode": "reflect"}, 'nn.functional.pad(x, (1, 1), mode="reflect")'),
        (
            "scaled_dot_product_attention",
            ["q", "k", "v", "mask"],
            {},
            "nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)",
        ),
    ],
)
def test_an_operation_is_written_as_a_careful_person_writes_it(
    name: str, inputs: list[str | None], arguments: Mapping[str, Value], code: str
) -> None:
    assert flat(operation_item(name, inputs, arguments)) == code


def test_a_dimension_that_a_block_decides_gives_the_same_values() -> None:
    x = torch.rand(2, 5, 4)
    for dim in (-2, 0, 1, 2):
        place = {"start": 1, "stop": 4, "step": 2}
        code = flat(operation_item("slice", ["x"], {"dim": Reference("dim"), **place}))
        assert same(executed(str(code), [x], dim=dim), [function("slice", {"dim": dim, **place})(x)])
        code = flat(operation_item("select", ["x"], {"dim": Reference("dim"), "index": -1}))
        assert same(executed(str(code), [x], dim=dim), [function("select", {"dim": dim, "index": -1})(x)])


def test_printed_operations_are_laid_out_as_ruff_has_them(tmp_path: Path) -> None:
    long = [f"a_rather_long_name_{port}" for port in range(4)]
    written = []
    for case in CASES:
        for given in (NAMES, long):
            inputs = [None if signal is None else given[port] for port, signal in enumerate(case.inputs)]
            written += lines(0, "value = ", operation_item(case.layer, inputs, case.arguments))
    path = tmp_path / "written.py"
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_a_file_names_never_becomes_code() -> None:
    with pytest.raises(ValueError, match="dtype"):
        operation_item("to", ["x"], {"dtype": "int64); import os"})
    with pytest.raises(TypeError):
        operation_item("select", ["x"], {"dim": "0]; import os", "index": 0})
    text = flat(operation_item("pad", ["x"], {"pad": (1, 1), "mode": '"); import os #'}))
    assert text == 'nn.functional.pad(x, (1, 1), mode="\\"); import os #")'
