"""A copy of unsaved work for the case that the program dies: written after an edit, offered at the next start.

Each running program has a copy of its own, and a lock beside it. A copy without a living owner is what a crash left.
"""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from core.layout import Layout
from core.storage import LayoutFileError, dumps, loads, write_whole
from gui.document import Document

DELAY_MS = 2000
"""Milliseconds after the last edit."""


@dataclass(frozen=True)
class Leftover:
    """Unsaved work that a crash left."""

    layout: Layout
    path: Path | None
    """The file that it belongs to."""
    copy: Path

    def discard(self) -> None:
        self.copy.unlink(missing_ok=True)


class Recovery(QObject):
    """Keeps the copy of one document. `close` at an orderly end, when nothing is unsaved or it is to be thrown away."""

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        """`folder` is made when the first copy is written."""
        super().__init__(parent)
        self._document = document
        self._folder = folder
        self.copy = folder / f"{uuid.uuid4().hex}.recovery"
        self._lock: QLockFile | None = None
        self.timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self.timer.timeout.connect(self._write)
        self._seen = document.layout
        document.changed.connect(self._edited)
        document.file_changed.connect(self._filed)

    def close(self) -> None:
        self.timer.stop()
        self._document.changed.disconnect(self._edited)
        self._document.file_changed.disconnect(self._filed)
        self._forget()
        if self._lock is not None:
            self._lock.unlock()

    def _edited(self) -> None:
        if self._document.layout is not self._seen:
            self._seen = self._document.layout
            self.timer.start()

    def _filed(self) -> None:
        if not self._document.dirty:
            self.timer.stop()
            self._forget()

    def _write(self) -> None:
        if not self._document.dirty:
            return
        path = self._document.path
        content = json.dumps({"path": None if path is None else str(path), "layout": dumps(self._document.layout)})
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._lock is None:
                self._lock = QLockFile(str(self.copy.with_suffix(".lock")))
                self._lock.setStaleLockTime(0)
                self._lock.tryLock(0)
            write_whole(self.copy, content.encode("utf-8"))
        except OSError:
            # A full disk: the next edit tries again, and saving will say so.
            pass

    def _forget(self) -> None:
        with suppress(OSError):
            self.copy.unlink(missing_ok=True)


def leftovers(folder: Path) -> tuple[Leftover, ...]:
    """What crashed programs left in `folder`, newest first. Copies that cannot be read are not offered."""
    try:
        copies = sorted(folder.glob("*.recovery"), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return ()
    return tuple(found for found in map(_leftover, copies) if found is not None)


def _leftover(copy: Path) -> Leftover | None:
    lock = QLockFile(str(copy.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return None  # its owner lives
    lock.unlock()
    try:
        content = json.loads(copy.read_text(encoding="utf-8"))
        path = content["path"]
        return Leftover(loads(content["layout"]), Path(path) if isinstance(path, str) else None, copy)
    except (OSError, ValueError, KeyError, TypeError, LayoutFileError):
        return None
