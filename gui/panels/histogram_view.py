"""How the values of a tensor are spread: bars over their range. The pointer or the arrow keys read a bar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.inspection.snapshot import TensorView
from gui.panels.ticks import short, ticks
from gui.theme import Theme
from gui.words import Words

LEFT, RIGHT, TOP, BOTTOM = 12, 12, 22, 22
INSET = 4
"""Pixels that a number below keeps from the panel's edges."""


class HistogramView(QWidget):
    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._tensor: TensorView | None = None
        self._bin: int | None = None
        self._by_keys = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)
        words.changed.connect(self._describe)
        self._describe()

    @property
    def reading(self) -> str:
        """The sentence about the bar that is read, or empty."""
        if self._tensor is None or self._bin is None:
            return ""
        histogram = self._tensor.histogram
        low, high = histogram.edges[self._bin], histogram.edges[self._bin + 1]
        return self._words.say(
            "parameters.histogram_at", low=short(float(low)), high=short(float(high)),
            count=int(histogram.counts[self._bin]),
        )  # fmt: skip

    def show_tensor(self, tensor: TensorView) -> None:
        self._tensor = tensor
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 96)

    def _describe(self) -> None:
        if self._tensor is None:
            self.setAccessibleName(self._words.say("parameters.histogram"))
        else:
            statistics = self._tensor.statistics
            numbers = {"low": statistics.minimum, "high": statistics.maximum, "mean": statistics.mean}
            shown = {name: short(float(value)) for name, value in numbers.items()}
            self.setAccessibleName(self._words.say("parameters.histogram_name", tensor=self._tensor.name, **shown))
        self.update()

    def _plot(self) -> QRectF:
        above, below = self._theme.scaled(TOP), self._theme.scaled(BOTTOM)
        return QRectF(self.rect()).adjusted(LEFT, above, -RIGHT, -below)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, plot = self._theme, self._plot()
        painter.setFont(theme.font(11))
        tensor = self._tensor
        if tensor is None or not tensor.histogram.counts.any():
            painter.setPen(theme.colour("text_quiet"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words.say("parameters.histogram_empty"))
            return
        counts, edges = tensor.histogram.counts, tensor.histogram.edges
        low, high = float(edges[0]), float(edges[-1])
        width, tallest = plot.width() / len(counts), float(counts.max())
        colour = theme.colour("histogram")
        for index, count in enumerate(counts.tolist()):
            if not count:
                continue
            # A single value must be seen beside ten thousand.
            height = max(plot.height() * count / tallest, 1.5)
            painter.setOpacity(1.0 if self._bin in (None, index) else 0.55)
            bar = QRectF(plot.left() + index * width, plot.bottom() - height, max(width - 1, 1), height)
            painter.fillRect(bar, colour)
        painter.setOpacity(1.0)

        def across(value: float) -> float:
            return plot.left() + (value - low) / (high - low) * plot.width()

        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        if low < 0 < high:
            painter.setPen(QPen(theme.colour("text_quiet"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(
                QPointF(round(across(0)) + 0.5, plot.top()), QPointF(round(across(0)) + 0.5, plot.bottom())
            )
        self._paint_words(painter, plot, across, low, high)

    def _paint_words(self, painter: QPainter, plot: QRectF, across: object, low: float, high: float) -> None:
        theme = self._theme
        painter.setFont(theme.font(11, mono=True))
        painter.setPen(theme.colour("text_quiet"))
        metrics = QFontMetricsF(painter.font())
        for value, words in ticks(low, high, max(int(plot.width() / 64), 2)):
            wide = metrics.horizontalAdvance(words)
            x = min(max(across(value) - wide / 2, INSET), self.width() - INSET - wide)  # type: ignore[operator]
            painter.drawText(QPointF(x, plot.bottom() + 6 + metrics.ascent()), words)
        painter.setFont(theme.font(11))
        tensor = self._tensor
        assert tensor is not None
        mean, std = short(_rounded(tensor.statistics.mean)), short(_rounded(tensor.statistics.std))
        say = self._words.say
        top = self.reading or f"{say('parameters.mean')} {mean}   {say('parameters.std')} {std}"
        painter.setPen(theme.colour("text" if self.reading else "text_quiet"))
        painter.drawText(QRectF(LEFT, 0, plot.width(), plot.top() - 4), Qt.AlignmentFlag.AlignVCenter, top)
        if self.hasFocus() and self._by_keys:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("focus"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _read(self, index: int | None) -> None:
        if index != self._bin:
            self._bin = index
            self.setAccessibleDescription(self.reading)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plot = self._plot()
        x = event.position().x()
        if self._tensor is None or not plot.left() <= x < plot.right():
            self._read(None)
        else:
            bins = len(self._tensor.histogram.counts)
            self._read(min(int((x - plot.left()) / plot.width() * bins), bins - 1))

    def leaveEvent(self, event: QEvent) -> None:
        self._read(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in keys and self._tensor is not None:
            bins = len(self._tensor.histogram.counts)
            start = self._bin if self._bin is not None else bins // 2
            self._read(min(max(start + keys[Qt.Key(event.key())], 0), bins - 1))
        elif event.key() == Qt.Key.Key_Escape and self._bin is not None:
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


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
