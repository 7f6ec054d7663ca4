"""Blocks as such: their names, their arguments, and which of them nothing uses."""

from __future__ import annotations

import pytest

from core.block_edits import (
    block_argument_problem,
    fresh_block_name,
    new_block_name_problem,
    renamed_argument,
    renamed_block,
    unused_blocks,
    with_block_argument,
    with_block_default,
    without_block_argument,
    without_blocks,
)
from core.blocks import interior, with_interior
from core.layout import with_argument, without_argument, without_nodes
from core.layout_reader import loads
from core.layout_writer import dumps
from core.shapes import infer
from core.values import Reference
from tests.graphs import little_resnet


def test_a_block_bears_its_new_name_at_every_use() -> None:
    layout = renamed_block(little_resnet(), "ResidualBlock", "Residual")
    assert list(layout.blocks) == ["Residual", "Stage"]
    assert layout.blocks["Stage"].nodes["first"].layer == "Residual"
    assert infer(layout).parameters == infer(little_resnet()).parameters
    assert renamed_block(layout, "Residual", "ResidualBlock") == little_resnet()


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Stem", None),
        ("Stage", "name.block_taken"),
        ("Linear", "name.reserved"),
        ("channels", "name.reserved"),
        ("my block", "name.not_identifier"),
        ("", "name.empty"),
    ],
)
def test_it_says_why_a_block_cannot_be_called_so(name: str, rule: str | None) -> None:
    assert new_block_name_problem(little_resnet(), name) == rule


@pytest.mark.parametrize(
    ("stem", "name"),
    [("Block", "Block"), ("Stage", "Stage2"), ("my stem!", "MyStem"), ("…", "Block"), ("3", "Block"), ("줄기", "줄기"),
     ("Linear", "Linear2"), ("x" * 90, "X" + "x" * 71)],
)  # fmt: skip
def test_a_fresh_name_is_one_that_a_block_may_bear(stem: str, name: str) -> None:
    assert fresh_block_name(little_resnet(), stem) == name
    assert new_block_name_problem(little_resnet(), name) is None


def test_a_value_becomes_an_argument_of_the_block_and_a_value_again() -> None:
    layout = with_block_argument(little_resnet(), "ResidualBlock", "kernel", 3, "conv2", "kernel_size")
    residual = layout.blocks["ResidualBlock"]
    assert residual.nodes["conv2"].arguments["kernel_size"] == Reference("kernel")
    assert residual.arguments == {"channels": 64, "stride": 1, "kernel": 3}
    assert infer(layout).parameters == infer(little_resnet()).parameters
    assert loads(dumps(layout)) == layout
    assert without_block_argument(layout, "ResidualBlock", "kernel") == little_resnet()


def test_the_argument_of_a_shared_module_is_that_of_its_owner() -> None:
    layout = with_block_argument(little_resnet(), "ResidualBlock", "quiet", False, "again", "inplace")
    nodes = layout.blocks["ResidualBlock"].nodes
    assert nodes["relu"].arguments == {"inplace": Reference("quiet")} and not nodes["again"].arguments


def test_one_argument_may_decide_several_fields() -> None:
    layout = with_block_argument(little_resnet(), "ResidualBlock", "channels", 7, "conv1", "padding")
    assert layout.blocks["ResidualBlock"].arguments["channels"] == 64


def test_without_the_argument_the_block_does_what_all_its_uses_asked_for() -> None:
    layout = little_resnet()
    found = without_block_argument(layout, "Stage", "channels")
    # Two uses ask for 16 and 32: then it is the default.
    assert found.blocks["Stage"].nodes["first"].arguments == {"channels": 64, "stride": 2}
    assert found.nodes["stage1"].arguments == {} and found.blocks["Stage"].arguments == {}
    alike = with_argument(layout, "stage1", "channels", 32)
    agreed = without_block_argument(alike, "Stage", "channels")
    assert agreed.blocks["Stage"].nodes["rest"].arguments == {"channels": 32}
    assert infer(agreed).parameters == infer(alike).parameters
    assert not infer(without_block_argument(without_argument(layout, "stage1", "channels"), "Stage", "channels")).errors


def test_a_multiple_of_the_argument_becomes_a_number() -> None:
    layout = with_block_argument(little_resnet(), "ResidualBlock", "half", 4, "conv1", "out_channels")
    inside = with_argument(interior(layout, "ResidualBlock"), "conv1", "out_channels", Reference("half", 2))
    layout = with_interior(layout, "ResidualBlock", inside)
    found = without_block_argument(layout, "ResidualBlock", "half")
    assert found.blocks["ResidualBlock"].nodes["conv1"].arguments["out_channels"] == 8


@pytest.mark.parametrize(
    ("name", "rule"),
    [("kernel", None), ("stride", "name.argument_taken"), ("Stage", "name.reserved"), ("for", "name.keyword")],
)
def test_it_says_why_an_argument_cannot_be_called_so(name: str, rule: str | None) -> None:
    assert block_argument_problem(little_resnet(), "ResidualBlock", name) == rule


def test_an_argument_bears_its_new_name_inside_and_at_every_use() -> None:
    layout = renamed_argument(little_resnet(), "ResidualBlock", "channels", "width")
    assert layout.blocks["Stage"].nodes["first"].arguments == {"width": Reference("channels"), "stride": 2}
    assert layout.blocks["ResidualBlock"].nodes["conv2"].arguments["out_channels"] == Reference("width")
    assert infer(layout).parameters == infer(little_resnet()).parameters


def test_a_default_is_what_uses_without_a_value_have() -> None:
    layout = with_block_default(without_argument(little_resnet(), "stage2", "channels"), "Stage", "channels", 24)
    assert infer(layout).nodes["stage2"].outputs[0].shape[1] == 24


def test_blocks_that_no_way_leads_to_are_unused() -> None:
    layout = little_resnet()
    assert unused_blocks(layout) == ()
    layout = without_nodes(layout, ["stage1", "stage2"])
    assert unused_blocks(layout) == ("ResidualBlock", "Stage")
    assert without_blocks(layout, unused_blocks(layout)).blocks == {}
