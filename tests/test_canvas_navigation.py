"""Zoom to the pointer, pan and fit; nothing of it is an edit."""

from __future__ import annotations

import pytest
from canvas_person import CONTROL, SHIFT, Person
from examples import chain, digits_mlp
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core.layout import Layout
from core.storage import load
from core.tidying import tidied
from gui.examples import LAYOUTS

BESIDE = QPointF(180, 0)


def zoom(person: Person) -> float:
    return person.view.transform().m11()


def test_control_and_wheel_zoom_to_the_pointer(qtbot):
    person = Person(qtbot, digits_mlp())
    point = person.middle("logits") + BESIDE
    before = person.pixel(point)
    person.turn_wheel(point, 240, CONTROL)
    assert zoom(person) > 1.3
    assert (person.pixel(point) - before).manhattanLength() <= 2


def test_the_wheel_alone_scrolls_down_and_with_shift_sideways(qtbot):
    person = Person(qtbot, digits_mlp())
    before = person.pixel(person.middle("relu"))
    person.turn_wheel(person.middle("relu") + BESIDE, -120)
    down = person.pixel(person.middle("relu"))
    assert down.y() < before.y() and down.x() == before.x()
    person.turn_wheel(person.middle("relu") + BESIDE, -120, SHIFT)
    across = person.pixel(person.middle("relu"))
    assert across.x() < down.x() and across.y() == down.y()


def test_zoom_has_limits(qtbot):
    person = Person(qtbot, digits_mlp())
    for _ in range(40):
        person.view.zoom_in()
    assert zoom(person) == pytest.approx(3.0)
    for _ in range(60):
        person.view.zoom_out()
    assert zoom(person) == pytest.approx(0.1)
    person.view.zoom_reset()
    assert zoom(person) == pytest.approx(1.0)


def test_a_wide_layout_is_opened_where_its_input_is(qtbot):
    layout = load(LAYOUTS / "unet.json")
    person = Person(qtbot, layout, size=(420, 330))
    person.view.show_beginning()
    area, first = person.view.viewport().rect(), person.view.node_rect("images")
    assert area.contains(person.pixel(first.topLeft())) and area.contains(person.pixel(first.bottomRight()))
    assert zoom(person) >= 0.6


def test_fit_shows_everything_and_never_enlarges(qtbot):
    small = Person(qtbot, digits_mlp(), size=(900, 900))
    small.view.fit()
    assert zoom(small) == 1.0
    tall = Person(qtbot, chain(*((f"relu_{i}", "ReLU", {}) for i in range(30))), size=(600, 500))
    tall.view.fit()
    area = tall.view.viewport().rect()
    assert all(area.contains(tall.pixel(tall.middle(key))) for key in tall.layout.nodes)


def test_a_tall_network_first_shows_its_beginning_in_a_size_that_can_be_read(qtbot):
    person = Person(qtbot, chain(*((f"relu_{i}", "ReLU", {}) for i in range(30))), size=(600, 500))
    assert zoom(person) >= 0.6
    assert person.view.viewport().rect().contains(person.pixel(person.middle("images")))


def test_a_network_that_flows_to_the_right_begins_at_the_left_edge_halfway_up(qtbot):
    across = tidied(chain(*((f"relu_{i}", "ReLU", {}) for i in range(30))), None, "right")
    person = Person(qtbot, across, size=(600, 500))
    area, first = person.view.viewport().rect(), person.pixel(person.middle("images"))
    assert zoom(person) == pytest.approx(0.85) and area.contains(first)
    assert abs(first.y() - area.center().y()) < 60 and first.x() < area.center().x()


def test_resizing_keeps_a_network_in_view_until_a_person_has_moved_it(qtbot):
    person = Person(qtbot, digits_mlp(), size=(900, 900))
    person.view.resize(500, 620)
    assert person.view.viewport().rect().contains(person.pixel(person.middle("output")))
    person.view.zoom_in()
    before = zoom(person)
    person.view.resize(700, 700)
    assert zoom(person) == before


def drag_with(person: Person, button: Qt.MouseButton) -> None:
    start = person.middle("relu")
    pixel = person.pixel(start)
    person.press(start, button=button)
    QTest.mouseMove(person.view.viewport(), pixel / 2)
    QTest.mouseMove(person.view.viewport(), pixel - person.view.viewport().rect().center() / 4)
    QTest.mouseRelease(person.view.viewport(), button, Qt.KeyboardModifier.NoModifier, pixel)


def test_the_middle_button_pans_and_edits_nothing(qtbot):
    person = Person(qtbot, digits_mlp())
    before = person.pixel(person.middle("relu"))
    drag_with(person, Qt.MouseButton.MiddleButton)
    assert person.pixel(person.middle("relu")) - before == -(person.view.viewport().rect().center() / 4)
    assert person.layout == digits_mlp()
    assert person.document.selection == frozenset()


def test_space_and_drag_pan_and_edit_nothing(qtbot):
    person = Person(qtbot, digits_mlp())
    before = person.pixel(person.middle("relu"))
    QTest.keyPress(person.view, Qt.Key.Key_Space)
    drag_with(person, Qt.MouseButton.LeftButton)
    QTest.keyRelease(person.view, Qt.Key.Key_Space)
    assert person.pixel(person.middle("relu")) != before
    assert person.layout == digits_mlp()
    person.click(person.middle("relu") + QPointF(-80, 8))
    assert person.document.selection == {"relu"}


def test_the_network_cannot_be_panned_out_of_sight(qtbot):
    person = Person(qtbot, digits_mlp())
    for _ in range(100):
        person.turn_wheel(QPointF(0, 0), -1200)
        person.turn_wheel(QPointF(0, 0), -1200, SHIFT)
    seen = person.view.mapToScene(person.view.viewport().rect()).boundingRect()
    assert any(seen.intersects(person.view.node_rect(key)) for key in person.layout.nodes)


def test_centre_on_brings_a_node_to_the_middle(qtbot):
    person = Person(qtbot, digits_mlp(), size=(500, 400))
    person.view.zoom_reset()
    person.view.centre_on("output")
    away = person.pixel(person.middle("output")) - person.view.viewport().rect().center()
    assert away.manhattanLength() <= 3
    person.view.centre_on("no_such_node")


def test_an_empty_canvas_can_be_fitted_and_zoomed(qtbot):
    person = Person(qtbot, Layout())
    person.view.fit()
    person.view.zoom_in()
    assert zoom(person) > 1


def test_a_drag_held_at_the_edge_moves_the_canvas(qtbot):
    person = Person(qtbot, digits_mlp(), size=(600, 400))
    person.view.zoom_reset()
    person.view.centre_on("images")
    before = person.pixel(person.middle("images")).y()
    start = person.middle("images") + QPointF(-160, 0)
    person.press(start)
    bottom = person.view.viewport().rect().bottom()
    QTest.mouseMove(person.view.viewport(), person.view.viewport().rect().center())
    QTest.mouseMove(person.view.viewport(), person.pixel(start) * 0 + person.view.viewport().rect().bottomLeft())
    assert bottom > 0
    qtbot.waitUntil(lambda: person.pixel(person.middle("images")).y() < before - 100)
    QTest.mouseRelease(
        person.view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        person.view.viewport().rect().center(),
    )
    assert person.layout == digits_mlp()
