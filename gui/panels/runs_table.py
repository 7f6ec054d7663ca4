"""The table of runs: choose one or several, sort by a column, write names, tags and notes where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from core.runs.store import RunEntry
from gui.panels.runs_rows import COLUMNS, ICON, RunRows
from gui.theme import Theme
from gui.words import Words

ROW, HEAD = 26, 24
PADDING = 7
LEAST_NAME, MOST_NAME = 120, 260
LONGEST = {"tags": 140, "title": 160, "notes": 260, "dataset": 120}
"""Pixels that a column of words takes at most."""
NOTES = QSize(280, 96)

Index = QModelIndex | QPersistentModelIndex


class RunsTable(QTableView):
    chosen = Signal()
    """Other runs are chosen."""
    delete_wanted = Signal()
    menu_wanted = Signal(object)
    """The global position at which a menu is asked for."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self.rows = RunRows(words, theme, self)
        self.setModel(self.rows)
        self._cells = RunCells(words, theme, self)
        self.setItemDelegate(self._cells)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setIconSize(QSize(theme.scaled(ICON), theme.scaled(ICON)))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        header.setMinimumSectionSize(40)
        self.setSortingEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda place: self.menu_wanted.emit(self.viewport().mapToGlobal(place)))
        self.selectionModel().selectionChanged.connect(self._tell_chosen)
        self.rows.modelAboutToBeReset.connect(self._keep)
        self.rows.modelReset.connect(self._stand_again)
        self._kept: tuple[list[Path], Path | None] = ([], None)
        self._quiet = False
        words.changed.connect(self.retranslate)
        theme.changed.connect(self._recolour)
        self.retranslate()
        self._recolour()

    @property
    def entries(self) -> list[RunEntry]:
        """The chosen ones, from above to below."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.rows.entries[row] for row in rows]

    @property
    def writing(self) -> bool:
        """Whether a person is writing in a cell."""
        return self.state() == QAbstractItemView.State.EditingState

    def show_entries(self, entries: Sequence[RunEntry]) -> None:
        """Show these. What was chosen stays chosen; the newest is while nothing else is."""
        self.rows.show_entries(entries)
        self._fit()
        if entries and not self.entries:
            # Not as a click would, which asks for the keys that are held.
            self.selectionModel().setCurrentIndex(self.rows.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.choose([self.rows.entries[0].folder])

    def choose(self, folders: Sequence[Path]) -> None:
        """Choose the runs in these folders."""
        wanted = QItemSelection()
        last = len(COLUMNS) - 1
        for row, entry in enumerate(self.rows.entries):
            if entry.folder in folders:
                wanted.select(self.rows.index(row, 0), self.rows.index(row, last))
        self.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def write(self, column: str) -> None:
        """Let a person write in a cell of the current row: its name, tags or notes."""
        index = self.rows.index(self.currentIndex().row(), COLUMNS.index(column))
        self.scrollTo(index)
        self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.entries:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        self.setAccessibleName(self._words.say("runs.table"))
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self.rows.retell()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _recolour(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.scaled(ROW))
        self.horizontalHeader().setFixedHeight(self._theme.scaled(HEAD))
        self._fit()

    def _keep(self) -> None:
        current = self.currentIndex().row()
        here = self.rows.entries[current].folder if 0 <= current < len(self.rows.entries) else None
        self._kept = ([entry.folder for entry in self.entries], here)
        self._quiet = True

    def _stand_again(self) -> None:
        chosen, here = self._kept
        folders = [entry.folder for entry in self.rows.entries]
        if here in folders:
            index = self.rows.index(folders.index(here), 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.choose(chosen)
        self._quiet = False
        if [entry.folder for entry in self.entries] != chosen:
            self.chosen.emit()

    def _tell_chosen(self) -> None:
        if not self._quiet:
            self.chosen.emit()

    def _fit(self) -> None:
        """Each column as wide as its words; what is left goes to the names."""
        rows, theme = self.rows, self._theme
        head = QFontMetrics(theme.font(11))
        widths = []
        for column, name in enumerate(COLUMNS):
            shown = rows.entries[:200]
            cells = QFontMetrics(rows.font(name))
            wide = max((cells.horizontalAdvance(rows.text(entry, name)) for entry in shown), default=0)
            wide += theme.scaled(ICON) + 8 if name == "state" else 0
            wide = min(wide, theme.scaled(LONGEST.get(name, 400)))
            # Behind its name a head has room for the arrow of the order.
            title = head.horizontalAdvance(str(rows.headerData(column, Qt.Orientation.Horizontal))) + 6
            widths.append(max(wide, title) + 2 * PADDING)
        wanted = min(max(widths[0] + 16, theme.scaled(LEAST_NAME)), theme.scaled(MOST_NAME))
        widths[0] = max(wanted, self.viewport().width() - sum(widths[1:]))
        # In little room a long name gives way to the numbers that matter.
        widths[0] = max(theme.scaled(LEAST_NAME), min(widths[0], self.viewport().width() - sum(widths[1:5])))
        for column, width in enumerate(widths):
            if self.columnWidth(column) != width:
                self.setColumnWidth(column, width)


class RunCells(QStyledItemDelegate):
    """What a row says, with less air than other tables; notes are written in a small page, the rest in a line."""

    def __init__(self, words: Words, theme: Theme, table: QTableView) -> None:
        super().__init__(table)
        self._words, self._theme, self._table = words, theme, table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect, state = self._theme, QRect(option.rect), option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("hover"))
        if state & QStyle.StateFlag.State_HasFocus:
            # The cell that is written in with the next key.
            painter.setPen(QPen(theme.colour("focus"), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap):
            size = picture.deviceIndependentSize().toSize()
            painter.drawPixmap(inner.left(), rect.center().y() - size.height() // 2, picture)
            inner.setLeft(inner.left() + size.width() + 6)
        painter.setFont(index.data(Qt.ItemDataRole.FontRole))
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole))
        text = str(index.data() or "")
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, inner.width() + 1)
        painter.drawText(inner, index.data(Qt.ItemDataRole.TextAlignmentRole), shown)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = COLUMNS[index.column()]
        editor: QWidget
        if column == "notes":
            page = QPlainTextEdit(parent)
            page.setTabChangesFocus(True)
            page.setPlaceholderText(self._words.say("runs.notes_hint"))
            editor = page
        else:
            line = QLineEdit(parent)
            line.setPlaceholderText(self._words.say(f"runs.{column}_hint"))
            editor = line
        editor.setObjectName(f"run-{column}")
        editor.setAccessibleName(self._words.say(f"runs.{column}"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = str(index.data(Qt.ItemDataRole.EditRole))
        if isinstance(editor, QPlainTextEdit):
            editor.setPlainText(text)
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        text = editor.toPlainText() if isinstance(editor, QPlainTextEdit) else editor.text()  # type: ignore[attr-defined]
        model.setData(index, text)  # type: ignore[attr-defined]

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        room = self._table.viewport().rect()
        rect = QRect(option.rect)
        if isinstance(editor, QPlainTextEdit):
            page = QSize(self._theme.scaled(NOTES.width()), self._theme.scaled(NOTES.height()))
            rect.setSize(rect.size().expandedTo(page).boundedTo(room.size()))
            rect.moveTo(min(rect.left(), room.right() - rect.width()), min(rect.top(), room.bottom() - rect.height()))
        editor.setGeometry(rect)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        # Enter has written the notes; with Shift it begins a line.
        if isinstance(editor, QPlainTextEdit) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
                self.commitData.emit(editor)
                self.closeEditor.emit(editor)
                return True
        return super().eventFilter(editor, event)
