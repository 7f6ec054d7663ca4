"""Cut, copy and paste by keys in the real window: within it, from one to another, and as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.layout import Edge, Layout
from core.layout_reader import loads
from core.layout_writer import dumps
from gui.main_window import MainWindow
from tests.examples import digits_mlp
from tests.graphs import little_resnet
from tests.window_person import notices, open_window

CONTROL = Qt.KeyboardModifier.ControlModifier


def opened(qtbot: QtBot, folder: Path, layout: Layout | None = None) -> MainWindow:
    window = open_window(qtbot, folder, digits_mlp() if layout is None else layout, shown=False)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.canvas.setFocus()
    return window


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.canvas, key, CONTROL)


def middle(window: MainWindow) -> tuple[float, float]:
    stands = [node.position for key, node in window.document.layout.nodes.items() if key in window.document.selection]
    xs, ys = zip(*(place for place in stands if place is not None), strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)


def test_copied_nodes_are_pasted_with_their_wires_and_selected(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    nodes = list(window.document.layout.nodes)
    window.document.select(nodes[1:3])
    press(window, Qt.Key.Key_C)
    before = window.document.layout
    press(window, Qt.Key.Key_V)
    after = window.document.layout
    new = [key for key in after.nodes if key not in before.nodes]
    assert window.document.selection == frozenset(new) and len(new) == 2
    assert after.edges[-1] == Edge(*new)
    assert window.document.undo_label == "canvas.edit.paste"
    press(window, Qt.Key.Key_Z)
    assert window.document.layout == before


def test_what_is_cut_is_gone_and_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    node = list(window.document.layout.nodes)[1]
    window.document.select([node])
    press(window, Qt.Key.Key_X)
    assert node not in window.document.layout.nodes
    press(window, Qt.Key.Key_V)
    assert node in window.document.layout.nodes and window.document.selection == {node}


def test_it_is_pasted_where_the_pointer_is(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    window.document.select([list(window.document.layout.nodes)[1]])
    press(window, Qt.Key.Key_C)
    for x in (60, 420):
        spot = window.canvas.viewport().rect().center()
        spot.setX(x)
        QTest.mouseMove(window.canvas.viewport(), spot)
        press(window, Qt.Key.Key_V)
        at = window.canvas.mapToScene(spot)
        assert abs(middle(window)[0] + 100 - at.x()) < 8 and abs(middle(window)[1] + 32 - at.y()) < 8


def test_the_clipboard_holds_a_file_that_can_be_mailed(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, little_resnet())
    window.document.select(["stem", "stage1"])
    press(window, Qt.Key.Key_C)
    text = QApplication.clipboard().text()
    found = loads(text)
    assert list(found.nodes) == ["stem", "stage1"] and set(found.blocks) == {"ResidualBlock", "Stage"}
    other = opened(qtbot, tmp_path / "other", Layout())
    QApplication.clipboard().setText(f"Look at this:\n\n{text}\n-- \nA friend")
    press(other, Qt.Key.Key_V)
    assert list(other.document.layout.nodes) == ["stem", "stage1"]
    assert dict(other.document.layout.blocks) == dict(found.blocks)


@pytest.mark.parametrize(
    "text", ["", "import torch", "{}", "layerloom-layout", "{layerloom-layout}", dumps(Layout("empty"))]
)
def test_anything_else_on_the_clipboard_is_a_quiet_sentence(qtbot: QtBot, tmp_path: Path, text: str) -> None:
    window = opened(qtbot, tmp_path)
    before = window.document.layout
    QApplication.clipboard().setText(text)
    press(window, Qt.Key.Key_V)
    assert window.document.layout == before and len(notices(window)) == 1


def test_the_sentence_goes_when_the_person_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    node = list(window.document.layout.nodes)[1]
    QApplication.clipboard().setText("import torch")
    press(window, Qt.Key.Key_V)
    window.document.select([node])
    assert len(notices(window)) == 1
    press(window, Qt.Key.Key_D)
    assert notices(window) == []


def test_a_picture_on_the_clipboard_is_no_network(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    data = QMimeData()
    data.setImageData(window.grab().toImage())
    QApplication.clipboard().setMimeData(data)
    press(window, Qt.Key.Key_V)
    assert notices(window) == [window.words.say("canvas.nothing_to_paste")]


def test_inside_a_block_nodes_are_pasted_there_and_a_block_never_into_itself(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, little_resnet())
    document = window.document
    document.select(["stage1"])
    press(window, Qt.Key.Key_C)
    document.look_at(("stage1", "first"))
    window.canvas.setFocus()
    before = document.layout
    press(window, Qt.Key.Key_V)
    assert document.layout == before and len(notices(window)) == 1
    document.select(["conv1"])
    press(window, Qt.Key.Key_C)
    press(window, Qt.Key.Key_V)
    assert "conv1_2" not in document.layout.nodes or document.selection == {"conv1_2"}
    new = document.selection - before.nodes.keys()
    assert len(new) == 1 and new <= document.root.blocks["ResidualBlock"].nodes.keys()
