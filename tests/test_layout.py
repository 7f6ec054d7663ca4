"""Edits return new values, and history gives the old ones back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.arrangement import arranged
from core.graph import connection_problem, free_input, order, ports
from core.history import History
from core.layout import (
    Block,
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
from core.names import another_name, another_names, fresh_name
from core.training.config import Choice
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


def test_names_of_several_copies_are_those_that_they_get_one_after_the_other() -> None:
    taken = {"conv", "conv_2", "conv_7", "conv_12", "other", *(f"row_{index}" for index in range(40))}
    names = ["conv_7", "conv", "conv_2", "new", "conv_12", "row_30", "row_3", "row_39", "x" * 80, "other"]
    expected: dict[str, str] = {}
    for name in names:
        expected[name] = another_name(name, taken | set(expected.values()))
    assert another_names(names, taken) == expected
    assert expected["conv"] == "conv_3" and expected["row_3"] == "row_41"


def test_the_copies_of_a_long_row_are_not_each_counted_on_from_the_beginning() -> None:
    class Names(set[str]):
        asked = 0

        def __contains__(self, name: object) -> bool:
            self.asked += 1
            return super().__contains__(name)

    names = [f"conv_{index}" for index in range(1, 501)]
    taken = Names(names)
    assert list(another_names(names, taken).values()) == [f"conv_{index}" for index in range(501, 1001)]
    assert taken.asked < 10 * len(taken)


def test_arranged_puts_readers_below_and_nothing_on_top_of_each_other() -> None:
    for layout in (digits_mlp(), residual()):
        positions = arranged(layout)
        assert len(set(positions.values())) == len(layout.nodes)
        assert all(positions[edge.source][1] < positions[edge.target][1] for edge in layout.edges)


def test_arranged_lets_the_longest_way_run_straight_down() -> None:
    columns = {key: x for key, (x, _) in arranged(residual()).items()}
    assert len(set(columns.values())) == 1


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


def test_an_argument_that_is_written_otherwise_is_another_though_python_calls_it_equal() -> None:
    layout = with_argument(digits_mlp(), "hidden", "bias", True)
    for other in (1, 1.0):
        edited = with_argument(layout, "hidden", "bias", other)
        history = History(layout).applied("edit", edited)
        assert history.present is edited and history.undone().present is layout
    assert History(layout).applied("edit", with_argument(layout, "hidden", "bias", True)).past == ()
    assert Block(arguments={"n": True}) != Block(arguments={"n": 1})
    assert Choice("Adam", {"lr": 1}) != Choice("Adam", {"lr": 1.0})
