"""The menu of the right mouse button, for a node, a wire or the canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def build_menu(view: CanvasView, on_node: bool, on_wire: bool) -> QMenu:
    words = view.words
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(key: str, act: Callable[[], object], shortcut: str = "") -> None:
        action = menu.addAction(words.say(f"canvas.menu_{key}"))
        action.setObjectName(key)
        if shortcut:
            # Only shown: the key itself is the canvas' or the main window's affair.
            action.setText(
                f"{action.text()}\t{QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)}"
            )
        action.triggered.connect(lambda _checked=False: act())

    if on_node:
        if len(view.document.selection) == 1:
            add("rename", view.rename_selected, "F2")
        add("duplicate", view.duplicate_selected, "Ctrl+D")
    if on_node or on_wire:
        add("delete", view.delete_selected, "Del")
        menu.addSeparator()
    add("select_all", view.select_all, "Ctrl+A")
    add("fit", view.fit)
    return menu
