"""What a block's node shows of its inside, as a value."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from core.layout import Layout, Node, with_blocks
from gui.canvas.miniature import MOST_WIRES, Miniature, miniature
from tests.examples import digits_mlp
from tests.graphs import block, graph, little_resnet
from tests.network_examples import blocks


def placed(layout: Layout, name: str, positions: dict[str, tuple[float, float]]) -> Layout:
    found = layout.blocks[name]
    nodes = {key: replace(node, position=positions[key]) for key, node in found.nodes.items()}
    return with_blocks(layout, {**layout.blocks, name: replace(found, nodes=nodes)})


def one(direction: str = "down") -> Layout:
    part = block({"x": Node("Input"), "fc": Node("Linear", {"out_features": 4}), "y": Node("Output")}, "x fc, fc y")
    layout = graph("one", {"part": Node("Part")}, "part part", blocks={"Part": part})
    return replace(layout, edges=(), direction=direction)  # type: ignore[arg-type]


def test_nodes_stand_as_on_the_canvas_in_shares_of_the_whole() -> None:
    found = miniature(placed(one(), "Part", {"x": (0, 0), "fc": (200, 102), "y": (0, 152)}), "Part")
    assert [(node.category, node.x, node.y) for node in found.nodes] == [
        ("in_out", 0.0, 0.0),
        ("linear", 0.5, pytest.approx(0.51, abs=0.01)),
        ("in_out", 0.0, pytest.approx(0.76, abs=0.01)),
    ]
    assert {(node.width, node.height) for node in found.nodes} == {(0.5, 0.24)}
    assert found.aspect == 2.0


def test_wires_lead_from_below_a_node_to_above_the_next() -> None:
    found = miniature(placed(one(), "Part", {"x": (0, 0), "fc": (200, 102), "y": (0, 152)}), "Part")
    (start, end), _ = found.wires
    assert start == (0.25, pytest.approx(0.24, abs=0.01)) and end == (0.75, pytest.approx(0.51, abs=0.01))


def test_in_a_network_that_flows_to_the_right_so_do_they() -> None:
    found = miniature(placed(one("right"), "Part", {"x": (0, 0), "fc": (300, 0), "y": (600, 0)}), "Part")
    assert found.wires[0] == ((0.25, 0.5), (0.375, 0.5))


def test_what_is_inside_another_block_is_one_node_there() -> None:
    found = miniature(little_resnet(), "Stage")
    assert [node.category for node in found.nodes] == ["in_out", "block", "block", "in_out"]


def test_it_is_made_once_for_each_value_of_a_block() -> None:
    layout = blocks()
    first = miniature(layout, "ResidualBlock")
    assert miniature(replace(layout, title="other"), "ResidualBlock") is first
    found = layout.blocks["ResidualBlock"]
    moved = replace(found, nodes={**found.nodes, "sum": replace(found.nodes["sum"], position=(900.0, 0.0))})
    assert miniature(with_blocks(layout, {"ResidualBlock": moved}), "ResidualBlock") != first
    assert miniature(layout, "ResidualBlock") is first


def test_a_block_without_nodes_has_an_empty_miniature() -> None:
    layout = with_blocks(digits_mlp(), {"Empty": block({"x": Node("Input")}, "x x")})
    layout = with_blocks(layout, {"Empty": replace(layout.blocks["Empty"], nodes={}, edges=())})
    assert miniature(layout, "Empty") == Miniature(1.0, (), ())


def test_everything_lies_within_the_whole() -> None:
    found = miniature(little_resnet(), "ResidualBlock")
    assert len(found.nodes) == 10 and len(found.wires) == 10
    for node in found.nodes:
        assert node.x >= 0 and node.x + node.width <= 1.005 and node.y >= 0 and node.y + node.height <= 1.005
    assert all(-0.005 <= part <= 1.005 for wire in found.wires for point in wire for part in point)


def test_a_large_block_is_drawn_no_finer_than_can_be_seen() -> None:
    names = [f"n{index}" for index in range(5000)]
    nodes = {name: Node("ReLU", position=(0.0, 100.0 * index)) for index, name in enumerate(names)}
    many = block(nodes, ",".join(f"{a} {b}" for a, b in pairwise(names)))
    found = miniature(with_blocks(digits_mlp(), {"Many": many}), "Many")
    assert len(found.nodes) <= 200 and len(found.wires) <= MOST_WIRES


def test_a_block_that_is_not_there_has_none() -> None:
    with pytest.raises(KeyError):
        miniature(digits_mlp(), "Nowhere")
