"""The canvas with the keyboard alone: walking along the wires, adding, wiring, nudging, leaving."""

from __future__ import annotations

import pytest
from canvas_person import ALT, CONTROL, SHIFT, Person, edge
from examples import digits_mlp, residual
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from core.arrangement import arranged
from core.layout import Block, Edge, Layout, Node, with_edge, with_node, with_positions
from gui.canvas.walking import neighbour, way_through

KEY = Qt.Key
DOWN, UP, LEFT, RIGHT = KEY.Key_Down, KEY.Key_Up, KEY.Key_Left, KEY.Key_Right


TWICE = Block(
    {"in": Node("Input"), "relu": Node("ReLU"), "out": Node("Output")}, (edge("in", "relu"), edge("relu", "out"))
)


def placed() -> Layout:
    return with_positions(residual(), arranged(residual()))


def walk(person: Person, *keys: Qt.Key) -> list[str | None]:
    seen = []
    for key in keys:
        person.key(key)
        seen.append(person.document.selected)
    return seen


def test_the_first_arrow_selects_where_the_network_begins(qtbot):
    person = Person(qtbot, digits_mlp())
    assert walk(person, DOWN) == ["images"]


def test_up_begins_at_the_end(qtbot):
    person = Person(qtbot, digits_mlp())
    assert walk(person, UP, UP) == ["output", "logits"]


def test_down_and_up_follow_the_wires_and_stop_at_the_ends(qtbot):
    person = Person(qtbot, digits_mlp())
    assert walk(person, DOWN, DOWN, DOWN) == ["images", "flatten", "hidden"]
    assert walk(person, UP, UP, UP, UP) == ["flatten", "images", "images", "images"]


def test_every_node_of_a_network_with_branches_is_reached_by_arrows():
    layout = with_node(placed(), "lonely", Node("ReLU", {}, (900, 300)))
    steps = {
        key: {neighbour(layout, key, way) for way in ((0, 1), (0, -1), (1, 0), (-1, 0))} - {None}
        for key in layout.nodes
    }
    reached, waiting = {"images"}, ["images"]
    while waiting:
        for other in steps[waiting.pop()]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    assert reached == set(layout.nodes)


def test_a_network_that_runs_to_the_right_is_walked_to_the_right(qtbot):
    nodes = {"one": Node("ReLU", {}, (0, 0)), "two": Node("ReLU", {}, (300, 80)), "below": Node("ReLU", {}, (0, 200))}
    layout = Layout(nodes=nodes, edges=(Edge("one", "two"),), direction="right")
    person = Person(qtbot, layout)
    person.document.select(["one"])
    assert walk(person, RIGHT, LEFT, DOWN) == ["two", "one", "below"]


def test_shift_extends_the_selection_along_the_way(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["flatten"])
    person.key(DOWN, SHIFT)
    person.key(DOWN, SHIFT)
    assert person.document.selection == {"flatten", "hidden", "relu"}
    person.key(DOWN)
    assert person.document.selection == {"logits"}


def test_a_walk_brings_the_node_into_view(qtbot):
    layout = Layout(nodes={"near": Node("ReLU", {}, (0, 0)), "far": Node("ReLU", {}, (0, 5000))})
    layout = with_edge(layout, edge("near", "far"))
    person = Person(qtbot, layout)
    person.view.zoom_reset()
    person.document.select(["near"])
    person.view.centre_on("near")
    person.key(DOWN)
    seen = person.view.mapToScene(person.view.viewport().rect()).boundingRect()
    assert seen.contains(person.view.node_rect("far"))


@pytest.mark.parametrize(("modifiers", "step"), [(CONTROL, 8), (CONTROL | SHIFT, 32)])
def test_control_and_arrows_nudge_and_a_run_of_them_is_one_step_to_undo(qtbot, modifiers, step):
    person = Person(qtbot, digits_mlp())
    person.document.select(["hidden"])
    for key in (RIGHT, RIGHT, DOWN):
        person.key(key, modifiers)
    assert person.layout.nodes["hidden"].position == (2 * step, 200 + step)
    person.document.undo()
    assert person.layout == digits_mlp()


def test_alt_and_arrows_are_left_to_the_window(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["hidden"])
    person.key(DOWN, ALT)
    assert person.document.selection == {"hidden"} and person.layout == digits_mlp()


def test_escape_gives_up_the_selection_first_and_then_the_block(qtbot):
    person = Person(qtbot, Layout(nodes={"use": Node("twice", {}, (0, 0))}, blocks={"twice": TWICE}))
    person.document.enter("use")
    person.document.select(["relu"])
    person.key(KEY.Key_Escape)
    assert (person.document.selection, person.document.scope) == (frozenset(), ("use",))
    person.key(KEY.Key_Escape)
    assert (person.document.selected, person.document.scope) == ("use", ())


