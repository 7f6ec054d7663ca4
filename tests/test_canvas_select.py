"""What is selected, deleted and copied, by mouse and keys."""

from __future__ import annotations

from canvas_person import CONTROL, SHIFT, Person
from examples import digits_mlp
from PySide6.QtCore import QPointF, Qt

CORNER = QPointF(-80, 8)
ASIDE = QPointF(200, 0)


def test_a_click_selects_one_node_and_a_click_on_nothing_none(qtbot):
    person = Person(qtbot, digits_mlp())
    person.click(person.middle("hidden") + CORNER)
    person.click(person.middle("relu") + CORNER)
    assert person.document.selection == {"relu"}
    person.click(person.middle("relu") + ASIDE)
    assert person.document.selection == frozenset()


def test_shift_and_control_add_and_take_away(qtbot):
    person = Person(qtbot, digits_mlp())
    person.click(person.middle("hidden") + CORNER)
    person.click(person.middle("relu") + CORNER, SHIFT)
    person.click(person.middle("logits") + CORNER, CONTROL)
    assert person.document.selection == {"hidden", "relu", "logits"}
    person.click(person.middle("relu") + CORNER, CONTROL)
    assert person.document.selection == {"hidden", "logits"}


def test_a_click_on_one_of_several_selected_nodes_selects_it_alone(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["hidden", "relu"])
    person.click(person.middle("relu") + CORNER)
    assert person.document.selection == {"relu"}


def test_the_rubber_band_selects_what_it_touches(qtbot):
    person = Person(qtbot, digits_mlp())
    start = person.middle("hidden") + QPointF(-140, 0)
    person.drag(start, person.middle("logits") + QPointF(-60, 0))
    assert person.document.selection == {"hidden", "relu", "logits"}


def test_the_rubber_band_adds_with_shift(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["images"])
    start, end = person.middle("logits") + QPointF(-140, 0), person.middle("output") + QPointF(-60, 0)
    person.press(start, SHIFT)
    person.move((start + end) / 2)
    person.move(end)
    person.release(end, SHIFT)
    assert person.document.selection == {"images", "logits", "output"}


def test_the_rubber_band_takes_away_with_control(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["images", "logits"])
    start, end = person.middle("logits") + QPointF(-140, 0), person.middle("output") + QPointF(-60, 0)
    person.press(start, CONTROL)
    person.move((start + end) / 2)
    person.move(end)
    person.release(end, CONTROL)
    assert person.document.selection == {"images", "output"}


def test_another_button_does_not_end_a_drag(qtbot):
    person = Person(qtbot, digits_mlp())
    grip = person.middle("relu") + CORNER
    person.press(grip)
    person.move(grip + QPointF(100, 0))
    person.press(grip + QPointF(100, 0), button=Qt.MouseButton.RightButton)
    person.release(grip + QPointF(100, 0), button=Qt.MouseButton.RightButton)
    person.move(grip + QPointF(160, 0))
    assert person.layout == digits_mlp()
    person.release(grip + QPointF(160, 0))
    assert person.layout.nodes["relu"].position[0] == 160


def test_escape_gives_back_the_selection_before_the_rubber_band(qtbot):
    person = Person(qtbot, digits_mlp())
    start = person.middle("hidden") + QPointF(-140, 0)
    person.hold(start, person.middle("logits"))
    person.key(Qt.Key.Key_Escape)
    person.release(person.middle("logits"))
    assert person.document.selection == frozenset()


def test_control_a_selects_everything(qtbot):
    person = Person(qtbot, digits_mlp())
    person.key(Qt.Key.Key_A, CONTROL)
    assert person.document.selection == set(digits_mlp().nodes)


def test_a_deleted_middle_node_lets_its_neighbours_connect(qtbot):
    person = Person(qtbot, digits_mlp())
    person.click(person.middle("relu") + CORNER)
    person.key(Qt.Key.Key_Delete)
    assert "relu" not in person.layout.nodes
    assert ("hidden", "logits") in person.edges()
    person.document.undo()
    assert person.layout == digits_mlp()


def test_a_wire_is_selected_by_a_click_and_deleted_by_backspace(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["relu"])
    person.click(person.between("flatten", "hidden"))
    assert person.document.selection == frozenset()
    person.key(Qt.Key.Key_Backspace)
    assert ("flatten", "hidden") not in person.edges()
    assert set(person.layout.nodes) == set(digits_mlp().nodes)


def test_nodes_and_wires_are_deleted_in_one_step(qtbot):
    person = Person(qtbot, digits_mlp())
    person.click(person.between("images", "flatten"))
    person.click(person.middle("relu") + CORNER, SHIFT)
    person.key(Qt.Key.Key_Delete)
    assert person.edges() == {("flatten", "hidden"), ("hidden", "logits"), ("logits", "output")}
    person.document.undo()
    assert person.layout == digits_mlp()


def test_a_selected_wire_that_goes_away_is_selected_no_more(qtbot):
    person = Person(qtbot, digits_mlp())
    person.click(person.between("images", "flatten"))
    person.document.apply("canvas.edit.delete", lambda layout: digits_mlp().__class__(nodes=layout.nodes))
    person.document.undo()
    person.key(Qt.Key.Key_Delete)
    assert person.layout == digits_mlp()


def test_duplicates_keep_the_wires_among_them_and_become_the_selection(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["hidden", "relu"])
    person.key(Qt.Key.Key_D, CONTROL)
    assert person.document.selection == {"hidden_2", "relu_2"}
    assert ("hidden_2", "relu_2") in person.edges()
    assert person.layout.nodes["hidden_2"].arguments == {"out_features": 32}
    assert len(person.layout.edges) == len(digits_mlp().edges) + 1
    assert not person.view.node_rect("hidden_2").intersects(person.view.node_rect("hidden"))


def test_selecting_elsewhere_shows_on_the_canvas_without_an_echo(qtbot):
    person = Person(qtbot, digits_mlp())
    told = []
    person.document.selection_changed.connect(lambda: told.append(person.document.selection))
    person.document.select(["logits"])
    assert told == [{"logits"}]
    assert "logits" in person.view.accessibleDescription()


def test_copies_are_all_that_is_selected(qtbot):
    """A wire that stayed selected beside them would go with them at Delete."""
    person = Person(qtbot, digits_mlp())
    person.click(person.middle("relu"))
    person.click(person.between("images", "flatten"), CONTROL)
    assert person.view.items_scene.selected_wires and person.document.selection == {"relu"}
    person.key(Qt.Key.Key_D, CONTROL)
    person.key(Qt.Key.Key_Delete)
    assert person.layout == digits_mlp()


def test_a_layer_from_the_palette_is_all_that_is_selected(qtbot):
    person = Person(qtbot, digits_mlp())
    person.click(person.between("images", "flatten"))
    assert person.view.items_scene.selected_wires
    person.view.add_layer("Dropout")
    assert person.document.selection == {"dropout"} and not person.view.items_scene.selected_wires
