"""The canvas' own keys. Those that the main window has as commands too come here only where it has no such command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def press_key(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what a key means on the canvas; False if it means nothing here."""
    key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    if modifiers == Qt.KeyboardModifier.ControlModifier and key in (Qt.Key.Key_A, Qt.Key.Key_D):
        (view.select_all if key == Qt.Key.Key_A else view.duplicate_selected)()
    elif modifiers & ~Qt.KeyboardModifier.ShiftModifier:
        return False
    elif key == Qt.Key.Key_Escape:
        if not view.cancel_gesture():
            view.select_nothing()
    elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        view.delete_selected()
    elif key == Qt.Key.Key_F2:
        view.rename_selected()
    elif key in ARROWS and view.document.selection:
        view.nudge(*ARROWS[Qt.Key(key)], shift)
    else:
        return False
    return True
