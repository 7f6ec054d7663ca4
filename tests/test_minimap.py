"""The small map in the corner of the canvas: there when it is needed, and a way to look elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.layout import Layout, Node, without_nodes
from gui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def tall(count: int = 40) -> Layout:
    return Layout(nodes={f"relu_{index}": Node("ReLU", {}, (0.0, 120.0 * index)) for index in range(count)})


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path, tall())
    window.resize(1440, 900)
    window.canvas.zoom_reset()
    return window


def seen_middle(window: MainWindow) -> QPointF:
    canvas = window.canvas
    return canvas.mapToScene(canvas.viewport().rect()).boundingRect().center()


def test_it_is_there_only_while_something_is_out_of_view(window: MainWindow) -> None:
    minimap = window.desk.canvas_area.minimap
    assert minimap.isVisible()
    window.canvas.fit()
    window.canvas.zoom_at(QPointF(window.canvas.viewport().rect().center()), 0.8)
    assert not minimap.isVisible()
    window.canvas.zoom_reset()
    assert minimap.isVisible()


def test_a_press_looks_there_and_a_drag_goes_on_from_where_it_took(window: MainWindow) -> None:
    minimap, canvas = window.desk.canvas_area.minimap, window.canvas
    middle = QPoint(minimap.width() // 2, 12)
    QTest.mouseClick(minimap, LEFT, Qt.KeyboardModifier.NoModifier, middle)
    upper = seen_middle(window).y()
    QTest.mousePress(minimap, LEFT, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(minimap, QPoint(minimap.width() // 2, minimap.height() // 2))
    QTest.mouseRelease(minimap, LEFT, Qt.KeyboardModifier.NoModifier, minimap.rect().center())
    whole = canvas.items_scene.content()
    assert upper < whole.top() + whole.height() / 3
    assert seen_middle(window).y() > upper + whole.height() / 4


def test_moving_about_paints_the_network_no_second_time(window: MainWindow) -> None:
    minimap = window.desk.canvas_area.minimap
    minimap.grab()
    picture = minimap.picture_key
    window.canvas.navigation.pan(QPointF(0, -300))
    window.canvas.zoom_in()
    minimap.grab()
    assert minimap.picture_key == picture


def test_it_shows_the_network_as_it_is_now(qtbot: QtBot, window: MainWindow) -> None:
    minimap = window.desk.canvas_area.minimap
    before = minimap.grab().toImage()
    window.document.apply(
        "canvas.edit.delete", lambda layout: without_nodes(layout, [f"relu_{index}" for index in range(10, 30)])
    )
    qtbot.waitUntil(lambda: minimap.grab().toImage() != before)


def test_it_can_be_switched_off_and_stays_off(window: MainWindow) -> None:
    minimap = window.desk.canvas_area.minimap
    trigger(window, "show_minimap")
    assert not minimap.isVisible() and not window.settings.minimap
    window.canvas.zoom_in()
    assert not minimap.isVisible()
    trigger(window, "show_minimap")
    assert minimap.isVisible() and window.commands["show_minimap"].isChecked()


def test_an_empty_canvas_has_none(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout())
    assert not window.desk.canvas_area.minimap.isVisible()


def test_fit_selection_shows_what_is_selected(window: MainWindow) -> None:
    window.document.select(["relu_20", "relu_21"])
    trigger(window, "fit_selection")
    canvas = window.canvas
    seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert seen.contains(canvas.node_rect("relu_20")) and seen.contains(canvas.node_rect("relu_21"))
    assert not seen.contains(canvas.node_rect("relu_0"))
