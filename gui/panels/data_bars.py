"""How many samples each class has, as bars: solid those that train, below them thinner those that test."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme
from gui.words import Words

ROW = 20
NAME_SHARE = 0.4
"""Of the width, the most that names take."""
UNEVEN = 3
"""How many times as many samples the largest class has as the smallest before it is worth a sentence."""


class ClassBars(QWidget):
    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self.counts: tuple[tuple[str, int, int], ...] = ()
        """Name, samples that train, samples that test."""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._resize)
        words.changed.connect(self._describe)

    def show_counts(self, names: tuple[str, ...], train: list[int], test: list[int]) -> None:
        self.counts = tuple(zip(names, train, test, strict=True))
        self._resize()
        self._describe()

    @property
    def warning(self) -> str:
        """A sentence if the classes are far from even, else empty."""
        if len(self.counts) < 2:
            return ""
        train = [(count, name) for name, count, _ in self.counts]
        (least, rare), (most, frequent) = min(train), max(train)
        if least == 0:
            return self._words.say("look.class_empty", name=rare)
        if most < UNEVEN * least:
            return ""
        return self._words.say("look.classes_uneven", most=frequent, least=rare, times=f"{most / least:.0f}")

    def sizeHint(self) -> QSize:
        return QSize(200, self._theme.scaled(ROW) * len(self.counts))

    def _resize(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def _describe(self) -> None:
        said = [self._words.say("look.class_count", name=n, train=a, test=b) for n, a, b in self.counts[:50]]
        self.setAccessibleName("; ".join(said))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.counts:
            return
        painter, theme = QPainter(self), self._theme
        row = theme.scaled(ROW)
        plain, mono = theme.font(11), theme.font(11, mono=True)
        metrics, digits = QFontMetricsF(plain), QFontMetricsF(mono)
        widest = max(metrics.horizontalAdvance(name) for name, _, _ in self.counts[:200])
        name_width = min(widest, NAME_SHARE * self.width())
        most = max(max(train, test) for _, train, test in self.counts) or 1
        count_width = digits.horizontalAdvance(f"{most:,}")
        left, room = name_width + 8, max(self.width() - name_width - count_width - 16, 8.0)
        first, last = event.rect().top() // row, event.rect().bottom() // row
        for place in range(max(first, 0), min(last + 1, len(self.counts))):
            name, train, test = self.counts[place]
            top = place * row
            painter.setFont(plain)
            painter.setPen(theme.colour("text"))
            line = QRectF(0, top, name_width, row)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, name_width + 1)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            painter.fillRect(QRectF(left, top + row / 2 - 5, _length(train, most, room), 6), theme.colour("plot.train"))
            painter.fillRect(QRectF(left, top + row / 2 + 2, _length(test, most, room), 3), theme.colour("plot.test"))
            painter.setFont(mono)
            painter.setPen(theme.colour("text_quiet"))
            painter.drawText(
                QRectF(self.width() - count_width, top, count_width, row),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{train:,}",
            )


def _length(count: int, most: int, room: float) -> float:
    """One sample is seen beside ten thousand."""
    return max(room * count / most, 1.0) if count else 0.0
