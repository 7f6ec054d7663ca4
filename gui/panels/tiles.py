"""How pictures of equal size are laid out in a rectangle: as large as they can be, in rows. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

GAP = 4
LARGEST_CELL = 28.0
"""Pixels for one value: larger tells nothing more."""
LONGEST_CELL = 8.0
"""Of a single picture that is long and thin, a cell may be so many times as long as it is wide."""


@dataclass(frozen=True)
class Tiles:
    count: int
    rows: int
    """Values in a tile, downward."""
    columns: int
    across: int
    """Tiles beside each other."""
    left: float
    top: float
    cell_width: float
    cell_height: float

    def rect(self, tile: int) -> QRectF:
        width, height = self.columns * self.cell_width, self.rows * self.cell_height
        row, column = divmod(tile, self.across)
        return QRectF(self.left + column * (width + GAP), self.top + row * (height + GAP), width, height)

    def cell(self, tile: int, row: int, column: int) -> QRectF:
        rect = self.rect(tile)
        x, y = rect.left() + column * self.cell_width, rect.top() + row * self.cell_height
        return QRectF(x, y, self.cell_width, self.cell_height)

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Tile, row and column at a pixel."""
        for tile in range(self.count):
            rect = self.rect(tile)
            if rect.left() <= x < rect.right() and rect.top() <= y < rect.bottom():
                row, column = int((y - rect.top()) / self.cell_height), int((x - rect.left()) / self.cell_width)
                return tile, min(row, self.rows - 1), min(column, self.columns - 1)
        return None

    def moved(self, place: tuple[int, int, int] | None, down: int, right: int) -> tuple[int, int, int]:
        """The value beside another, in the next tile where one ends; the first one, to begin with."""
        if place is None:
            return 0, 0, 0
        tile, row, column = place
        row, column = row + down, column + right
        step = (column // self.columns) + self.across * (row // self.rows)
        if 0 <= tile + step < self.count:
            return tile + step, row % self.rows, column % self.columns
        return tile, min(max(row, 0), self.rows - 1), min(max(column, 0), self.columns - 1)


def tiled(shape: tuple[int, ...], left: float, top: float, width: float, height: float) -> Tiles:
    """The layout of `shape` = (tiles, rows, columns) in a rectangle."""
    count, rows, columns = shape
    if count == 1:
        return _single(rows, columns, left, top, width, height)
    best, across = 0.0, 1
    for candidate in range(1, count + 1):
        down = -(-count // candidate)
        wide = (width - GAP * (candidate - 1)) / (candidate * columns)
        high = (height - GAP * (down - 1)) / (down * rows)
        if min(wide, high) > best:
            best, across = min(wide, high), candidate
    cell = min(max(best, 0.1), LARGEST_CELL)
    # Whole pixels keep the patches of a filter equally large.
    cell = float(int(cell)) if cell >= 2 else cell
    return Tiles(count, rows, columns, across, left, top, cell, cell)


def _single(rows: int, columns: int, left: float, top: float, width: float, height: float) -> Tiles:
    wide = min(max(width, 1.0) / columns, LARGEST_CELL)
    high = min(max(height, 1.0) / rows, LARGEST_CELL)
    wide, high = min(wide, high * LONGEST_CELL), min(high, wide * LONGEST_CELL)
    return Tiles(1, rows, columns, 1, left, top, wide, high)
