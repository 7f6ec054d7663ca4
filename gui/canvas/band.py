"""The rubber band: everything it touches is selected while it is drawn."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QGraphicsRectItem

from gui.canvas.annotations import Annotations
from gui.canvas.look import hairline
from gui.canvas.stage import Pointer, Stage


class BandGesture:
    """Begins with a press on nothing. Without a drag it was a click, which selects nothing."""

    def __init__(self, stage: Stage, start: Pointer, annotations: Annotations) -> None:
        self._stage = stage
        self._annotations = annotations
        self._start = start
        self._before = stage.document.selection if start.adds else frozenset()
        self._turns = bool(start.modifiers & Qt.KeyboardModifier.ControlModifier)
        """With Ctrl what was selected is so no more; with Shift it only grows."""
        self._after_cancel = stage.document.selection
        self._notes_before = annotations.selected if start.adds else frozenset()
        look = stage.scene.look
        self._band = QGraphicsRectItem()
        self._band.setPen(hairline(look.accent))
        fill = look.halo.lighter(100)
        fill.setAlphaF(0.08)
        self._band.setBrush(QBrush(fill))
        self._band.setZValue(5)
        if not start.adds:
            stage.document.select(())

    def move(self, pointer: Pointer) -> None:
        if self._band.scene() is None:
            if not pointer.left(self._start):
                return
            self._stage.scene.addItem(self._band)
        rect = QRectF(self._start.at, pointer.at).normalized()
        self._band.setRect(rect)
        touched = self._stage.scene.nodes_in(rect)
        self._stage.document.select(self._before ^ touched if self._turns else self._before | touched)
        if not self._stage.document.selection:
            # Around no node it means the notes that it touches.
            notes = self._annotations.notes_in(rect)
            self._annotations.select(self._notes_before ^ notes if self._turns else self._notes_before | notes)

    def release(self, pointer: Pointer) -> None:
        self._end()

    def cancel(self) -> None:
        self._end()
        self._stage.document.select(self._after_cancel)
        if not self._after_cancel:
            self._annotations.select(self._notes_before)

    def _end(self) -> None:
        if self._band.scene() is not None:
            self._stage.scene.removeItem(self._band)
