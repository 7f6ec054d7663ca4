"""Which files the windows of this person have open, so that two windows on one file know of each other.

Each window keeps a list in a common folder, and a lock beside it that ends with its program: the list of a program that
was killed counts no more, and is cleared away by whoever finds it.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QTimer, Signal

SETTLE_MS = 50


class Presence(QObject):
    changed = Signal()
    """`elsewhere` may say something else."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """`folder` is made when the first file is open. Where nothing can be written, windows do not see each other."""
        super().__init__(parent)
        self._folder = folder
        self._list = folder / f"{uuid.uuid4().hex}.json"
        self._lock: QLockFile | None = None
        self._here: frozenset[Path] = frozenset()
        self._elsewhere: frozenset[Path] = frozenset()
        self._watcher: QFileSystemWatcher | None = None
        self._timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self.look)

    @property
    def elsewhere(self) -> frozenset[Path]:
        """The files that other windows have open."""
        return self._elsewhere

    def show(self, files: Iterable[Path]) -> None:
        """These are the files that this window has open now."""
        files = frozenset(files)
        if files == self._here:
            return
        self._here = files
        try:
            self._announce()
        except OSError:
            return
        self.look()

    def look(self) -> None:
        """Find out what other windows have open now; they tell of changes, but not of their sudden end."""
        elsewhere: set[Path] = set()
        with suppress(OSError):
            for other in self._folder.glob("*.json"):
                if other != self._list:
                    elsewhere.update(_open_files(other))
        if self._elsewhere != elsewhere:
            self._elsewhere = frozenset(elsewhere)
            self.changed.emit()

    def close(self) -> None:
        self._timer.stop()
        if self._watcher is not None:
            watcher, self._watcher = self._watcher, None
            watcher.deleteLater()
        if self._lock is not None:
            with suppress(OSError):
                self._list.unlink(missing_ok=True)
            self._lock.unlock()
            self._lock = None

    def _announce(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            lock = QLockFile(str(self._list.with_suffix(".lock")))
            lock.setStaleLockTime(0)
            if not lock.tryLock(0):
                return
            self._lock = lock
            self._watcher = QFileSystemWatcher([str(self._folder)], self)
            self._watcher.directoryChanged.connect(lambda _folder: self._timer.start())
        # Renamed into place: others never read half of it, and the folder's watchers notice.
        part = self._list.with_suffix(".part")
        part.write_text(json.dumps([str(path) for path in sorted(self._here)]), encoding="utf-8")
        os.replace(part, self._list)


def _open_files(listed: Path) -> list[Path]:
    """What the owner of a list has open; nothing if it lives no more."""
    lock = QLockFile(str(listed.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        with suppress(OSError):
            listed.unlink(missing_ok=True)
        lock.unlock()
        return []
    try:
        names = json.loads(listed.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
