"""The kept runs as rows and columns: what a cell says, in which order, and which cells a person writes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from core.runs.store import RunEntry
from gui.panels.runs_words import duration, reason, score, score_text, when
from gui.panels.ticks import short
from gui.theme import Theme
from gui.words import Words

COLUMNS = (
    "name", "state", "epochs", "best_loss", "score", "started", "dataset", "tags", "seconds", "title", "device",
    "notes",
)  # fmt: skip
"""The ones that matter most come first."""
WRITTEN = frozenset({"name", "tags", "notes"})
NUMBERS = frozenset({"epochs", "best_loss", "score", "started", "seconds"})
STATES = {
    "running": ("play", "accent"), "finished": ("check", "good"), "stopped": ("stop", "text_quiet"),
    "failed": ("problem_error", "bad"), "broken": ("problem_warning", "warn"),
}  # fmt: skip
ICON, DOT = 14, 8
EARLIEST = datetime.min.replace(tzinfo=UTC)

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    ENTRY = Qt.ItemDataRole.UserRole
    """The RunEntry of the row."""


class RunRows(QAbstractTableModel):
    written = Signal(object, str, object)
    """A person wrote a run's `name`, `tags` or `notes`: its folder, which, and what."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._given: Sequence[RunEntry] = ()
        self._entries: list[RunEntry] = []
        self._colours: Mapping[Path, str] = {}
        self._sorting: tuple[int, bool] | None = None
        """The column, and whether the largest comes first; None is the order of the store, the newest first."""

    @property
    def entries(self) -> Sequence[RunEntry]:
        """As they stand now."""
        return self._entries

    def show_entries(self, entries: Sequence[RunEntry]) -> bool:
        """Show these; whether rows came, went or changed places."""
        self._given = entries
        ordered = self._ordered()
        if [one.folder for one in ordered] == [one.folder for one in self._entries]:
            self._entries = ordered
            self.retell()
            return False
        self.beginResetModel()
        self._entries = ordered
        self.endResetModel()
        return True

    def show_colours(self, colours: Mapping[Path, str]) -> None:
        """Which curve is whose: a dot in the curve's colour stands before the name."""
        if colours != self._colours:
            self._colours = dict(colours)
            self.retell()

    def retell(self) -> None:
        if self._entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._entries) - 1, len(COLUMNS) - 1))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self.beginResetModel()
        self._entries = self._ordered()
        self.endResetModel()

    def _ordered(self) -> list[RunEntry]:
        if self._sorting is None:
            return list(self._given)
        column, downward = self._sorting
        keyed = [(self._key(entry, COLUMNS[column]), entry) for entry in self._given]
        # What a run does not have stands last, whichever way it is sorted.
        there = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=downward)  # type: ignore[arg-type, return-value]
        return [entry for _, entry in there] + [entry for key, entry in keyed if key is None]

    def _key(self, entry: RunEntry, column: str) -> object:
        if column == "score":
            found = score(entry)
            return found[1] if found is not None else None
        if column in ("best_loss", "started"):
            return getattr(entry, column)
        if column == "epochs":
            return entry.epoch
        return entry.seconds if column == "seconds" else self.text(entry, column).casefold() or None

    def text(self, entry: RunEntry, column: str) -> str:
        """What a cell says."""
        found: dict[str, Callable[[], str]] = {
            "name": lambda: entry.label,
            "state": lambda: self._words.say(f"run.state.{entry.state}"),
            "epochs": lambda: f"{entry.epoch}/{entry.epochs}" if entry.epochs else "",
            "best_loss": lambda: "" if entry.best_loss is None else short(entry.best_loss),
            "score": lambda: score_text(entry),
            "started": lambda: when(entry.started, datetime.now().astimezone()),
            "dataset": lambda: dataset_of(entry),
            "tags": lambda: ", ".join(entry.tags),
            "seconds": lambda: duration(entry.seconds, self._words),
            "title": lambda: entry.title,
            "device": lambda: entry.device,
            "notes": lambda: "  ".join(entry.notes.split()),
        }
        return found[column]()

    def font(self, column: str) -> QFont:
        return self._theme.font(11, mono=True) if column in NUMBERS else self._theme.font(12)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if COLUMNS[index.column()] in WRITTEN else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words.say(f"runs.{COLUMNS[section]}")
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._words.say(f"runs.{COLUMNS[section]}_tip")
        return _alignment(COLUMNS[section]) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry, column = self._entries[index.row()], COLUMNS[index.column()]
        if role == Role.ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(entry, column)
        if role == Qt.ItemDataRole.EditRole:
            return entry.notes if column == "notes" else self.text(entry, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.FontRole:
            return self.font(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._theme.colour("text" if column in ("name", "best_loss", "score", "state") else "text_quiet")
        if role == Qt.ItemDataRole.DecorationRole:
            return self._decoration(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(entry, column)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        entry, column = self._entries[index.row()], COLUMNS[index.column()]
        if role != Qt.ItemDataRole.EditRole or str(value) == str(self.data(index, role)):
            return False
        written = [tag.strip(" #") for tag in str(value).split(",")] if column == "tags" else str(value)
        self.written.emit(entry.folder, column, written)
        return True

    def _decoration(self, entry: RunEntry, column: str) -> QPixmap | None:
        if column == "state":
            name, token = STATES[entry.state]
            return self._theme.pixmap(name, self._theme.scaled(ICON), token)
        token = self._colours.get(entry.folder, "") if column == "name" else ""
        return _dot(self._theme.colour(token), self._theme.scaled(DOT)) if token else None

    def _tip(self, entry: RunEntry, column: str) -> str:
        if column == "state" and entry.why is not None:
            return reason(entry.why, self._words)
        if column == "started" and entry.started is not None:
            return f"{entry.started.astimezone():%Y-%m-%d %H:%M:%S}"
        if column == "name":
            return str(entry.folder)
        return entry.notes if column == "notes" else self.text(entry, column)


def dataset_of(entry: RunEntry) -> str:
    """The name of its data set; empty where nobody knows."""
    chosen = entry.configuration.get("dataset")
    return str(chosen.get("name", "")) if isinstance(chosen, dict) else ""


def _alignment(column: str) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _dot(colour: QColor, size: int) -> QPixmap:
    found = QPixmap(2 * size, 2 * size)
    found.fill(Qt.GlobalColor.transparent)
    painter = QPainter(found)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(0, 0, 2 * size, 2 * size)
    painter.end()
    found.setDevicePixelRatio(2)
    return found
