"""The printed model stands alone, is the compiled one, reads as ruff lays it out, and never runs a layout's text."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from core.codegen import model_code
from core.compiler import compile_model
from core.layout import Edge, Layout, Node, with_renamed, with_title
from core.names import name_problem
from core.shapes import infer
from tests.examples import chain, digits_mlp, residual
from tests.graphs import graph
from tests.repository import REPOSITORY
from tests.test_compiler import gates

NAMES = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_0123456789", min_size=1, max_size=80),
    st.text("가나다라마바사한글이름층", min_size=1, max_size=40),
    st.sampled_from(["l", "O", "I", "x", "value", "print", "Tensor", "OrderedDict", "list", "match", "case", "int"]),
).filter(lambda name: name_problem(name) is None)


def many_kinds() -> Layout:
    """Arguments of every kind, long lines among them."""
    return chain(
        ("conv", "Conv2d", {"out_channels": 16, "kernel_size": (3, 5), "stride": 1, "padding": "same", "bias": False}),
        ("up", "ConvTranspose2d", {"out_channels": 8, "kernel_size": 2, "stride": 2, "padding_mode": "zeros"}),
        ("norm", "GroupNorm", {"num_groups": 4, "eps": 1e-7}),
        ("leaky", "LeakyReLU", {"negative_slope": 0.2}),
        ("pool", "AdaptiveAvgPool2d", {"output_size": (4, 3)}),
        ("drop", "Dropout2d", {"p": 0.25}),
        ("unfold", "Unfold", {"kernel_size": 2}),
        ("flatten", "Flatten", {}),
        ("layer_norm", "LayerNorm", {}),
        ("logits", "Linear", {"out_features": 10}),
    )


def run_model(source: str) -> nn.Module:
    """The model that the printed module builds, under seed 3."""
    namespace: dict[str, Any] = {"__name__": "printed"}
    exec(compile(source, "printed.py", "exec"), namespace)
    own = [value for name, value in namespace.items() if getattr(value, "__module__", "") == "printed"]
    torch.manual_seed(3)
    return own[0]()


def ruff(command: list[str], source: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "ruff", *command, "--isolated", "-"]
    return subprocess.run(arguments, input=source, capture_output=True, text=True, encoding="utf-8", check=False)


def assert_well_written(source: str) -> None:
    formatted = ruff(["format"], source)
    assert formatted.returncode == 0, formatted.stderr
    assert formatted.stdout == source
    checked = ruff(["check", "--select", "E4,E7,E9,F,I,B,UP,W"], source)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("layout", [digits_mlp(), residual(), gates(), many_kinds()], ids=lambda layout: layout.title)
def test_the_printed_model_is_the_compiled_one(layout: Layout) -> None:
    inference = infer(layout)
    assert inference.errors == ()
    source = model_code(inference)
    assert_well_written(source)
    printed = run_model(source)
    torch.manual_seed(3)
    compiled = compile_model(inference)
    assert list(printed.state_dict()) == list(compiled.state_dict())
    images = torch.rand(5, 1, 8, 8)
    torch.manual_seed(4)
    wanted = compiled(images)
    torch.manual_seed(4)
    assert torch.equal(printed(images), wanted)
    printed.load_state_dict(compiled.state_dict(), strict=True)


def test_a_chain_reads_as_a_person_would_write_it() -> None:
    source = model_code(infer(with_title(digits_mlp(), "Digits MLP")))
    assert (
        source
        == '''"""Digits MLP

