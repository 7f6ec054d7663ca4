"""Samples of a table as its rows: a column for each feature, and the target set off before them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.datasets.looking import Sample
from gui.panels.ticks import compact
from gui.theme import Theme

ROW, HEAD = 24, 24
MOST_COLUMNS = 200
WIDEST = 180

Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractTableModel):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.samples: tuple[Sample, ...] = ()
        self.heads: tuple[str, ...] = ()

    def show(self, samples: tuple[Sample, ...], heads: tuple[str, ...]) -> None:
        self.beginResetModel()
        self.samples, self.heads = samples, heads
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.samples)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical:
            return str(self.samples[section].index) if role == Qt.ItemDataRole.DisplayRole else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        sample, column = self.samples[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return sample.label if column == 0 else compact(float(sample.values.reshape(-1)[column - 1]), 3)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font(11, mono=column > 0)
        if role == Qt.ItemDataRole.ForegroundRole and column > 0:
            return self._theme.colour("text_quiet")
        return None


class RowsView(QTableView):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = _Rows(theme, self)
        self.setModel(self._model)
        self.setObjectName("data-rows")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        theme.changed.connect(self._recolour)
        self._recolour()

    @property
    def samples(self) -> tuple[Sample, ...]:
        return self._model.samples

    def show_samples(self, samples: tuple[Sample, ...], features: tuple[str, ...], target: str) -> None:
        width = samples[0].values.size if samples else 0
        names = features if len(features) == width else tuple(map(str, range(width)))
        self._model.show(samples, (target, *names[:MOST_COLUMNS]))
        self.resizeColumnsToContents()
        for column in range(self._model.columnCount()):
            self.setColumnWidth(column, min(self.columnWidth(column), self._theme.scaled(WIDEST)))

    def room(self) -> int:
        """Rows that are seen without scrolling."""
        return max((self.height() - self._theme.scaled(HEAD) - 12) // self._theme.scaled(ROW), 4)

    def _recolour(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.scaled(ROW))
        self.horizontalHeader().setFixedHeight(self._theme.scaled(HEAD))
        self.viewport().update()


def _side(column: int) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return across | Qt.AlignmentFlag.AlignVCenter
