"""Finding nodes, frames and notes by what a person remembers of them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from canvas_person import CONTROL, SHIFT, edge
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_person import open_window

from core.annotations import with_node_note
from core.layout import Block, Frame, Layout, Node, Note, with_argument, without_nodes
from core.shapes import Inferrer
from gui.canvas.find_bar import FindBar
from gui.finding import Finder, Hit
from gui.main_window import MainWindow

STEM = Block(
    {
        "x": Node("Input", {}, (0.0, 0.0)),
        "inner_conv": Node("Conv2d", {"out_channels": 8, "kernel_size": 3}, (0.0, 120.0)),
        "y": Node("Output", {}, (0.0, 240.0)),
    },
    (edge("x", "inner_conv"), edge("inner_conv", "y")),
)


def network() -> Layout:
    nodes = {
        "image": Node("Input", {"shape": (1, 28, 28)}, (0.0, 0.0)),
        "conv_1": Node("Conv2d", {"out_channels": 4, "kernel_size": 3}, (0.0, 120.0)),
        "conv_2": Node("Conv2d", {"out_channels": 4, "kernel_size": 3}, (0.0, 240.0)),
        "stem": Node("Stem", {}, (0.0, 360.0)),
        "stem_2": Node("Stem", {}, (0.0, 480.0)),
        "relu": Node("ReLU", {}, (0.0, 5000.0)),
    }
    edges = tuple(edge(above, below) for above, below in pairwise(nodes))
    frames, notes = {"frame": Frame("Early layers", ("conv_1",))}, {"note": Note("ask *Mina*", (4000.0, 40.0))}
    return Layout(nodes=nodes, edges=edges, blocks={"Stem": STEM}, frames=frames, notes=notes)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path, network())
    window.resize(1440, 900)
    window.activateWindow()
    window.canvas.setFocus()
    return window


def find(window: MainWindow, text: str) -> FindBar:
    QTest.keyClick(window.canvas, Qt.Key.Key_F, CONTROL)
    bar = window.desk.canvas_area.find_bar
    assert bar.isVisible() and bar.field.hasFocus()
    QTest.keyClicks(bar.field, text)
    return bar


def press(bar: FindBar, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(bar.field, key, modifiers)


def dim(window: MainWindow) -> set[str]:
    return {node_id for node_id, item in window.canvas.items_scene.nodes.items() if item.dim}


def in_view(window: MainWindow, node_id: str) -> bool:
    canvas = window.canvas
    seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    return seen.contains(canvas.node_rect(node_id))


def test_what_does_not_fit_steps_back_while_one_types(window: MainWindow) -> None:
    bar = find(window, "conv")
    assert dim(window) == {"image", "stem", "stem_2", "relu"}
    # The one inside the block counts too.
    assert bar.count.text() == "3 found"
    QTest.keyClicks(bar.field, "_2")
    assert dim(window) == network().nodes.keys() - {"conv_2"}
    assert window.document.selection == frozenset()


def test_enter_goes_from_one_to_the_next_and_around(window: MainWindow) -> None:
    bar = find(window, "conv_")
    went = []
    for _ in range(3):
        press(bar, Qt.Key.Key_Return)
        went.append(window.document.selected)
    assert went == ["conv_1", "conv_2", "conv_1"]
    assert bar.count.text() == "1 of 2" and bar.field.hasFocus()
    press(bar, Qt.Key.Key_Return, SHIFT)
    assert window.document.selected == "conv_2"
    press(bar, Qt.Key.Key_Up)
    assert window.document.selected == "conv_1"


def test_what_is_far_away_comes_into_view_and_can_be_read(window: MainWindow) -> None:
    window.canvas.zoom_at(window.canvas.viewport().rect().center().toPointF(), 0.2)
    press(find(window, "relu"), Qt.Key.Key_Return)
    assert in_view(window, "relu") and window.canvas.navigation.scale > 0.6


def test_a_whole_name_comes_before_what_stands_above_it(window: MainWindow) -> None:
    window.document.apply("canvas.edit.add", lambda layout: with_node_note(layout, "image", "before relu"))
    press(find(window, "relu"), Qt.Key.Key_Return)
    assert window.document.selected == "relu"


def test_escape_shows_everything_alike_and_goes_back_to_the_canvas(window: MainWindow) -> None:
    bar = find(window, "relu")
    press(bar, Qt.Key.Key_Return)
    press(bar, Qt.Key.Key_Escape)
    assert not bar.isVisible() and dim(window) == set()
    assert window.canvas.hasFocus() and window.document.selected == "relu"


def test_nothing_found_is_said_and_nothing_happens(window: MainWindow) -> None:
    bar = find(window, "transformer")
    press(bar, Qt.Key.Key_Return)
    assert bar.count.text() == "nothing found" and window.document.selection == frozenset()


def test_what_stands_inside_a_block_is_gone_to(window: MainWindow) -> None:
    press(find(window, "inner_conv"), Qt.Key.Key_Return)
    assert window.document.scope == ("stem",) and window.document.selected == "inner_conv"
    assert dim(window) == {"x", "y"}
    assert window.desk.canvas_area.find_bar.count.text() == "1 of 1"


def test_from_inside_a_block_the_whole_is_looked_through(window: MainWindow) -> None:
    window.document.enter("stem_2")
    bar = find(window, "conv")
    names = [(hit.scope, hit.name) for hit in bar.hits]
    assert names == [(("stem_2",), "inner_conv"), ((), "conv_1"), ((), "conv_2")]
    press(bar, Qt.Key.Key_Return)
    assert window.document.scope == ("stem_2",)
    press(bar, Qt.Key.Key_Return)
    assert window.document.scope == () and window.document.selected == "conv_1"


def test_frames_and_notes_are_found(window: MainWindow) -> None:
    annotations = window.canvas.annotations
    bar = find(window, "early")
    press(bar, Qt.Key.Key_Return)
    assert annotations.selected == {("frame", "frame")}
    bar = find(window, "mina")
    press(bar, Qt.Key.Key_Return)
    assert annotations.selected == {("note", "note")}
    seen = window.canvas.mapToScene(window.canvas.viewport().rect()).boundingRect()
    assert seen.contains(annotations.items.note_rect("note"))


def test_problems_are_found_by_their_words(window: MainWindow) -> None:
    window.document.set_inference(Inferrer())
    window.document.apply("canvas.edit.add", lambda layout: with_argument(layout, "conv_2", "kernel_size", 300))
    bar = find(window, "error")
    wrong = {problem.node for problem in window.document.root_inference.errors if problem.node is not None}
    assert "conv_2" in wrong and {hit.name for hit in bar.hits} == wrong
    bar = find(window, "kernel conv_2")
    press(bar, Qt.Key.Key_Return)
    assert window.document.selected == "conv_2"


def test_what_was_gone_to_is_forgotten_where_another_language_does_not_find_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.document.set_inference(Inferrer())
    bar = find(window, "error")
    while bar.count.text() != f"{len(bar.hits)} of {len(bar.hits)}":
        press(bar, Qt.Key.Key_Return)
    window.words.set_language("ko")
    assert bar.hits == []
    window.document.apply_root("canvas.edit.delete", lambda layout: without_nodes(layout, ["relu"]))
    press(bar, Qt.Key.Key_Return)
    assert bar.count.text() == window.words.say("canvas.find_none")


@pytest.mark.parametrize("way", ["find", "problems"])
def test_a_node_that_is_gone_to_is_all_that_is_chosen(window: MainWindow, way: str) -> None:
    wire = next(iter(window.canvas.items_scene.wires))
    window.canvas.items_scene.select_wires(frozenset({wire}))
    if way == "find":
        press(find(window, "relu"), Qt.Key.Key_Return)
    else:
        window.desk.problems.node_chosen.emit("relu")
    assert window.document.selected == "relu" and not window.canvas.items_scene.selected_wires


def test_a_network_that_changes_is_looked_through_again(qtbot: QtBot, window: MainWindow) -> None:
    bar = find(window, "conv_")
    press(bar, Qt.Key.Key_Return)
    window.document.apply("canvas.edit.delete", lambda layout: without_nodes(layout, ["conv_1"]))
    qtbot.waitUntil(lambda: bar.count.text() == "1 found")
    press(bar, Qt.Key.Key_Return)
    assert window.document.selected == "conv_2"


def test_every_letter_is_compared_without_its_size_and_in_korean(window: MainWindow) -> None:
    window.document.apply("canvas.edit.add", lambda layout: with_node_note(layout, "relu", "활성화 함수"))
    finder = Finder(window.document, window.words)
    assert finder.found("활성화")[0] == finder.found("RELU 함수")[0] == [Hit((), "node", "relu")]
    assert finder.found("  ")[0] == []
