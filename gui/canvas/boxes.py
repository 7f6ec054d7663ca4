"""Which rectangles are near a place, found without asking every one: painting, pointing and wires look around here."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeAlias, TypeVar

from PySide6.QtCore import QRectF

CELL = 256
"""About a node and its surroundings: a node lies in one or two cells, mostly."""
MOST_CELLS = 48
"""What lies in more cells than these, as a wire past a whole network, is kept aside and asked each time."""

Area: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom. Plain numbers: a canvas asks ten thousand of them between two frames."""
Key = TypeVar("Key", bound=Hashable)


class Boxes(Generic[Key]):
    """Areas by key, in a grid of cells."""

    def __init__(self, cell: int = CELL) -> None:
        self._cell = cell
        self._areas: dict[Key, Area] = {}
        self._spans: dict[Key, tuple[int, int, int, int]] = {}
        self._cells: dict[tuple[int, int], set[Key]] = {}
        self._large: set[Key] = set()

    def __len__(self) -> int:
        return len(self._areas)

    def __getitem__(self, key: Key) -> Area:
        return self._areas[key]

    def get(self, key: Key) -> Area | None:
        return self._areas.get(key)

    def place(self, key: Key, area: Area) -> None:
        cell = self._cell
        span = int(area[0] // cell), int(area[1] // cell), int(area[2] // cell), int(area[3] // cell)
        before = self._spans.get(key)
        if before == span:
            self._areas[key] = area
            return
        if before is not None:
            self.remove(key)
        self._areas[key] = area
        self._spans[key] = span
        first, upper, last, lower = span
        if first == last and upper == lower:
            self._cells.setdefault((first, upper), set()).add(key)
        elif (last - first + 1) * (lower - upper + 1) > MOST_CELLS:
            self._large.add(key)
        else:
            cells = self._cells
            for column in range(first, last + 1):
                for row in range(upper, lower + 1):
                    cells.setdefault((column, row), set()).add(key)

    def remove(self, key: Key) -> None:
        if self._areas.pop(key, None) is None:
            return
        first, upper, last, lower = self._spans.pop(key)
        if key in self._large:
            self._large.remove(key)
            return
        for column in range(first, last + 1):
            for row in range(upper, lower + 1):
                self._cells[column, row].remove(key)

    def _span(self, area: Area) -> tuple[int, int, int, int]:
        """The cells that an area lies in: the first and the upmost, the last and the lowest."""
        cell = self._cell
        return int(area[0] // cell), int(area[1] // cell), int(area[2] // cell), int(area[3] // cell)

    def near(self, area: Area) -> set[Key]:
        """The keys whose areas touch this one."""
        left, top, right, bottom = area
        first, upper, last, lower = self._span(area)
        areas, cells = self._areas, self._cells
        groups: list[Iterable[Key]] = [areas]
        if (last - first + 1) * (lower - upper + 1) <= len(areas):
            places = [(column, row) for column in range(first, last + 1) for row in range(upper, lower + 1)]
            groups = [self._large, *(cells[place] for place in places if place in cells)]
        return {
            key
            for keys in groups
            for key in keys
            if (at := areas[key])[0] <= right and at[2] >= left and at[1] <= bottom and at[3] >= top
        }

    def all(self) -> list[Key]:
        return list(self._areas)

    def bounds(self) -> Area | None:
        """The area that holds all of them, or None if there are none."""
        if not self._areas:
            return None
        lefts, tops, rights, bottoms = zip(*self._areas.values(), strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)


def area_of(rect: QRectF) -> Area:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def rect_of(area: Area) -> QRectF:
    left, top, right, bottom = area
    return QRectF(left, top, right - left, bottom - top)


def grown(area: Area, by: float) -> Area:
    return area[0] - by, area[1] - by, area[2] + by, area[3] + by


def touch(one: Area, other: Area) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]


def within(one: Area, other: Area) -> bool:
    return one[0] >= other[0] and one[2] <= other[2] and one[1] >= other[1] and one[3] <= other[3]


def united(one: Area | None, other: Area) -> Area:
    if one is None:
        return other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
