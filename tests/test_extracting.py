"""Nodes come out of their wires, and the wires close behind them as they do behind deleted nodes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from core.extracting import bypassed, extracted, put_aside
from core.layout import Edge, Layout, Node, with_muted, without_nodes
from core.placement import places, touch
from core.shapes import infer
from tests.examples import digits_mlp, residual
from tests.graphs import graph, wires


def ends(layout: Layout) -> set[tuple[str, int, str, int]]:
    return {(edge.source, edge.output, edge.target, edge.input) for edge in layout.edges}


def test_a_node_in_the_middle_comes_out_and_stays_loose() -> None:
    layout = extracted(digits_mlp(), ["relu"])
    assert layout.nodes == digits_mlp().nodes
    assert Edge("hidden", "logits") in layout.edges
    assert not layout.into("relu") and not layout.out_of("relu")


def test_a_run_comes_out_as_a_run() -> None:
    layout = extracted(digits_mlp(), {"hidden", "relu"})
    assert layout.edges == wires("images flatten, hidden relu, logits output, flatten logits")


def test_nodes_that_do_not_hang_together_come_out_each_for_itself() -> None:
    layout = extracted(digits_mlp(), ["flatten", "relu"])
    assert layout.edges == wires("logits output, images hidden, hidden logits")


def test_a_join_leaves_a_gap_and_a_branch_point_hands_on() -> None:
    assert extracted(residual(), ["sum"]).into("flatten") == ()
    assert {edge.target for edge in extracted(residual(), ["stem"]).out_of("images")} == {"first", "sum"}


def test_a_node_that_is_read_at_several_outputs_leaves_a_gap() -> None:
    nodes = {"x": Node("Input"), "lstm": Node("LSTM"), "y": Node("Output"), "state": Node("Output")}
    layout = graph("states", nodes, "x lstm, lstm y, lstm.1 state")
    assert extracted(layout, ["lstm"]).edges == ()
    assert bypassed(layout, ["lstm"]).edges == wires("x y")


def test_what_has_no_wires_to_others_is_left_as_it_is() -> None:
    layout = extracted(digits_mlp(), ["hidden", "relu"])
    assert extracted(layout, ["hidden", "relu"]) is layout
    assert extracted(layout, []) is layout


def test_a_loop_leads_nowhere_any_more() -> None:
    layout = replace(digits_mlp(), edges=(*digits_mlp().edges[:2], Edge("relu", "relu"), Edge("relu", "logits")))
    assert extracted(layout, ["relu"]).edges == (*digits_mlp().edges[:2], Edge("relu", "relu"))
    assert without_nodes(layout, ["relu"]).edges == digits_mlp().edges[:2]


@pytest.mark.parametrize("seed", range(60))
def test_around_extracted_nodes_the_wires_are_those_that_deleting_them_leaves(seed: int) -> None:
    random = Random(seed)
    layout = residual() if seed % 2 else digits_mlp()
    chosen = random.sample(list(layout.nodes), random.randint(1, 4))
    layout, gone = extracted(layout, chosen), without_nodes(layout, chosen)
    assert {edge for edge in layout.edges if not {edge.source, edge.target} & {*chosen}} == set(gone.edges)
    assert all((edge.source in chosen) == (edge.target in chosen) for edge in layout.edges)
    assert len({(edge.target, edge.input) for edge in layout.edges}) == len(layout.edges)


# --- put aside ---


@pytest.mark.parametrize("node_ids", [["relu"], ["hidden", "relu"], ["flatten"], ["images", "relu", "output"]])
def test_what_is_put_aside_is_muted_loose_and_in_nobodys_way(node_ids: list[str]) -> None:
    layout = put_aside(digits_mlp(), node_ids)
    moved = [key for key in node_ids if key not in ("images", "output")]
    stands = places(layout)
    assert [key for key, node in layout.nodes.items() if node.muted] == moved
    assert not any(touch(stands[one], stands[other]) for one in moved for other in stands if other not in moved)
    kept = [key for key in layout.nodes if key not in moved]
    assert all(layout.nodes[key] == digits_mlp().nodes[key] for key in kept)
    assert [problem.node for problem in infer(layout).errors if problem.node in moved] == []


def test_putting_a_join_aside_lets_its_first_way_through() -> None:
    layout = put_aside(residual(), ["sum"])
    assert layout.into("flatten") == (Edge("second", "flatten"),)
    assert not infer(layout).errors
    assert infer(layout).nodes["output"] == infer(with_muted(residual(), ["sum"], True)).nodes["output"]


def test_what_led_only_into_a_join_goes_aside_with_it() -> None:
    layout = residual()
    swapped = tuple(replace(edge, input=1 - edge.input) if edge.target == "sum" else edge for edge in layout.edges)
    layout = put_aside(replace(layout, edges=swapped), ["sum"])
    aside = {"first", "relu", "second", "sum"}
    assert {key for key, node in layout.nodes.items() if node.muted} == aside
    assert set(layout.edges) == set(
        wires("images stem, stem flatten, flatten logits, logits output, first relu, relu second, second sum.1")
    )
    inference = infer(layout)
    assert not inference.errors and not aside & inference.nodes.keys()
    # What others read too stays, and so does what is put aside already.
    assert {key for key, node in put_aside(residual(), ["sum"]).nodes.items() if node.muted} == {"sum"}
    assert put_aside(layout, ["sum"]) is layout


def test_in_a_network_that_flows_to_the_right_nodes_are_put_below() -> None:
    before = replace(digits_mlp(), direction="right")
    layout = put_aside(before, ["relu"])
    assert places(layout)["relu"][0] == places(before)["relu"][0]
    assert places(layout)["relu"][1] > places(before)["relu"][1]


def test_what_is_loose_already_is_only_muted() -> None:
    layout = put_aside(extracted(digits_mlp(), ["relu"]), ["relu"])
    assert layout == with_muted(extracted(digits_mlp(), ["relu"]), ["relu"], True)
    assert put_aside(layout, ["relu"]) is layout


def test_in_whatever_order_nodes_are_named_the_result_is_the_same() -> None:
    nodes = {"x": Node("Input"), "loose": Node("ReLU"), "sum": Node("add"), "y": Node("Output")}
    layout = graph("order", nodes, "x sum, loose sum.1, sum y")
    for edit in (extracted, put_aside, without_nodes):
        results = [edit(layout, chosen) for chosen in (["sum", "loose"], ["loose", "sum"], {"sum", "loose"})]
        assert results[0] == results[1] == results[2]
