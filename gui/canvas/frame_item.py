"""A frame behind nodes: a tinted ground with a title, which can be read from far away too."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.layout import Frame
from gui.canvas.framing import TITLE
from gui.canvas.look import Look, hairline

RADIUS = 12
TEXT_LEFT = 12
SMALLEST_TEXT = 11
"""Pixels: from further away the title grows upward out of its bar, as far as `ABOVE` allows."""
TEXT = 13
ABOVE = 100
EDGE = 4
"""What the border of a chosen frame takes around the rectangle."""


class FrameItem(QGraphicsItem):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._frame = Frame("", ())
        self._rect = QRectF()
        self._selected = self._hovered = self._aimed = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def rect(self) -> QRectF:
        return QRectF(self._rect)

    @property
    def title(self) -> str:
        return self._frame.title

    def show_frame(self, frame: Frame, rect: QRectF) -> None:
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = QRectF(rect)
        if frame != self._frame:
            self._frame = frame
            self.update()

    def mark(self, selected: bool, hovered: bool, aimed: bool) -> None:
        """Show whether it is chosen, under the pointer, or would take what is dragged."""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update(self._bar)
        if (selected, aimed) != (self._selected, self._aimed):
            self._selected, self._aimed = selected, aimed
            # All that is inside stays as it is painted.
            for strip in self._strips():
                self.update(strip)

    def handle(self, scale: float = 1.0) -> QRectF:
        """The bar by which it is taken, on the canvas: never too low to be hit at this scale."""
        height = max(TITLE, 24 / scale)
        return QRectF(self._rect.left(), self._rect.top() + TITLE - height, self._rect.width(), height)

    @property
    def _bar(self) -> QRectF:
        return QRectF(self._rect.left(), self._rect.top(), self._rect.width(), TITLE)

    def _strips(self) -> tuple[QRectF, ...]:
        """Where the border is painted."""
        rect, wide = self._rect.adjusted(-EDGE, -EDGE, EDGE, EDGE), EDGE + RADIUS
        return (
            QRectF(rect.left(), rect.top(), rect.width(), wide),
            QRectF(rect.left(), rect.bottom() - wide, rect.width(), wide),
            QRectF(rect.left(), rect.top(), wide, rect.height()),
            QRectF(rect.right() - wide, rect.top(), wide, rect.height()),
        )

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-EDGE, -ABOVE, EDGE, EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        colour = self._look.frames[self._frame.colour]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(_faded(colour, 0.10))
        painter.setPen(self._border(colour))
        painter.drawRoundedRect(self._rect, RADIUS, RADIUS)
        if self._hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_faded(colour, 0.16))
            painter.drawRoundedRect(self._bar.adjusted(4, 4, -4, 0), RADIUS - 4, RADIUS - 4)
        self._paint_title(painter)

    def _border(self, colour: QColor) -> QPen:
        if self._selected or self._aimed:
            pen = QPen(self._look.accent if self._selected else colour, 2)
            pen.setCosmetic(True)
            return pen
        return hairline(_faded(colour, 0.55))

    def _paint_title(self, painter: QPainter) -> None:
        if not self._frame.title:
            return
        scale = painter.worldTransform().m11()
        wanted = max(TEXT, SMALLEST_TEXT / max(scale, 0.01))
        height = min(wanted * 1.5, ABOVE)
        font = QFont(self._look.name_font)
        font.setWeight(QFont.Weight.DemiBold)
        # A font of many pixels is slow to make: the painter enlarges the usual one.
        enlarged = height / 1.5 / TEXT
        room = (self._rect.width() - 2 * TEXT_LEFT) / enlarged
        text = QFontMetricsF(font).elidedText(self._frame.title, Qt.TextElideMode.ElideRight, room)
        painter.save()
        painter.translate(QPointF(self._rect.left() + TEXT_LEFT, self._rect.top() + TITLE))
        painter.scale(enlarged, enlarged)
        painter.setFont(font)
        painter.setPen(self._look.text)
        bar = TITLE if enlarged <= 1 else TEXT * 1.5
        painter.drawText(
            QRectF(0, -bar, room + 1, bar), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
        )
        painter.restore()


def _faded(colour: QColor, alpha: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(alpha)
    return faded
