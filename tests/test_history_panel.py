"""The list of edits: what was done, in words, and the way back to any of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from canvas_person import edge
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.changes import changed_nodes
from core.layout import Block, Layout, Node, with_edge, with_node, with_positions, without_nodes
from gui.main_window import MainWindow
from gui.panels.history import HistoryPanel, Role


def simple() -> Layout:
    inside = Block({"x": Node("Input", {}, (0.0, 0.0)), "y": Node("Output", {}, (0.0, 120.0))}, (edge("x", "y"),))
    nodes = {"input": Node("Input", {"shape": (8,)}, (0.0, 0.0)), "stem": Node("Stem", {}, (0.0, 120.0))}
    return Layout(nodes=nodes, edges=(edge("input", "stem"),), blocks={"Stem": inside})


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path, simple())
    document = window.document
    document.apply("canvas.edit.add", lambda layout: with_node(layout, "relu", Node("ReLU", {}, (0.0, 240.0))))
    document.apply("canvas.edit.connect", lambda layout: with_edge(layout, edge("stem", "relu")))
    document.apply("canvas.edit.move", lambda layout: with_positions(layout, {"relu": (40.0, 240.0)}))
    trigger(window, "show_history")
    return window


def rows(panel: HistoryPanel) -> list[tuple[str, str, int]]:
    model = panel.model()
    indices = [model.index(row, 0) for row in range(model.rowCount())]
    return [(index.data(), index.data(Role.DETAIL), index.data(Role.TIME)) for index in indices]


def click(panel: HistoryPanel, row: int) -> None:
    middle = panel.visualRect(panel.model().index(row, 0)).center()
    QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)


def test_every_edit_has_a_row_with_its_words_and_its_nodes(window: MainWindow) -> None:
    assert window.desk.bottom.page == "history"
    assert rows(window.desk.history) == [
        ("As it was opened", "", -1),
        ("Add a node", "relu", -1),
        ("Connect", "stem, relu", -1),
        ("Move nodes", "relu", 0),
    ]


def test_a_click_goes_back_and_another_forward_again(window: MainWindow) -> None:
    panel, last = window.desk.history, window.document.root
    click(panel, 0)
    assert window.document.root == simple()
    assert [time for _, _, time in rows(panel)] == [0, 1, 1, 1]
    assert rows(panel)[3][:2] == ("Move nodes", "relu")
    click(panel, 2)
    assert window.document.layout.nodes["relu"].position == (0.0, 240.0)
    click(panel, 3)
    assert window.document.root == last


def test_the_arrow_keys_choose_and_enter_goes(window: MainWindow) -> None:
    panel = window.desk.history
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Up)
    assert "relu" in window.document.layout.nodes
    QTest.keyClick(panel, Qt.Key.Key_Home)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert window.document.root == simple()
    assert panel.currentIndex().row() == 0


def test_it_follows_undo_and_a_new_edit_takes_the_place_of_what_was_undone(window: MainWindow) -> None:
    window.document.undo()
    window.document.undo()
    assert [time for _, _, time in rows(window.desk.history)] == [-1, 0, 1, 1]
    window.document.apply("canvas.edit.delete", lambda layout: without_nodes(layout, ["relu"]))
    assert [title for title, _, _ in rows(window.desk.history)] == ["As it was opened", "Add a node", "Delete"]


def test_an_edit_in_a_block_says_where_and_going_there_looks_there(window: MainWindow) -> None:
    document, panel = window.document, window.desk.history
    document.enter("stem")
    document.apply("canvas.edit.add", lambda layout: with_node(layout, "tanh", Node("Tanh", {}, (0.0, 60.0))))
    document.look_at(())
    assert rows(panel)[4] == ("Add a node", "tanh  ·  stem", 0)
    click(panel, 3)
    assert document.scope == ("stem",) and "tanh" not in document.layout.nodes


def test_it_speaks_korean(window: MainWindow) -> None:
    trigger(window, "language_ko")
    assert [title for title, _, _ in rows(window.desk.history)] == [
        "처음 열었을 때",
        "노드 추가",
        "연결",
        "노드 이동",
    ]


def test_where_one_is_is_said_aloud(window: MainWindow) -> None:
    panel = window.desk.history
    model = panel.model()
    spoken = model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Move nodes. relu. now"


def test_what_an_edit_changed_is_told_by_name() -> None:
    before = simple()
    assert changed_nodes(before, before) == ()
    assert changed_nodes(before, without_nodes(before, ["stem"])) == ("stem",)
    assert changed_nodes(before, with_edge(before, edge("stem", "input"))) == ("stem", "input")


def test_a_row_says_what_was_edited_also_after_edits_were_given_up(window: MainWindow) -> None:
    document, panel = window.document, window.desk.history
    for number in range(200):
        name = f"node_{number}"
        document.apply("canvas.edit.add", lambda layout, name=name: with_node(layout, name, Node("ReLU", {}, (0, 0))))
        assert rows(panel)[-1] == ("Add a node", name, 0)
        # What is undone and then replaced is forgotten, and its place in memory is taken by what comes next.
        document.undo()
