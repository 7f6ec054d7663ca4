"""Where the shape beside a wire stands: near its middle, next to the line, and on no node and no other shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath

from gui.canvas.routes import samples

DISTANCE = 8
"""Between the line and the text."""
FRACTIONS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
"""Of the way along the wire, tried in this order."""


def label_place(path: QPainterPath, size: QSizeF, taken: Callable[[QRectF], Iterable[QRectF]]) -> QRectF | None:
    """The first free rectangle of that size beside the line; None if there is no room anywhere."""
    points = samples(path, 24)
    for fraction in FRACTIONS:
        middle = path.pointAtPercent(fraction)
        for side in (1, -1):
            rect = _beside(points, middle, size, side)
            if abs(rect.center().x() - middle.x()) <= size.width() + 24 and not any(taken(rect)):
                return rect
    return None


def _beside(points: list[QPointF], middle: QPointF, size: QSizeF, side: int) -> QRectF:
    """The rectangle to the right (1) or left (-1) of all of the line that passes at its height."""
    top = middle.y() - size.height() / 2
    passing = [point.x() for point in points if top <= point.y() <= top + size.height()] + [middle.x()]
    left = max(passing) + DISTANCE if side > 0 else min(passing) - DISTANCE - size.width()
    return QRectF(QPointF(left, top), size)
