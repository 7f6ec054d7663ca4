"""Work with folders beside the window: one thing after the other, each answer in the window's own thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

Job = tuple[Callable[[], Any], Callable[[Any], object]]


class Reader(QObject):
    """Its thread lives as long as there is something to do."""

    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._jobs: deque[Job] = deque()
        self._answers: deque[tuple[Any, BaseException | None, Callable[[Any], object]]] = deque()
        self._thread: threading.Thread | None = None
        self._waiting = 0
        self._arrived.connect(self._deliver)

    @property
    def idle(self) -> bool:
        """Whether every answer has been given."""
        return self._waiting == 0

    def ask(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Do `work` beside the window and give what it returns to `done`. What it raises is raised in the window."""
        self._waiting += 1
        with self._lock:
            self._jobs.append((work, done))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="runs")
                self._thread.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    self._thread = None
                    return
                work, done = self._jobs.popleft()
            try:
                answer, error = work(), None
            except Exception as raised:
                answer, error = None, raised
            self._answers.append((answer, error, done))
            try:
                self._arrived.emit()
            # The window is gone: nobody waits for the answer.
            except RuntimeError:
                return

    def _deliver(self) -> None:
        while self._answers:
            answer, error, done = self._answers.popleft()
            self._waiting -= 1
            if error is not None:
                raise error
            done(answer)
