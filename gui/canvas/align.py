"""A dragged node falls into line with the nodes it passes, so that wires can be straight, and a thin line says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.layout import Position
from core.placement import WIDTH
from gui.canvas.geometry import HEIGHT, snapped
from gui.canvas.look import Look, hairline

ATTRACTION = 6
"""How near a node must come to another's column or row."""


@dataclass(frozen=True)
class Lines:
    """The column and the row that a node fell into, with how far each reaches."""

    column: QLineF | None = None
    row: QLineF | None = None


def aligned(wanted: Position, others: Sequence[Position]) -> tuple[Position, Lines]:
    """The place for a node that is dragged to `wanted`: in line with another one, else in whole steps."""
    x = _attracted(wanted[0], (place[0] for place in others))
    y = _attracted(wanted[1], (place[1] for place in others))
    place = (snapped(wanted[0]) if x is None else x, snapped(wanted[1]) if y is None else y)
    column = row = None
    if x is not None:
        ends = [at[1] for at in others if at[0] == x] + [place[1]]
        column = QLineF(x + WIDTH / 2, min(ends), x + WIDTH / 2, max(ends) + HEIGHT)
    if y is not None:
        ends = [at[0] for at in others if at[1] == y] + [place[0]]
        row = QLineF(min(ends), y + HEIGHT / 2, max(ends) + WIDTH, y + HEIGHT / 2)
    return place, Lines(column, row)


def _attracted(value: float, others: Iterable[float]) -> float | None:
    best = min(others, key=lambda other: abs(other - value), default=None)
    return best if best is not None and abs(best - value) <= ATTRACTION else None


class Guides(QGraphicsItem):
    """Paints the lines behind the nodes."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._lines = Lines()
        self.setZValue(-1)

    def show_lines(self, lines: Lines) -> None:
        if lines != self._lines:
            self.prepareGeometryChange()
            self._lines = lines

    def boundingRect(self) -> QRectF:
        rect = QRectF()
        for line in (self._lines.column, self._lines.row):
            if line is not None:
                rect = rect.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2))
        return rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        pen = hairline(self._look.accent)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        for line in (self._lines.column, self._lines.row):
            if line is not None:
                painter.drawLine(line)
