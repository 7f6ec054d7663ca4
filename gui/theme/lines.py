"""A line of text in a row that may be too narrow for it. Every list that paints its own rows asks here."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def draw_line(painter: QPainter, room: QRect, text: str) -> int:
    """Write as much as fits, in the painter's font and colour. How many pixels wide that is."""
    metrics = QFontMetrics(painter.font())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room.width()))
    painter.drawText(room, LEFT, shown)
    return metrics.horizontalAdvance(shown)