@pytest.mark.parametrize("scale", [0.1, 0.38, 0.6])
@pytest.mark.parametrize("height", [0.2, 0.5, 0.9])
def test_a_double_click_on_a_block_looks_inside_from_far_away_too(qtbot, scale: float, height: float):
    nodes = {"use": Node("twice", {}, (0, 0)), "far": Node("ReLU", {}, (3000, 3000))}
    person = Person(qtbot, Layout(nodes=nodes, blocks={"twice": TWICE}))
    person.view.zoom_at(QPointF(450, 450), scale / person.view.transform().m11())
    person.view.centre_on("use")
    rect = person.view.node_rect("use")
    # Where the name can be read, a double click on it changes it.
    right = rect.right() - 12 if scale > 0.4 else rect.center().x()
    person.double_click(QPointF(right, rect.top() + height * rect.height()))
    assert person.document.scope == ("use",)


def test_a_double_click_on_a_block_looks_inside_and_coming_back_finds_the_place(qtbot):
    nodes = {"use": Node("twice", {}, (0, 0)), "far": Node("ReLU", {}, (3000, 3000))}
    layout = Layout(nodes=nodes, blocks={"twice": TWICE})
    person = Person(qtbot, layout)
    person.view.zoom_reset()
    person.view.centre_on("use")
    before = person.view.mapToScene(person.view.viewport().rect().center())
    person.double_click(person.middle("use") + QPointF(60, 12))
    assert person.document.scope == ("use",)
    assert person.view.mapToScene(person.view.viewport().rect()).boundingRect().contains(person.view.node_rect("relu"))
    person.document.leave()
    after = person.view.mapToScene(person.view.viewport().rect().center())
    assert (after - before).manhattanLength() < 2
    assert person.view.transform().m11() == 1


def choose(person: Person, text: str) -> None:
    QApplication.processEvents()
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    person.type(text)
    person.key(KEY.Key_Return)


def test_a_wire_is_drawn_without_a_mouse(qtbot):
    layout = with_node(digits_mlp(), "sum", Node("add", {}, (400, 400)))
    person = Person(qtbot, layout)
    person.document.select(["relu"])
    person.view.connect_selected()
    choose(person, "sum")
    assert Edge("relu", "sum") in person.layout.edges
    person.document.select(["sum"])
    person.view.connect_selected()
    choose(person, "hidden")
    assert Edge("hidden", "sum", input=1) in person.layout.edges


def test_a_wire_is_taken_away_without_a_mouse(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["relu"])
    person.view.connect_selected()
    choose(person, "logits")
    assert ("relu", "logits") not in person.edges()
    person.document.undo()
    assert person.layout == digits_mlp()


def test_only_what_the_graph_allows_is_offered(qtbot):
    layout = with_node(digits_mlp(), "sum", Node("add", {}, (400, 400)))
    person = Person(qtbot, layout)
    person.document.select(["sum"])
    person.view.connect_selected()
    offered = [choice.key for choice in person.view.quick_add.choices.choices]
    assert {link.edge.source for link in offered if not link.onward} == set(digits_mlp().nodes) - {"output"}
    assert not [link for link in offered if link.onward], "every input behind it is taken"


def test_shift_and_tab_leave_the_canvas(qtbot):
    person = Person(qtbot, digits_mlp())
    other = QLineEdit(person.view.parentWidget())
    qtbot.addWidget(other)
    person.key(KEY.Key_Backtab, SHIFT)
    assert person.document.selection == frozenset()
    assert not person.view.quick_add.isVisible()


def test_the_lit_way_is_all_that_leads_to_a_node_and_on_from_it():
    layout = residual()
    way = way_through(layout, "first")
    assert way >= {"images", "stem", "first", "relu", "second", "sum", "flatten", "logits", "output"}
    assert Edge("stem", "first") in way and Edge("second", "sum") in way
    assert Edge("stem", "sum", input=1) not in way
    assert way_through(layout, Edge("stem", "sum", input=1)) == {
        "images", "stem", "sum", "flatten", "logits", "output",
        Edge("images", "stem"), Edge("stem", "sum", input=1), Edge("sum", "flatten"), Edge("flatten", "logits"),
        Edge("logits", "output"),
    }  # fmt: skip


def test_the_way_lights_up_when_the_pointer_rests_and_goes_out_when_it_leaves(qtbot):
    layout = with_node(digits_mlp(), "aside", Node("Linear", {"out_features": 3}, (400, 300)))
    layout = with_edge(layout, edge("flatten", "aside"))
    person = Person(qtbot, layout)
    scene = person.view.items_scene
    person.move(person.middle("relu"))
    lit = {scene.wires[one] for one in layout.edges if one.target != "aside"}
    qtbot.waitUntil(lambda: scene.lively[1] == lit)
    assert scene.nodes["aside"] not in scene.lively[0]
    assert {scene.nodes[key] for key in digits_mlp().nodes} <= scene.lively[0]
    person.move(person.middle("relu") + QPointF(-300, 0))
    qtbot.waitUntil(lambda: not scene.lively[0] and not scene.lively[1])
