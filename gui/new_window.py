"""Another window is another process of the program: nothing that happens in one can harm the other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QProcess
from PySide6.QtWidgets import QWidget

MAIN = Path(__file__).resolve().parent.parent / "main.py"
BESIDE = "LAYERLOOM_BESIDE"
"""Set for a window that another one opened: both remember the same place, and one would hide the other."""
STEP = QPoint(32, 32)


def open_new_window() -> int | None:
    """Start the program once more, on its own; its process id, or None if it could not be started."""
    os.environ[BESIDE] = "1"
    try:
        started = QProcess.startDetached(sys.executable, [str(MAIN)], str(Path.cwd()))
    finally:
        del os.environ[BESIDE]
    # PySide gives the process id beside the answer.
    done, number = started if isinstance(started, tuple) else (started, 0)
    return int(number) if done else None


def step_aside(window: QWidget) -> None:
    """Move a window that another one opened a little, and only at its beginning. It stays on the screen."""
    if os.environ.pop(BESIDE, None) is None:
        return
    place = window.geometry().translated(STEP)
    room = window.screen().availableGeometry()
    if room.contains(place.topLeft()):
        window.move(window.pos() + STEP)
        window.resize(place.intersected(room).size())
