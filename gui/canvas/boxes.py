"""Which rectangles are near a place, found without asking every one: wires look for nodes in their way here."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from PySide6.QtCore import QRectF

CELL = 256
"""About a node and its surroundings: a node lies in one to four cells."""

Key = TypeVar("Key", bound=Hashable)


class Boxes(Generic[Key]):
    """Rectangles by key, in a grid of cells."""

    def __init__(self) -> None:
        self._rects: dict[Key, QRectF] = {}
        self._cells: dict[tuple[int, int], set[Key]] = {}

    def __getitem__(self, key: Key) -> QRectF:
        return self._rects[key]

    def get(self, key: Key) -> QRectF | None:
        return self._rects.get(key)

    def place(self, key: Key, rect: QRectF) -> None:
        self.remove(key)
        self._rects[key] = rect
        for cell in _cells(rect):
            self._cells.setdefault(cell, set()).add(key)

    def remove(self, key: Key) -> None:
        rect = self._rects.pop(key, None)
        if rect is not None:
            for cell in _cells(rect):
                self._cells[cell].discard(key)

    def near(self, area: QRectF) -> set[Key]:
        """The keys whose rectangles touch an area."""
        cells = list(_cells(area))
        # A wire across the whole canvas touches more cells than there are rectangles.
        if len(cells) > len(self._rects):
            return {key for key, rect in self._rects.items() if rect.intersects(area)}
        found: set[Key] = set()
        for cell in cells:
            for key in self._cells.get(cell, ()):
                if key not in found and self._rects[key].intersects(area):
                    found.add(key)
        return found


def _cells(rect: QRectF) -> Iterator[tuple[int, int]]:
    for column in range(int(rect.left() // CELL), int(rect.right() // CELL) + 1):
        for row in range(int(rect.top() // CELL), int(rect.bottom() // CELL) + 1):
            yield column, row
