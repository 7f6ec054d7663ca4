"""Every command by its name: a field over the window, the commands that fit below it, Enter does what is chosen.

It covers the window while it is there, so that a click beside it closes it. What is chosen is done once it has gone and
the focus is back where it was: a command acts on what the person was doing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget
from shiboken6 import isValid

from gui.command_rows import CommandModel, CommandRows, Role

if TYPE_CHECKING:
    from gui.main_window import MainWindow

WIDTH = 600
TOP = 56
ROWS = 11
"""Rows that are seen at once, where the window is high enough."""


class CommandPalette(QWidget):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before: QWidget | None = None
        self.setObjectName("command_palette")
        self.hide()
        self._card = QFrame(self)
        self._card.setProperty("card", True)
        self.search = QLineEdit(self._card)
        self.search.setObjectName("command-search")
        self._magnifier = QAction(self)
        self.search.addAction(self._magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self.model = CommandModel(window, self)
        self.list = QListView(self._card)
        self.list.setObjectName("command-list")
        self.list.setModel(self.model)
        self.list.setItemDelegate(CommandRows(window.theme, self.list))
        # The keys stay in the field, and go from there to the rows.
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self._nothing = QLabel(self._card)
        self._nothing.setObjectName("command-nothing")
        self._nothing.setProperty("quiet", True)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setWordWrap(True)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._find)
        self.list.clicked.connect(self._choose)
        window.installEventFilter(self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)
        window.words.changed.connect(self._retell)
        window.theme.changed.connect(self._recolour)
        self._retell()
        self._recolour()

    def open(self) -> None:
        """Show all commands, those first that were chosen last; called again it closes."""
        if self.isVisible():
            self.give_up()
            return
        self._before = QApplication.focusWidget()
        self.search.clear()
        self.model.begin()
        self._find("")
        self._place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def give_up(self) -> None:
        """Close it with nothing done."""
        before, self._before = self._before, None
        # Before it hides: Qt would pass the focus on as Tab does.
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._window.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Beside the card."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.give_up()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_card()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays in the field: there is nowhere else to go."""
        return True

    def _press(self, event: QKeyEvent) -> bool:
        key, row, last = event.key(), self.list.currentIndex().row(), self.model.rowCount() - 1
        if key == Qt.Key.Key_Escape:
            self.give_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            # Round and round: the last one is one press away from the first.
            self._mark((row + step) % (last + 1) if last >= 0 else 0)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            step = ROWS - 1 if key == Qt.Key.Key_PageDown else 1 - ROWS
            self._mark(min(max(row + step, 0), last))
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            pass
        else:
            return False
        return True

    def _find(self, query: str) -> None:
        self.model.find(query)
        none = self.model.rowCount() == 0
        self._nothing.setText(self._window.words.say("commands.nothing", query=query.strip()))
        self._nothing.setVisible(none)
        self.list.setVisible(not none)
        self._mark(0)
        self.list.scrollToTop()
        self._place_card()

    def _mark(self, row: int) -> None:
        index = self.model.index(row, 0)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)
        # The focus is in the field: what is marked is told there.
        self.search.setAccessibleDescription(index.data(Qt.ItemDataRole.AccessibleTextRole) or "")

    def _choose(self, index: QModelIndex) -> None:
        """Do what a row says, once the palette has gone; one that cannot be used now says why and stays."""
        name = index.data(Role.NAME)
        if name is None or not index.data(Role.POSSIBLE):
            return
        self.give_up()
        self._window.settings.add_recent_command(name)
        QTimer.singleShot(0, self._window.commands[name].trigger)

    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Whoever goes on elsewhere, with a key of the window, has done with it."""
        if self.isVisible() and new is not None and new is not self and not self.isAncestorOf(new):
            self._before = new
            self.give_up()

    def _place(self) -> None:
        self.setGeometry(self._window.rect())
        self._place_card()

    def _place_card(self) -> None:
        theme = self._window.theme
        width = min(theme.scaled(WIDTH), self.width() - 48)
        rows = min(ROWS, self.model.rowCount())
        field = self.search.sizeHint().height()
        inner = rows * self.list.sizeHintForRow(0) + 2 if rows else self._nothing.heightForWidth(width - 16)
        top = min(TOP, self.height() // 10)
        self._card.setGeometry(
            (self.width() - width) // 2, top, width, min(field + inner + 24, self.height() - top - 24)
        )

    def _retell(self) -> None:
        say = self._window.words.say
        self.search.setPlaceholderText(say("commands.search"))
        self.search.setAccessibleName(say("commands.name"))
        self.list.setAccessibleName(say("commands.list_name"))
        self.model.begin()
        self._find(self.search.text())

    def _recolour(self) -> None:
        self._magnifier.setIcon(self._window.theme.icon("search", "text_quiet"))
        self.list.doItemsLayout()
        self._place_card()
