"""A node is renamed where it stands, and a name that cannot be is refused in words."""

from __future__ import annotations

import pytest
from canvas_person import CONTROL, Person
from examples import digits_mlp
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from shiboken6 import isValid

from core.layout import Layout, Node


def renaming(qtbot, language: str = "en") -> Person:
    person = Person(qtbot, digits_mlp(), language)
    person.document.select(["hidden"])
    person.key(Qt.Key.Key_F2)
    assert person.name_editor() is not None
    return person


def test_f2_renames_the_selected_node_everywhere(qtbot):
    person = renaming(qtbot)
    person.type("encoder")
    person.key(Qt.Key.Key_Return)
    assert "hidden" not in person.layout.nodes
    assert {("flatten", "encoder"), ("encoder", "relu")} <= person.edges()
    assert person.document.selection == {"encoder"}
    assert person.name_editor() is None
    person.document.undo()
    assert person.layout == digits_mlp()


def test_a_double_click_on_the_name_opens_the_editor_there(qtbot):
    person = Person(qtbot, digits_mlp())
    name = person.view.node_rect("relu").topLeft() + QPointF(50, 16)
    QTest.mouseDClick(
        person.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, person.pixel(name)
    )
    editor = person.name_editor()
    assert editor is not None and editor.text() == "relu"
    assert editor.geometry().contains(person.pixel(name))


def test_escape_keeps_the_old_name(qtbot):
    person = renaming(qtbot)
    person.type("encoder")
    person.key(Qt.Key.Key_Escape)
    assert person.layout == digits_mlp()
    assert person.name_editor() is None
    assert person.document.selection == {"hidden"}


@pytest.mark.parametrize("end", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
@pytest.mark.parametrize("ask", ["name", "block"])
def test_the_canvas_goes_on_after_a_name_field_is_gone(qtbot, ask: str, end: Qt.Key):
    person = Person(qtbot, digits_mlp())
    person.document.select(["hidden"])
    if ask == "name":
        person.view.rename_selected()
    else:
        person.view.name_block()
    field = person.view.viewport().findChild(QLineEdit)
    assert field is not None and field.hasFocus()
    person.key(end)
    qtbot.waitUntil(lambda: not isValid(field))
    before = person.view.transform().m11()
    person.turn_wheel(person.middle("relu"), 120, CONTROL)
    assert person.view.transform().m11() > before
    person.click(person.middle("relu"))
    assert person.document.selection == {"relu"}


def test_tab_keeps_the_new_name_and_the_selection(qtbot):
    person = renaming(qtbot)
    person.type("encoder")
    person.key(Qt.Key.Key_Tab)
    assert person.name_editor() is None
    assert person.document.selection == {"encoder"}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("relu", "name.taken"),
        ("class", "name.keyword"),
        ("train", "name.reserved"),
        ("2nd", "name.not_identifier"),
        ("two words", "name.not_identifier"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_words(qtbot, name, rule, language):
    person = renaming(qtbot, language)
    person.type(name)
    assert person.read() == person.words.say(rule, name=name)
    person.key(Qt.Key.Key_Return)
    assert person.name_editor() is not None
    assert person.layout == digits_mlp()


def test_a_refused_name_can_be_mended_and_kept(qtbot):
    person = renaming(qtbot)
    person.type("class")
    person.type("_1")
    assert person.read() == ""
    person.key(Qt.Key.Key_Return)
    assert "class_1" in person.layout.nodes


def test_a_click_elsewhere_keeps_a_good_name(qtbot):
    person = renaming(qtbot)
    person.type("encoder")
    person.click(person.middle("images") + QPointF(-80, 8))
    assert "encoder" in person.layout.nodes
    assert person.document.selection == {"images"}


def test_a_click_elsewhere_drops_a_bad_name(qtbot):
    person = renaming(qtbot)
    person.type("class")
    person.click(person.middle("images") + QPointF(-80, 8))
    assert person.layout == digits_mlp()
    assert person.name_editor() is None and person.read() == ""


def test_the_same_name_again_is_no_edit(qtbot):
    person = renaming(qtbot)
    person.key(Qt.Key.Key_Return)
    assert person.document.undo_label is None


def test_a_renamed_node_of_an_arranged_layout_stays_where_it_is_seen(qtbot):
    person = Person(qtbot, Layout(nodes={"a": Node("ReLU"), "b": Node("ReLU")}))
    before = person.seen_at("b")
    person.document.select(["b"])
    person.key(Qt.Key.Key_F2)
    person.type("c")
    person.key(Qt.Key.Key_Return)
    assert person.seen_at("c") == before


def test_the_editor_stays_over_its_node_while_the_canvas_moves(qtbot):
    person = renaming(qtbot)
    before = person.name_editor().pos()
    person.turn_wheel(person.middle("relu") + QPointF(200, 0), -120)
    moved = person.name_editor().pos() - before
    assert moved == QPoint(0, -60)


def test_undo_of_the_node_takes_its_editor_away(qtbot):
    person = Person(qtbot, digits_mlp())
    person.view.add_layer("Tanh")
    person.view.rename_selected()
    person.document.undo()
    assert person.name_editor() is None


@pytest.mark.parametrize("borrower", [Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason])
def test_another_window_and_a_menu_only_borrow_the_keyboard(qtbot, borrower: Qt.FocusReason):
    person = renaming(qtbot)
    person.type("encod")
    editor = person.name_editor()
    assert editor is not None
    QApplication.sendEvent(editor, QFocusEvent(QEvent.Type.FocusOut, borrower))
    assert person.name_editor() is editor and person.layout == digits_mlp()
    QTest.keyClicks(editor, "er")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert "encoder" in person.layout.nodes
