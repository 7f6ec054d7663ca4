"""The columns of a person's own table: what each is for, what it holds, what becomes of gaps. A click changes it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from core.viewing.messages import Found, Wishes
from gui.panels import file_picks
from gui.theme import Theme
from gui.words import Words

COLUMNS = ("name", "role", "kind", "gaps", "examples")
CHOSEN = ("role", "kind", "gaps")
"""Those that can be changed."""
ROW, HEAD = 26, 24

Index = QModelIndex | QPersistentModelIndex


class _Columns(QAbstractTableModel):
    def __init__(self, words: Words, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self.found: Found | None = None
        self.wishes = Wishes()

    def show(self, found: Found | None, wishes: Wishes) -> None:
        same = self.found is not None and found is not None and self.found.columns == found.columns
        if same:
            self.found, self.wishes = found, wishes
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(COLUMNS) - 1))
        else:
            self.beginResetModel()
            self.found, self.wishes = found, wishes
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() or self.found is None else len(self.found.columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._words.say(f"look.column_{COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        name = COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), name)
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font(
                11, mono=name in ("name", "examples"), weight=600 if self._is_target(index) else 400
            )
        if role == Qt.ItemDataRole.ForegroundRole:
            ignored = self._role(index.row()) == "ignore"
            return self._theme.colour("text_quiet" if ignored or name == "examples" else "text")
        return None

    def text(self, row: int, name: str) -> str:
        assert self.found is not None
        column, say = self.found.columns[row], self._words.say
        if name == "name":
            return column.name
        if name == "role":
            return f"{say(f'look.role_{self._role(row)}')} ▾"
        if name == "kind":
            shown = file_picks.kind(self.wishes, column)
            if self._role(row) != "input":
                shown = column.kind
            return f"{say(f'look.kind_{shown}')} ▾" if self.options(row, name) else say(f"look.kind_{shown}")
        if name == "gaps":
            if not column.missing:
                return "—"
            way = file_picks.way(self.wishes, column) if self._role(row) == "input" else ""
            said = say(f"look.gaps_{way}") if way else ""
            return f"{column.missing:,} {said} ▾" if way else f"{column.missing:,}"
        return ", ".join(column.examples)

    def options(self, row: int, name: str) -> tuple[str, ...]:
        """What a cell can be changed to."""
        assert self.found is not None
        column = self.found.columns[row]
        if name == "role":
            return tuple(one for one in file_picks.ROLES if one != "split" or column.values)
        if self._role(row) != "input":
            return ()
        return file_picks.KINDS if name == "kind" else file_picks.ways(self.wishes, column) if name == "gaps" else ()

    def current(self, row: int, name: str) -> str:
        assert self.found is not None
        column = self.found.columns[row]
        asked = {"kind": file_picks.kind(self.wishes, column), "gaps": file_picks.way(self.wishes, column)}
        return asked.get(name, self._role(row))

    def _role(self, row: int) -> str:
        assert self.found is not None
        return file_picks.role(self.found, self.wishes, self.found.columns[row])

    def _is_target(self, index: Index) -> bool:
        return index.column() == 0 and self._role(index.row()) == "target"


class ColumnsTable(QTableView):
    asked = Signal(object)
    """The Wishes that a person has now."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._model = _Columns(words, theme, self)
        self.setModel(self._model)
        self.setObjectName("file-columns")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.clicked.connect(self._open)
        words.changed.connect(self._retell)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_found(self, found: Found | None, wishes: Wishes) -> None:
        self._model.show(found, wishes)
        self.resizeColumnsToContents()
        for column, widest in enumerate((180, 120, 120, 160)):
            self.setColumnWidth(column, min(self.columnWidth(column) + 8, self._theme.scaled(widest)))
        self.setAccessibleName(self._words.say("look.columns_name"))

    def text(self, row: int, name: str) -> str:
        """What a cell says."""
        return self._model.text(row, name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        """Offer what a cell can be changed to."""
        name, row = COLUMNS[index.column()], index.row()
        options = self._model.options(row, name) if name in CHOSEN else ()
        if not options:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for option in options:
            action = menu.addAction(self._words.say(f"look.{name}_{option}"))
            action.setCheckable(True)
            action.setChecked(option == self._model.current(row, name))
            action.triggered.connect(partial(self._choose, row, name, option))
        below = self.visualRect(index).bottomLeft() + QPoint(0, 1)
        menu.popup(self.viewport().mapToGlobal(below))

    def _choose(self, row: int, name: str, option: str) -> None:
        found, wishes = self._model.found, self._model.wishes
        if found is None or row >= len(found.columns) or option == self._model.current(row, name):
            return
        column = found.columns[row].name
        if name == "role":
            self.asked.emit(file_picks.with_role(found, wishes, column, option))
        elif name == "kind":
            self.asked.emit(file_picks.with_kind(found, wishes, column, option))
        else:
            self.asked.emit(file_picks.with_way(wishes, column, option))

    def _retell(self) -> None:
        self.show_found(self._model.found, self._model.wishes)
        self.horizontalHeader().viewport().update()

    def _recolour(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.scaled(ROW))
        self.horizontalHeader().setFixedHeight(self._theme.scaled(HEAD))
        self.viewport().update()
