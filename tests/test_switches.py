"""Muting, bypassing, freezing and taking out of the wires, by the keys that a person presses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_person import open_window

from core.edits import moved_into
from core.layout import Edge, Layout
from core.shapes import Inferrer
from gui.main_window import MainWindow
from tests.examples import digits_mlp, residual
from tests.graphs import little_resnet, siamese

Press = Callable[..., None]
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Callable[[Layout], MainWindow]:
    def open_with(layout: Layout) -> MainWindow:
        window = open_window(qtbot, tmp_path, layout)
        window.document.set_inference(Inferrer())
        with qtbot.waitActive(window):
            window.activateWindow()
        window.canvas.setFocus()
        return window

    return open_with


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    qtbot.keyClick(window.canvas, key, modifiers)


def muted(window: MainWindow) -> set[str]:
    return {key for key, node in window.document.layout.nodes.items() if node.muted}


def test_muting_is_on_and_off_by_one_key_and_one_undo(qtbot: QtBot, opened: Callable[[Layout], MainWindow]) -> None:
    window = opened(digits_mlp())
    document = window.document
    document.select(["images", "hidden", "relu"])
    press(qtbot, window, Qt.Key.Key_M, CONTROL)
    assert muted(window) == {"hidden", "relu"} and document.undo_label == "canvas.edit.mute"
    assert window.commands["mute"].isChecked()
    assert document.inference.nodes["hidden"].parameters == 0 and not document.inference.errors
    # As long as one of them works, the key mutes all.
    document.select(["relu", "logits"])
    press(qtbot, window, Qt.Key.Key_M, CONTROL)
    assert muted(window) == {"hidden", "relu", "logits"}
    press(qtbot, window, Qt.Key.Key_M, CONTROL)
    assert muted(window) == {"hidden"} and document.undo_label == "canvas.edit.unmute"
    for _ in range(3):
        press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert document.layout == digits_mlp()


def test_a_bypassed_node_stands_aside_and_works_again_in_a_wire(
    qtbot: QtBot, opened: Callable[[Layout], MainWindow]
) -> None:
    window = opened(residual())
    document = window.document
    document.select(["relu"])
    press(qtbot, window, Qt.Key.Key_B, CONTROL)
    layout = document.layout
    assert Edge("first", "second") in layout.edges and not layout.into("relu")
    assert muted(window) == {"relu"} and document.selection == {"relu"}
    assert document.undo_label == "canvas.edit.bypass" and not document.inference.errors
    layout = moved_into(layout, Edge("first", "second"), "relu", (0.0, 0.0))
    assert not layout.nodes["relu"].muted and Edge("relu", "second") in layout.edges
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert document.layout == residual()


def test_extracting_closes_the_wires_and_keeps_the_node_selected(
    qtbot: QtBot, opened: Callable[[Layout], MainWindow]
) -> None:
    window = opened(digits_mlp())
    document = window.document
    document.select(["relu"])
    press(qtbot, window, Qt.Key.Key_X, CONTROL | SHIFT)
    assert Edge("hidden", "logits") in document.layout.edges
    assert document.layout.nodes == digits_mlp().nodes and document.selection == {"relu"}
    assert document.undo_label == "canvas.edit.extract"
    # Once more there is nothing to take it out of, and nothing to undo.
    before = document.history
    press(qtbot, window, Qt.Key.Key_X, CONTROL | SHIFT)
    assert document.history is before


def test_freezing_asks_for_weights(qtbot: QtBot, opened: Callable[[Layout], MainWindow]) -> None:
    window = opened(siamese())
    document = window.document
    document.select(["again", "difference", "left"])
    press(qtbot, window, Qt.Key.Key_F, CONTROL | ALT)
    # The weights are those of the node whose module it uses.
    assert [key for key, node in document.layout.nodes.items() if node.frozen] == ["encoder"]
    assert window.commands["freeze"].isChecked() and document.inference.trainable == 0
    press(qtbot, window, Qt.Key.Key_F, CONTROL | ALT)
    assert document.layout == siamese() and document.undo_label == "canvas.edit.unfreeze"


def test_where_there_is_nothing_to_switch_a_sentence_says_so(
    qtbot: QtBot, opened: Callable[[Layout], MainWindow]
) -> None:
    window = opened(digits_mlp())
    document = window.document
    document.select(["images", "output"])
    for key, modifiers, reason in (
        (Qt.Key.Key_M, CONTROL, "canvas.nothing_to_mute"),
        (Qt.Key.Key_B, CONTROL, "canvas.nothing_to_mute"),
        (Qt.Key.Key_F, CONTROL | ALT, "canvas.nothing_to_freeze"),
    ):
        with qtbot.waitSignal(document.refused) as refused:
            press(qtbot, window, key, modifiers)
        assert refused.args == [reason, {}] and window.words.say(reason)
    assert document.layout == digits_mlp()


def test_inside_a_block_the_switches_are_those_of_every_use(
    qtbot: QtBot, opened: Callable[[Layout], MainWindow]
) -> None:
    window = opened(little_resnet())
    document = window.document
    document.look_at(("stage1", "first"))
    document.select(["norm2"])
    press(qtbot, window, Qt.Key.Key_M, CONTROL)
    assert document.root.blocks["ResidualBlock"].nodes["norm2"].muted
    inside = document.root_inference.nodes["stage2"].instances[0].nodes["rest"].instances[0]
    assert inside.nodes["norm2"].parameters == 0
    assert not document.root_inference.errors
    # What is seen inside is what is computed there: the receptive field and the reasons ask by it.
    assert document.inference.layout.nodes["norm2"].layer == "Identity"
    press(qtbot, window, Qt.Key.Key_M, CONTROL)
    assert document.root == little_resnet()


def test_a_muted_node_is_shown_as_it_computes(qtbot: QtBot, opened: Callable[[Layout], MainWindow]) -> None:
    window = opened(residual())
    document, inspector = window.document, window.desk.inspector
    for node_id in residual().nodes:
        document.select([node_id])
        if not inspector.why.open:
            qtbot.mouseClick(inspector.why.title, Qt.MouseButton.LeftButton)
        press(qtbot, window, Qt.Key.Key_M, CONTROL)
        press(qtbot, window, Qt.Key.Key_B, CONTROL)
        for other in residual().nodes:
            document.select([other])
    assert muted(window) == set(residual().nodes) - {"images", "output"}
