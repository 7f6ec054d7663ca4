"""What can be chosen in the quick list, and the model that shows it to the list and to a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


@dataclass(frozen=True)
class Choice:
    key: object
    """What is taken; the list itself does not look at it."""
    title: str
    detail: str = ""
    """A line about it."""
    icon: str = ""
    tint: str = "text_quiet"
    """Token of the icon's colour."""
    code: str = ""
    """What it would make, in place of the title."""
    aside: str = ""
    """A word at the right, as why it does not fit; such a choice steps back."""


class Choices(QAbstractListModel):
    """The rows. A screen reader reads title and detail."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices: Sequence[Choice] = ()

    def show(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.choices = choices
        self.endResetModel()

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return choice
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return choice.code or choice.title
        if role in (Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole):
            return "\n".join(filter(None, (choice.detail, choice.aside)))
        return None
