"""A document put aside: all that it holds while another one is looked at. Tabs, files and recovery copies ask here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.history import History
from core.layout import Layout
from core.scopes import Scope
from gui.words import Words


@dataclass(frozen=True)
class Sheet:
    history: History
    saved: Layout | None
    """What is in its file, or was there at the beginning; None once that is nothing that it has been."""
    path: Path | None = None
    scope: Scope = ()
    selection: frozenset[str] = frozenset()

    @property
    def dirty(self) -> bool:
        return self.history.present is not self.saved and self.history.present != self.saved


def fresh(layout: Layout, path: Path | None = None) -> Sheet:
    """A document that was just opened: its history begins now."""
    return Sheet(History(layout), layout, path)


def name_of(sheet: Sheet, words: Words) -> str:
    """What a document is called: its file without the suffix, or its title."""
    return sheet.path.stem if sheet.path is not None else sheet.history.present.title or words.say("window.untitled")
