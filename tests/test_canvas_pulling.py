"""A node is pulled out of its wires while it is dragged, with Alt held or by shaking, and the wires close behind it."""

from __future__ import annotations

import pytest
from canvas_person import ALT, NONE, Person
from examples import digits_mlp, residual
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.edits import deleted
from core.layout import Edge, with_muted
from gui.canvas.pulling import Shake

CORNER = QPointF(-80, 8)
ASIDE = QPointF(320, 0)


def shake(person: Person, start: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press, and go to and fro a few times without letting go."""
    person.press(start, modifiers)
    for swing in range(6):
        side = 50 if swing % 2 == 0 else -50
        person.move(start + QPointF(side / 2, 4 * swing))
        person.move(start + QPointF(side, 4 * swing))


def test_alt_drag_takes_a_node_out_and_its_wires_close(qtbot):
    person = Person(qtbot, digits_mlp())
    start = person.middle("relu") + CORNER
    person.press(start, ALT)
    person.move(start + ASIDE / 2)
    person.move(start + ASIDE)
    assert Edge("hidden", "logits") in person.view.items_scene.wires, "it is seen while the drag is on"
    assert person.view.items_scene.wires[Edge("hidden", "logits")].path.boundingRect().width() < 1, "straight"
    person.release(start + ASIDE, ALT)
    assert ("hidden", "logits") in person.edges()
    assert not any(edge.touches("relu") for edge in person.layout.edges)
    x, _ = person.layout.nodes["relu"].position
    assert x == 320
    person.document.undo()
    assert person.layout == digits_mlp()


def test_alt_pressed_during_the_drag_takes_a_node_out_too(qtbot):
    """Many desktops keep a press with Alt to themselves, to move the window."""
    person = Person(qtbot, digits_mlp())
    start = person.middle("relu") + CORNER
    person.press(start)
    person.move(start + ASIDE / 2)
    assert Edge("hidden", "logits") not in person.view.items_scene.wires
    QTest.keyPress(person.view, Qt.Key.Key_Alt)
    pixel = person.view.viewport().mapToGlobal(person.pixel(start + ASIDE))
    QApplication.sendEvent(
        person.view.viewport(),
        QMouseEvent(
            QEvent.Type.MouseMove, QPointF(person.pixel(start + ASIDE)), QPointF(pixel),
            Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, ALT,
        ),
    )  # fmt: skip
    assert Edge("hidden", "logits") in person.view.items_scene.wires
    QTest.keyRelease(person.view, Qt.Key.Key_Alt)
    person.release(start + ASIDE)
    assert ("hidden", "logits") in person.edges()
    assert not any(edge.touches("relu") for edge in person.layout.edges)
    person.document.undo()
    assert person.layout == digits_mlp()


def test_shaking_takes_a_node_out_and_its_wires_close(qtbot):
    person = Person(qtbot, digits_mlp())
    start = person.middle("relu") + CORNER
    shake(person, start)
    person.move(start + ASIDE)
    person.release(start + ASIDE)
    assert ("hidden", "logits") in person.edges()
    assert not any(edge.touches("relu") for edge in person.layout.edges)
    person.document.undo()
    assert person.layout == digits_mlp()


def test_a_plain_drag_keeps_the_wires(qtbot):
    person = Person(qtbot, digits_mlp())
    person.drag(person.middle("relu") + CORNER, person.middle("relu") + CORNER + ASIDE)
    assert person.edges() == {(edge.source, edge.target) for edge in digits_mlp().edges}


def test_escape_puts_a_shaken_node_back_into_its_wires(qtbot):
    person = Person(qtbot, digits_mlp())
    start = person.middle("relu") + CORNER
    shake(person, start)
    person.key(Qt.Key.Key_Escape)
    person.release(start)
    assert person.layout == digits_mlp()
    assert set(person.view.items_scene.wires) == set(digits_mlp().edges)
    assert person.seen_at("relu") == (0, 300)


def test_several_selected_nodes_come_out_as_a_run(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["hidden", "relu"])
    start = person.middle("relu") + CORNER
    person.press(start, ALT)
    person.move(start + ASIDE / 2)
    person.move(start + ASIDE)
    person.release(start + ASIDE, ALT)
    assert {("flatten", "logits"), ("hidden", "relu")} <= person.edges()
    assert ("flatten", "hidden") not in person.edges() and ("relu", "logits") not in person.edges()


def test_a_shaken_node_that_is_let_go_where_it_was_stays_out(qtbot):
    """The wire that closed behind it runs just there: it is no target before the pointer has left it."""
    person = Person(qtbot, digits_mlp())
    start = person.middle("relu") + QPointF(0, 8)
    shake(person, start)
    person.move(start)
    person.release(start)
    assert ("hidden", "logits") in person.edges()
    assert not any(edge.touches("relu") for edge in person.layout.edges)


def test_a_shaken_node_can_be_let_go_on_another_wire_in_the_same_drag(qtbot):
    person = Person(qtbot, digits_mlp())
    start = person.middle("relu") + CORNER
    end = person.between("images", "flatten")
    person.press(start, ALT)
    person.move(start + ASIDE)
    person.move(end + QPointF(40, 0))
    person.move(end)
    person.release(end, ALT)
    assert {("images", "relu"), ("relu", "flatten"), ("hidden", "logits")} <= person.edges()
    person.document.undo()
    assert person.layout == digits_mlp()


def test_where_ways_come_together_nothing_is_guessed(qtbot):
    person = Person(qtbot, residual())
    expected = {(e.source, e.target) for e in deleted(residual(), ["sum"], ()).edges}
    start = person.middle("sum") + CORNER
    person.press(start, ALT)
    person.move(start + ASIDE / 2)
    person.move(start + ASIDE)
    person.release(start + ASIDE, ALT)
    assert person.edges() == expected


def test_a_node_that_was_put_aside_works_again_once_it_is_let_go_on_a_wire(qtbot):
    person = Person(qtbot, digits_mlp())
    start = person.middle("relu") + CORNER
    person.press(start, ALT)
    person.move(start + ASIDE / 2)
    person.move(start + ASIDE)
    person.release(start + ASIDE, ALT)
    person.document.apply("canvas.edit.mute", lambda layout: with_muted(layout, ["relu"], True))
    person.drag(person.middle("relu"), person.between("flatten", "hidden"))
    assert {("flatten", "relu"), ("relu", "hidden")} <= person.edges()
    assert not person.layout.nodes["relu"].muted


@pytest.mark.parametrize(
    ("way", "shaken"),
    [
        ([0, 40, -40, 40, -40], True),
        ([0, 40, -40, 40], False),
        ([0, 100, 200, 300, 400], False),
        ([0, 10, -10, 10, -10, 10, -10], False),
        ([0, 20, 40, 20, 0, -20, 0, 20, 40, 20, 0], True),
    ],
)
def test_a_shake_is_three_wide_turns(way, shaken):
    watch = Shake(QPoint(100, 0))
    assert any([watch.moved(QPoint(100 + x, 0), 20 * step) for step, x in enumerate(way)]) is shaken


def test_to_and_fro_with_care_is_no_shake():
    watch = Shake(QPoint(0, 0))
    way = [0, 40, -40] * 5
    assert not any(watch.moved(QPoint(x, 0), 600 * step) for step, x in enumerate(way))


def test_it_is_told_once():
    watch = Shake(QPoint(0, 0))
    assert sum(watch.moved(QPoint(x, 0), 10 * step) for step, x in enumerate([0, 40, -40] * 5)) == 1
