"""How one sample is drawn in a box: a picture, a curve, a point among others, a text, or a row of bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from core.datasets.looking import Sample
from gui.panels.ticks import compact
from gui.theme import Theme

HUES = (
    "plot.train", "plot.test", "category.pooling", "category.normalization", "category.recurrent",
    "category.activation", "category.shape", "category.block", "category.regularization", "category.linear",
)  # fmt: skip
"""Of classes, in their order; then they come again. The label says which it is, too."""
SHARP = 4.0
"""Pixels of the screen for one of a picture from which its edges stay hard."""


def class_colour(index: int, theme: Theme) -> QColor:
    return theme.colour(HUES[index % len(HUES)])


def image_of(sample: Sample) -> QImage:
    """Of a picture; the image has its own copy of the bytes."""
    values = np.ascontiguousarray(sample.values)
    height, width, channels = values.shape
    form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(values.data, width, height, width * channels, form).copy()


def draw_picture(painter: QPainter, image: QImage, box: QRectF, theme: Theme) -> None:
    """As large as it fits, in the middle; what is small is drawn as the squares that it is."""
    scale = min(box.width() / image.width(), box.height() / image.height())
    scale = float(int(scale)) if scale >= 2 else scale
    width, height = image.width() * scale, image.height() * scale
    place = QRectF(round(box.center().x() - width / 2), round(box.center().y() - height / 2), width, height)
    smooth = scale < SHARP and scale != 1
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(place, image)
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))


def draw_curves(painter: QPainter, values: NDArray[np.float32], box: QRectF, theme: Theme) -> None:
    """A sequence (L,) or (L, F): one line for each feature, all of one scale."""
    rows = values.reshape(len(values), -1).astype(np.float64)
    rows = np.nan_to_num(rows)
    low, high = float(rows.min()), float(rows.max())
    span = (high - low) or 1.0
    inner = box.adjusted(2, 3, -2, -3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if low < 0 < high:
        y = inner.bottom() - (0 - low) / span * inner.height()
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(inner.left(), y), QPointF(inner.right(), y))
    step = inner.width() / max(len(rows) - 1, 1)
    for feature in range(min(rows.shape[1], len(HUES))):
        points = [
            QPointF(inner.left() + place * step, inner.bottom() - (value - low) / span * inner.height())
            for place, value in enumerate(rows[:, feature].tolist())
        ]
        painter.setPen(QPen(class_colour(feature, theme), 1.5))
        painter.drawPolyline(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_points(
    painter: QPainter, points: Sequence[tuple[float, float, QColor]], box: QRectF, theme: Theme, radius: float = 3.0
) -> None:
    """Points of the plane (or of a number and what is to be predicted of it), each in its colour, with the axes."""
    if not points:
        return
    xs, ys = [one[0] for one in points], [one[1] for one in points]
    low_x, span_x = min(xs), (max(xs) - min(xs)) or 1.0
    low_y, span_y = min(ys), (max(ys) - min(ys)) or 1.0
    painter.setPen(QPen(theme.colour("line"), 1))
    for low, span, across in ((low_x, span_x, True), (low_y, span_y, False)):
        if low < 0 < low + span:
            share = -low / span
            if across:
                x = round(box.left() + share * box.width()) + 0.5
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            else:
                y = round(box.bottom() - share * box.height()) + 0.5
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y, colour in points:
        painter.setBrush(colour)
        place = QPointF(
            box.left() + (x - low_x) / span_x * box.width(), box.bottom() - (y - low_y) / span_y * box.height()
        )
        painter.drawEllipse(place, radius, radius)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_values(painter: QPainter, values: NDArray[np.float32], box: QRectF, theme: Theme) -> None:
    """A row of numbers as bars from zero, and the first of them in digits."""
    row = np.nan_to_num(values.reshape(-1).astype(np.float64))[:64]
    text = "  ".join(compact(float(value), 2) for value in row[:6].tolist()) + ("  …" if values.size > 6 else "")
    painter.setFont(theme.font(11, mono=True))
    painter.setPen(theme.colour("text_quiet"))
    line = painter.fontMetrics().height() + 2
    words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(QRectF(box.left(), box.bottom() - line, box.width(), line), Qt.AlignmentFlag.AlignCenter, words)
    plot = box.adjusted(2, 2, -2, -line - 2)
    if plot.height() < 8 or not len(row):
        return
    reach = float(np.abs(row).max()) or 1.0
    zero = plot.center().y() if row.min() < 0 else plot.bottom()
    scale = (plot.height() / 2 if row.min() < 0 else plot.height()) / reach
    width = plot.width() / len(row)
    for place, value in enumerate(row.tolist()):
        top, height = (zero - value * scale, value * scale) if value >= 0 else (zero, -value * scale)
        bar = QRectF(plot.left() + place * width, top, max(width - 1, 1), max(height, 1))
        painter.fillRect(bar, theme.colour("histogram"))
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))


def draw_sample(painter: QPainter, sample: Sample, box: QRectF, theme: Theme) -> None:
    """Whatever it is."""
    if sample.kind == "picture":
        draw_picture(painter, image_of(sample), box, theme)
    elif sample.kind == "sequence":
        draw_curves(painter, sample.values, box, theme)
    elif sample.kind == "text":
        painter.setFont(theme.font(13))
        painter.setPen(theme.colour("text"))
        words = sample.text or " ".join(map(str, sample.values.tolist()))
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box, flags, words)
    else:
        draw_values(painter, sample.values, box, theme)
