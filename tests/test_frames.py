"""Coloured frames around nodes, as a person draws, drags, names and leaves them."""

from __future__ import annotations

from pathlib import Path

import pytest
from canvas_person import CONTROL, SHIFT, Person, edge
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.annotations import framed, with_note
from core.layout import Block, Frame, Layout, Node, Note
from gui.canvas.frame_item import FrameItem
from gui.main_window import MainWindow


def chain(**frames: Frame) -> Layout:
    nodes = {
        "input": Node("Input", {"shape": (8,)}, (0.0, 0.0)),
        "one": Node("ReLU", {}, (0.0, 120.0)),
        "two": Node("Tanh", {}, (0.0, 240.0)),
        "output": Node("Output", {}, (0.0, 360.0)),
        "lone": Node("Sigmoid", {}, (320.0, 120.0)),
    }
    edges = (edge("input", "one"), edge("one", "two"), edge("two", "output"))
    return Layout(nodes=nodes, edges=edges, frames=frames)


def both(*others: str) -> Frame:
    return Frame("Both", ("one", "two", *others))


@pytest.fixture
def person(qtbot: QtBot) -> Person:
    return Person(qtbot, chain(frame=both()))


def title(person: Person, frame_id: str = "frame") -> QPointF:
    """A point of the bar by which a frame is taken."""
    return person.view.annotations.items.frame_rect(frame_id).topLeft() + QPointF(30, 12)


def members(person: Person, frame_id: str = "frame") -> set[str]:
    return set(person.layout.frames[frame_id].nodes)


def title_line(person: Person) -> QLineEdit | None:
    lines = person.view.findChildren(QLineEdit, "canvas_frame_title")
    return next((line for line in lines if line.isVisible()), None)


# --- where it lies ---


def test_a_frame_lies_around_its_nodes_and_behind_them(person: Person) -> None:
    rect = person.view.annotations.items.frame_rect("frame")
    for node_id in ("one", "two"):
        assert rect.contains(person.view.node_rect(node_id))
    assert not rect.intersects(person.view.node_rect("input"))
    below = [item for item in person.view.items_scene.items() if isinstance(item, FrameItem)]
    assert len(below) == 1 and below[0].zValue() < 0


def test_a_frame_in_a_frame_keeps_a_border_of_its_own(qtbot: QtBot) -> None:
    person = Person(qtbot, chain(outer=both("lone"), inner=both()))
    outer, inner = (person.view.annotations.items.frame_rect(name) for name in ("outer", "inner"))
    assert outer.contains(inner)
    assert outer.top() < inner.top() - 20


def test_fit_shows_frames_and_notes_too(qtbot: QtBot) -> None:
    person = Person(qtbot, with_note(chain(frame=both()), "note", Note("far", (2000.0, 0.0))))
    person.view.fit()
    seen = person.view.mapToScene(person.view.viewport().rect()).boundingRect()
    assert seen.contains(person.view.annotations.items.frame_rect("frame"))
    assert seen.contains(person.view.annotations.items.note_rect("note"))


# --- dragging ---


def test_dragging_the_title_moves_all_nodes_and_the_notes_inside_in_one_step(qtbot: QtBot) -> None:
    inside, outside = Note("in", (0.0, 184.0), (64.0, 40.0)), Note("out", (600.0, 0.0))
    layout = with_note(with_note(chain(frame=both()), "inside", inside), "outside", outside)
    person = Person(qtbot, layout)
    before = person.layout
    start = title(person)
    person.drag(start, start + QPointF(-400, 48))
    assert person.layout.nodes["one"].position == (-400.0, 168.0)
    assert person.layout.nodes["two"].position == (-400.0, 288.0)
    assert person.layout.nodes["input"].position == (0.0, 0.0)
    assert person.layout.notes["inside"].position == (-400.0, 232.0)
    assert person.layout.notes["outside"].position == (600.0, 0.0)
    assert members(person) == {"one", "two"}
    person.document.undo()
    assert person.layout == before


def test_the_frame_follows_its_nodes_while_they_are_dragged_and_comes_back_at_escape(person: Person) -> None:
    before = person.view.annotations.items.frame_rect("frame")
    start = title(person)
    person.hold(start, start + QPointF(-400, 48))
    assert person.view.annotations.items.frame_rect("frame") == before.translated(-400, 48)
    person.key(Qt.Key.Key_Escape)
    assert person.view.annotations.items.frame_rect("frame") == before
    assert person.document.undo_label is None


def test_a_node_that_is_let_go_inside_joins(person: Person) -> None:
    person.drag(person.middle("lone"), person.middle("two") + QPointF(120, -56))
    assert members(person) == {"one", "two", "lone"}
    assert person.view.annotations.items.frame_rect("frame").contains(person.view.node_rect("lone"))
    person.document.undo()
    assert members(person) == {"one", "two"}


