"""Training from the tool bar with the real training process: begun, paused, ended, the window closed in the middle."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.layout import Layout, with_argument, with_training, without_edges
from core.shapes import infer
from core.storage import load
from core.training.config import Choice
from gui.examples import LAYOUTS
from gui.main_window import MainWindow
from gui.progress_strip import duration
from gui.words import Words

LEFT = Qt.MouseButton.LeftButton


def spiral_window(qtbot: QtBot, folder: Path, epochs: int) -> MainWindow:
    layout = load(LAYOUTS / "spiral.json")
    layout = with_training(layout, replace(layout.training, epochs=epochs))
    window = open_window(qtbot, folder, layout)
    window.document.set_inference(infer)
    window.build_learning_panels()
    return window


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_click_trains_to_the_end(qtbot: QtBot, tmp_path: Path) -> None:
    window = spiral_window(qtbot, tmp_path, epochs=2)
    train, stop = window.tool_bar.button("train"), window.tool_bar.button("stop")
    trigger(window, "show_bottom")
    qtbot.mouseClick(train, LEFT)
    # Pressed before the training process is warm: it waits, and can be called off.
    assert window.session.busy and not train.isEnabled() and stop.isEnabled()
    assert window.desk.bottom.isVisible() and window.desk.bottom.page == "training"
    qtbot.waitUntil(lambda: window.session.state == "finished")
    assert train.isEnabled() and not stop.isEnabled()
    assert window.commands["save_weights"].isEnabled()
    window.desk.bottom.show_page("code")
    strip = window.desk.bottom.strip
    assert strip.isVisible() and strip.state.text() == "Finished"
    assert strip.numbers.text().startswith("Loss 0.") or strip.numbers.text().startswith("Loss 1.")
    window.desk.bottom.show_page("training")
    assert not strip.isVisible()


def test_train_stands_out_only_where_it_would_train_and_else_shows_what_is_missing(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = spiral_window(qtbot, tmp_path, epochs=2)
    layout, train = window.document.layout, window.tool_bar.button("train")
    assert train.property("kind") == "primary"

    def without_data(layout: Layout) -> Layout:
        shaped = with_argument(layout, next(iter(layout.nodes)), "shape", (2,))
        return with_training(shaped, replace(layout.training, dataset=Choice("none")))

    window.document.apply("x", without_data)
    assert not window.document.inference.errors
    assert train.property("kind") != "primary" and train.toolTip() == window.words.say("training.no_data")
    window.desk.show_page("code")
    qtbot.mouseClick(train, LEFT)
    box = window.desk.training_panel.form.boxes["dataset"]
    assert window.desk.bottom.page == "training" and box.view().isVisible() and not window.session.busy
    box.hidePopup()
    window.document.undo()
    assert train.property("kind") == "primary" and "F5" in train.toolTip()
    window.document.apply("x", lambda layout: without_edges(layout, layout.edges[:1]))
    assert train.property("kind") != "primary" and train.toolTip() == window.words.say("training.problems_tip")
    qtbot.mouseClick(train, LEFT)
    assert window.desk.bottom.page == "problems" and not window.session.busy
    window.document.undo()
    assert window.document.layout == layout and train.property("kind") == "primary"


def test_training_can_be_paused_and_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    window = spiral_window(qtbot, tmp_path, epochs=10_000)
    trigger(window, "train")
    qtbot.waitUntil(lambda: window.session.state == "running")
    pause = window.commands["pause"]
    assert pause.text() == "Pause"
    trigger(window, "pause")
    qtbot.waitUntil(lambda: pause.text() == "Go on")
    window.desk.bottom.show_page("problems")
    assert "of 10000" in window.desk.bottom.strip.state.text().replace(",", "")
    trigger(window, "pause")
    qtbot.waitUntil(lambda: pause.text() == "Pause")
    trigger(window, "stop")
    qtbot.waitUntil(lambda: window.session.state == "stopped")
    assert not pause.isEnabled()


def test_closing_in_mid_training_ends_the_process_and_asks_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    window = spiral_window(qtbot, tmp_path, epochs=100_000)
    trigger(window, "train")
    qtbot.waitUntil(lambda: window.session.state == "running")
    process = window.session.process_id
    assert process is not None and alive(process)
    assert window.close()
    qtbot.waitUntil(lambda: not alive(process))


def test_what_is_edited_while_training_does_not_touch_the_run(qtbot: QtBot, tmp_path: Path) -> None:
    window = spiral_window(qtbot, tmp_path, epochs=10_000)
    started = window.document.layout
    trigger(window, "train")
    qtbot.waitUntil(lambda: window.session.state == "running")
    window.canvas.add_layer("Dropout")
    steps = len(window.session.metrics.losses)
    qtbot.waitUntil(lambda: len(window.session.metrics.losses) > steps)
    assert window.session.run_layout is started
    trigger(window, "stop")
    qtbot.waitUntil(lambda: not window.session.busy)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3599.6, "1 h 00 min"),
        (7_500, "2 h 05 min"),
    ],
)
def test_a_time_is_said_as_a_person_says_it(seconds: float, said: str) -> None:
    assert duration(Words("en"), seconds) == said


def test_a_run_is_led_from_the_tool_bar_and_the_keys(qtbot: QtBot, tmp_path: Path) -> None:
    window = spiral_window(qtbot, tmp_path, epochs=3)
    session, buttons = window.session, window.tool_bar
    step, over = buttons.button("step_once"), buttons.button("start_over")
    assert step.isEnabled() and not over.isEnabled() and over.accessibleName() == "Start over"
    qtbot.mouseClick(step, LEFT)
    qtbot.waitUntil(lambda: session.state == "paused")
    assert session.metrics.steps.tolist() == [1] and over.isEnabled()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: session.state == "paused" and len(session.metrics.steps) == 2)
    qtbot.keyClick(window.canvas, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: session.state == "paused" and len(session.metrics.epochs) == 1)
    first = session.run_folder
    qtbot.mouseClick(over, LEFT)
    qtbot.waitUntil(lambda: session.state == "finished")
    assert session.run_folder != first and len(session.metrics.epochs) == 3


def test_one_step_shows_what_is_missing_where_nothing_can_be_trained(qtbot: QtBot, tmp_path: Path) -> None:
    window = spiral_window(qtbot, tmp_path, epochs=2)
    window.document.apply("x", lambda layout: without_edges(layout, layout.edges[:1]))
    qtbot.mouseClick(window.tool_bar.button("step_once"), LEFT)
    assert window.desk.bottom.page == "problems" and not window.session.busy
