"""A node is pulled out of its wires while it is dragged: with Alt held, or by shaking it."""

from __future__ import annotations

from PySide6.QtCore import QPoint

SWING = 20
"""Pixels that the pointer must go one way before turning counts as a swing."""
SWINGS = 3
"""Turns that make a shake."""
WITHIN = 900
"""Milliseconds in which they must come: who places a node with care goes to and fro too, but slowly."""


class Shake:
    """Watches a drag; `moved` says once that it was a shake."""

    def __init__(self, start: QPoint) -> None:
        self._furthest = start.x()
        self._way = 0
        self._turns: list[int] = []
        self._done = False

    def moved(self, pixel: QPoint, time: int) -> bool:
        """Whether the pointer, here at this time (in milliseconds), has just shaken what it carries."""
        gone = pixel.x() - self._furthest
        if self._way and gone * self._way > 0:
            self._furthest = pixel.x()
        elif abs(gone) >= SWING:
            if self._way:
                self._turns.append(time)
            self._way = 1 if gone > 0 else -1
            self._furthest = pixel.x()
        recent = [turn for turn in self._turns if time - turn <= WITHIN]
        self._turns = recent
        if self._done or len(recent) < SWINGS:
            return False
        self._done = True
        return True
