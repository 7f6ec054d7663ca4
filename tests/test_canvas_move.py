"""Nodes are moved by mouse and keys, in steps and in line, each drag one step to undo."""

from __future__ import annotations

from canvas_person import CONTROL, SHIFT, Person, edge
from examples import chain, digits_mlp
from PySide6.QtCore import QPointF, Qt

from core.layout import Layout, Node, with_edge, with_node

CORNER = QPointF(-80, 8)
"""From the middle of a node to a place on it that is no port and no name."""


def scattered() -> Layout:
    return Layout(nodes={"a": Node("ReLU", {}, (0, 0)), "b": Node("ReLU", {}, (301, 203))})


def test_a_node_follows_the_mouse_in_steps_of_eight(qtbot):
    person = Person(qtbot, scattered())
    grip = person.middle("a") + CORNER
    person.drag(grip, grip + QPointF(0, 93))
    assert person.layout.nodes["a"].position == (0, 96)
    assert person.layout.nodes["b"].position == (301, 203)


def test_a_node_falls_into_line_with_one_that_it_comes_near(qtbot):
    person = Person(qtbot, scattered())
    grip = person.middle("a") + CORNER
    person.drag(grip, grip + QPointF(297, 90))
    assert person.layout.nodes["a"].position == (301, 88)


def test_all_selected_nodes_move_together(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["hidden", "relu"])
    before = person.layout
    grip = person.middle("relu") + CORNER
    person.drag(grip, grip + QPointF(160, 0))
    moved = {key for key in before.nodes if person.layout.nodes[key] != before.nodes[key]}
    assert moved == {"hidden", "relu"}
    assert person.document.selection == {"hidden", "relu"}


def test_a_drag_is_one_step_to_undo(qtbot):
    person = Person(qtbot, scattered())
    grip = person.middle("a") + CORNER
    person.drag(grip, grip + QPointF(80, 160))
    assert person.layout != scattered()
    person.document.undo()
    assert person.layout == scattered()
    assert person.document.undo_label is None


def test_escape_puts_a_dragged_node_back(qtbot):
    person = Person(qtbot, scattered())
    before = person.seen_at("a")
    grip = person.middle("a") + CORNER
    person.hold(grip, grip + QPointF(80, 160))
    assert person.seen_at("a") != before
    person.key(Qt.Key.Key_Escape)
    person.release(grip + QPointF(80, 160))
    assert person.seen_at("a") == before
    assert person.layout == scattered()


def test_a_click_without_a_drag_moves_nothing(qtbot):
    person = Person(qtbot, scattered())
    person.click(person.middle("a") + CORNER)
    assert person.layout == scattered()


def test_moving_a_node_of_an_arranged_layout_leaves_the_others_where_they_are_seen(qtbot):
    layout = Layout(
        nodes={"a": Node("ReLU"), "b": Node("ReLU"), "c": Node("ReLU")}, edges=(edge("a", "b"), edge("b", "c"))
    )
    person = Person(qtbot, layout)
    before = {key: person.seen_at(key) for key in layout.nodes}
    grip = person.middle("c") + CORNER
    person.drag(grip, grip + QPointF(160, 80))
    assert person.seen_at("c") != before["c"]
    assert {key: person.seen_at(key) for key in "ab"} == {key: before[key] for key in "ab"}


def test_a_layout_without_positions_is_arranged_and_not_edited(qtbot):
    layout = Layout(nodes={"a": Node("ReLU"), "b": Node("ReLU")}, edges=(edge("a", "b"),))
    person = Person(qtbot, layout)
    assert person.seen_at("a")[1] < person.seen_at("b")[1]
    assert person.layout is layout
    assert not person.document.dirty


def test_an_unconnected_node_let_go_on_a_wire_is_inserted(qtbot):
    layout = with_node(chain(("flatten", "Flatten", {})), "relu", Node("ReLU", {}, (300, 60)))
    person = Person(qtbot, layout)
    grip = person.middle("relu") + CORNER
    person.drag(grip, person.between("flatten", "output"))
    assert person.edges() == {("images", "flatten"), ("flatten", "relu"), ("relu", "output")}
    order = sorted(("images", "flatten", "relu", "output"), key=lambda key: person.layout.nodes[key].position[1])
    assert order == ["images", "flatten", "relu", "output"]
    person.document.undo()
    assert person.layout == layout


def test_a_connected_node_let_go_on_a_wire_only_moves(qtbot):
    layout = chain(("flatten", "Flatten", {}), ("relu", "ReLU", {}))
    layout = with_node(layout, "other", Node("ReLU", {}, (400, 0)))
    layout = with_edge(with_node(layout, "end", Node("ReLU", {}, (400, 200))), edge("other", "end"))
    person = Person(qtbot, layout)
    edges = person.edges()
    grip = person.middle("end") + CORNER
    person.drag(grip, person.between("relu", "output"))
    assert person.edges() == edges


def test_control_and_arrows_move_by_eight_and_with_shift_by_thirty_two(qtbot):
    person = Person(qtbot, scattered())
    person.click(person.middle("b") + CORNER)
    person.key(Qt.Key.Key_Right, CONTROL)
    person.key(Qt.Key.Key_Down, CONTROL | SHIFT)
    assert person.layout.nodes["b"].position == (309, 235)


def test_a_run_of_arrow_keys_is_one_step_to_undo(qtbot):
    person = Person(qtbot, scattered())
    person.document.select(["b"])
    for _ in range(5):
        person.key(Qt.Key.Key_Left, CONTROL)
    assert person.layout.nodes["b"].position == (261, 203)
    person.document.undo()
    assert person.layout == scattered()


def test_moving_another_node_by_key_begins_another_step(qtbot):
    person = Person(qtbot, scattered())
    person.document.select(["b"])
    person.key(Qt.Key.Key_Left, CONTROL)
    person.document.select(["a"])
    person.key(Qt.Key.Key_Left, CONTROL)
    person.document.undo()
    assert person.layout.nodes["a"].position == (0, 0)
    assert person.layout.nodes["b"].position == (293, 203)
