"""Every edit since the file was opened, by its words; a click goes back to it, or forward again."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.changes import changed_nodes
from core.history import History, Step
from core.layout import Layout
from gui.commands.edit import edit_words
from gui.document import Document
from gui.theme import Theme
from gui.theme.lines import draw_line
from gui.words import Words

ROW = 28
MARGIN = 12
DOT = 8
MOST_NAMES = 4
"""Nodes that a row names; more are counted."""

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    DETAIL = Qt.ItemDataRole.UserRole
    """What was edited."""
    TIME = Qt.ItemDataRole.UserRole + 1
    """Before now (-1), now (0) or after (1): what is after is made again by a click."""


class HistoryModel(QAbstractListModel):
    """A row for the beginning and one for each edit. What a row says is found when it is seen."""

    def __init__(self, history: History, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._history = history
        self._details: dict[int, tuple[Layout, Layout, str]] = {}
        """By row: what it says of the step between two layouts."""

    @property
    def now(self) -> int:
        """The row of the edit that was made last."""
        return len(self._history.past)

    def show_history(self, history: History) -> None:
        if history is not self._history:
            self.beginResetModel()
            self._history = history
            self.endResetModel()

    def retell(self) -> None:
        self.beginResetModel()
        self._details.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else 1 + len(self._history.past) + len(self._history.future)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(row)
        if role == Role.DETAIL:
            return self._detail(row)
        if role == Role.TIME:
            return (row > self.now) - (row < self.now)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = self._words.say("window.history_now") if row == self.now else ""
            return ". ".join(filter(None, (self._title(row), self._detail(row), state)))
        return None

    def _step(self, row: int) -> Step:
        """The edit that led to a row."""
        history = self._history
        past = len(history.past)
        return history.past[row - 1] if row <= past else history.future[row - 1 - past]

    def _layout(self, row: int) -> Layout:
        """The network as it is at a row."""
        history = self._history
        past = len(history.past)
        if row < past:
            return history.past[row].layout
        return history.present if row == past else history.future[row - past - 1].layout

    def _title(self, row: int) -> str:
        if row == 0:
            return self._words.say("window.history_beginning")
        text = edit_words(self._words, self._step(row).label)
        return text[:1].upper() + text[1:]

    def _detail(self, row: int) -> str:
        """Which nodes it was about, and in which block."""
        if row == 0:
            return ""
        before, after = self._layout(row - 1), self._layout(row)
        known = self._details.get(row)
        if known is None or known[0] is not before or known[1] is not after:
            scope = self._step(row).scope
            names = changed_nodes(before, after, scope)
            text = ", ".join(names[:MOST_NAMES])
            if len(names) > MOST_NAMES:
                text = self._words.say("window.history_more", nodes=text, count=len(names) - MOST_NAMES)
            known = before, after, "  ·  ".join(filter(None, (text, " › ".join(scope))))
            self._details[row] = known
        return known[2]


class HistoryPanel(QListView):
    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words = document, words
        self._rows = HistoryModel(document.history, words, self)
        self._delegate = HistoryRows(theme, self)
        self.setObjectName("history")
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._go)
        document.changed.connect(self._refresh)
        words.changed.connect(self._retell)
        theme.changed.connect(self.scheduleDelayedItemsLayout)
        self._retell()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._go(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self._document.go_to(index.row())

    def _refresh(self) -> None:
        # Nobody pays for what nobody reads.
        if not self.isVisible():
            return
        self._rows.show_history(self._document.history)
        now = self._rows.index(self._rows.now)
        if now != self.currentIndex():
            self.setCurrentIndex(now)
            self.scrollTo(now)

    def _retell(self) -> None:
        self.setAccessibleName(self._words.say("window.tab_history"))
        self._rows.retell()
        self._refresh()


class HistoryRows(QStyledItemDelegate):
    """A dot where one is, the words of the edit, and more quietly what was edited."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, time = self._theme, index.data(Role.TIME)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect.adjusted(4, 0, -4, 0)
        self._paint_ground(painter, option, row)
        dot, left = theme.scaled(DOT), row.left() + MARGIN
        self._paint_dot(painter, QRectF(left, row.center().y() - dot / 2 + 0.5, dot, dot), time)
        left += dot + MARGIN
        painter.setFont(theme.font(13, weight=600 if time == 0 else 400))
        painter.setPen(theme.colour("text_quiet" if time > 0 else "text"))
        used = draw_line(painter, QRect(left, row.top(), row.right() - left - MARGIN, row.height()), index.data())
        painter.setFont(theme.font(11))
        painter.setPen(theme.colour("text_quiet"))
        left += used + MARGIN
        draw_line(painter, QRect(left, row.top(), row.right() - left - MARGIN, row.height()), index.data(Role.DETAIL))
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, row: QRect) -> None:
        state = option.state
        focused = state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus
        if focused or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self._theme.colour("selection" if focused else "hover"))
            painter.setPen(QPen(self._theme.colour("focus"), 1) if focused else QPen(Qt.PenStyle.NoPen))
            painter.drawRoundedRect(QRectF(row).adjusted(0.5, 1.5, -0.5, -1.5), 6, 6)

    def _paint_dot(self, painter: QPainter, place: QRectF, time: int) -> None:
        """Full for where one is, a ring for what was and a faint ring for what can be made again."""
        accent = self._theme.colour("accent")
        if time == 0:
            painter.setPen(QPen(Qt.PenStyle.NoPen))
            painter.setBrush(accent)
        else:
            painter.setPen(QPen(self._theme.colour("text_quiet" if time < 0 else "line"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            place = place.adjusted(1, 1, -1, -1)
        painter.drawEllipse(place)
