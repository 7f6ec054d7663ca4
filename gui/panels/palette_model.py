"""The layers as rows: what was used last, the essential ones, then by category; in a search the matches, best first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.catalogue import CATEGORIES, ENTRIES, Entry
from core.layout import Layout
from gui.layer_search import found
from gui.words import Words

LAYER_FORMAT = "application/x-layerloom-layer"
"""Mime type of a dragged layer; its data is the layer's name in UTF-8."""

RECENT = "recent"
"""In place of a category: the layers that were used last."""
MOST_RECENT = 5

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class Role(IntEnum):
    LAYER = Qt.ItemDataRole.UserRole
    """The layer's name; None on a category."""
    CATEGORY = Qt.ItemDataRole.UserRole + 1
    """The category's name; None on the essentials, RECENT on what was used last."""
    DESCRIPTION = Qt.ItemDataRole.UserRole + 2
    """One line about the layer."""


@dataclass(frozen=True)
class Section:
    category: str | None
    """None for the essentials, RECENT for what was used last."""
    layers: tuple[str, ...]


SECTIONS = tuple(
    section
    for section in (
        Section(None, tuple(entry.name for entry in ENTRIES.values() if entry.essential)),
        *(
            Section(category, tuple(entry.name for entry in ENTRIES.values() if entry.category == category))
            for category in CATEGORIES
        ),
    )
    if section.layers
)
"""What every network can be made of. The blocks of the open layout follow in a section of their own."""


class PaletteModel(QAbstractItemModel):
    """Sections with their layers below them; with a query, the matching layers at the top level."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._query = ""
        self._matches: tuple[str, ...] | None = None
        self._blocks: Mapping[str, Entry] = {}
        self._recent: tuple[str, ...] = ()
        self._sections = SECTIONS

    def show_blocks(self, layout: Layout) -> bool:
        """Offer the blocks of this layout; True if they are others than before."""
        same = list(layout.blocks) == list(self._blocks)
        self._blocks = layout.block_entries
        if not same:
            self._divide()
        return not same

    def show_recent(self, layers: Iterable[str]) -> bool:
        """Offer first what was used last; True if rows came or went.

        A layer that stands there already keeps its place: rows should not change places under the pointer.
        """
        layers = tuple(layers)
        if self._recent and layers and layers[0] in self._recent:
            return False
        self._recent = layers
        return self._divide()

    def _divide(self) -> bool:
        """Sections anew; False if they are as before."""
        known = [layer for layer in self._recent if layer in ENTRIES or layer in self._blocks][:MOST_RECENT]
        recent = (Section(RECENT, tuple(known)),) if known else ()
        own = (Section("block", tuple(self._blocks)),) if self._blocks else ()
        sections = (*recent, SECTIONS[0], *own, *SECTIONS[1:])
        matches = None if self._matches is None else found(self._query, self._blocks)
        if (sections, matches) == (self._sections, self._matches):
            return False
        self.beginResetModel()
        self._sections, self._matches = sections, matches
        self.endResetModel()
        return True

    def set_query(self, query: str) -> None:
        self._query = query
        matches = found(query, self._blocks) if query.strip() else None
        if matches != self._matches:
            self.beginResetModel()
            self._matches = matches
            self.endResetModel()

    @property
    def searching(self) -> bool:
        return self._matches is not None

    def retranslate(self) -> None:
        for row in range(self.rowCount()):
            parent = self.index(row, 0)
            self.dataChanged.emit(parent, parent)
            if children := self.rowCount(parent):
                self.dataChanged.emit(self.index(0, 0, parent), self.index(children - 1, 0, parent))

    # What Qt asks a model. An index below a section carries the section's number plus one.

    def index(self, row: int, column: int, parent: Index = _TOP) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, child: Index = _TOP) -> QModelIndex:  # type: ignore[override]
        above = child.internalId() if child.isValid() else 0
        return self.createIndex(above - 1, 0, 0) if above else QModelIndex()

    def rowCount(self, parent: Index = _TOP) -> int:
        if not parent.isValid():
            return len(self._sections) if self._matches is None else len(self._matches)
        is_section = self._matches is None and parent.internalId() == 0
        return len(self._sections[parent.row()].layers) if is_section else 0

    def columnCount(self, parent: Index = _TOP) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        layer = self._layer(index)
        if role == Role.LAYER:
            return layer
        if layer is None:
            return self._section_data(self._sections[index.row()], role)
        if role == Role.CATEGORY:
            return "block" if layer in self._blocks else ENTRIES[layer].category
        if role == Qt.ItemDataRole.DisplayRole or role == Qt.ItemDataRole.AccessibleTextRole:
            return layer
        if role in (Role.DESCRIPTION, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            if layer in self._blocks:
                return self._words.say("palette.block")
            return self._words.say(f"layer.{layer}") if self._words.has(f"layer.{layer}") else ""
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if self._layer(index) is not None else flags

    def mimeTypes(self) -> list[str]:
        return [LAYER_FORMAT]

    def mimeData(self, indexes: Any) -> QMimeData:
        data = QMimeData()
        for layer in filter(None, (self._layer(index) for index in indexes)):
            data.setData(LAYER_FORMAT, layer.encode())
        return data

    def _layer(self, index: Index) -> str | None:
        if not index.isValid():
            return None
        if self._matches is not None:
            return self._matches[index.row()]
        return self._sections[index.internalId() - 1].layers[index.row()] if index.internalId() else None

    def _section_data(self, section: Section, role: int) -> Any:
        if role == Role.CATEGORY:
            return section.category
        if role == Qt.ItemDataRole.DisplayRole or role == Qt.ItemDataRole.AccessibleTextRole:
            own = {None: "palette.essentials", RECENT: "palette.recent"}
            key = own.get(section.category, f"category.{section.category}")
            return self._words.say(key)
        return None
