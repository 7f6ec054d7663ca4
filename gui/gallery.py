"""The examples to choose from: what each is called, a line about it, and how many parameters it has."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.storage import LayoutFileError, load
from gui.examples import Example, about, examples, groups, title
from gui.theme import Theme
from gui.theme.lines import draw_line
from gui.words import Words

if TYPE_CHECKING:
    from gui.main_window import MainWindow

SIZE = QSize(560, 560)
GROUP_HEIGHT, ROW_HEIGHT = 36, 48
PAUSE_MS = 20
"""Between two networks that are counted: the window answers meanwhile."""


class Role(IntEnum):
    NAME = Qt.ItemDataRole.UserRole
    """Of the file; None on the title of a group."""
    ABOUT = Qt.ItemDataRole.UserRole + 1
    PARAMETERS = Qt.ItemDataRole.UserRole + 2


class Gallery(QDialog):
    """A list of all that is shipped. Enter, a double click or the button open what is chosen."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        words = window.words
        self.setObjectName("gallery")
        self.setWindowTitle(words.say("gallery.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize((SIZE * window.theme.scale).boundedTo(self.screen().availableSize()))
        self.list = ExampleList(words, window.theme, self)
        # No standard buttons: Qt gives those its own words again when the language changes.
        buttons = QDialogButtonBox(self)
        self._open_button = buttons.addButton(words.say("gallery.open"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._open_button.setObjectName("gallery-open")
        self._open_button.setProperty("kind", "primary")
        self._open_button.setDefault(True)
        close = buttons.addButton(words.say("dialog.close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("gallery-close")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        buttons.accepted.connect(self._open)
        buttons.rejected.connect(self.close)
        self.list.itemActivated.connect(self._open)
        self.list.currentItemChanged.connect(self._refresh)
        self._refresh()
        # Counting means inferring shapes, and a deep network takes a moment: one after the other.
        self._left = [example for example in examples() if window.document.ready]
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self._count_next)
        self._timer.start()

    @property
    def chosen(self) -> str | None:
        """The name of the chosen example."""
        item = self.list.currentItem()
        return None if item is None else item.data(Role.NAME)

    def _refresh(self) -> None:
        self._open_button.setEnabled(self.chosen is not None)

    def _open(self) -> None:
        name = self.chosen
        if name is not None:
            self.close()
            self._window.files.open_example(name)

    def _count_next(self) -> None:
        if not self._left:
            self._timer.stop()
            return
        example = self._left.pop(0)
        self.list.show_parameters(example.name, parameters(example))


class ExampleList(QListWidget):
    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setObjectName("gallery-list")
        self.setAccessibleName(words.say("gallery.title"))
        self.setItemDelegate(_Rows(theme, self))
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        for group, members in groups(examples()):
            head = QListWidgetItem(words.say(f"gallery.group_{group}"), self)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            for example in members:
                self._add(example)
        first = next((row for row in range(self.count()) if self.item(row).data(Role.NAME) is not None), -1)
        self.setCurrentRow(first)

    def show_parameters(self, name: str, count: int | None) -> None:
        """How many parameters an example has; None where its file cannot be read."""
        for row in range(self.count()):
            item = self.item(row)
            if item.data(Role.NAME) == name and count is not None:
                item.setData(Role.PARAMETERS, self._words.say("canvas.parameters", count=count))

    def texts(self) -> list[tuple[str, str, str]]:
        """Title, line and parameters of every row that can be chosen."""
        rows = (self.item(row) for row in range(self.count()))
        return [(row.text(), row.data(Role.ABOUT), row.data(Role.PARAMETERS)) for row in rows if row.data(Role.NAME)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, whether or not the system's own lists do so."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.itemActivated.emit(self.currentItem())
        else:
            super().keyPressEvent(event)

    def _add(self, example: Example) -> None:
        item = QListWidgetItem(title(example, self._words), self)
        line = about(example, self._words)
        item.setData(Role.NAME, example.name)
        item.setData(Role.ABOUT, line)
        item.setData(Role.PARAMETERS, "")
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, line)


class _Rows(QStyledItemDelegate):
    """The title of a group; a title with its parameters at the right, and the line below both."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._theme.scaled(GROUP_HEIGHT if index.data(Role.NAME) is None else ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect.adjusted(12, 0, -12, 0)
        if index.data(Role.NAME) is None:
            painter.setFont(theme.font(11, weight=600))
            painter.setPen(theme.colour("text_quiet"))
            low = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(row.adjusted(0, 8, 0, -4), low, index.data())
        else:
            self._paint_background(painter, option)
            self._paint_example(painter, row, index)
        painter.restore()

    def _paint_background(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(self._theme.colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self._theme.colour("hover"))
        else:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(option.rect.adjusted(4, 1, -4, -1), 6, 6)

    def _paint_example(self, painter: QPainter, row: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        theme, line, count = self._theme, index.data(Role.ABOUT), index.data(Role.PARAMETERS)
        above, high = theme.scaled(5), theme.scaled(20)
        upper = QRect(row.left(), row.top() + above, row.width(), high) if line else row
        painter.setFont(theme.font(11))
        painter.setPen(theme.colour("text_quiet"))
        painter.drawText(upper, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        used = QFontMetrics(painter.font()).horizontalAdvance(count) + 12 if count else 0
        if line:
            draw_line(painter, QRect(row.left(), row.top() + above + high, row.width(), theme.scaled(17)), line)
        painter.setFont(theme.font(13, weight=500))
        painter.setPen(theme.colour("text"))
        draw_line(painter, upper.adjusted(0, 0, -used, 0), index.data())


@cache
def parameters(example: Example) -> int | None:
    """Of a shipped network, which stays what it is; None where its file cannot be read. Needs torch."""
    from core.shapes import infer

    try:
        return infer(load(example.path)).parameters
    except (OSError, LayoutFileError):
        return None


def show_gallery(window: MainWindow) -> Gallery:
    gallery = Gallery(window)
    gallery.show()
    return gallery
