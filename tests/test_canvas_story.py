"""Long random stories at the canvas, and a monkey in the window: nothing breaks or leaks, and all can be undone."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from canvas_story import Storyteller, assert_canvas_shows_the_layout, assert_layout_is_valid
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.shapes import Inferrer
from core.storage import load
from gui.examples import LAYOUTS
from gui.main_window import MainWindow

PARTS, STEPS = 3, 170
"""Of each story: together a few thousand steps. After each part all of it is undone."""


@pytest.mark.long
@pytest.mark.parametrize(("layout", "seed"), [("residual_cnn", 0), ("digits_mlp", 1), ("unet", 2), ("residual_cnn", 3)])
def test_a_long_story_leaves_the_layout_valid_and_shown_and_can_be_undone(
    qtbot: QtBot, tmp_path: Path, layout: str, seed: int
) -> None:
    first = load(LAYOUTS / f"{layout}.json")
    window = open_window(qtbot, tmp_path, first)
    window.activateWindow()
    window.document.set_inference(Inferrer())
    # Else the canvas rightly shows nodes on their way for a moment after each tidy.
    trigger(window, "reduced_motion")
    teller = Storyteller(window, Random(seed))
    left: list[Counter[str]] = []
    for _ in range(PARTS):
        for _ in range(STEPS):
            teller.step()
            try:
                assert_canvas_shows_the_layout(window)
            except AssertionError as error:
                raise AssertionError(f"after {teller.told[-12:]}") from error
            if len(teller.told) % 20 == 0:
                assert_layout_is_valid(window)
        while window.document.undo_label is not None:
            window.document.undo()
        # The history keeps a thousand steps, more than a part has.
        assert window.document.root == first
        assert_canvas_shows_the_layout(window)
        left.append(_objects(window))
    assert len(set(teller.told)) > 20
    # Lists keep the rows of the longest that they ever showed; one object lost in each step would be far more.
    assert sum((left[-1] - left[1]).values()) < STEPS / 2, left[-1] - left[1]


@pytest.mark.long
@pytest.mark.xwindow
def test_a_monkey_at_the_real_window_leaves_it_alive_and_silent(x_display: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DISPLAY": x_display,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    root = Path(__file__).resolve().parent.parent
    # A crash says where it was.
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.monkey", "10000", "7"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr == ""
    assert done.stdout.strip().endswith("alive after 10000 events")


def _objects(window: MainWindow) -> Counter[str]:
    """The Qt objects and the things on the canvas by their kind, with nothing selected."""
    window.document.look_at(())
    window.document.select(())
    # Let go what `deleteLater` holds, and what only a circle holds.
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    found = Counter(type(child).__name__ for child in window.findChildren(QObject))
    found.update(f"item {type(item).__name__}" for item in window.canvas.scene().items())
    return found
