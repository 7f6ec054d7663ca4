"""What every gesture works with: the view and its scene, the document that it asks to change, and words to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QGraphicsView

from gui.canvas.hint import Hint
from gui.canvas.scene import CanvasScene
from gui.document import Document
from gui.words import Words


@dataclass(frozen=True)
class Stage:
    view: QGraphicsView
    scene: CanvasScene
    document: Document
    words: Words
    hint: Hint


@dataclass(frozen=True)
class Pointer:
    """Where the mouse is, and which modifier keys are down."""

    at: QPointF
    """On the canvas."""
    pixel: QPoint
    """In the viewport."""
    modifiers: Qt.KeyboardModifier

    @property
    def adds(self) -> bool:
        """Whether a selection is to be added to instead of replaced."""
        return bool(self.modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))

    def left(self, start: Pointer) -> bool:
        """Whether a press at `start` has become a drag."""
        return (self.pixel - start.pixel).manhattanLength() >= QApplication.startDragDistance()


class Gesture(Protocol):
    """Something that a person does with a button held down. The document changes at its end, or not at all."""

    def move(self, pointer: Pointer) -> None: ...

    def release(self, pointer: Pointer) -> None: ...

    def cancel(self) -> None: ...
