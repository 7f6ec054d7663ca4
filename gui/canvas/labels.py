"""Where the shape beside a wire stands: near its middle, next to the line, and on no node and no other shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise, product
from math import hypot

from core.layout import Direction
from gui.canvas.boxes import Area
from gui.canvas.routes import Point

DISTANCE = 8
"""Between the line and the text beside it."""
ABOVE = 3
"""Between the line and the text above or below it."""
FRACTIONS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
"""Of the way along the wire, tried in this order."""


def label_place(
    points: Sequence[Point], size: tuple[float, float], taken: Callable[[Area], bool], direction: Direction = "down"
) -> Area | None:
    """The first free area of that size beside the line; None if there is no room anywhere.

    Where the network flows to the right, the shape stands above or below the line.
    """
    width, height = size
    if len(points) == 2 and points[0][0] == points[1][0] and direction == "down":
        return _beside(points[0][0], points[0][1], points[1][1], width, height, taken)
    lengths = list(accumulate((hypot(u - x, v - y) for (x, y), (u, v) in pairwise(points)), initial=0.0))
    # A line that goes far aside is nearly level for most of its way: there is room above or below it then.
    for over, fraction in product((direction == "right", direction != "right"), FRACTIONS):
        x, y = _point_at(points, lengths, fraction * lengths[-1])
        for side in (1, -1):
            if over:
                passing = _span(points, x - width / 2, x + width / 2, 0, y)
                top = passing[0] - ABOVE - height if side > 0 else passing[1] + ABOVE
                area = (x - width / 2, top, x + width / 2, top + height)
                away = abs(top + height / 2 - y) > height + 24
            else:
                passing = _span(points, y - height / 2, y + height / 2, 1, x)
                left = passing[1] + DISTANCE if side > 0 else passing[0] - DISTANCE - width
                area = (left, y - height / 2, left + width, y + height / 2)
                away = abs(left + width / 2 - x) > width + 24
            if not away and not taken(area):
                return area
    return None


def _beside(
    x: float, begin: float, end: float, width: float, height: float, taken: Callable[[Area], bool]
) -> Area | None:
    """The same beside a straight wire, as most are."""
    for fraction in FRACTIONS:
        top = begin + fraction * (end - begin) - height / 2
        for left in (x + DISTANCE, x - DISTANCE - width):
            area = (left, top, left + width, top + height)
            if not taken(area):
                return area
    return None


def _point_at(points: Sequence[Point], lengths: Sequence[float], length: float) -> Point:
    for index in range(1, len(points)):
        if lengths[index] >= length and lengths[index] > lengths[index - 1]:
            share = (length - lengths[index - 1]) / (lengths[index] - lengths[index - 1])
            (x, y), (u, v) = points[index - 1], points[index]
            return x + share * (u - x), y + share * (v - y)
    return points[-1]


def _span(points: Sequence[Point], begin: float, end: float, axis: int, least: float) -> tuple[float, float]:
    """How far all of the line reaches across that passes between two values along an axis."""
    low = high = least
    for one, other in pairwise(points):
        a, b = one[axis], other[axis]
        if max(a, b) < begin or min(a, b) > end:
            continue
        for value in (a, b, begin, end):
            if begin <= value <= end and min(a, b) <= value <= max(a, b):
                share = (value - a) / (b - a) if a != b else 0.0
                across = one[1 - axis] + share * (other[1 - axis] - one[1 - axis])
                low, high = min(low, across), max(high, across)
    return low, high
