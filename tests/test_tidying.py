"""Tidying the whole or a part: what is not meant stays where it is, and nothing comes to lie on anything."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.arrangement import arranged
from core.blocks import interior
from core.layout import Layout, Node, Note, with_positions
from core.layout_reader import loads
from core.layout_writer import dumps
from core.placement import TALL, WIDTH, places
from core.tidying import tidied
from tests.examples import residual
from tests.graphs import little_resnet
from tests.random_graphs import layouts


def scattered(layout: Layout) -> Layout:
    return with_positions(layout, {key: (37.0 * index, 900.0 - 90 * index) for index, key in enumerate(layout.nodes)})


def apart(layout: Layout) -> bool:
    stands = places(layout).values()
    return all(abs(x - u) >= WIDTH or abs(y - v) >= TALL for (x, y), (u, v) in combinations(stands, 2))


def test_the_whole_stands_as_if_nobody_had_moved_anything() -> None:
    found = tidied(scattered(residual()))
    assert places(found) == arranged(residual())
    assert replace(found, nodes={}) == replace(residual(), nodes={})


def test_to_the_right_the_network_flows_to_the_right_from_now_on_and_its_blocks_too() -> None:
    layout = little_resnet()
    found = tidied(layout, direction="right")
    assert found.direction == "right"
    for part in (found, *(interior(found, name) for name in found.blocks)):
        stands = places(part)
        assert all(stands[edge.source][0] + WIDTH < stands[edge.target][0] for edge in part.edges)
    back = tidied(found, direction="down")
    assert back.direction == "down" and places(back) == arranged(layout)
    # Once it flows as is wanted, what a person did inside of a block stays.
    moved = scattered(interior(back, "Stage"))
    again = tidied(replace(back, blocks={**back.blocks, "Stage": replace(back.blocks["Stage"], nodes=moved.nodes)}))
    assert again.blocks["Stage"].nodes == moved.nodes


def test_notes_go_with_the_nodes_beside_which_they_stood_and_never_lie_on_one() -> None:
    layout = scattered(residual())
    x, y = places(layout)["first"]
    layout = replace(layout, notes={"n": Note("beside", (x + WIDTH + 2000, y)), "m": Note("above", (x, y - 30))})
    found = tidied(layout)
    for note in found.notes.values():
        (left, top), (width, height) = note.position, note.size
        for u, v in places(found).values():
            assert u + WIDTH <= left or left + width <= u or v + TALL <= top or top + height <= v


def test_a_part_begins_where_it_began_and_nothing_else_moves() -> None:
    layout = with_positions(scattered(residual()), {"first": (3000, 500), "relu": (3100, 300), "second": (3050, 380)})
    found = tidied(layout, {"first", "relu", "second"})
    stands = places(found)
    assert (stands["first"], stands["relu"], stands["second"]) == ((3000, 300), (3000, 400), (3000, 500))
    assert all(stands[key] == place for key, place in places(layout).items() if key not in ("first", "relu", "second"))


def test_a_part_makes_way_where_something_else_stands() -> None:
    layout = with_positions(residual(), places(residual()))
    x, y = places(layout)["first"]
    layout = replace(layout, nodes={**layout.nodes, "new": Node("ReLU", {}, (x + 8, y + 208))})
    layout = with_positions(layout, {"first": (x + 600, y), "relu": (x + 650, y + 10), "second": (x, y + 30)})
    found = tidied(layout, {"first", "relu", "second"})
    assert apart(found)
    assert places(found)["new"] == places(layout)["new"]


def test_one_node_is_no_part_to_put_in_order() -> None:
    assert tidied(scattered(residual()), {"first"}) == scattered(residual())


def test_a_part_may_flow_to_the_right_in_a_network_that_does_not() -> None:
    found = tidied(scattered(residual()), set(residual().nodes), "right")
    stands = places(found)
    assert found.direction == "down"
    assert all(stands[edge.source][0] < stands[edge.target][0] for edge in found.edges)


@settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(layout=layouts(), random=st.randoms(use_true_random=False))
def test_whatever_is_put_in_order_stands_apart_and_can_be_saved(layout: Layout, random: Random) -> None:
    layout = with_positions(
        layout, {key: (random.randint(-9, 9) * 40, random.randint(-9, 9) * 40) for key in layout.nodes}
    )
    whole = tidied(layout, None, random.choice(("down", "right")))
    assert apart(whole) and loads(dumps(whole)) == whole
    assert tidied(whole) == tidied(tidied(whole))
    chosen = random.sample(list(layout.nodes), random.randint(1, len(layout.nodes)))
    part = tidied(whole, chosen, random.choice(("down", "right")))
    assert apart(part) and loads(dumps(part)) == part
    before, after = places(whole), places(part)
    assert all(after[key] == before[key] for key in layout.nodes if key not in chosen)
