"""Which class is taken for which: a quiet table of shades, a row for each true class, a column for each answer.

The pointer or the arrow keys read a cell: how many samples, and which share of their class.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.panels import heat
from gui.theme import Theme
from gui.words import Words

FOOT, TOP, GAP = 20, 4, 6
"""Room for the sentence below, above, and between names and cells."""
LARGEST_CELL = 44.0
LONGEST_NAME = 96
STRENGTH = 0.75
"""Of the map's darkest shade, which a number must be read on."""
Cell = tuple[int, int]


class ConfusionView(QWidget):
    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._counts: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._names: tuple[str, ...] = ()
        self._widest = 0.0
        """Pixels of the longest name: each cell asks for it."""
        self._cell: Cell | None = None
        self._picture = heat.of_pixels(np.zeros((1, 1, 4), np.uint8))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        words.changed.connect(self._retell)
        theme.changed.connect(self._prepare)
        self._retell()

    @property
    def reading(self) -> str:
        """The sentence below: of the cell that is read, else of the whole."""
        return self._sentence()

    @property
    def counts(self) -> NDArray[np.int64]:
        return self._counts

    def show_counts(self, counts: NDArray[np.int64], names: Sequence[str]) -> None:
        """(C, C): a row for each true class, a column for each answer; their names, or none."""
        size = len(counts)
        called = tuple(names) if len(names) == size else tuple(map(str, range(size)))
        if counts is self._counts and called == self._names:
            return
        self._counts, self._names = counts, called
        if self._cell is not None and max(self._cell) >= size:
            self._cell = None
        self._prepare()

    def point_at(self, cell: Cell | None) -> None:
        """Read a cell: its row and its column; None ends it."""
        if cell != self._cell:
            self._cell = cell
            self._tell()

    def cell_rect(self, cell: Cell) -> QRectF:
        """Where a cell is, in pixels."""
        place = self._place()
        side = place.width() / max(len(self._counts), 1)
        height = place.height() / max(len(self._counts), 1)
        return QRectF(place.left() + cell[1] * side, place.top() + cell[0] * height, side, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 96)

    # What is drawn.

    def _shares(self) -> NDArray[np.float64]:
        """(C, C): of each true class, which share got which answer."""
        found: NDArray[np.float64] = self._counts / np.maximum(self._counts.sum(1, keepdims=True), 1)
        return found

    def _prepare(self) -> None:
        """What every painting needs: the shades, and how long the names are."""
        table = self._theme.colormap("sequential")
        # Evenly for the eye: a few wrong answers shall be seen beside many right ones.
        places = np.round(255 * STRENGTH * np.sqrt(self._shares())).astype(np.uint8)
        self._picture = heat.of_pixels(table[places]) if places.size else self._picture
        metrics = QFontMetricsF(self._theme.font(11))
        self._widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        self._tell()

    def _place(self) -> QRectF:
        """Where the cells are."""
        theme, size = self._theme, max(len(self._counts), 1)
        metrics = QFontMetricsF(theme.font(11))
        left = min(self._widest, theme.scaled(LONGEST_NAME)) + 2 * GAP
        below = theme.scaled(FOOT) + metrics.height() + GAP
        width, height = self.width() - left - GAP, self.height() - TOP - below
        side = theme.scale * LARGEST_CELL * size
        return QRectF(left, TOP, max(min(width, 2 * side), 8.0), max(min(height, side), 8.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, place = self._theme, self._place()
        if self._counts.size:
            painter.drawImage(place, self._picture)
            self._paint_names(painter, place)
            self._paint_numbers(painter)
            if self._cell is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.colour("text"), 1.5))
                painter.drawRect(self.cell_rect(self._cell).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(theme.font(11))
        painter.setPen(theme.colour("text_quiet" if self._cell is None else "text"))
        foot = QRectF(0, self.height() - theme.scaled(FOOT), self.width() - GAP, theme.scaled(FOOT))
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(self._sentence(), Qt.TextElideMode.ElideRight, foot.width())
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if self.hasFocus() and self._cell is None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("focus"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_names(self, painter: QPainter, place: QRectF) -> None:
        painter.setFont(self._theme.font(11))
        painter.setPen(self._theme.colour("text_quiet"))
        metrics = QFontMetricsF(painter.font())
        first = self.cell_rect((0, 0))
        # As many names as have room.
        down = max(1, int(np.ceil(metrics.height() / first.height())))
        across = max(1, int(np.ceil((min(self._widest, 2 * first.width()) + 4) / first.width())))
        middle = Qt.AlignmentFlag.AlignVCenter
        for index in range(0, len(self._names), down):
            cell = self.cell_rect((index, 0))
            room = QRectF(0, cell.center().y() - metrics.height() / 2, place.left() - GAP, metrics.height())
            text = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, text)
        for index in range(0, len(self._names), across):
            cell = self.cell_rect((0, index))
            wide = across * cell.width() - 2
            room = QRectF(cell.center().x() - wide / 2, place.bottom() + 2, wide, metrics.height())
            text = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideRight, wide)
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | middle, text)

    def _paint_numbers(self, painter: QPainter) -> None:
        """How many, where there is room for it."""
        painter.setFont(self._theme.font(11, mono=True))
        metrics = QFontMetricsF(painter.font())
        cell = self.cell_rect((0, 0))
        widest = metrics.horizontalAdvance(str(int(self._counts.max())))
        if cell.height() < metrics.height() or cell.width() < widest + 4:
            return
        dark, light = QColor(self._theme.colour("text")), QColor(self._theme.colour("panel"))
        for row, column in zip(*np.nonzero(self._counts), strict=True):
            ground = self._picture.pixelColor(int(column), int(row))
            painter.setPen(dark if _apart(ground, dark) >= _apart(ground, light) else light)
            where = self.cell_rect((int(row), int(column)))
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, str(int(self._counts[row, column])))

    # What is read.

    def _sentence(self) -> str:
        counts, say = self._counts, self._words.say
        if not counts.size:
            return ""
        if self._cell is None:
            right = int(counts.trace())
            return say("plots.confusion_whole", right=right, samples=int(counts.sum()))
        row, column = self._cell
        of = int(counts[row].sum())
        share = 100 * int(counts[row, column]) / max(of, 1)
        values = {"true": self._names[row], "answer": self._names[column], "count": int(counts[row, column])}
        return say("plots.confusion_cell", **values, samples=of, share=f"{share:.1f}")

    def _tell(self) -> None:
        self.setAccessibleDescription(self._sentence())
        self.update()

    def _retell(self) -> None:
        self.setAccessibleName(self._words.say("plots.confusion_name"))
        self._tell()

    def _at(self, place: QPointF) -> Cell | None:
        cells = self._place()
        if not self._counts.size or not cells.contains(place):
            return None
        size = len(self._counts)
        row = int((place.y() - cells.top()) / cells.height() * size)
        column = int((place.x() - cells.left()) / cells.width() * size)
        return min(row, size - 1), min(column, size - 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
        }  # fmt: skip
        move = moves.get(Qt.Key(event.key()))
        if move is not None and self._counts.size:
            row, column = self._cell or (0, 0)
            last = len(self._counts) - 1
            moved = (min(max(row + move[0], 0), last), min(max(column + move[1], 0), last))
            self.point_at(moved if self._cell is not None else (0, 0))
        elif event.key() == Qt.Key.Key_Escape and self._cell is not None:
            self.point_at(None)
        else:
            event.ignore()


def _apart(one: QColor, other: QColor) -> float:
    return abs(one.lightnessF() - other.lightnessF())
