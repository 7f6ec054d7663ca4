"""What is carried over from before an edit is what would be found anew: wires by node, inference, fields, text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from core import layout_writer
from core.edits import inserted
from core.inference import Inference
from core.layout import Edge, Layout, Node, with_argument, with_edge, with_positions, with_shared, without_edges
from core.layout_writer import dumps
from core.receptive import Memory, receptive_fields
from core.shapes import infer
from core.training.config import Choice, TrainingConfig
from core.values import Value
from core.wires import carried_over, sorted_wires, wires_of
from tests.edit_properties import assert_inferred_alike
from tests.random_edits import random_edit
from tests.random_graphs import random_layout


def residual(blocks: int) -> Layout:
    """A long network whose blocks each add what they were given to what a convolution made of it."""
    nodes = {"images": Node("Input", {"shape": (3, 16, 16)}), "stem": Node("Conv2d", WIDE)}
    edges, before = [Edge("images", "stem")], "stem"
    for index in range(blocks):
        conv, norm, add = f"conv{index}", f"norm{index}", f"add{index}"
        nodes |= {conv: Node("Conv2d", WIDE), norm: Node("BatchNorm2d"), add: Node("add")}
        edges += [Edge(before, conv), Edge(conv, norm), Edge(norm, add), Edge(before, add, input=1)]
        before = add
    return Layout("residual", {**nodes, "out": Node("Output")}, (*edges, Edge(before, "out")), WITHOUT_DATA)


WIDE: dict[str, Value] = {"out_channels": 8, "kernel_size": 3, "padding": 1}
WITHOUT_DATA = TrainingConfig(dataset=Choice("none"))
SEEDS = range(12)
EDITS = 12


def edited(seed: int) -> Iterator[Layout]:
    """A random network, and what random edits make of it one after the other."""
    random = Random(seed)
    layout = random_layout(random)
    yield layout
    for _ in range(EDITS):
        layout = random_edit(layout, random)
        yield layout


@pytest.mark.parametrize("seed", SEEDS)
def test_wires_are_found_by_their_nodes_after_every_edit(seed: int) -> None:
    for layout in edited(seed):
        anew = sorted_wires(layout.edges)
        for node_id in layout.nodes:
            assert layout.into(node_id) == anew.into.get(node_id, ())
            assert layout.out_of(node_id) == anew.out_of.get(node_id, ())


@pytest.mark.parametrize("seed", SEEDS)
def test_an_inference_that_follows_edits_says_what_one_from_nothing_says(seed: int) -> None:
    before: Inference | None = None
    for layout in edited(seed):
        before = infer(layout, before)
        assert_inferred_alike(before, infer(layout))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_field_of_one_node_is_the_one_it_has_among_all(seed: int) -> None:
    memory: Memory = {}
    for layout in edited(seed):
        found = infer(layout)
        fields = receptive_fields(found.layout, found.order, found.nodes)
        for node_id in found.order:
            one = receptive_fields(found.layout, found.order, found.nodes, memory, node_id)
            assert one == {node_id: fields[node_id]}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_layout_is_written_as_it_would_be_the_first_time(seed: int) -> None:
    for layout in edited(seed):
        text = dumps(layout)
        layout_writer._written.clear()
        assert dumps(layout) == text


def test_an_edit_leaves_the_wires_of_other_nodes_the_very_same() -> None:
    layout = residual(100)
    after = inserted(layout, layout.edges[40], "ReLU")
    ends = {layout.edges[40].source, layout.edges[40].target}
    for node_id in layout.nodes.keys() - ends:
        assert after.into(node_id) is layout.into(node_id)
        assert after.out_of(node_id) is layout.out_of(node_id)


def test_wires_in_another_order_are_sorted_anew() -> None:
    edges = residual(100).edges
    before = sorted_wires(edges)
    swapped = (edges[1], edges[0], *edges[2:])
    assert carried_over(swapped, before) is None
    assert wires_of(swapped).out_of == sorted_wires(swapped).out_of
    assert carried_over(edges[: len(edges) // 2], before) is None


def test_a_node_that_loses_its_wires_has_none() -> None:
    layout = residual(100)
    alone = without_edges(layout, [edge for edge in layout.edges if edge.touches("norm50")])
    assert (layout.into("norm50"), layout.out_of("norm50")) != ((), ())
    assert (alone.into("norm50"), alone.out_of("norm50")) == ((), ())


def test_a_node_whose_sharer_decided_its_arguments_is_found_again_without_it() -> None:
    shared = with_shared(residual(10), "conv0", "conv5")
    before = infer(shared)
    apart = with_shared(shared, "conv0", None)
    assert_inferred_alike(infer(apart, before), infer(apart))


def test_who_reads_an_output_that_an_argument_takes_away_has_a_problem() -> None:
    nodes = {
        "images": Node("Input", {"shape": (3, 16, 16)}),
        "pool": Node("MaxPool2d", {"kernel_size": 2, "return_indices": True}),
        "unpool": Node("MaxUnpool2d", {"kernel_size": 2}),
        "out": Node("Output"),
    }
    edges = (Edge("images", "pool"), Edge("pool", "unpool"), Edge("pool", "unpool", 1, 1), Edge("unpool", "out"))
    layout = Layout("pools", nodes, edges, WITHOUT_DATA)
    without = with_argument(layout, "pool", "return_indices", False)
    found = infer(without, infer(layout))
    assert [problem.rule for problem in found.of("unpool")] == ["graph.no_output_port"]
    assert_inferred_alike(found, infer(without))


def test_the_field_grows_with_a_kernel_that_is_edited() -> None:
    memory: Memory = {}
    layout = residual(10)
    for size in (3, 5, 3):
        layout = with_argument(with_argument(layout, "conv4", "kernel_size", size), "conv4", "padding", size // 2)
        found = infer(layout)
        field = receptive_fields(found.layout, found.order, found.nodes, memory, "conv4")["conv4"]
        assert field == (2 * 5 + size, 2 * 5 + size)


def test_what_stood_behind_a_cycle_is_found_once_the_cycle_is_cut() -> None:
    layout = residual(10)
    order = infer(layout).order
    back = Edge(order[20], order[4], input=2)
    round_about = with_edge(layout, back)
    before = infer(round_about, infer(layout))
    assert_inferred_alike(before, infer(round_about))
    cut = without_edges(round_about, [back])
    assert_inferred_alike(infer(cut, before), infer(layout))


def test_an_edit_asks_only_for_what_follows_it() -> None:
    layout = residual(40)
    before = infer(layout)
    after = infer(with_argument(layout, before.order[60], "bias", False), before)
    assert all(after.parts[node_id] is before.parts[node_id] for node_id in before.order[:60])


def test_a_node_that_is_pushed_aside_keeps_all_but_its_place() -> None:
    node = Node("Conv2d", {"out_channels": 4}, (1.0, 2.0), 3, None, True, True, "why")
    layout = with_positions(Layout(nodes={"conv": node}), {"conv": (5.0, 6.0)})
    assert layout.nodes["conv"] == replace(node, position=(5.0, 6.0))
    assert node.position == (1.0, 2.0)
    assert with_positions(layout, {"conv": (5.0, 6.0)}).nodes["conv"] is layout.nodes["conv"]
