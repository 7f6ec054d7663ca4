"""The documents of one window, a tab each. The tab bar, the files and the recovery copies ask here.

The window has one `Document`, which its views know; it holds the tab that is looked at. The others lie aside as sheets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from core.layout import Layout
from gui.disk import OnDisk
from gui.document import Document
from gui.sheets import Sheet, fresh


class Tab:
    """One document, from the moment it is opened until it is closed."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        """As it was put aside. Of the tab that is looked at, the document has a newer one: ask `Tabs.sheet`."""
        self.place: object = None
        """Where the canvas stood, as the canvas said it."""
        self.disk: OnDisk | None = None
        """What is known of its file; None while it has none."""
        self.seen: frozenset[str] = frozenset()
        """Sentences about its file that a person has closed."""
        self.trained = False
        """Whether a run was started from here."""


class Tabs(QObject):
    changed = Signal()
    """Which tabs there are, their order, what one holds, or which one is looked at."""
    leaving = Signal()
    """Another tab will be looked at: whatever is half typed belongs to the one that still is."""
    shown = Signal()
    """Another tab is looked at."""
    counted = Signal()
    """There are more tabs or fewer."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._tabs = [Tab(document.sheet)]
        self._current = self._tabs[0]
        self.leaving.connect(document.leaving)
        document.changed.connect(self.changed)
        document.file_changed.connect(self.changed)

    def __len__(self) -> int:
        return len(self._tabs)

    def __iter__(self) -> Iterator[Tab]:
        return iter(tuple(self._tabs))

    def __contains__(self, tab: object) -> bool:
        return tab in self._tabs

    @property
    def current(self) -> Tab:
        """The tab that is looked at."""
        return self._current

    def index(self, tab: Tab) -> int:
        return self._tabs.index(tab)

    def sheet(self, tab: Tab) -> Sheet:
        """What a tab holds now."""
        return self.document.sheet if tab is self._current else tab.sheet

    def show(self, tab: Tab) -> None:
        """Look at a tab; nothing if it is looked at already."""
        if tab is self._current:
            return
        self._put_aside()
        self._bring(tab)

    def step(self, steps: int) -> None:
        """Look at the tab so many further to the right, round and round."""
        self.show(self._tabs[(self.index(self._current) + steps) % len(self._tabs)])

    def add(self, sheet: Sheet) -> Tab:
        """A document in a tab of its own behind the one that is looked at; it is looked at then."""
        tab = Tab(sheet)
        self._put_aside()
        self._tabs.insert(self.index(self._current) + 1, tab)
        self._bring(tab)
        self.counted.emit()
        return tab

    def replace(self, sheet: Sheet) -> Tab:
        """A document in the place of the one that is looked at, which goes."""
        self.leaving.emit()
        tab = Tab(sheet)
        self._tabs[self.index(self._current)] = tab
        self._bring(tab)
        return tab

    def close(self, tab: Tab) -> None:
        """Let a tab go with all that it holds. The last one leaves an empty canvas."""
        if len(self._tabs) == 1:
            self.replace(fresh(Layout()))
            return
        at = self.index(tab)
        if tab is self._current:
            self.leaving.emit()
            self._tabs.remove(tab)
            self._bring(self._tabs[min(at, len(self._tabs) - 1)])
        else:
            self._tabs.remove(tab)
            self.changed.emit()
        self.counted.emit()

    def move(self, start: int, end: int) -> None:
        """Put a tab elsewhere in the row."""
        self._tabs.insert(end, self._tabs.pop(start))
        self.changed.emit()

    def mark_unsaved(self, tab: Tab, saved: Layout | None) -> None:
        """The file of a tab holds something else now, or nothing."""
        if tab is self._current:
            self.document.mark_unsaved(saved)
        else:
            tab.sheet = replace(tab.sheet, saved=saved)
            self.changed.emit()

    def _put_aside(self) -> None:
        self.leaving.emit()
        self._current.sheet = self.document.sheet

    def _bring(self, tab: Tab) -> None:
        self._current = tab
        self.document.show_sheet(tab.sheet)
        self.changed.emit()
        self.shown.emit()


def untouched(tab: Tab, sheet: Sheet) -> bool:
    """Whether nothing of a person's own is in a tab, so that a file may be opened in its place."""
    history = sheet.history
    return sheet.path is None and not history.past and not history.future and not sheet.dirty and not tab.trained
