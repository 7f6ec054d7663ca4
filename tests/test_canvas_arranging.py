"""Tidy, align, distribute and straighten in the real window: what is seen ends where the layout says."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.arrangement import arranged
from core.layout import Layout, with_positions
from core.placement import places
from gui.main_window import MainWindow
from tests.examples import residual
from tests.graphs import little_resnet
from tests.window_person import open_window, trigger

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def messy() -> Layout:
    layout = residual()
    return with_positions(layout, {key: (60.0 * index, 640.0 - 90 * index) for index, key in enumerate(layout.nodes)})


def opened(qtbot: QtBot, folder: Path, layout: Layout, *, still: bool = False) -> MainWindow:
    window = open_window(qtbot, folder, layout, shown=False)
    window.theme.reduced_motion = still
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.canvas.setFocus()
    return window


def seen(window: MainWindow) -> dict[str, tuple[float, float]]:
    return {key: item.place for key, item in window.canvas.items_scene.nodes.items()}


def test_ctrl_l_puts_the_network_in_order_as_one_edit(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, messy())
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CONTROL)
    assert places(window.document.layout) == arranged(residual())
    qtbot.waitUntil(lambda: seen(window) == arranged(residual()))
    assert window.document.undo_label == "canvas.edit.tidy"
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, CONTROL)
    assert window.document.layout == messy() and seen(window) == places(messy())
    assert window.document.undo_label is None


def test_nodes_glide_and_the_next_key_puts_them_in_place(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, messy())
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CONTROL)
    assert window.canvas.motion.gliding and seen(window) != arranged(residual())
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not window.canvas.motion.gliding and seen(window) == arranged(residual())


def test_an_edit_while_nodes_glide_finds_them_in_place(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, messy())
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CONTROL)
    trigger(window, "undo")
    assert not window.canvas.motion.gliding and seen(window) == places(messy())


def test_who_wants_less_motion_sees_none(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, messy(), still=True)
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CONTROL)
    assert not window.canvas.motion.gliding and seen(window) == arranged(residual())


def test_to_the_right(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, messy(), still=True)
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CONTROL | SHIFT)
    assert window.document.layout.direction == "right"
    assert seen(window) == arranged(residual(), "right")


def test_only_what_is_selected_is_tidied(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, messy(), still=True)
    window.document.select(["first", "relu", "second"])
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CONTROL)
    before, after = places(messy()), places(window.document.layout)
    assert {key for key in before if before[key] != after[key]} <= {"first", "relu", "second"}
    assert after["first"][1] < after["relu"][1] < after["second"][1]
    assert window.document.selection == {"first", "relu", "second"}


def test_a_part_is_tidied_as_the_whole_network_flows_and_a_sentence_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, messy(), still=True)
    chosen = ["first", "relu", "second"]
    window.document.select(chosen)
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CONTROL | SHIFT)
    after = places(window.document.layout)
    assert window.document.layout.direction == "down"
    assert after["first"][1] < after["relu"][1] < after["second"][1]
    assert [notice.key for notice in window.notices.notices] == ["canvas.part_flows_down"]
    # Whatever a person does next, the sentence has been read.
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, CONTROL)
    assert not window.notices.notices


def test_all_selected_is_the_whole_network(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, messy(), still=True)
    QTest.keyClick(window.canvas, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CONTROL | SHIFT)
    assert window.document.layout.direction == "right"
    assert seen(window) == arranged(residual(), "right")


def test_inside_a_block_the_flow_stays_that_of_the_network(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, little_resnet(), still=True)
    window.document.look_at(("stage1",))
    window.canvas.setFocus()
    trigger(window, "arrange_right")
    assert window.document.root.direction == "down"
    assert places(window.document.layout) == arranged(window.document.layout)


@pytest.mark.parametrize(
    ("command", "axis"), [("align_left", 0), ("align_centre", 0), ("align_right", 0), ("align_top", 1),
                          ("align_middle", 1), ("align_bottom", 1)],
)  # fmt: skip
def test_selected_nodes_come_into_line(qtbot: QtBot, tmp_path: Path, command: str, axis: int) -> None:
    window = opened(qtbot, tmp_path, messy())
    window.document.select(["first", "relu", "second"])
    trigger(window, command)
    stands = places(window.document.layout)
    assert len({stands[key][axis] for key in ("first", "relu", "second")}) == 1
    assert window.document.undo_label == "canvas.edit.align"


@pytest.mark.parametrize(("command", "axis"), [("distribute_across", 0), ("distribute_down", 1)])
def test_selected_nodes_come_to_equal_distances(qtbot: QtBot, tmp_path: Path, command: str, axis: int) -> None:
    layout = with_positions(messy(), {"relu": (95.0, 500.0)})
    window = opened(qtbot, tmp_path, layout)
    window.document.select(["stem", "relu", "sum"])
    trigger(window, command)
    stands = places(window.document.layout)
    one, two, three = sorted(stands[key][axis] for key in ("stem", "relu", "sum"))
    assert two - one == three - two and window.document.undo_label == "canvas.edit.distribute"


def test_wires_that_are_nearly_straight_become_straight(qtbot: QtBot, tmp_path: Path) -> None:
    straight = with_positions(residual(), arranged(residual()))
    x, y = places(straight)["relu"]
    window = opened(qtbot, tmp_path, with_positions(straight, {"relu": (x + 20, y)}))
    window.document.select(["relu"])
    trigger(window, "straighten")
    assert window.document.layout == straight
