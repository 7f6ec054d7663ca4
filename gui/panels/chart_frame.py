"""What stands behind a chart's curves: a few grid lines, the words of both axes and the ring of the keyboard focus.

Drawn by hand in the pixels of the view: the ends of an axis keep their words, and nothing is boxed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.theme import Theme

Tick = tuple[float, str]
"""A place in pixels and its words."""

LINE = 16
"""Height of a line of the axes' words at 100 %."""


@dataclass
class Axes:
    """What the frame shows now, in pixels of the view."""

    plot: QRectF = field(default_factory=QRectF)
    """Where the curves are."""
    horizontal: Sequence[Tick] = ()
    """x and words."""
    vertical: Sequence[Tick] = ()
    """y and words."""
    unit: str = ""
    """What x counts, written at the right end of the axis."""


class Frame(QGraphicsItem):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bounds = QRectF()
        self.axes = Axes()
        self.focused = False
        self.setZValue(-1000)

    def show_axes(self, axes: Axes, bounds: QRectF) -> None:
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.axes = axes
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        plot, theme = self.axes.plot, self._theme
        painter.setFont(theme.font(11, mono=True))
        metrics = QFontMetricsF(painter.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(theme.colour("grid"), 1))
        for y, _ in self.axes.vertical:
            painter.drawLine(QLineF(plot.left(), round(y), plot.right(), round(y)))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QLineF(plot.left(), plot.bottom(), plot.right(), plot.bottom()))
        for x, _ in self.axes.horizontal:
            painter.drawLine(QLineF(round(x), plot.bottom(), round(x), plot.bottom() + 4))
        painter.setPen(theme.colour("text_quiet"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        line = theme.scaled(LINE)
        for y, words in self.axes.vertical:
            painter.drawText(QRectF(0, y - line / 2, plot.left() - 8, line), right, words)
        self._paint_horizontal(painter, metrics)
        self._paint_focus(painter)

    def _paint_horizontal(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        plot = self.axes.plot
        top = plot.bottom() + 6
        # The unit stands behind the axis, where no number is.
        line = self._theme.scaled(LINE)
        unit = QRectF(plot.right() + 8, top, self._bounds.right() - plot.right() - 8, line)
        end = -1e9
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for x, words in self.axes.horizontal:
            width = metrics.horizontalAdvance(words)
            if x - width / 2 < end + 8:
                continue
            painter.drawText(QRectF(x - width / 2 - 1, top, width + 2, line), centre, words)
            end = x + width / 2
        painter.setFont(self._theme.font(11))
        unit.setLeft(max(unit.left(), end + 8))
        painter.drawText(unit, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.axes.unit)

    def _paint_focus(self, painter: QPainter) -> None:
        if self.focused:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.colour("focus"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._bounds.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
