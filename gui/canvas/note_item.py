"""A note on the canvas: a sheet of paper with its text, as large as it was made. What does not fit fades out below."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.layout import Note
from gui.canvas.look import Look, hairline, mixed
from gui.canvas.paper import Paper

PADDING = 12
RADIUS = 4
FADE = 24
EDGE = 4
REACH = 8
"""Pixels on either side of an edge at which it is taken to make the note larger or smaller."""
READABLE = 0.4
"""Below this scale bars stand for the lines."""
BAR = 0.5
"""Height of such a bar, as a share of its line."""

Side: TypeAlias = Literal["right", "bottom", "corner"]
"""By which a note is made larger or smaller."""


class NoteItem(QGraphicsItem):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._text = ""
        self._rect = QRectF()
        self._paper: Paper | None = None
        """Laid out when it is first seen."""
        self._bars: list[QRectF] | None = None
        self._version = 0
        self._selected = self._hovered = False
        self.setZValue(-1.5)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def rect(self) -> QRectF:
        return QRectF(self._rect)

    @property
    def paper(self) -> Paper:
        if self._paper is None or self._version != self._look.version:
            self._version = self._look.version
            self._paper = Paper(self._text, self._look, max(self._rect.width() - 2 * PADDING, 8))
            self._bars = None
        return self._paper

    def show_note(self, note: Note) -> None:
        self.stand(QRectF(*note.position, *note.size))
        if note.text != self._text:
            self._text = note.text
            self._paper = None
            self.update()

    def stand(self, rect: QRectF) -> None:
        """Take another place or size than the document says, until the next `show_note`."""
        if rect == self._rect:
            return
        self.prepareGeometryChange()
        if rect.width() != self._rect.width():
            self._paper = None
        self._rect = QRectF(rect)

    def mark(self, selected: bool, hovered: bool) -> None:
        if (selected, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = selected, hovered
            self.update()

    def side_at(self, point: QPointF, scale: float) -> Side | None:
        """The edge that a press there takes."""
        reach = REACH / scale
        right, bottom = self._rect.right() - point.x(), self._rect.bottom() - point.y()
        # From inside, no more than a third of a small note.
        inside = min(reach, self._rect.width() / 3, self._rect.height() / 3)
        if not self._rect.adjusted(0, 0, reach, reach).contains(point):
            return None
        across, down = right < inside, bottom < inside
        if right < 2 * inside and bottom < 2 * inside:
            return "corner"
        return "right" if across else "bottom" if down else None

    def link_at(self, point: QPointF) -> str:
        return self.paper.link_at(point - self._rect.topLeft() - QPointF(PADDING, PADDING))

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-EDGE, -EDGE, EDGE, EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look, rect = self._look, self._rect
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(look.note)
        painter.setPen(self._border())
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        seen = QRectF(0, 0, rect.width() - 2 * PADDING, rect.height() - 2 * PADDING)
        if seen.isEmpty():
            return
        painter.save()
        painter.translate(rect.topLeft() + QPointF(PADDING, PADDING))
        painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
        if painter.worldTransform().m11() < READABLE:
            self._paint_bars(painter, seen)
        else:
            self.paper.paint(painter, seen)
        if self.paper.size().height() > seen.height() + 1:
            self._paint_fade(painter, seen)
        painter.restore()
        if self._selected or self._hovered:
            self._paint_corner(painter)

    def _border(self) -> QPen:
        if self._selected:
            pen = QPen(self._look.accent, 2)
            pen.setCosmetic(True)
            return pen
        return hairline(self._look.wire if self._hovered else self._look.note_line)

    def _paint_bars(self, painter: QPainter, seen: QRectF) -> None:
        paper = self.paper
        if self._bars is None:
            self._bars = [
                QRectF(bar.left(), bar.center().y() - bar.height() * BAR / 2, bar.width(), bar.height() * BAR)
                for bar in paper.bars()
            ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(self._look.quiet, self._look.note, 0.45))
        painter.drawRects([bar for bar in self._bars if bar.top() < seen.bottom()])

    def _paint_fade(self, painter: QPainter, seen: QRectF) -> None:
        gradient = QLinearGradient(0, seen.bottom() - FADE, 0, seen.bottom())
        clear = QColor(self._look.note)
        clear.setAlpha(0)
        gradient.setColorAt(0, clear)
        gradient.setColorAt(1, self._look.note)
        painter.fillRect(QRectF(0, seen.bottom() - FADE, seen.width(), FADE), gradient)

    def _paint_corner(self, painter: QPainter) -> None:
        """Two short strokes where it is pulled larger."""
        painter.setPen(QPen(self._look.wire, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        corner = self._rect.bottomRight() - QPointF(4, 4)
        for length in (4, 8):
            painter.drawLine(corner - QPointF(length, 0), corner - QPointF(0, length))
