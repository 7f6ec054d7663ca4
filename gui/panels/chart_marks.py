"""What stands before a chart's curves: their names at their ends, dots where points are few, the reading of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.theme import Theme

LABEL_HEIGHT = 15.0
DOT = 2.5
"""Radius."""


@dataclass(frozen=True)
class EndLabel:
    """The name of a curve, where it ends."""

    place: QPointF
    words: str
    token: str


@dataclass(frozen=True)
class Reading:
    """What the curves say at one place: a heading, and a row (colour token, style, name, number) for each."""

    x: float
    """In pixels."""
    heading: str
    rows: Sequence[tuple[str, str, str, str]]
    points: Sequence[tuple[QPointF, str]]
    """Where the numbers are read, with colour tokens."""


class Marks(QGraphicsItem):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bounds = QRectF()
        self.plot = QRectF()
        self.labels: Sequence[EndLabel] = ()
        self.dots: Sequence[tuple[QPointF, str]] = ()
        self.reading: Reading | None = None
        self.setZValue(1000)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_marks(
        self, plot: QRectF, bounds: QRectF, labels: Sequence[EndLabel], dots: Sequence[tuple[QPointF, str]]
    ) -> None:
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.plot = plot
        line = self._label_height()
        self.labels = spread(labels, plot.top(), plot.bottom() - line / 2, line)
        self.dots = dots
        self.update()

    def _label_height(self) -> float:
        return LABEL_HEIGHT * self._theme.scale

    def show_reading(self, reading: Reading | None) -> None:
        self.reading = reading
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(11, weight=500))
        painter.setPen(Qt.PenStyle.NoPen)
        for place, token in self.dots:
            self._dot(painter, place, token, DOT)
        ground = self._theme.colour("panel")
        ground.setAlphaF(0.8)
        line = self._label_height()
        for label in self.labels:
            width = painter.fontMetrics().horizontalAdvance(label.words)
            where = QRectF(label.place.x() + 8, label.place.y() - line / 2, width + 2, line)
            # While a run goes on its curves may lie where a name stands.
            painter.fillRect(where.adjusted(-2, 0, 2, 0), ground)
            painter.setPen(self._theme.colour(label.token))
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label.words)
        if self.reading is not None:
            self._paint_reading(painter, self.reading)

    def _dot(self, painter: QPainter, place: QPointF, token: str, radius: float) -> None:
        painter.setBrush(self._theme.colour(token))
        painter.drawEllipse(place, radius, radius)

    def _paint_reading(self, painter: QPainter, reading: Reading) -> None:
        painter.setPen(QPen(self._theme.colour("text_quiet"), 1, Qt.PenStyle.DotLine))
        x = round(reading.x) + 0.5
        painter.drawLine(QPointF(x, self.plot.top()), QPointF(x, self.plot.bottom()))
        painter.setPen(QPen(self._theme.colour("panel"), 1.5))
        for place, token in reading.points:
            self._dot(painter, place, token, DOT + 2)
        self._paint_box(painter, reading)

    def _paint_box(self, painter: QPainter, reading: Reading) -> None:
        theme = self._theme
        plain, numbers = theme.font(11), theme.font(11, mono=True)
        words_wide, numbers_wide = QFontMetricsF(plain), QFontMetricsF(numbers)
        names = max((words_wide.horizontalAdvance(row[2]) for row in reading.rows), default=0)
        values = max((numbers_wide.horizontalAdvance(row[3]) for row in reading.rows), default=0)
        width = 16 + max(words_wide.horizontalAdvance(reading.heading), 20 + names + 16 + values)
        line = max(words_wide.height(), numbers_wide.height()) + 2
        height = 12 + line * (1 + len(reading.rows))
        # Beside the line, on the side where there is room.
        left = reading.x + 12
        if left + width > self._bounds.right() - 4:
            left = max(reading.x - 12 - width, 4)
        # Above or below, whichever is farther from what is read.
        heights = [place.y() for place, _ in reading.points]
        low = bool(heights) and sum(heights) / len(heights) < self.plot.center().y()
        top = self.plot.bottom() - height - 4 if low else self.plot.top() + 4
        top = min(max(top, 2), max(self._bounds.bottom() - height - 2, 2))
        box = QRectF(left, top, width, height)
        ground = QColor(theme.colour("raised"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 6, 6)
        painter.setFont(plain)
        painter.setPen(theme.colour("text_quiet"))
        row_box = QRectF(left + 8, top + 6, width - 16, line)
        painter.drawText(row_box, Qt.AlignmentFlag.AlignVCenter, reading.heading)
        for token, style, name, number in reading.rows:
            row_box.translate(0, line)
            self._swatch(painter, row_box.left(), row_box.center().y(), token, style)
            painter.setFont(plain)
            painter.setPen(theme.colour("text"))
            painter.drawText(row_box.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(numbers)
            painter.drawText(row_box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number)

    def _swatch(self, painter: QPainter, x: float, y: float, token: str, style: str) -> None:
        painter.setPen(line_pen(self._theme, token, style))
        painter.drawLine(QPointF(x + 1, y), QPointF(x + 14, y))


def line_pen(theme: Theme, token: str, style: str) -> QPen:
    """How a curve is drawn: `solid`, `dashed` (the test set), `faint` or `thin` (every step), `mean` (of the steps)."""
    colour = theme.colour(token)
    if style in ("faint", "thin", "mean"):
        colour.setAlphaF({"faint": 0.45, "thin": 0.9, "mean": 0.8}[style])
        pen = QPen(colour, 1.5 if style == "mean" else 1)
    else:
        pen = QPen(colour, 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if style == "dashed":
            pen.setDashPattern([3.0, 2.0])
    pen.setCosmetic(True)
    return pen


def spread(labels: Sequence[EndLabel], top: float, bottom: float, line: float = LABEL_HEIGHT) -> list[EndLabel]:
    """The labels moved apart as little as it takes for all to be read, from `top` to `bottom` if they fit."""
    ordered = sorted(labels, key=lambda one: one.place.y())
    heights = [label.place.y() for label in ordered]
    pairs = range(1, len(heights))
    for _ in pairs:
        for index in pairs:
            overlap = line - (heights[index] - heights[index - 1])
            if overlap > 0:
                heights[index - 1] -= overlap / 2
                heights[index] += overlap / 2
    # Then as a whole back inside, from below and from above.
    for index in reversed(range(len(heights))):
        limit = bottom if index == len(heights) - 1 else heights[index + 1] - line
        heights[index] = min(heights[index], limit)
    for index in range(len(heights)):
        limit = top if index == 0 else heights[index - 1] + line
        heights[index] = max(heights[index], limit)
    return [
        EndLabel(QPointF(label.place.x(), y), label.words, label.token)
        for label, y in zip(ordered, heights, strict=True)
    ]
