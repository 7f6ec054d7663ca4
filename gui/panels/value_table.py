"""The numbers of a tensor as a table, as quick with 65,536 of them as with ten: only what is seen is asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.inspection.snapshot import TensorView
from gui.panels import heat
from gui.panels.ticks import short
from gui.theme import Theme

ROW = 22
TINT = 0.4
"""Of the heat map's colour behind a number, which must stay readable."""

Index = QModelIndex | QPersistentModelIndex


class Numbers(QAbstractTableModel):
    """A tensor as rows of its first dimension, the others side by side; a vector is one column."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: NDArray[np.float32] = np.zeros(0, np.float32)
        self._shape: tuple[int, ...] = ()
        self._rows = self._columns = 0
        self._limit = 1.0
        self._font = QFont()
        self._brushes: list[QBrush] = []
        self.recolour()

    def show(self, tensor: TensorView) -> None:
        values, shape = tensor.values, tensor.shape
        columns = max(int(np.prod(shape[1:], dtype=np.int64)), 1) if len(shape) > 1 else 1
        rows = -(-len(values) // columns)
        columns = min(columns, len(values))
        same = (rows, columns, shape) == (self._rows, self._columns, self._shape)
        if not same:
            self.beginResetModel()
        self._values, self._shape, self._rows, self._columns = values, shape, rows, columns
        self._limit = heat.reach(values)
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, columns - 1))

    def recolour(self) -> None:
        self._font = self._theme.font(11, mono=True)
        colours: list[list[int]] = self._theme.colormap("diverging").tolist()
        self._brushes = [QBrush(QColor(red, green, blue, round(255 * TINT))) for red, green, blue, _ in colours]
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(self._rows - 1, self._columns - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._columns

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.FontRole:
            return self._font
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical or len(self._shape) <= 2:
            return str(section) if orientation == Qt.Orientation.Vertical or len(self._shape) == 2 else ""
        # Of several dimensions each column has an index for each: 0,2,1.
        return ",".join(map(str, np.unravel_index(section, self._shape[1:])))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        place = index.row() * self._columns + index.column()
        if place >= len(self._values):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            value = float(self._values[place])
            return short(value) if abs(value) >= 10 or 0 < abs(value) < 1e-3 or value != value else _fixed(value)
        if role == Qt.ItemDataRole.BackgroundRole:
            value = float(self._values[place])
            shade = value / self._limit * 127 + 128 if np.isfinite(value) else 128.0
            return self._brushes[min(max(int(shade), 0), 255)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return self._font
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self._where(index)} = {float(self._values[place])!r}".replace("-", "−")
        return None

    def _where(self, index: Index) -> str:
        if len(self._shape) < 2:
            return f"[{index.row()}]"
        rest = np.unravel_index(index.column(), self._shape[1:])
        return f"[{index.row()}, {', '.join(map(str, rest))}]"


class ValueTable(QTableView):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.numbers = Numbers(theme, self)
        self.setModel(self.numbers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            # One size for all: with thousands of columns nothing is measured.
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
        self.numbers.modelReset.connect(self._fit)
        theme.changed.connect(self.numbers.recolour)
        theme.changed.connect(self._fit)
        self._fit()

    def show_tensor(self, tensor: TensorView) -> None:
        self.numbers.show(tensor)

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.scaled(ROW))
        metrics = QFontMetrics(self._theme.font(11, mono=True))
        last = str(self.numbers.headerData(self.numbers.columnCount() - 1, Qt.Orientation.Horizontal) or "")
        width = max(metrics.horizontalAdvance("−1.2e−05"), metrics.horizontalAdvance(last)) + 16
        self.horizontalHeader().setDefaultSectionSize(width)
        # A vector's one column has nothing to say about itself.
        self.horizontalHeader().setVisible(self.numbers.columnCount() > 1)
        rows = max(self.numbers.rowCount() - 1, 0)
        self.verticalHeader().setFixedWidth(metrics.horizontalAdvance(str(rows)) + 20)


def _fixed(value: float) -> str:
    return f"{value:.4f}".replace("-", "−")
