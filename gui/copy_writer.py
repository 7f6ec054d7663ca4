"""Writes copies of documents in a thread of its own, so that no edit waits for a disk. The newest of each wins."""

from __future__ import annotations

import json
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path

from core.layout import Layout
from core.storage import dumps, write_whole

PAUSE = 0.1
"""Seconds between an edit and its copy: it is painted first, and what is edited a moment later comes along."""


@dataclass(frozen=True)
class Copy:
    """What is written. A layout is immutable, so another thread may read it while the window goes on."""

    layout: Layout
    path: Path | None
    """The file that it belongs to."""
    name: str
    agreed: str = ""
    """SHA-256 of what that file held when the work began, in hex."""


@dataclass(frozen=True)
class Task:
    copy: Copy | None
    """None to take the file away."""
    heir_of: Path | None = None
    """An older copy of the same work, which goes once this is done."""


class CopyWriter:
    """The thread begins with the first copy and ends with `close`."""

    def __init__(self) -> None:
        self._tasks: dict[Path, Task] = {}
        """What waits, by file."""
        self._news = threading.Condition()
        self._busy = False
        self._hurry = 0
        self._closed = False
        self._thread: threading.Thread | None = None

    def write(self, file: Path, copy: Copy, heir_of: Path | None = None) -> None:
        """Have a copy written soon, in place of one that still waits."""
        self._ask(file, copy, heir_of)

    def remove(self, file: Path) -> None:
        """Have a copy taken away, and the one that it is the heir of."""
        self._ask(file, None, None)

    def finish(self) -> None:
        """Wait until all that was asked for is done."""
        with self._news:
            self._hurry += 1
            self._news.notify_all()
            self._news.wait_for(lambda: self._thread is None or (not self._tasks and not self._busy))
            self._hurry -= 1

    def close(self) -> None:
        """Do what is left to do, and end."""
        with self._news:
            self._closed = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _ask(self, file: Path, copy: Copy | None, heir_of: Path | None) -> None:
        with self._news:
            waiting = self._tasks.get(file)
            if heir_of is None and waiting is not None:
                heir_of = waiting.heir_of
            self._tasks[file] = Task(copy, heir_of)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="recovery copies", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def _work(self) -> None:
        while True:
            with self._news:
                self._busy = False
                self._news.notify_all()
                self._news.wait_for(lambda: self._tasks or self._closed)
                if not self._tasks:
                    return
                self._news.wait_for(lambda: self._hurry or self._closed, timeout=PAUSE)
                tasks, self._tasks = self._tasks, {}
                self._busy = True
            for file, task in tasks.items():
                try:
                    _do(file, task)
                except OSError:
                    # A full disk: the next edit tries again, and saving will say so.
                    continue
                except Exception:
                    # A mistake of ours with one document must not cost the others their copies.
                    traceback.print_exc()


def _do(file: Path, task: Task) -> None:
    copy = task.copy
    if copy is None:
        file.unlink(missing_ok=True)
    else:
        content = {
            "path": None if copy.path is None else str(copy.path),
            "name": copy.name,
            "agreed": copy.agreed,
            "layout": dumps(copy.layout),
        }
        write_whole(file, json.dumps(content).encode("utf-8"))
    if task.heir_of is not None:
        task.heir_of.unlink(missing_ok=True)
