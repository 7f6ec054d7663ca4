"""The way through the network that leads to what the pointer rests on, and on from it, is lit."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from core.layout import Edge
from gui.canvas.scene import CanvasScene
from gui.canvas.walking import way_through
from gui.document import Document

REST_MS = 160
"""The pointer must rest so long: a canvas that flashes below a passing pointer is not quiet."""


class PathLight(QObject):
    def __init__(self, scene: CanvasScene, document: Document) -> None:
        super().__init__()
        self._scene, self._document = scene, document
        self._hovered: str | Edge | None = None
        self._lit = False
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self._show)

    def follow(self, hovered: str | Edge | None) -> None:
        """The pointer is over this now, or over nothing."""
        self._hovered = hovered
        if hovered is not None:
            self._timer.start()
            return
        self._timer.stop()
        if self._lit:
            self._lit = False
            self._scene.light_path(None)

    def _show(self) -> None:
        layout, key = self._document.layout, self._hovered
        there = key in layout.edges if isinstance(key, Edge) else key in layout.nodes
        if key is not None and there:
            self._lit = True
            self._scene.light_path(way_through(layout, key))