def test_a_node_that_is_dragged_out_leaves_and_the_frame_lets_it_go_at_once(person: Person) -> None:
    before = person.view.annotations.items.frame_rect("frame")
    person.hold(person.middle("two"), person.middle("two") + QPointF(400, 0))
    assert not person.view.annotations.items.frame_rect("frame").intersects(person.view.node_rect("two"))
    person.release(person.middle("two") + QPointF(400, 0))
    assert members(person) == {"one"}
    assert before.height() > person.view.annotations.items.frame_rect("frame").height()


def test_a_node_that_is_moved_a_little_takes_the_border_along(person: Person) -> None:
    person.drag(person.middle("two"), person.middle("two") + QPointF(80, 0))
    assert members(person) == {"one", "two"}
    assert person.view.annotations.items.frame_rect("frame").contains(person.view.node_rect("two"))


def test_a_frame_that_is_let_go_in_another_joins_it_as_a_whole(qtbot: QtBot) -> None:
    person = Person(qtbot, chain(frame=both(), small=Frame("Small", ("lone",))))
    start = title(person, "small")
    person.drag(start, start + QPointF(-240, 60))
    assert members(person) == {"one", "two", "lone"}
    assert members(person, "small") == {"lone"}


def test_a_layer_that_is_dropped_inside_joins_in_the_same_step(person: Person) -> None:
    person.drop("Dropout", person.between("one", "two"))
    new = next(iter(person.layout.nodes.keys() - chain().nodes.keys()))
    assert new in members(person)
    person.document.undo()
    assert person.layout == chain(frame=both())


def test_another_layer_in_the_place_of_a_node_joins_no_frame_that_the_node_was_not_in(qtbot: QtBot) -> None:
    person = Person(qtbot, chain(frame=Frame("Around it", ("input", "two"))))
    person.document.select(["one"])
    person.view.replace_selected()
    person.type("GELU")
    person.key(Qt.Key.Key_Return)
    assert person.layout.nodes["one"].layer == "GELU" and members(person) == {"input", "two"}


def test_a_layer_that_is_dropped_elsewhere_stays_out(person: Person) -> None:
    person.drop("Dropout", person.middle("lone") + QPointF(0, 200))
    assert members(person) == {"one", "two"}


# --- choosing, deleting, naming, colouring ---


def test_a_click_chooses_the_frame_and_delete_removes_it_but_not_its_nodes(person: Person) -> None:
    person.document.select(["lone"])
    person.click(title(person))
    assert person.document.selection == frozenset()
    person.key(Qt.Key.Key_Delete)
    assert person.layout == chain()
    person.document.undo()
    assert members(person) == {"one", "two"}


def test_a_selected_node_is_what_delete_means_once_it_is_clicked(person: Person) -> None:
    person.click(title(person))
    person.click(person.middle("lone"))
    person.key(Qt.Key.Key_Delete)
    assert "lone" not in person.layout.nodes and members(person) == {"one", "two"}


def test_a_press_inside_the_frame_still_draws_a_rubber_band(person: Person) -> None:
    rect = person.view.annotations.items.frame_rect("frame")
    corner = rect.topLeft() + QPointF(4, 40)
    person.drag(corner, rect.bottomRight() - QPointF(2, 2))
    assert person.document.selection == {"one", "two"}
    assert person.layout == chain(frame=both())


def test_a_double_click_on_the_title_changes_it_in_place(qtbot: QtBot, person: Person) -> None:
    qtbot.mouseDClick(person.view.viewport(), Qt.MouseButton.LeftButton, pos=person.pixel(title(person)))
    line = title_line(person)
    assert line is not None and line.hasFocus() and line.selectedText() == "Both"
    person.type("Encoder")
    person.key(Qt.Key.Key_Return)
    assert person.layout.frames["frame"].title == "Encoder"
    assert title_line(person) is None and person.view.hasFocus()
    assert person.document.undo_label == "canvas.edit.frame_title"


def test_escape_leaves_the_title_as_it_was_and_a_click_elsewhere_keeps_it(qtbot: QtBot, person: Person) -> None:
    viewport, left = person.view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseDClick(viewport, left, pos=person.pixel(title(person)))
    person.type("Gone")
    person.key(Qt.Key.Key_Escape)
    assert person.layout.frames["frame"].title == "Both"
    qtbot.mouseDClick(viewport, left, pos=person.pixel(title(person)))
    person.type("Kept")
    person.click(person.middle("lone") + QPointF(0, 300))
    assert person.layout.frames["frame"].title == "Kept"


def test_a_colour_is_chosen_beside_the_title_and_the_title_goes_on(qtbot: QtBot, person: Person) -> None:
    qtbot.mouseDClick(person.view.viewport(), Qt.MouseButton.LeftButton, pos=person.pixel(title(person)))
    person.type("Head")
    green = person.view.findChild(QToolButton, "canvas_frame_green")
    assert isinstance(green, QToolButton)
    qtbot.mouseClick(green, Qt.MouseButton.LeftButton)
    assert person.layout.frames["frame"].colour == "green"
    line = title_line(person)
    assert line is not None and line.text() == "Head"
    person.click(person.middle("lone") + QPointF(0, 300))
    assert person.layout.frames["frame"] == Frame("Head", ("one", "two"), "green")


