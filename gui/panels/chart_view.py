"""The part of a chart that the mouse moves: a drag pans, the wheel zooms. It tells before a person takes it over."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

# Qt itself leaves out moves that nobody had the time to take; pyqtgraph's limit would lose the last one.
pg.setConfigOption("mouseRateLimit", -1)


class PanZoom(pg.ViewBox):
    taken = Signal()
    """A person is about to move or zoom: from now on the range is theirs."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        # Pyqtgraph zooms by a drag with the right button; here that button is the menu's alone.
        if ev.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self.taken.emit()
            super().mouseDragEvent(ev, axis)
        else:
            ev.ignore()

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        self.taken.emit()
        super().wheelEvent(ev, axis)

    def mouseClickEvent(self, ev: Any) -> None:
        # Its menu is not ours.
        ev.ignore()
