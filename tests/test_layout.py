"""Edits return new values, and history gives the old ones back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.graph import arranged, connection_problem, free_input, order, ports
from core.history import History
from core.layout import (
    Edge,
    Layout,
    Node,
    with_argument,
    with_edge,
    with_inserted,
    with_node,
    with_positions,
    with_renamed,
    without_nodes,
)
from core.names import fresh_name
from core.placement import WIDTH
from tests.examples import digits_mlp, residual


def rule(layout: Layout, *edge: str | int) -> str | None:
    problem = connection_problem(layout, Edge(*edge))  # type: ignore[arg-type]
    return problem and problem.rule


def test_deleting_a_middle_node_joins_its_neighbours() -> None:
    layout = without_nodes(digits_mlp(), ["hidden", "relu"])
    assert Edge("flatten", "logits") in layout.edges
    assert order(layout) == ("images", "flatten", "logits", "output")


def test_deleting_a_join_leaves_its_branches_loose() -> None:
    layout = without_nodes(residual(), ["sum"])
    assert layout.into("flatten") == ()


def test_deleting_a_branch_point_hands_its_input_to_both_branches() -> None:
    layout = without_nodes(residual(), ["stem"])
    assert {edge.target for edge in layout.out_of("images")} == {"first", "sum"}


def test_a_node_is_inserted_into_a_wire() -> None:
    wire = Edge("flatten", "hidden")
    inserted = with_inserted(digits_mlp(), wire, "drop", Node("Dropout"))
    assert wire not in inserted.edges
    assert order(inserted)[1:4] == ("flatten", "drop", "hidden")


def test_renaming_follows_the_wires_and_keeps_the_order() -> None:
    layout = with_renamed(residual(), "stem", "entry")
    assert list(layout.nodes)[1] == "entry"
    assert Edge("entry", "sum", input=1) in layout.edges


def test_a_connection_that_cannot_be_is_refused_with_its_reason() -> None:
    layout = with_node(digits_mlp(), "spare", Node("Linear"))
    assert rule(layout, "relu", "relu") == "connection.self"
    assert rule(layout, "relu", "hidden") == "connection.occupied"
    assert rule(layout, "relu", "logits") == "connection.duplicate"
    assert rule(layout, "output", "spare") == "connection.no_output"
    assert rule(layout, "relu", "images") == "connection.no_input"
    assert rule(layout, "relu", "spare") is None
    assert rule(with_edge(layout, Edge("spare", "output", input=0)), "logits", "spare") is None
    loop = without_nodes(layout, ["images"])
    assert rule(loop, "hidden", "flatten") == "connection.cycle"


def test_cat_always_has_one_more_input_free() -> None:
    layout = Layout(nodes={"a": Node("Input"), "b": Node("cat")})
    for port in range(4):
        assert free_input(layout, "b") == port
        layout = with_edge(layout, Edge("a", "b", input=port))
    assert ports(layout, "b").inputs == 5


def test_fresh_names_are_fit_for_python() -> None:
    assert fresh_name("Conv2d", frozenset({"conv2d"})) == "conv2d_2"
    assert fresh_name("Input", frozenset()) == "input"


def test_arranged_puts_readers_below_and_nothing_on_top_of_each_other() -> None:
    for layout in (digits_mlp(), residual()):
        positions = arranged(layout)
        assert len(set(positions.values())) == len(layout.nodes)
        assert all(positions[edge.source][1] < positions[edge.target][1] for edge in layout.edges)


def test_arranged_lets_a_branch_run_straight_down_beside_the_wire_that_passes_it() -> None:
    layout = residual()
    columns = {key: x for key, (x, _) in arranged(layout).items()}
    assert columns["first"] == columns["relu"] == columns["second"]
    # Straight ahead is the wire's, which ends at the second input: to the right.
    assert columns["first"] <= columns["stem"] - WIDTH / 2
    assert columns["sum"] == columns["stem"]


EDITS = st.lists(
    st.sampled_from(
        [
            lambda layout: with_node(layout, fresh_name("ReLU", frozenset(layout.nodes)), Node("ReLU")),
            lambda layout: without_nodes(layout, list(layout.nodes)[1:2]),
            lambda layout: with_positions(layout, {key: (1.0, 2.0) for key in layout.nodes}),
            lambda layout: with_argument(layout, next(iter(layout.nodes)), "x", len(layout.nodes)),
        ]
    ),
    max_size=20,
)


@settings(max_examples=100, deadline=None)
@given(EDITS)
def test_undo_to_the_beginning_gives_the_first_value_and_redo_the_last(edits: list) -> None:
    history = History(digits_mlp())
    for edit in edits:
        history = history.applied("edit", edit(history.present))
    last = history
    while history.past:
        history = history.undone()
    assert history.present == digits_mlp()
    while history.future:
        history = history.redone()
    assert history.present == last.present


def test_a_drag_is_one_step() -> None:
    history = History(digits_mlp())
    for x in range(5):
        history = history.applied("move", with_positions(history.present, {"relu": (float(x), 0.0)}), merge=True)
    assert len(history.past) == 1
    assert history.undone().present == digits_mlp()