# --- by the keyboard, in the window ---


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path, chain())
    window.activateWindow()
    window.canvas.setFocus()
    return window


def write(window: MainWindow, qtbot: QtBot, text: str) -> None:
    lines = window.canvas.findChildren(QLineEdit, "canvas_frame_title")
    line = next(line for line in lines if line.isVisible())
    assert line.hasFocus()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_a_frame_is_made_and_named_by_keys_and_is_one_step_to_undo(qtbot: QtBot, window: MainWindow) -> None:
    window.document.select(["one", "two"])
    qtbot.keyClick(window.canvas, Qt.Key.Key_G, CONTROL | SHIFT)
    write(window, qtbot, "Body")
    assert window.document.layout.frames == {"frame": Frame("Body", ("one", "two"))}
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, CONTROL)
    assert window.document.layout == chain()


def test_framing_the_same_nodes_again_writes_on_the_frame_that_is_there(qtbot: QtBot, window: MainWindow) -> None:
    window.document.select(["one", "two"])
    qtbot.keyClick(window.canvas, Qt.Key.Key_G, CONTROL | SHIFT)
    write(window, qtbot, "Body")
    window.document.select(["two", "one"])
    qtbot.keyClick(window.canvas, Qt.Key.Key_G, CONTROL | SHIFT)
    write(window, qtbot, "Other")
    assert window.document.layout.frames == {"frame": Frame("Other", ("one", "two"))}


def test_nodes_join_and_leave_a_frame_by_commands(window: MainWindow) -> None:
    window.document.apply("canvas.edit.frame", lambda layout: framed(layout, ["one"], "A"))
    window.document.select(["one", "lone"])
    trigger(window, "join_frame")
    assert window.document.layout.frames["frame"].nodes == ("one", "lone")
    window.document.select(["one"])
    trigger(window, "leave_frame")
    assert window.document.layout.frames["frame"].nodes == ("lone",)
    assert not window.commands["leave_frame"].isEnabled()


def test_a_chosen_frame_is_walked_to_coloured_moved_and_removed_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    window.document.apply("canvas.edit.frame", lambda layout: framed(layout, ["one", "two"], "A"))
    assert not window.commands["unframe"].isEnabled()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F7)
    assert "Frame A around one, two" in window.canvas.accessibleDescription()
    trigger(window, "frame_red")
    assert window.document.layout.frames["frame"].colour == "red"
    assert window.commands["frame_red"].isChecked() and not window.commands["frame_blue"].isChecked()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Right, CONTROL)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Right, CONTROL)
    assert window.document.layout.nodes["two"].position == (16.0, 240.0)
    window.document.undo()
    assert window.document.layout.nodes["two"].position == (0.0, 240.0)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return)
    write(window, qtbot, "B")
    assert window.document.layout.frames["frame"] == Frame("B", ("one", "two"), "red")
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert window.document.layout.frames == {} and "one" in window.document.layout.nodes


def test_a_frame_selects_what_it_holds(window: MainWindow) -> None:
    window.document.apply("canvas.edit.frame", lambda layout: framed(layout, ["one", "two"], "A"))
    window.document.select(["one"])
    trigger(window, "select_framed")
    assert window.document.selection == {"one", "two"}


def test_a_chosen_frame_is_shown_as_large_as_it_fits(window: MainWindow) -> None:
    window.document.apply("canvas.edit.frame", lambda layout: framed(layout, ["one", "two"], "A"))
    window.canvas.zoom_at(QPointF(0, 0), 3.0)
    trigger(window, "next_annotation")
    trigger(window, "fit_selection")
    seen = window.canvas.mapToScene(window.canvas.viewport().rect()).boundingRect()
    assert seen.contains(window.canvas.annotations.items.frame_rect("frame"))


def test_inside_a_block_frames_and_notes_belong_to_the_block(qtbot: QtBot, tmp_path: Path) -> None:
    inside = Block({"x": Node("Input", {}, (0.0, 0.0)), "y": Node("Output", {}, (0.0, 120.0))}, (edge("x", "y"),))
    nodes = {"input": Node("Input", {"shape": (8,)}, (0.0, 0.0)), "stem": Node("Stem", {}, (0.0, 120.0))}
    layout = Layout(nodes=nodes, edges=(edge("input", "stem"),), blocks={"Stem": inside})
    window = open_window(qtbot, tmp_path, layout)
    window.document.apply("canvas.edit.frame", lambda layout: framed(layout, ["input"], "outside"))
    trigger(window, "next_annotation")
    window.document.enter("stem")
    assert window.canvas.annotations.selected == frozenset()
    window.document.select(["x"])
    trigger(window, "frame")
    write(window, qtbot, "In here")
    assert window.document.root.blocks["Stem"].frames == {"frame": Frame("In here", ("x",))}
    assert window.document.root.frames == {"frame": Frame("outside", ("input",))}
    shown = window.canvas.annotations.items.frame_rect("frame")
    assert shown.contains(window.canvas.node_rect("x"))
    window.document.leave()
    assert window.canvas.annotations.items.frame_rect("frame").contains(window.canvas.node_rect("input"))