2,410 parameters. Takes N × 1 × 8 × 8 (float32), gives N × 10.
"""

from collections import OrderedDict

from torch import nn


def build_model() -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            [
                ("flatten", nn.Flatten()),  # N × 64
                ("hidden", nn.Linear(64, 32)),  # N × 32
                ("relu", nn.ReLU()),  # N × 32
                ("logits", nn.Linear(32, 10)),  # N × 10
            ]
        )
    )
'''
    )


def test_a_branch_is_named_where_it_branches_and_x_elsewhere() -> None:
    source = model_code(infer(with_title(residual(), "residual block")))
    assert "class ResidualBlock(nn.Module):" in source
    body = source.partition("def forward(self, images: Tensor) -> Tensor:\n")[2]
    assert [line.partition("  #")[0].strip() for line in body.splitlines()[1:]] == [
        "stem = self.stem(images)",
        "x = self.first(stem)",
        "x = self.relu(x)",
        "x = self.second(x)",
        "x = x + stem",
        "x = self.flatten(x)",
        "return self.logits(x)",
    ]


def test_each_of_several_outputs_says_which_it_is() -> None:
    nodes = {
        "x": Node("Input", {"shape": (4,)}),
        "shared": Node("Linear", {"out_features": 8}),
        "coarse": Node("Linear", {"out_features": 2}),
        "fine": Node("Linear", {"out_features": 10}),
        "first": Node("Output"),
        "second": Node("Output"),
    }
    source = model_code(infer(graph("heads", nodes, "x shared, shared coarse, shared fine, coarse first, fine second")))
    assert source.splitlines()[-1].strip() == "return coarse, fine"


def test_comments_follow_the_language_and_code_does_not() -> None:
    inference = infer(residual())
    korean, english = model_code(inference, "ko"), model_code(inference, "en")
    assert "파라미터" in korean
    assert korean.split('"""')[2] == english.split('"""')[2]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(names=st.lists(NAMES, min_size=6, max_size=6, unique=True), title=st.text(max_size=80))
def test_any_names_and_titles_give_sound_source(names: list[str], title: str) -> None:
    layout = with_title(gates(), title)
    for old, new in zip(("images", "stem", "norm", "gated", "joined", "logits"), names, strict=True):
        if new not in layout.nodes:
            layout = with_renamed(layout, old, new)
    inference = infer(layout)
    source = model_code(inference)
    assert_well_written(source)
    run_model(source).load_state_dict(compile_model(inference).state_dict(), strict=True)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(name=NAMES)
def test_any_name_in_a_chain_gives_sound_source(name: str) -> None:
    layout = many_kinds() if name in many_kinds().nodes else with_renamed(many_kinds(), "conv", name)
    assert_well_written(model_code(infer(layout)))


@pytest.mark.parametrize(
    "title",
    [
        '"""; import os; os.environ["LAYERLOOM_HACKED"] = "1"; """',
        '"""\nimport os\nos.environ["LAYERLOOM_HACKED"] = "1"\n"""',
        '\\"""\nraise SystemExit\n',
        '"',
        "\\",
        '""""""',
        "\\N{BULLET} \\x",
        "a\u202eb\u2066c\x00d\x0c\r\x1b[2J\ud800",
        "class\n    x = 1",
        "import os",
        "Tensor",
        "1 net",
        "한국어 제목",
    ],
)
@pytest.mark.parametrize("layout", [digits_mlp(), residual()], ids=["chain", "branch"])
def test_a_hostile_title_stays_text(title: str, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAYERLOOM_HACKED", raising=False)
    inference = infer(with_title(layout, title))
    source = model_code(inference)
    assert_well_written(source)
    assert all(part.isprintable() for line in source.splitlines() for part in line)
    run_model(source).load_state_dict(compile_model(inference).state_dict())
    assert "LAYERLOOM_HACKED" not in __import__("os").environ


def test_the_printed_module_runs_without_this_program(tmp_path: Any) -> None:
    (tmp_path / "printed.py").write_text(model_code(infer(residual())), encoding="utf-8")
    check = "import sys, printed; assert not any(name.split('.')[0] in ('core', 'gui') for name in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(REPOSITORY) not in (tmp_path / "printed.py").read_text(encoding="utf-8")


def test_the_output_may_read_a_value_that_is_not_the_last() -> None:
    nodes = {**digits_mlp().nodes, "extra": Node("Identity")}
    edges = tuple(edge for edge in digits_mlp().edges if edge.target != "logits")
    both = (*edges, Edge("relu", "sum"), Edge("extra", "sum", input=1), Edge("relu", "extra"), Edge("sum", "logits"))
    layout = replace(digits_mlp(), nodes={**nodes, "sum": Node("add")}, edges=both)
    source = model_code(infer(layout))
    assert_well_written(source)
    assert "relu + " in source or "+ relu" in source
