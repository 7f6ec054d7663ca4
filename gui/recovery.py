"""Copies of unsaved work for the case that the program dies: one of each document, written at each edit, offered later.

Each running program has a lock in the folder of the copies, and its name is the beginning of theirs. Copies without a
living owner are what a crash left.
"""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject

from core.layout import Layout
from core.storage import LayoutFileError, loads
from gui.copy_writer import Copy, CopyWriter
from gui.sheets import Sheet, name_of
from gui.tabs import Tab, Tabs
from gui.words import Words

SUFFIX = ".recovery"


@dataclass(frozen=True)
class Leftover:
    """Unsaved work that a crash left. It is nobody else's while this is kept."""

    layout: Layout
    path: Path | None
    """The file that it belongs to."""
    name: str
    when: datetime
    """When it was written."""
    agreed: str
    """SHA-256 of what that file held when the work began, in hex; empty if that is not known."""
    copy: Path
    lock: QLockFile = field(compare=False, repr=False)

    def discard(self) -> None:
        with suppress(OSError):
            self.copy.unlink(missing_ok=True)


class Recovery(QObject):
    """Keeps the copies of one window's tabs. `close` at an orderly end, when all is saved or to be thrown away."""

    def __init__(self, tabs: Tabs, words: Words, folder: Path, parent: QObject | None = None) -> None:
        """`folder` is made when the first copy is written."""
        super().__init__(parent)
        self._tabs, self._words, self._folder = tabs, words, folder
        self._name = uuid.uuid4().hex
        self._count = 0
        self._writer = CopyWriter()
        self._lock: QLockFile | None = None
        self._copies: dict[Tab, Path] = {}
        self._seen: dict[Tab, Sheet] = {}
        """Each tab as it was when its copy was last asked for."""
        tabs.changed.connect(self._follow)

    def copy_of(self, tab: Tab) -> Path | None:
        """Where the copy of a tab is, or soon will be; None while there is nothing unsaved in it."""
        return self._copies.get(tab)

    def inherit(self, tab: Tab, leftover: Leftover) -> None:
        """The work that a crash left is in a tab now: once that has a copy of its own, the old one goes."""
        if self._tabs.sheet(tab).dirty:
            self._write(tab, self._tabs.sheet(tab), leftover.copy)
        else:
            leftover.discard()

    def finish(self) -> None:
        """Wait until all copies are written."""
        self._writer.finish()

    def close(self) -> None:
        self._tabs.changed.disconnect(self._follow)
        for tab in tuple(self._copies):
            self._forget(tab)
        self._writer.close()
        if self._lock is not None:
            self._lock.unlock()

    def _follow(self) -> None:
        """Something changed in one of the tabs. Most of the time it is nothing that a copy holds."""
        for tab in self._tabs:
            sheet, seen = self._tabs.sheet(tab), self._seen.get(tab)
            if seen is not None and _same(sheet, seen):
                continue
            self._seen[tab] = sheet
            if sheet.dirty:
                self._write(tab, sheet)
            else:
                self._forget(tab)
        for tab in [tab for tab in self._seen if tab not in self._tabs]:
            del self._seen[tab]
            self._forget(tab)

    def _write(self, tab: Tab, sheet: Sheet, heir_of: Path | None = None) -> None:
        self._take_lock()
        if tab not in self._copies:
            self._count += 1
            self._copies[tab] = self._folder / f"{self._name}.{self._count}{SUFFIX}"
        agreed = tab.disk.agreed.hex() if tab.disk is not None else ""
        copy = Copy(sheet.history.present, sheet.path, name_of(sheet, self._words), agreed)
        self._writer.write(self._copies[tab], copy, heir_of)

    def _forget(self, tab: Tab) -> None:
        copy = self._copies.pop(tab, None)
        if copy is not None:
            self._writer.remove(copy)

    def _take_lock(self) -> None:
        if self._lock is None:
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self._folder, self._name)
            self._lock.tryLock(0)


def leftovers(folder: Path) -> tuple[Leftover, ...]:
    """What crashed programs left in `folder`, newest first. Copies that cannot be read are not offered."""
    owners: dict[str, QLockFile | None] = {}
    found = []
    try:
        for copy in folder.glob(f"*{SUFFIX}"):
            owner = copy.name.partition(".")[0]
            if owner not in owners:
                lock = _lock(folder, owner)
                owners[owner] = lock if lock.tryLock(0) else None
            held = owners[owner]
            if held is not None:
                found.append(_leftover(copy, held))
    except OSError:
        return ()
    return tuple(sorted(filter(None, found), key=lambda leftover: leftover.when, reverse=True))


def _leftover(copy: Path, lock: QLockFile) -> Leftover | None:
    try:
        content = json.loads(copy.read_text(encoding="utf-8"))
        layout, path = loads(content["layout"]), content["path"]
        when = datetime.fromtimestamp(copy.stat().st_mtime)
    except (OSError, ValueError, KeyError, TypeError, LayoutFileError):
        return None
    file = Path(path) if isinstance(path, str) and path else None
    name, agreed = content.get("name"), content.get("agreed")
    if not isinstance(name, str) or file is not None:
        name = file.name if file is not None else ""
    return Leftover(layout, file, name, when, agreed if isinstance(agreed, str) else "", copy, lock)


def _lock(folder: Path, owner: str) -> QLockFile:
    lock = QLockFile(str(folder / f"{owner}.lock"))
    # However long a program runs, its lock is its own.
    lock.setStaleLockTime(0)
    return lock


def _same(one: Sheet, other: Sheet) -> bool:
    return one.history.present is other.history.present and one.saved is other.saved and one.path == other.path
