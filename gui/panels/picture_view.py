"""A tensor as a picture: one patch a value, blue below zero, orange above. A convolution shows each of its filters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.inspection.snapshot import TensorView
from gui.panels import heat
from gui.panels.ticks import short
from gui.panels.tiles import Tiles, tiled
from gui.theme import Theme
from gui.words import Words

TOP, BOTTOM, SIDE = 22, 22, 8
SCALE_WIDTH = 96

Place = tuple[int, int, int]
"""Tile, row and column."""


class PictureView(QWidget):
    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._tensor: TensorView | None = None
        self._values: NDArray[np.float32] = np.zeros((1, 1, 1), np.float32)
        """(tiles, rows, columns)"""
        self._limit = 1.0
        self._image = QImage()
        self._place: Place | None = None
        self._by_keys = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._recolour)
        words.changed.connect(self._describe)
        self._describe()

    def show_tensor(self, tensor: TensorView) -> None:
        self._tensor = tensor
        values = tensor.filters if tensor.filters is not None else tensor.picture[None]
        if values.shape != self._values.shape:
            self._place = None
        self._values, self._limit = values, heat.reach(values)
        self._recolour()
        self._describe()

    @property
    def reading(self) -> str:
        """The sentence about the value that is read, or empty."""
        if self._place is None or self._tensor is None:
            return ""
        tile, row, column = self._place
        value = short(float(f"{float(self._values[tile, row, column]):.4g}"))
        say, tensor = self._words.say, self._tensor
        if tensor.filters is not None:
            return say("parameters.picture_filter_at", filter=tile, row=row, column=column, value=value)
        rows, columns = _matrix(tensor)
        shown_rows, shown_columns = tensor.picture.shape
        if (rows, columns) == (shown_rows, shown_columns):
            return say("parameters.picture_at", row=row, column=column, value=value)
        about = (row * rows // shown_rows, column * columns // shown_columns)
        return say("parameters.picture_at_about", row=about[0], column=about[1], value=value)

    @property
    def note(self) -> str:
        """What one patch of the picture is, where that is not plainly one value."""
        tensor, say = self._tensor, self._words.say
        if tensor is None:
            return ""
        if tensor.filters is not None:
            shown, size = len(tensor.filters), tensor.shape[0]
            return say(
                "parameters.picture_filters" if shown == size else "parameters.picture_filters_cut",
                shown=shown,
                size=size,
            )
        return say("parameters.picture_reduced") if _matrix(tensor) != tensor.picture.shape else ""

    def sizeHint(self) -> QSize:
        return QSize(240, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 96)

    def tiles(self) -> Tiles:
        """Where the patches are now."""
        space = self.rect().adjusted(SIDE, self._theme.scaled(TOP), -SIDE, -self._theme.scaled(BOTTOM))
        return tiled(self._values.shape, space.left(), space.top(), space.width(), space.height())

    def _recolour(self) -> None:
        rows = self._values.reshape(-1, self._values.shape[2])
        self._image = heat.image(rows, self._limit, self._theme)
        self.update()

    def _describe(self) -> None:
        if self._tensor is None:
            self.setAccessibleName(self._words.say("parameters.picture"))
        else:
            name, shape = self._tensor.name, self._tensor.shape
            low, high = short(float(self._values.min())), short(float(self._values.max()))
            said = self._words.say("parameters.picture_name", tensor=name, shape=shape, low=low, high=high)
            self.setAccessibleName(said)
        self.update()

    # Drawing.

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tensor is None:
            return
        painter = QPainter(self)
        tiles = self.tiles()
        rows, columns = self._values.shape[1:]
        for tile in range(self._values.shape[0]):
            source = QRect(0, tile * rows, columns, rows)
            painter.drawImage(tiles.rect(tile), self._image, QRectF(source))
        self._paint_frame(painter, tiles)
        self._paint_words(painter)
        self._paint_scale(painter)

    def _paint_frame(self, painter: QPainter, tiles: Tiles) -> None:
        """A hairline where the picture ends, because zero looks like the ground; and what is read."""
        painter.setPen(QPen(self._theme.colour("line"), 1))
        for tile in range(self._values.shape[0]):
            painter.drawRect(tiles.rect(tile).adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._place is not None:
            painter.setPen(QPen(self._theme.colour("text"), 1))
            painter.drawRect(tiles.cell(*self._place).adjusted(-0.5, -0.5, 0.5, 0.5))
        if self.hasFocus() and self._by_keys:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.colour("focus"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setFont(self._theme.font(11))
        painter.setPen(self._theme.colour("text" if self.reading else "text_quiet"))
        line = QRectF(SIDE, 0, self.width() - 2 * SIDE, self._theme.scaled(TOP) - 4)
        text = painter.fontMetrics().elidedText(
            self.reading or self.note, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_scale(self, painter: QPainter) -> None:
        """Which colour means how much: the same distance on both sides of zero."""
        painter.setFont(self._theme.font(11, mono=True))
        painter.setPen(self._theme.colour("text_quiet"))
        metrics = QFontMetricsF(painter.font())
        low, high = short(-float(f"{self._limit:.3g}")), short(float(f"{self._limit:.3g}"))
        top, line = self.height() - self._theme.scaled(BOTTOM) + 6, self._theme.scaled(14)
        x = float(SIDE)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(x, top, metrics.horizontalAdvance(low) + 1, line), middle, low)
        x += metrics.horizontalAdvance(low) + 8
        ramp = heat.of_pixels(self._theme.colormap("diverging")[None])
        painter.drawImage(QRectF(x, top + line / 2 - 3, SCALE_WIDTH, 6), ramp)
        x += SCALE_WIDTH + 8
        painter.drawText(QRectF(x, top, metrics.horizontalAdvance(high) + 1, line), middle, high)

    # Reading.

    def _read(self, place: Place | None) -> None:
        if place != self._place:
            self._place = place
            self.setAccessibleDescription(self.reading)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point: QPoint = event.position().toPoint()
        self._read(self.tiles().at(point.x(), point.y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._read(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in moves:
            down, right = moves[key]
            self._read(self.tiles().moved(self._place, down, right))
        elif key == Qt.Key.Key_Escape and self._place is not None:
            self._read(None)
        else:
            event.ignore()

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self._by_keys = event.reason() != Qt.FocusReason.MouseFocusReason  # type: ignore[attr-defined]
        self.update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self._read(None)
        self.update()


def _matrix(tensor: TensorView) -> tuple[int, int]:
    """Rows and columns of the whole tensor as its picture shows it."""
    shape = tensor.shape
    if len(shape) < 2:
        return 1, max(tensor.size, 1)
    return shape[0], tensor.size // max(shape[0], 1)
