"""The commands as rows of the command palette: which ones fit what is typed, in which order, and how a row looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.text import LANGUAGES, sentences
from gui.commands import COMMANDS, GROUPS
from gui.commands.search import fit
from gui.menus import MENUS
from gui.theme import Theme
from gui.theme.lines import draw_line
from gui.words import Words

if TYPE_CHECKING:
    from gui.main_window import MainWindow

ROW = 34
ICON = 16
MARGIN = 10
Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    NAME = Qt.ItemDataRole.UserRole
    PLACE = Qt.ItemDataRole.UserRole + 1
    """The menu it is in, or why it cannot be used now."""
    KEYS = Qt.ItemDataRole.UserRole + 2
    POSSIBLE = Qt.ItemDataRole.UserRole + 3
    ICON = Qt.ItemDataRole.UserRole + 4
    """The name of its icon; `check` where it is on."""


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    place: str
    why: str
    keys: str
    possible: bool
    icon: str


class CommandModel(QAbstractListModel):
    """The commands that fit. Their state is that of the moment at which the palette was opened."""

    def __init__(self, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._rows: list[Row] = []
        self._shown: list[Row] = []

    def begin(self) -> None:
        """Take the commands as they are now, those first that were chosen last."""
        recent = self._window.settings.recent_commands
        rows = {name: self._row(name) for name in COMMANDS if name != "command_palette"}
        order = [name for name in recent if name in rows]
        self._rows = [rows[name] for name in dict.fromkeys((*order, *rows))]

    def find(self, query: str) -> None:
        """Show what fits, best first; among equals what can be used now, then what was used recently."""
        self.beginResetModel()
        self._shown = list(self._rows)
        if query.strip():
            ranked = []
            for at, row in enumerate(self._rows):
                rank = fit(query, (row.title, *titles(row.name)), places_in_all(row.name))
                if rank is not None:
                    ranked.append(((*rank[:3], not row.possible, *rank[3:], at), row))
            self._shown = [row for _, row in sorted(ranked, key=lambda one: one[0])]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._shown[index.row()]
        quiet = row.place if row.possible or not row.why else row.why
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(text for text in (row.title, row.keys, quiet) if text)
        told: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: row.title,
            Role.NAME: row.name,
            Role.PLACE: quiet,
            Role.KEYS: row.keys,
            Role.POSSIBLE: row.possible,
            Role.ICON: row.icon,
        }
        return told.get(role)

    def _row(self, name: str) -> Row:
        command, action, words = COMMANDS[name], self._window.commands[name], self._window.words
        return Row(
            name=name,
            title=action.text(),
            place=place(name, words),
            why=_why(name, words) if command.why else "",
            keys=action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            possible=action.isEnabled(),
            icon="check" if action.isChecked() else command.icon,
        )


def menu_path(name: str) -> tuple[str, ...]:
    """The text keys of the menus that lead to a command."""
    return _PATHS.get(name, ())


def place(name: str, words: Words) -> str:
    return " › ".join(plain(words.say(key)) for key in menu_path(name))


def _why(name: str, words: Words) -> str:
    """Why it cannot be used now. One of a submenu says which: `Blue` alone would be the colour of anything."""
    inner = [plain(words.say(key)) for key in menu_path(name)[1:]]
    return " · ".join((*inner, words.say(COMMANDS[name].why)))


def plain(title: str) -> str:
    """A menu's title without the letter that opens it: `파일(&F)` is 파일."""
    at = title.find("(&")
    return title[:at] if at >= 0 else title.replace("&", "")


def titles(name: str) -> tuple[str, ...]:
    """What a command is called in every language."""
    return tuple(sentences(language)[f"action.{name}"] for language in LANGUAGES)


def places_in_all(name: str) -> tuple[str, ...]:
    return tuple(plain(sentences(language)[key]) for language in LANGUAGES for key in menu_path(name))


def _paths() -> Iterator[tuple[str, tuple[str, ...]]]:
    for group, commands in GROUPS.items():
        yield from ((command.name, (f"menu.{group}",)) for command in commands)
    for menu, entries in MENUS.items():
        for entry in entries:
            if isinstance(entry, Mapping):
                for inner, names in entry.items():
                    yield from ((name, (f"menu.{menu}", f"menu.{inner}")) for name in names if name is not None)


_PATHS = dict(_paths())


class CommandRows(QStyledItemDelegate):
    """An icon, the words, its menu in quiet text, and its keys at the right."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, row, possible = self._theme, option.rect, bool(index.data(Role.POSSIBLE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state, hovered = option.state, bool(option.state & QStyle.StateFlag.State_MouseOver)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selection" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(row), 6, 6)
        left, icon, name = row.left() + MARGIN, theme.scaled(ICON), index.data(Role.ICON)
        if name:
            pixmap = theme.pixmap(name, icon, "text" if possible else "text_quiet")
            painter.drawPixmap(left, row.top() + (row.height() - icon) // 2, pixmap)
        left += icon + MARGIN
        right = row.right() - MARGIN
        keys = index.data(Role.KEYS)
        if keys:
            right = paint_key(painter, keys, QRect(left, row.top(), right - left, row.height()), theme) - MARGIN
        painter.setFont(theme.font(13))
        painter.setPen(theme.colour("text" if possible else "text_quiet"))
        left += draw_line(painter, QRect(left, row.top(), right - left, row.height()), index.data()) + MARGIN + 2
        painter.setFont(theme.font(11))
        painter.setPen(theme.colour("text_quiet"))
        draw_line(painter, QRect(left, row.top() + 1, right - left, row.height()), index.data(Role.PLACE))
        painter.restore()


def paint_key(painter: QPainter, text: str, room: QRect, theme: Theme) -> int:
    """Keys in a box at the right of a room; where the box begins."""
    font = theme.font(11)
    metrics = QFontMetrics(font)
    width, height = metrics.horizontalAdvance(text) + theme.scaled(12), metrics.height() + theme.scaled(4)
    box = QRectF(room.right() - width, room.top() + (room.height() - height) / 2, width, height)
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(theme.colour("panel"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(font)
    painter.setPen(theme.colour("text_quiet"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return int(box.left())
