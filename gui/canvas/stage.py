"""What every gesture works with: the view and its scene, the document that it asks to change, and words to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

from core.layout import Layout
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

    def units(self, pixels: float, most: float) -> float:
        """How far that is on the canvas: as many units as pixels or more when it is far away, `most` at most."""
        return min(max(pixels, pixels / self.view.transform().m11()), most)


@dataclass(frozen=True)
class Pointer:
    """Where the mouse is, and which modifier keys are down."""

    at: QPointF
    """On the canvas."""
    pixel: QPoint
    """In the viewport."""
    modifiers: Qt.KeyboardModifier
    time: int = 0
    """Milliseconds, as the event tells them; only what lies between two means something."""

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


class Carrying(Protocol):
    """Frames, as a drag of nodes asks them."""

    def lift(self, node_ids: Iterable[str]) -> None:
        """These nodes begin to be dragged."""

    def put_down(self) -> Callable[[Layout], Layout]:
        """They are let go: the edit with which they join and leave frames."""


def send_away(stage: Stage, editor: QWidget) -> None:
    """End a field that lies over the canvas, and hand the keyboard back."""
    stage.hint.silence()
    # Before it hides: Qt would pass the focus on as Tab does, and on the canvas Tab means something else.
    if editor.hasFocus():
        stage.view.setFocus()
    editor.hide()
    editor.deleteLater()
