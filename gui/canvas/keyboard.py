"""The canvas' own keys. Those that the main window has as commands too come here only where it has no such command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from gui.canvas import commands, walking
from gui.canvas.commands import ARROWS

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

Key, Modifier = Qt.Key, Qt.KeyboardModifier


class Keyboard:
    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._at: str | None = None
        """The node that the arrow keys reached last."""
        self._nudged: frozenset[str] = frozenset()
        """What Ctrl and the arrows moved last, as long as it stayed selected."""
        view.document.selection_changed.connect(self._forget)

    def first(self, event: QEvent) -> bool:
        """What must be done before Qt does its own: True if it was."""
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and self._view.quick_add.isVisible():
            # A search is open: its keys mean nothing else, such as Return the arguments of the selected node.
            event.setAccepted(not event.modifiers() & (Modifier.ControlModifier | Modifier.MetaModifier))
            return event.isAccepted()
        tab = event.key() == Key.Key_Tab and event.modifiers() == Modifier.NoModifier
        if event.type() == QEvent.Type.KeyPress and tab and not self._view.quick_add.isVisible():
            # Before Qt passes the focus on.
            self._view.add_here()
            return True
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key means on the canvas; False if it means nothing here."""
        view = self._view
        if view.quick_add.isVisible():
            view.quick_add.pass_on(event)
            return True
        if view.annotations.press_key(event):
            return True
        key, modifiers = event.key(), event.modifiers() & ~Modifier.KeypadModifier
        control, shift = Modifier.ControlModifier, Modifier.ShiftModifier
        if key == Key.Key_Space and not modifiers:
            if not event.isAutoRepeat():
                view.hold_pan_key(True)
        elif modifiers == control and key in (Key.Key_A, Key.Key_D):
            (view.select_all if key == Key.Key_A else view.duplicate_selected)()
        elif key in ARROWS and not modifiers & ~(control | shift):
            self._press_arrow(ARROWS[Key(key)], bool(modifiers & control), bool(modifiers & shift))
        elif modifiers & ~shift:
            return False
        elif key == Key.Key_Escape:
            self._escape()
        elif key in (Key.Key_Delete, Key.Key_Backspace):
            view.delete_selected()
        elif key == Key.Key_F2:
            view.rename_selected()
        elif key == Key.Key_Insert:
            view.add_here()
        elif event.text().isalpha():
            view.add_here(event.text())
        else:
            return False
        return True

    def compose(self, event: QInputMethodEvent) -> None:
        """What an input method gives: letters as they are composed, such as Korean syllables."""
        view = self._view
        if not view.quick_add.isVisible() and (event.preeditString() or event.commitString()).strip():
            # The focus stays on the canvas, as moving it would end the composition; the field gets what is composed.
            view.add_here(composing=True)
        view.quick_add.pass_on(event)

    def composed(self, query: Qt.InputMethodQuery) -> object:
        """What an input method asks about the field, such as where to show its candidates; None without one."""
        quick_add = self._view.quick_add
        if not quick_add.isVisible():
            return None
        answer = quick_add.field.inputMethodQuery(query)
        if isinstance(answer, QRect | QRectF):
            answer.translate(quick_add.field.mapTo(self._view, QPoint()))
        return answer

    def left(self) -> None:
        """The keyboard went elsewhere: to the search itself, or it has no more to do."""
        focused = QApplication.focusWidget()
        if focused is not None and not self._view.isAncestorOf(focused):
            self._view.quick_add.close()

    def _forget(self) -> None:
        self._nudged = frozenset()

    def _escape(self) -> None:
        view, document = self._view, self._view.document
        if view.cancel_gesture():
            return
        if document.selection or view.items_scene.selected_wires or view.annotations.selected:
            view.select_nothing()
        else:
            document.leave()

    def _press_arrow(self, way: walking.Way, nudges: bool, shift: bool) -> None:
        view, document = self._view, self._view.document
        if nudges:
            if document.selection:
                # A run of these is one step to undo.
                merge = self._nudged == document.selection
                commands.nudge(document, *way, shift, merge)
                self._nudged = document.selection
            return
        selection = document.selection
        if not selection:
            following = walking.first(document.layout, way)
        else:
            following = walking.neighbour(document.layout, self._standing(way), way)
        if following is None:
            return
        view.touched = True
        view.items_scene.select_wires(frozenset())
        document.select(selection | {following} if shift else {following})
        self._at = following
        view.ensure_seen(following)

    def _standing(self, way: walking.Way) -> str:
        """Which of the selected nodes the walk goes on from."""
        selection = self._view.document.selection
        if self._at in selection:
            return self._at
        at = [key for key in self._view.document.layout.nodes if key in selection]
        return at[0] if min(way) < 0 else at[-1]
