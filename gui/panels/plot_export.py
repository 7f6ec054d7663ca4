"""A plot as a picture: what the screen shows, twice as sharp, with the titles above. Without the pointer's reading."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from core.storage import write_whole
from gui.panels.chart import Chart
from gui.panels.chart_confusion import ConfusionView
from gui.theme import Theme

SHARPNESS = 2
"""Pixels of the picture for each of the screen's at 100 %."""
MARGIN, TITLE = 16, 24


def picture(title: str, charts: Sequence[tuple[str, Chart | ConfusionView]], theme: Theme) -> QImage:
    """The charts side by side, each with its title, below the title of the whole."""
    head = TITLE if title else 0
    width = MARGIN + sum(chart.width() + MARGIN for _, chart in charts)
    height = max(chart.height() for _, chart in charts) + head + TITLE + 2 * MARGIN
    image = QImage(ceil(width * SHARPNESS), ceil(height * SHARPNESS), QImage.Format.Format_ARGB32_Premultiplied)
    # The ratio, not a scaled painter: then lines of a fixed width are as thick as on the screen.
    image.setDevicePixelRatio(SHARPNESS)
    image.fill(theme.colour("panel"))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.setPen(theme.colour("text"))
    painter.setFont(theme.font(15, weight=600))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(MARGIN, MARGIN - 4, width - 2 * MARGIN, TITLE), middle, title)
    left = MARGIN
    for name, chart in charts:
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font(13, weight=600))
        painter.drawText(QRectF(left, MARGIN + head - 4, chart.width(), TITLE), middle, name)
        chart.point_at(None)
        target = QRectF(left, MARGIN + head + TITLE, chart.width(), chart.height())
        if isinstance(chart, Chart):
            chart.render(painter, target, chart.rect())
        else:
            chart.render(painter, target.topLeft().toPoint())
        left += chart.width() + MARGIN
    painter.end()
    return image


def save_picture(image: QImage, path: Path) -> None:
    """Write a PNG, whole or not at all. OSError if it cannot be written."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    write_whole(path, bytes(buffer.data().data()))
