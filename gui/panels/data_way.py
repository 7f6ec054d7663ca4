"""One sample's way through the transforms: a card for each, in order, with what it makes of the sample.

A card is moved by dragging it or with Alt and an arrow key; what is asked goes out by signals.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from core.datasets.looking import Sample
from gui.panels.data_drawing import draw_sample
from gui.panels.ticks import compact
from gui.theme import Theme
from gui.words import Words

CARD, ARROW, EDGE = 124, 20, 12
TITLE, BELOW = 22, 36


@dataclass(frozen=True)
class Step:
    """A card: the sample as it is read, or behind one transform."""

    name: str
    sample: Sample | None = None
    """None while it is not known."""
    shape: tuple[int, ...] = ()
    ends: tuple[float, float] = (0.0, 0.0)
    tone: str = ""
    """`bad` or `warn` where something does not fit."""
    idle: bool = False
    """Whether it does nothing in this part of the data."""


class WayView(QWidget):
    chosen = Signal(int)
    """The place of a transform, -1 for the sample as it is read."""
    moved = Signal(int, int)
    """A transform from its place to another, counted without it."""
    removed = Signal(int)

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._steps: tuple[Step, ...] = ()
        self._current = -1
        self._pressed: QPointF | None = None
        self._gap: int | None = None
        """Between which cards the dragged one would come to stand: before the transform of this place."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._resize)
        words.changed.connect(self._describe)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._steps

    @property
    def current(self) -> int:
        return self._current

    def show_steps(self, steps: tuple[Step, ...], current: int) -> None:
        self._steps, self._current = steps, current
        self._resize()
        self._describe()

    def card(self, place: int) -> QRectF:
        """Of a transform; of the sample as it is read for -1."""
        width, step = self._theme.scaled(CARD), self._theme.scaled(CARD) + ARROW
        return QRectF(EDGE + (place + 1) * step, 1, width, self.height() - 5)

    def minimumSizeHint(self) -> QSize:
        count = len(self._steps)
        return QSize(2 * EDGE + count * (self._theme.scaled(CARD) + ARROW) - ARROW, self._theme.scaled(96))

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint().expandedTo(QSize(0, self._theme.scaled(148)))

    def _resize(self) -> None:
        self.setMinimumWidth(self.minimumSizeHint().width())
        self.update()

    # Drawing.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for place, step in enumerate(self._steps, start=-1):
            self._paint_card(painter, place, step)
            if place >= 0:
                self._paint_arrow(painter, self.card(place))
        if self._gap is not None:
            x = self.card(self._gap).left() - ARROW / 2
            painter.setPen(QPen(self._theme.colour("accent"), 3))
            painter.drawLine(QPointF(x, 4), QPointF(x, self.height() - 8))

    def _paint_card(self, painter: QPainter, place: int, step: Step) -> None:
        theme, box = self._theme, self.card(place)
        chosen = place == self._current
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "focus" if chosen else step.tone or "line"
        painter.setPen(QPen(theme.colour(edge), 1.5 if chosen or step.tone else 1))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(box, 8, 8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        inner = box.adjusted(8, 0, -8, 0)
        title, below = theme.scaled(TITLE), theme.scaled(BELOW)
        painter.setFont(theme.font(11, weight=600))
        painter.setPen(theme.colour("text_quiet" if step.idle else step.tone or "text"))
        mark = "⚠ " if step.tone else ""
        words = painter.fontMetrics().elidedText(f"{mark}{step.name}", Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(QRectF(inner.left(), box.top(), inner.width(), title), Qt.AlignmentFlag.AlignVCenter, words)
        if step.sample is None:
            return
        painter.save()
        painter.setOpacity(0.45 if step.idle else 1.0)
        room = QRectF(inner.left(), box.top() + title, inner.width(), box.height() - title - below - 2)
        painter.setClipRect(room.adjusted(-1, -1, 2, 2))
        draw_sample(painter, step.sample, room, theme)
        painter.restore()
        painter.setFont(theme.font(11, mono=True))
        painter.setPen(theme.colour("text_quiet"))
        ends = " … ".join(compact(value, 2) for value in step.ends)
        for line, text in enumerate(("×".join(map(str, step.shape)), ends)):
            at = QRectF(inner.left(), box.bottom() - below + line * (below / 2 - 1), inner.width(), below / 2)
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_arrow(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(self._theme.colour("text_quiet"), 1.5))
        right, middle = box.left() - 4, box.center().y()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawLine(QPointF(box.left() - ARROW + 4, middle), QPointF(right, middle))
        painter.drawLine(QPointF(right - 4, middle - 4), QPointF(right, middle))
        painter.drawLine(QPointF(right - 4, middle + 4), QPointF(right, middle))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # Choosing and moving.

    def _at(self, position: QPointF) -> int | None:
        return next((p for p in range(-1, len(self._steps) - 1) if self.card(p).contains(position)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position() if place >= 0 else None
            self.chosen.emit(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        far = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self._gap is None and not far:
            return
        gaps = range(len(self._steps))
        self._gap = min(gaps, key=lambda gap: abs(self.card(gap).left() - ARROW / 2 - event.position().x()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gap, self._gap, self._pressed = self._gap, None, None
        self.update()
        if gap is not None and gap not in (self._current, self._current + 1):
            self.moved.emit(self._current, gap - (gap > self._current))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        last = len(self._steps) - 2
        if event.key() == Qt.Key.Key_Escape and self._gap is not None:
            self._gap = self._pressed = None
            self.update()
        elif steps is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if self._current >= 0 and 0 <= self._current + steps <= last:
                self.moved.emit(self._current, self._current + steps)
        elif steps is not None:
            self.chosen.emit(min(max(self._current + steps, -1), last))
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._current >= 0:
            self.removed.emit(self._current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._describe()

    def visible_part(self) -> QRect:
        """What a scroll area should show: the chosen card."""
        return self.card(self._current).toRect()

    def _describe(self) -> None:
        names = " → ".join(step.name for step in self._steps)
        self.setAccessibleName(self._words.say("look.way_name", steps=names))
        if -1 <= self._current < len(self._steps) - 1:
            step = self._steps[self._current + 1]
            shape = "×".join(map(str, step.shape))
            self.setAccessibleDescription(self._words.say("look.way_step", name=step.name, shape=shape))
        self.update()
