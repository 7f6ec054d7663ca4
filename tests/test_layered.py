"""Where nodes stand when nobody has put them anywhere: apart, with the flow, straight, and with few wires crossing."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from core.arrangement import LEVEL_WIDTH, arranged
from core.graph import COLUMN_WIDTH, LEVEL_HEIGHT
from core.layout import Direction, Edge, Frame, Layout, Node, Position
from core.layout_reader import loads
from core.placement import TALL, WIDTH
from core.unpacking import unpacked
from tests.graphs import siamese, wires
from tests.random_graphs import layouts
from tests.repository import REPOSITORY

EXAMPLES = sorted(path.stem for path in (REPOSITORY / "layouts").glob("*.json"))


def example(name: str) -> Layout:
    """A network of the gallery with all of its blocks taken apart."""
    layout = loads((REPOSITORY / "layouts" / f"{name}.json").read_text(encoding="utf-8"))
    while uses := [key for key, node in layout.nodes.items() if node.layer in layout.blocks]:
        layout = unpacked(layout, uses[0])
    return layout


def drawn(text: str) -> Layout:
    edges = wires(text)
    return Layout("", {key: Node("cat") for edge in edges for key in (edge.source, edge.target)}, edges)


def crossings(layout: Layout, stands: dict[str, Position]) -> int:
    """Pairs of straight wires between the same two levels that cross."""
    lines = [(stands[edge.source], stands[edge.target]) for edge in layout.edges]
    return sum(
        a[1] == c[1] and b[1] == d[1] and (a[0] - c[0]) * (b[0] - d[0]) < 0 for (a, b), (c, d) in combinations(lines, 2)
    )


@pytest.mark.parametrize("direction", ["down", "right"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_networks_of_the_gallery_stand_apart_and_flow_one_way(name: str, direction: Direction) -> None:
    layout = example(name)
    stands = arranged(layout, direction)
    for (x, y), (left, top) in combinations(stands.values(), 2):
        assert abs(x - left) >= WIDTH + 16 or abs(y - top) >= TALL + 32
    axis, least = (1, LEVEL_HEIGHT) if direction == "down" else (0, LEVEL_WIDTH)
    assert all(stands[edge.source][axis] + least <= stands[edge.target][axis] for edge in layout.edges)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_wires_of_the_gallery_cross(name: str) -> None:
    layout = example(name)
    assert crossings(layout, dict(arranged(layout))) == 0


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "unet", "densenet", "residual_cnn"])
def test_the_longest_way_is_one_straight_line(name: str) -> None:
    layout = example(name)
    stands = arranged(layout)
    lowest: dict[float, list[float]] = {}
    for x, y in stands.values():
        lowest.setdefault(y, []).append(x)
    assert all(0.0 in row for row in lowest.values())


def test_branches_stand_side_by_side_in_the_order_of_the_inputs_that_they_end_at() -> None:
    layout = drawn("x c, x b, x a, a join, b join.1, c join.2, join y")
    stands = arranged(layout)
    assert stands["a"] == (-COLUMN_WIDTH, 100) and stands["b"] == (0, 100) and stands["c"] == (COLUMN_WIDTH, 100)
    assert [stands[key][0] for key in ("x", "join", "y")] == [0, 0, 0]


def test_two_equal_branches_stand_at_both_sides() -> None:
    stands = arranged(siamese())
    left, right = stands["encoder"][0], stands["again"][0]
    assert right - left == COLUMN_WIDTH and stands["difference"][0] == (left + right) / 2


def test_a_wire_that_passes_nodes_has_a_place_beside_them() -> None:
    # Between x and join two branches stand, and the wire from x itself ends between theirs.
    stands = arranged(drawn("x a, a b, x c, c d, b join, x join.1, d join.2"))
    (left, _), (right, _) = stands["b"], stands["d"]
    assert right - left >= WIDTH + 2 * 32


def test_a_second_input_stands_by_the_node_that_reads_it() -> None:
    stands = arranged(drawn("x a, a b, b c, c join, mask join.1"))
    assert stands["mask"][1] == stands["c"][1]
    # What leads only there comes along.
    stands = arranged(drawn("x a, a b, b c, c join, mask row, row join.1"))
    assert (stands["row"][1], stands["mask"][1]) == (stands["c"][1], stands["b"][1])


def test_a_circle_does_not_keep_the_others_from_standing_in_order() -> None:
    stands = arranged(drawn("x a, a b, b a.1, b y"))
    assert stands["x"][1] < stands["a"][1] and len(set(stands.values())) == 4


def test_parts_without_a_wire_between_them_stand_side_by_side() -> None:
    layout = drawn("x y, a b, b c")
    layout = Layout("", {**layout.nodes, "lone": Node("ReLU"), "alone": Node("ReLU")}, layout.edges)
    stands = arranged(layout)
    assert stands["x"] == (0, 0) and stands["a"] == (COLUMN_WIDTH, 0)
    assert stands["lone"][0] > stands["a"][0] and len(set(stands.values())) == 7


def test_frames_have_room_for_their_titles_and_keep_what_is_not_theirs_out() -> None:
    layout = drawn("x a, a b, x c, c d, b join, d join.1, x e, e f, f join.2")
    framed = Layout("", layout.nodes, layout.edges, frames={"f": Frame("left and right", ("a", "b", "e", "f"))})
    stands = arranged(framed)
    plain = arranged(layout)
    assert stands["a"][1] - stands["x"][1] > plain["a"][1] - plain["x"][1]
    left, right = (pick(stands[key][0] for key in "abef") for pick in (min, max))
    assert not left <= stands["c"][0] <= right + WIDTH


@settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=100)
@given(layout=layouts())
def test_nothing_ever_stands_on_anything(layout: Layout) -> None:
    for direction in ("down", "right"):
        stands = arranged(layout, direction)
        assert set(stands) == set(layout.nodes)
        for (x, y), (left, top) in combinations(stands.values(), 2):
            assert abs(x - left) >= WIDTH + 16 or abs(y - top) >= TALL + 32


def test_sweeping_leaves_far_fewer_crossings_than_the_order_of_the_file() -> None:
    random, edges = Random(0), list[Edge]()
    for index in range(1, 400):
        edges.append(Edge(f"n{max(0, index - 1 - random.randint(0, 3))}", f"n{index}"))
        if random.random() < 0.4:
            edges.append(Edge(f"n{max(0, index - 1 - random.randint(0, 10))}", f"n{index}", input=1))
    layout = Layout("", {f"n{index}": Node("cat") for index in range(400)}, tuple(edges))
    stands = dict(arranged(layout))
    rows: dict[float, list[str]] = {}
    for key in layout.nodes:
        rows.setdefault(stands[key][1], []).append(key)
    as_in_the_file = {key: (float(place), y) for y, row in rows.items() for place, key in enumerate(row)}
    assert crossings(layout, stands) < crossings(layout, as_in_the_file) / 2
