"""All keys and gestures on one page, made from the table of commands: to be searched, and printed for the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import delete

from gui.shortcut_groups import Group, Shortcut, groups

if TYPE_CHECKING:
    from gui.main_window import MainWindow

SIZE = QSize(1120, 780)
COLUMN = 340
"""Pixels that a column of groups needs at 100 %."""


class ShortcutSheet(QDialog):
    """Stands beside the window, so that what is read can be tried at once."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("shortcut_sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setObjectName("shortcut-search")
        self.search.setClearButtonEnabled(True)
        self._magnifier = QAction(self)
        self.search.addAction(self._magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self._print = QPushButton()
        self._print.setObjectName("shortcut-print")
        self._print.setAutoDefault(False)
        self._close = QPushButton()
        self._close.setObjectName("shortcut-close")
        self._close.setAutoDefault(False)
        self._nothing = QLabel()
        self._nothing.setObjectName("shortcut-nothing")
        self._nothing.setProperty("quiet", True)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._page = SheetPage()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The arrow keys scroll it once Tab has come to it.
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area.setWidget(self._page)
        head = QHBoxLayout()
        head.setContentsMargins(16, 16, 16, 8)
        head.setSpacing(8)
        head.addWidget(self.search, 1)
        head.addWidget(self._print)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._area, 1)
        self.search.textChanged.connect(self._find)
        self._print.clicked.connect(self._ask_printer)
        self._close.clicked.connect(self.close)
        window.words.changed.connect(self._retell)
        window.theme.changed.connect(self._recolour)
        screen = self.screen().availableSize() - QSize(80, 80)
        self.resize((SIZE * window.theme.scale).boundedTo(screen))
        self._retell()
        self._recolour()
        self.search.setFocus()

    def shown(self) -> list[Shortcut]:
        """What the page says now, after the search."""
        return [shortcut for group in self._found() for shortcut in group.shortcuts]

    def _found(self) -> list[Group]:
        return groups(self._window.words, self.search.text())

    def _find(self) -> None:
        found = self._found()
        self._page.show_groups(found, self._columns())
        self._nothing.setVisible(not found)
        self._nothing.setText(self._window.words.say("shortcuts.nothing", query=self.search.text().strip()))

    def _columns(self) -> int:
        return min(max(1, self.width() // self._window.theme.scaled(COLUMN)), 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._columns() != self._page.columns:
            self._find()

    def _retell(self) -> None:
        say = self._window.words.say
        self.setWindowTitle(say("shortcuts.title"))
        self.search.setPlaceholderText(say("shortcuts.search"))
        self.search.setAccessibleName(say("shortcuts.search_name"))
        self._area.setAccessibleName(say("shortcuts.title"))
        self._print.setText(say("shortcuts.print"))
        self._close.setText(say("dialog.close"))
        self._find()

    def _recolour(self) -> None:
        self._magnifier.setIcon(self._window.theme.icon("search", "text_quiet"))
        self._find()

    def _ask_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from gui.shortcut_print import printed

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(self._window.words.say("shortcuts.title"))
        if dialog.exec():
            printed(self._window.words, self._window.theme).print_(printer)
        # Now, because it knows the printer, which goes with this function.
        delete(dialog)


class SheetPage(QWidget):
    """The groups, divided over columns that are about equally long."""

    def __init__(self) -> None:
        super().__init__()
        self.columns = 0
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 8, 16, 16)
        self._row.setSpacing(32)
        self._inner: QWidget | None = None

    def show_groups(self, shown: list[Group], columns: int) -> None:
        self.columns = columns
        if self._inner is not None:
            self._row.removeWidget(self._inner)
            self._inner.hide()
            self._inner.deleteLater()
        self._inner = QWidget()
        row = QHBoxLayout(self._inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(32)
        for part in divided(shown, columns):
            column = QVBoxLayout()
            column.setSpacing(20)
            for group in part:
                column.addLayout(_group(group))
            column.addStretch(1)
            row.addLayout(column, 1)
        self._row.addWidget(self._inner)
        # At once, and not when the loop comes to it.
        self._inner.show()


def divided(shown: list[Group], columns: int) -> list[list[Group]]:
    """The groups in their order over so many columns, the longest column as short as can be."""
    least, most = 0, sum(len(group.shortcuts) + 3 for group in shown)
    while least < most:
        tried = (least + most) // 2
        if len(_filled(shown, tried)) <= columns and all(len(group.shortcuts) + 3 <= tried for group in shown):
            most = tried
        else:
            least = tried + 1
    parts = _filled(shown, least)
    return [*parts, *([[]] * (columns - len(parts)))]


def _filled(shown: list[Group], height: int) -> list[list[Group]]:
    parts: list[list[Group]] = [[]]
    left = height
    for group in shown:
        rows = len(group.shortcuts) + 3
        if rows > left and parts[-1]:
            parts.append([])
            left = height
        parts[-1].append(group)
        left -= rows
    return parts


def _group(group: Group) -> QVBoxLayout:
    """A title, a hairline, and below it a line for each: what it does, and how."""
    column = QVBoxLayout()
    column.setSpacing(5)
    title = _label(group.title)
    title.setProperty("section", True)
    column.addWidget(title)
    rule = QFrame()
    rule.setProperty("rule", "horizontal")
    column.addWidget(rule)
    for shortcut in group.shortcuts:
        # Each line for itself: in a grid the longest gesture would take the room of every other line.
        line = QHBoxLayout()
        line.setSpacing(12)
        what = _label(shortcut.text)
        what.setWordWrap(True)
        line.addWidget(what, 1, Qt.AlignmentFlag.AlignVCenter)
        keys = QHBoxLayout()
        keys.setSpacing(4)
        for key in shortcut.keys:
            cap = _label(key)
            cap.setProperty("keys", True)
            keys.addWidget(cap)
        if shortcut.how:
            doing = _label(shortcut.how)
            doing.setProperty("quiet", True)
            keys.addWidget(doing)
        line.addLayout(keys)
        column.addLayout(line)
    return column


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def show_sheet(window: MainWindow) -> ShortcutSheet:
    """The sheet; one that is open already comes to the front."""
    sheet = window.findChild(ShortcutSheet) or ShortcutSheet(window)
    sheet.show()
    sheet.raise_()
    sheet.activateWindow()
    return sheet
