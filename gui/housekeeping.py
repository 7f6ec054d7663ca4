"""Garbage is collected in the window's thread alone, and when that halts nothing that a person would see.

Python collects in whatever thread happens to allocate. The one that writes copies or imports torch would then take Qt's
objects apart, which belong to the window's thread, and Qt may crash.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 500
YOUNG = 20_000
"""New objects that are worth a look: a millisecond or two."""
ROUNDS = 40
"""Small collections before a whole one."""


class Housekeeper(QObject):
    """As long as it is open, Python collects nothing by itself. One for the program."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._rounds = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        if gc.get_count()[0] < YOUNG:
            return
        self._rounds += 1
        whole = self._rounds % ROUNDS == 0
        gc.collect(2 if whole else 1)
