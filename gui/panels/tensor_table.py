"""The tensors of a node, one a row: name, shape and four numbers of how it is spread. Choose one to look inside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.inspection.snapshot import TensorView
from gui.panels.dense_cells import EDGE, PADDING, DenseCells, DenseHeader
from gui.panels.ticks import compact
from gui.theme import Theme
from gui.words import Words

COLUMNS = ("name", "shape", "mean", "std", "minimum", "maximum")
ROW, HEAD = 24, 22
LEAST_ROWS, MOST_ROWS = 2, 5
"""Rows that are seen without scrolling, in a low and in a high panel."""

LONGEST_NAME = 144
"""Pixels a name may take from the numbers."""
SHORTEST_NAME = 96
"""Pixels that a name is not cut below as long as a column can go instead."""
LESS = ((3, 0), (2, 0), (2, 2), (2, 3))
"""Digits, and columns at the right that are left out, for ever less room. The histogram shows where values end."""

Index = QModelIndex | QPersistentModelIndex


class _Tensors(QAbstractTableModel):
    def __init__(self, words: Words, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self.tensors: tuple[TensorView, ...] = ()
        self.digits = 3

    def show(self, tensors: tuple[TensorView, ...]) -> None:
        """Only numbers change while training: then the rows stay, and with them what is chosen."""
        if [(one.name, one.kind) for one in tensors] != [(one.name, one.kind) for one in self.tensors]:
            self.beginResetModel()
            self.tensors = tensors
            self.endResetModel()
        elif tensors:
            self.tensors = tensors
            self.dataChanged.emit(self.index(0, 0), self.index(len(tensors) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.tensors)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words.say(f"parameters.{COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._words.say(f"parameters.{COLUMNS[section]}_tip")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        tensor, column = self.tensors[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            if column == "name":
                return tensor.name
            if column == "shape":
                return "×".join(map(str, tensor.shape)) or "1"
            return compact(getattr(tensor.statistics, column), self.digits)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font(11, mono=True)
        if role == Qt.ItemDataRole.ForegroundRole and (tensor.kind == "buffer" or column == "shape"):
            return self._theme.colour("text_quiet")
        if role == Qt.ItemDataRole.ForegroundRole and tensor.statistics.not_finite:
            return self._theme.colour("bad")
        if role == Qt.ItemDataRole.ToolTipRole and column == "name":
            kind = self._words.say("parameters.kind_buffer_tip")
            return f"{tensor.name}: {kind}" if tensor.kind == "buffer" else tensor.name
        return None


class TensorTable(QTableView):
    chosen = Signal(object)
    """The TensorView of the chosen row."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._most = MOST_ROWS
        self._model = _Tensors(words, theme, self)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW))
        self.setItemDelegate(DenseCells(theme, self))
        header = DenseHeader(theme, self)
        self.setHorizontalHeader(header)
        header.setFixedHeight(theme.scaled(HEAD))
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.selectionModel().currentRowChanged.connect(self._choose)
        words.changed.connect(self.retranslate)
        theme.changed.connect(self._recolour)
        self.retranslate()

    @property
    def tensor(self) -> TensorView | None:
        """The chosen one."""
        row = self.currentIndex().row()
        return self._model.tensors[row] if 0 <= row < len(self._model.tensors) else None

    def show_tensors(self, tensors: Sequence[TensorView]) -> None:
        """Show these; the tensor of the same name stays chosen, else the first is."""
        before = self.tensor
        self._model.show(tuple(tensors))
        if not tensors:
            return
        names = [tensor.name for tensor in tensors]
        row = names.index(before.name) if before is not None and before.name in names else 0
        if self.currentIndex().row() != row:
            self.selectRow(row)
        self._fit()
        self._stand()

    def set_room(self, height: int) -> None:
        """Take no more than so many pixels of height, as long as a few rows are seen."""
        head, row = self._theme.scaled(HEAD), self._theme.scaled(ROW)
        most = min(max((height - head) // row, LEAST_ROWS), MOST_ROWS)
        if most != self._most:
            self._most = most
            self._stand()
            self.scrollTo(self.currentIndex())

    def _stand(self) -> None:
        head, row = self._theme.scaled(HEAD), self._theme.scaled(ROW)
        self.setFixedHeight(head + row * min(len(self._model.tensors), self._most) + self._bar_height())

    def _recolour(self) -> None:
        """The text may be of another size too."""
        self.verticalHeader().setDefaultSectionSize(self._theme.scaled(ROW))
        self.horizontalHeader().setFixedHeight(self._theme.scaled(HEAD))
        self._fit()
        self._stand()

    def retranslate(self) -> None:
        self.setAccessibleName(self._words.say("parameters.table"))
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _bar_height(self) -> int:
        wanted = sum(self.columnWidth(column) for column in range(len(COLUMNS)))
        return self.horizontalScrollBar().sizeHint().height() if wanted > self.width() + 1 else 0

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._model.tensors[current.row()])

    def _fit(self) -> None:
        """Three digits where there is room for them, else two, then fewer columns; what is left goes to the names."""
        for digits, left_out in LESS:
            self._model.digits = digits
            widths = self._widths(digits)[: len(COLUMNS) - left_out]
            widths[-1] += EDGE - PADDING
            room = self.viewport().width() - sum(widths)
            # A digit goes before a name is cut, and a name is cut a little before a column goes.
            if room >= (0 if digits == LESS[0][0] else min(0, SHORTEST_NAME - widths[0])):
                break
        widths[0] = max(widths[0] + room, min(widths[0], SHORTEST_NAME))
        for column in range(len(COLUMNS)):
            self.setColumnHidden(column, column >= len(widths))
        for column, width in enumerate(widths):
            if self.columnWidth(column) != width:
                self.setColumnWidth(column, width)

    def _widths(self, digits: int) -> list[int]:
        model = self._model
        cells, heads = QFontMetrics(self._theme.font(11, mono=True)), QFontMetrics(self._theme.font(11))
        widths = []
        for column in range(len(COLUMNS)):
            texts = [str(model.data(model.index(row, column))) for row in range(len(model.tensors))]
            # Numbers change with every step, and the columns shall not dance with them.
            texts += ["−0.0" + "0" * (digits - 1)] if column >= 2 else []
            head = heads.horizontalAdvance(str(model.headerData(column, Qt.Orientation.Horizontal)))
            wide = max([head, *(cells.horizontalAdvance(text) for text in texts)])
            if column == 0:
                wide = min(wide, LONGEST_NAME) + EDGE - PADDING
            widths.append(wide + 2 * PADDING)
        return widths


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < 2 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
