"""The sign on a node that something is wrong: a disc for an error, a triangle for a warning, so that grey suffices."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.canvas.look import Look, thick

BADGE = 14
"""Side of a badge beside a node's third line."""


def paint_badge(painter: QPainter, severity: Literal["error", "warning"], rect: QRectF, look: Look) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    x, side = rect.center().x(), rect.width()
    if severity == "error":
        painter.setBrush(look.bad)
        painter.drawEllipse(rect)
        top, bottom, dot = (rect.top() + side * share for share in (0.24, 0.54, 0.75))
    else:
        painter.setBrush(look.warn)
        painter.setPen(thick(look.warn, side * 0.12))
        inner = rect.adjusted(side * 0.06, side * 0.08, -side * 0.06, -side * 0.08)
        painter.drawPolygon(QPolygonF([QPointF(x, inner.top()), inner.bottomRight(), inner.bottomLeft()]))
        top, bottom, dot = (rect.top() + side * share for share in (0.36, 0.6, 0.78))
    painter.setPen(thick(look.raised.color(), side * 0.12))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.drawPoint(QPointF(x, dot))
