"""Where the canvas puts nodes: every edit leaves room around each of them, wherever it was made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from examples import chain, digits_mlp, residual
from hypothesis import given
from hypothesis import strategies as st

from core.arrangement import LEVEL_WIDTH, arranged
from core.edits import added, appended, deleted, duplicated, inserted, moved_into
from core.extracting import extracted, put_aside
from core.graph import order
from core.layout import FARTHEST, Edge, Layout, Node, with_positions
from core.layout_reader import loads
from core.layout_writer import dumps
from core.placement import TALL, WIDTH, free_spot, places, settled
from tests.graphs import siamese


def crowded(layout: Layout) -> list[tuple[str, str]]:
    """Pairs of nodes that would overlap, each taken as tall as nodes get."""
    stands = places(layout)
    return [
        (a, b)
        for a in stands
        for b in stands
        if a < b and abs(stands[a][0] - stands[b][0]) < WIDTH and abs(stands[a][1] - stands[b][1]) < TALL
    ]


def flowing_right(layout: Layout) -> Layout:
    layout = replace(layout, direction="right")
    return with_positions(layout, arranged(layout))


LAYOUTS = {
    "chain": digits_mlp(),
    "branch": residual(),
    "branch with positions": with_positions(residual(), arranged(residual())),
    "to the right": flowing_right(residual()),
}
WIRES = [(name, edge) for name, layout in LAYOUTS.items() for edge in layout.edges]
NODES = [(name, node_id) for name, layout in LAYOUTS.items() for node_id in layout.nodes]


@pytest.mark.parametrize(("name", "edge"), WIRES)
def test_a_node_inserted_into_any_wire_overlaps_nothing(name, edge):
    layout = inserted(LAYOUTS[name], edge, "Dropout")
    assert crowded(layout) == []
    assert Edge(edge.source, "dropout", output=edge.output) in layout.edges
    assert Edge("dropout", edge.target, input=edge.input) in layout.edges
    assert len(order(layout)) == len(LAYOUTS[name].nodes) + 1


@pytest.mark.parametrize(("name", "edge"), WIRES)
@pytest.mark.parametrize("away", [-300.0, 0.0, 300.0])
def test_a_node_let_go_beside_any_wire_overlaps_nothing(name, edge, away):
    x, y = places(LAYOUTS[name])[edge.source]
    assert crowded(inserted(LAYOUTS[name], edge, "Dropout", (x + away, y + 52))) == []


@pytest.mark.parametrize(("name", "node_id"), NODES)
@pytest.mark.parametrize("layer", ["Dropout", "Input", "Output", "cat"])
def test_a_node_appended_anywhere_overlaps_nothing(name, node_id, layer):
    assert crowded(appended(LAYOUTS[name], node_id, layer)) == []


@pytest.mark.parametrize("count", [1, 12])
def test_where_the_network_flows_to_the_right_new_nodes_go_there_in_one_row(count):
    layout, last = flowing_right(chain()), "images"
    row = places(layout)[last][1]
    for _ in range(count):
        before = set(layout.nodes)
        layout = appended(layout, last, "ReLU")
        (new,) = set(layout.nodes) - before
        assert places(layout)[new][0] > places(layout)[last][0]
        last = new
    assert crowded(layout) == []
    assert {y for _, y in places(layout).values()} == {row}
    assert places(layout)["output"][0] > places(layout)[last][0]


def test_a_file_without_places_stands_as_it_flows():
    down, right = places(residual()), places(replace(residual(), direction="right"))
    assert len({y for _, y in down.values()}) > len({y for _, y in right.values()})
    assert down == places(residual())


def test_a_second_branch_stands_below_the_first_where_the_network_flows_to_the_right():
    layout = flowing_right(residual())
    after = appended(layout, "stem", "ReLU")
    (new,) = set(after.nodes) - set(layout.nodes)
    assert Edge("stem", new) in after.edges
    assert places(after)[new][0] == places(layout)["stem"][0] + LEVEL_WIDTH
    assert crowded(after) == []


@pytest.mark.parametrize("count", [1, 30])
def test_appending_again_and_again_builds_one_column(count):
    layout, last = chain(), "images"
    for _ in range(count):
        before = set(layout.nodes)
        layout = appended(layout, last, "ReLU")
        (last,) = set(layout.nodes) - before
    assert crowded(layout) == []
    assert {x for x, _ in places(layout).values()} == {0.0}
    assert len(layout.edges) == count + 1


def test_settled_writes_down_what_is_seen_and_nothing_else():
    layout = residual()
    assert places(settled(layout)) == places(layout)
    assert settled(settled(layout)) == settled(layout)
    assert settled(digits_mlp()) == digits_mlp()


def test_a_node_without_a_position_stands_by_its_neighbour():
    layout = digits_mlp()
    nodes = {**layout.nodes, "hidden": replace(layout.nodes["hidden"], position=None)}
    nodes["images"] = replace(nodes["images"], position=(1000.0, 0.0))
    nodes["flatten"] = replace(nodes["flatten"], position=(1000.0, 100.0))
    stands = places(replace(layout, nodes=nodes))
    assert stands["hidden"] == (1000.0, 200.0)
    assert crowded(replace(layout, nodes=nodes)) == []


def test_wires_and_nodes_are_deleted_together():
    layout = deleted(digits_mlp(), ["relu"], [Edge("images", "flatten")])
    assert {(e.source, e.target) for e in layout.edges} == {
        ("flatten", "hidden"),
        ("hidden", "logits"),
        ("logits", "output"),
    }


def test_copies_stand_beside_the_originals():
    layout = duplicated(residual(), {"first", "relu", "second"})
    assert crowded(layout) == []
    assert {"first_2", "relu_2", "second_2"} <= set(layout.nodes)
    assert Edge("first_2", "relu_2") in layout.edges and Edge("relu_2", "second_2") in layout.edges
    assert Edge("stem", "first_2") not in layout.edges


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), max_size=12), st.integers(-600, 600))
def test_a_free_spot_touches_nothing_and_stays_in_its_row(cells, x):
    taken = [(column * 150.0, row * 60.0) for column, row in cells]
    spot = free_spot(taken, (float(x), 0.0))
    layout = Layout(nodes={"new": Node("ReLU", {}, spot)})
    assert spot[1] == 0.0
    for index, place in enumerate(taken):
        one = {**layout.nodes, f"old_{index}": Node("ReLU", {}, place)}
        assert crowded(Layout(nodes=one)) == []


@pytest.mark.parametrize("direction", ["down", "right"])
@pytest.mark.parametrize("corner", [(FARTHEST, FARTHEST), (-FARTHEST, FARTHEST), (FARTHEST, -FARTHEST)])
def test_at_the_border_of_the_canvas_every_edit_can_be_saved(corner, direction):
    layout = with_positions(digits_mlp(), dict.fromkeys(digits_mlp().nodes, corner))
    layout = replace(layout, direction=direction)
    wire = layout.edges[1]
    x, y = corner
    edits = [
        added(layout, "ReLU", (x * 2, y)),
        inserted(layout, wire, "ReLU"),
        inserted(layout, wire, "ReLU", corner),
        appended(layout, "hidden", "ReLU"),
        appended(layout, "output", "ReLU"),
        moved_into(extracted(layout, ["relu"]), wire, "relu", corner),
        put_aside(layout, ["relu"]),
        with_positions(layout, {"relu": (x * 2, y - 1e9)}),
        settled(replace(layout, nodes={**layout.nodes, "relu": replace(layout.nodes["relu"], position=None)})),
    ]
    for edited in edits:
        assert loads(dumps(edited)) == edited


def test_copies_of_nodes_that_share_a_module_share_the_copied_one():
    copies = duplicated(siamese(), {"encoder", "again"})
    assert copies.nodes["encoder_2"].shares is None and copies.nodes["again_2"].shares == "encoder_2"
    assert duplicated(siamese(), {"again"}).nodes["again_2"].shares == "encoder"
