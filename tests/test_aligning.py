"""Nodes in line: by a side, at equal distances, and straight below what they read from."""

from __future__ import annotations

import pytest

from core.aligning import Side, aligned, distributed, straightened
from core.layout import Layout, Node, Position, with_positions
from core.placement import GAP, TALL, WIDTH, places
from tests.examples import residual
from tests.graphs import graph


def loose(*stands: Position) -> Layout:
    return Layout("", {name: Node("ReLU", {}, place) for name, place in zip("abcd", stands, strict=False)})


@pytest.mark.parametrize(
    ("side", "wanted"),
    [
        ("left", [(0, 0), (0, 300), (0, 600)]),
        ("centre", [(100, 0), (100, 300), (100, 600)]),
        ("right", [(200, 0), (200, 300), (200, 600)]),
    ],
)
def test_nodes_stand_one_below_the_other(side: Side, wanted: list[Position]) -> None:
    layout = loose((0, 0), (200, 300), (50, 600), (999, 999))
    assert list(places(aligned(layout, {"a", "b", "c"}, side)).values()) == [*wanted, (999, 999)]


@pytest.mark.parametrize(("side", "y"), [("top", 0), ("middle", 20), ("bottom", 40)])
def test_nodes_stand_side_by_side(side: Side, y: float) -> None:
    layout = loose((0, 40), (300, 0), (700, 30))
    assert list(places(aligned(layout, {"a", "b", "c"}, side)).values()) == [(0, y), (300, y), (700, y)]


def test_what_would_lie_on_another_stands_behind_it() -> None:
    assert places(aligned(loose((0, 0), (300, 10)), {"a", "b"}, "left"))["b"] == (0, TALL + GAP)
    assert places(aligned(loose((0, 0), (10, 200)), {"a", "b"}, "top"))["b"] == (WIDTH + GAP, 0)


def test_distances_become_equal_and_the_outermost_stay() -> None:
    across = places(distributed(loose((0, 0), (260, 5), (900, 0)), {"a", "b", "c"}, "across"))
    assert list(across.values()) == [(0, 0), (450, 5), (900, 0)]
    down = places(distributed(loose((0, 0), (5, 100), (0, 150), (9, 900)), {"a", "b", "c", "d"}, "down"))
    assert [y for _, y in down.values()] == [0, 300, 600, 900]


def test_a_chain_that_is_nearly_straight_becomes_straight() -> None:
    nodes = {key: Node("ReLU", {}, place) for key, place in
             {"a": (0, 0), "b": (12, 100), "c": (-20, 200), "d": (300, 300)}.items()}  # fmt: skip
    layout = graph("", nodes, "a b, b c, c d")
    found = places(straightened(layout, {"b", "c", "d"}))
    assert list(found.values()) == [(0, 0), (0, 100), (0, 200), (300, 300)]
    sideways = Layout("", {key: Node("ReLU", {}, place) for key, place in {"a": (0, 0), "b": (300, 9)}.items()},
                      layout.edges[:1], direction="right")  # fmt: skip
    assert places(straightened(sideways, {"b"}))["b"] == (300, 0)


def test_one_that_reads_nothing_comes_into_line_with_its_reader() -> None:
    layout = graph("", {"a": Node("ReLU", {}, (8, 0)), "b": Node("ReLU", {}, (0, 100))}, "a b")
    assert places(straightened(layout, {"a"}))["a"] == (0, 0)


def test_nothing_is_straightened_onto_another_node() -> None:
    nodes = {"a": Node("ReLU", {}, (0, 0)), "b": Node("ReLU", {}, (50, 200)), "c": Node("ReLU", {}, (-180, 200))}
    layout = graph("", nodes, "a b")
    assert straightened(layout, {"b"}) == layout


def test_what_is_in_line_already_and_too_few_nodes_stay_as_they_are() -> None:
    layout = with_positions(residual(), places(residual()))
    assert straightened(layout, set(layout.nodes)) == layout
    for edit in (lambda key: aligned(layout, key, "left"), lambda key: distributed(layout, key, "down")):
        assert edit({"stem"}) == layout
