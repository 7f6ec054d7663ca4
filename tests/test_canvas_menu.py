"""The menu of the right mouse button: the window's own commands, for what lies under the pointer."""

from __future__ import annotations

from pathlib import Path

import pytest
from canvas_person import edge
from examples import digits_mlp
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from window_person import open_window

from core.layout import Layout, Note
from gui.canvas.menu import CANVAS, NODE, WIRE, Names
from gui.commands import COMMANDS
from gui.main_window import MainWindow

CORNER = QPointF(-80, 8)
ASIDE = QPointF(200, 0)


def pixel(window: MainWindow, point: QPointF) -> QPoint:
    return window.canvas.viewportTransform().map(point).toPoint()


def open_menu(window: MainWindow, point: QPointF, mouse: bool = True) -> QMenu:
    reason = QContextMenuEvent.Reason.Mouse if mouse else QContextMenuEvent.Reason.Keyboard
    where = pixel(window, point)
    event = QContextMenuEvent(reason, where, window.canvas.viewport().mapToGlobal(where))
    QApplication.sendEvent(window.canvas.viewport(), event)
    return next(menu for menu in window.canvas.findChildren(QMenu) if menu.isVisible())


def middle(window: MainWindow, node_id: str) -> QPointF:
    return window.canvas.node_rect(node_id).center()


def entries(menu: QMenu) -> dict[str, QAction]:
    found = {}
    for action in menu.actions():
        if action.menu() is not None:
            found |= entries(action.menu())
        elif not action.isSeparator():
            found[action.objectName()] = action
    return found


def choose(menu: QMenu, name: str) -> None:
    entries(menu)[name].trigger()
    menu.close()


def all_names(names: Names) -> set[str]:
    found = set()
    for name in names:
        found |= all_names(name[1]) if isinstance(name, tuple) else {name} if name else set()
    return found


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return open_window(qtbot, tmp_path, digits_mlp())


def test_the_menus_are_made_of_commands_that_there_are() -> None:
    assert all_names((*NODE, *WIRE, *CANVAS)) <= set(COMMANDS)


def test_the_menu_of_a_node_acts_on_that_node(window: MainWindow) -> None:
    window.document.select(["images"])
    choose(open_menu(window, middle(window, "relu") + CORNER), "delete")
    assert "relu" not in window.document.layout.nodes and "images" in window.document.layout.nodes


def test_the_menu_of_a_node_has_what_can_be_done_with_it(window: MainWindow) -> None:
    menu = open_menu(window, middle(window, "relu") + CORNER)
    changing = {"rename", "replace", "connect", "copy", "cut", "duplicate", "delete", "mute", "bypass", "freeze"}
    assert changing | {"extract", "collapse", "frame", "node_note", "select_upstream"} <= set(entries(menu))
    # These need several nodes, or a block.
    assert not {"align_left", "distribute_down", "unpack", "enter_block"} & set(entries(menu))
    assert entries(menu)["rename"].shortcut().toString() == "F2"
    menu.close()


def test_the_menu_of_several_nodes_keeps_them_selected_and_aligns(window: MainWindow) -> None:
    window.document.select(["hidden", "relu"])
    menu = open_menu(window, middle(window, "relu") + CORNER)
    assert window.document.selection == {"hidden", "relu"}
    assert {"align_left", "distribute_down"} <= set(entries(menu))
    assert not {"rename", "replace"} & set(entries(menu))
    choose(menu, "duplicate")
    assert {"hidden_2", "relu_2"} <= set(window.document.layout.nodes)


def test_the_menu_of_a_wire_deletes_it_and_adds_into_it(window: MainWindow, qtbot: QtBot) -> None:
    def between() -> QPointF:
        return (window.canvas.port_point("images", True) + window.canvas.port_point("flatten", False)) / 2

    choose(open_menu(window, between()), "add_layer")
    QTest.keyClicks(window.canvas.quick_add.field, "identity")
    QTest.keyClick(window.canvas.quick_add.field, Qt.Key.Key_Return)
    assert {edge("images", "identity"), edge("identity", "flatten")} <= set(window.document.layout.edges)
    window.document.undo()
    choose(open_menu(window, between()), "delete")
    assert edge("images", "flatten") not in window.document.layout.edges


def test_the_menu_of_the_canvas_adds_where_it_was_opened(window: MainWindow) -> None:
    window.document.select(["relu"])
    place = middle(window, "relu") + ASIDE * 1.2
    choose(open_menu(window, place), "add_layer")
    QTest.keyClicks(window.canvas.quick_add.field, "gelu")
    QTest.keyClick(window.canvas.quick_add.field, Qt.Key.Key_Return)
    assert (middle(window, "gelu") - place).manhattanLength() < 20
    assert not any(one.touches("gelu") for one in window.document.layout.edges)


def test_the_menu_of_the_canvas_offers_no_deletion_and_speaks_korean(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, digits_mlp(), language="ko")
    menu = open_menu(window, middle(window, "relu") + ASIDE)
    assert "delete" not in entries(menu) and {"add_layer", "paste", "select_all", "fit"} <= set(entries(menu))
    assert entries(menu)["select_all"].text().startswith("모두 선택")
    choose(menu, "select_all")
    assert len(window.document.selection) == 6


def test_the_menu_key_means_what_is_selected(window: MainWindow) -> None:
    window.document.select(["relu"])
    menu = open_menu(window, middle(window, "relu") + ASIDE, mouse=False)
    choose(menu, "delete")
    assert "relu" not in window.document.layout.nodes


def test_an_empty_canvas_has_a_menu_too(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout())
    menu = open_menu(window, QPointF(5, 5))
    choose(menu, "add_layer")
    QTest.keyClicks(window.canvas.quick_add.field, "input")
    QTest.keyClick(window.canvas.quick_add.field, Qt.Key.Key_Return)
    assert [node.layer for node in window.document.layout.nodes.values()] == ["Input"]


def test_a_note_that_stands_alone_can_be_deleted_seen_whole_and_printed(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout(notes={"note": Note("Plan", (0.0, 0.0))}))
    assert all(window.commands[name].isEnabled() for name in ("fit", "find", "export_picture", "print"))
    choose(open_menu(window, window.canvas.annotations.items.note_rect("note").center()), "delete")
    assert not window.document.layout.notes and not window.commands["delete"].isEnabled()


def test_enter_in_the_search_takes_its_choice_though_return_edits_arguments_on_the_canvas(window: MainWindow) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    window.document.select(["relu"])
    QTest.keyClicks(window.canvas, "gelu")
    QTest.keyClick(QApplication.focusWidget() or window.canvas, Qt.Key.Key_Return)
    assert edge("relu", "gelu") in window.document.layout.edges


def test_delete_and_backspace_in_the_search_mean_its_text(window: MainWindow) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    window.document.select(["relu"])
    QTest.keyClicks(window.canvas, "ge")
    for key in (Qt.Key.Key_Backspace, Qt.Key.Key_Home, Qt.Key.Key_Delete):
        QTest.keyClick(QApplication.focusWidget() or window.canvas, key)
    assert window.canvas.quick_add.field.text() == ""
    assert "relu" in window.document.layout.nodes
