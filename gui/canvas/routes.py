"""The way a wire takes: a smooth curve downward, and around the nodes that stand in between instead of behind them.

A network that flows to the right is the same with across and down exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import TypeAlias

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from core.graph import LEVEL_HEIGHT
from core.layout import Direction
from core.placement import LEVEL_WIDTH
from gui.canvas.boxes import Area

LANE = 16
"""From a node's side to a wire that passes it: the middle between two columns that stand as close as they may."""
APART: Mapping[Direction, float] = {"down": 8.0, "right": 24.0}
"""Between the lanes of two wires of which one goes a level further: that one runs further out. Where they run side by
side to the right, a shape has room between them."""
MOST_OUT = 8
"""Lanes side by side. Wires that go yet further share the outermost."""
LEVELS: Mapping[Direction, float] = {"down": LEVEL_HEIGHT, "right": LEVEL_WIDTH}
CROSSING = 24.0
"""How much longer a way may be that comes to a port from its own side, where it meets none of the others' wires."""
BEND = 48
"""Height of the curve from a port into a lane. It crosses the gap below a node without touching the next one."""
FARTHEST = 600.0
"""How far a lane may lie beside both ends. A wire that would go further out of its way runs behind the nodes."""
LONG = 400.0
"""So much further than what is painted a wire goes before only a part of it is drawn."""
PIECES = 12
"""Straight pieces that stand for a curve where it is asked what it crosses."""

Point: TypeAlias = tuple[float, float]
Piece: TypeAlias = tuple[Point, ...]
"""Two points for a line; four for a curve, from its beginning by two that pull at it to its end."""
Ways: TypeAlias = Callable[[Area], Iterable[Area]]
"""The nodes that touch an area, without those of the two that the wire joins."""

_SHARES = [
    ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3) for t in (i / PIECES for i in range(1, PIECES + 1))
]


class Route:
    """Where a wire runs."""

    __slots__ = ("_pieces", "bounds", "path", "points")

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self.points: tuple[Point, ...] = tuple(_flat(pieces))
        """So close together that straight lines between them are the wire."""
        xs, ys = zip(*self.points, strict=True)
        self.bounds: Area = (min(xs), min(ys), max(xs), max(ys))
        self.path = QPainterPath(QPointF(*pieces[0][0]))
        follow(self.path, pieces)

    def within(self, area: Area) -> QPainterPath:
        """What of the path is to be drawn in an area: of one that goes far beyond, only a part of its curves.

        Qt would stroke all of it, which for a wire across a large network takes longer than the rest of the picture.
        """
        left, top, right, bottom = self.bounds
        if bottom - top < area[3] - area[1] + LONG and right - left < area[2] - area[0] + LONG:
            return self.path
        path = QPainterPath()
        first = 0
        for piece in self._pieces:
            last = first + (1 if len(piece) == 2 else PIECES)
            part = _part(piece, self.points[first : last + 1], area)
            first = last
            if part is not None:
                path.moveTo(*part[0])
                follow(path, [part])
        return path


def curve(start: QPointF, end: QPointF, direction: Direction = "down") -> QPainterPath:
    """From an output at `start` to an input at `end`: leaves downward and arrives downward, or to the right."""
    return Route([bend((start.x(), start.y()), (end.x(), end.y()), direction)]).path


def bend(start: Point, end: Point, direction: Direction = "down") -> Piece:
    """The curve between two ports where nothing is in the way."""
    if direction == "right":
        return _turned([bend(_swapped(start), _swapped(end))])[0]
    (x, y), (u, v) = start, end
    if x == u and v >= y:
        return start, end
    pull = _pull(v - y)
    return start, (x, y + pull), (u, v - pull), end


def follow(path: QPainterPath, pieces: Iterable[Piece]) -> None:
    """Draw a path on, from where it is."""
    for piece in pieces:
        if len(piece) == 2:
            path.lineTo(*piece[1])
        else:
            path.cubicTo(*piece[1], *piece[2], *piece[3])


def may_pass(start: Point, end: Point, direction: Direction = "down") -> bool:
    """Whether the wire is so long that nodes can be in its way."""
    return (end[0] - start[0] if direction == "right" else end[1] - start[1]) >= 2 * BEND


def reach(start: Point, end: Point, direction: Direction = "down") -> Area:
    """The area that the wire stays in, whatever stands in its way."""
    if direction == "right":
        return _on_its_side(reach(_swapped(start), _swapped(end)))
    (x, y), (u, v) = start, end
    left, right = (x, u) if x < u else (u, x)
    pull = _pull(v - y)
    if v - y >= 2 * BEND:
        return left - FARTHEST, y, right + FARTHEST, v
    return left, min(y, v - pull), right, max(v, y + pull)


def _pull(fall: float) -> float:
    """How far a curve goes straight out of a port before it turns."""
    return max(fall / 2, 12.0) if fall >= 0 else min(120.0, 40.0 - fall / 4)


def routed(start: Point, end: Point, nodes_in: Ways, direction: Direction = "down", side: float = 0.0) -> Route:
    """The curve from `start` to `end`, or a way around where it would run behind a node.

    `side` tells at which side of others the ports are that it joins: below 0 at the left (or above), above 0 at the
    right (or below).
    """
    if direction == "right":

        def turned_in(area: Area) -> list[Area]:
            return [_on_its_side(at) for at in nodes_in(_on_its_side(area))]

        return Route(_turned(_way(_swapped(start), _swapped(end), turned_in, side, direction)))
    return Route(_way(start, end, nodes_in, side, direction))


def _way(start: Point, end: Point, nodes_in: Ways, side: float, direction: Direction) -> list[Piece]:
    direct = bend(start, end)
    (x, y), (u, v) = start, end
    if v - y < 2 * BEND:
        return [direct]
    points = tuple(_flat([direct]))
    near = nodes_in((min(x, u) - 4, y - 4, max(x, u) + 4, v + 4))
    hit = [area for area in near if crosses(points, (area[0] - 4, area[1] - 4, area[2] + 4, area[3] + 4))]
    if not hit:
        return [direct]
    top, bottom = y + BEND, v - BEND
    farthest = (min(x, u) - FARTHEST, max(x, u) + FARTHEST)
    lanes = [
        (lane, away)
        for lane, away in (
            (_lane(max(area[2] for area in hit) + LANE, top, bottom, nodes_in, 1), 1),
            (_lane(min(area[0] for area in hit) - LANE, top, bottom, nodes_in, -1), -1),
        )
        if lane is not None and farthest[0] <= lane <= farthest[1]
    ]
    if not lanes:
        return [direct]
    lane, away = min(lanes, key=lambda one: abs(one[0] - x) + abs(one[0] - u) + CROSSING * (one[1] * side < 0))
    lanes_out = min(round((v - y) / LEVELS[direction]) - 1, MOST_OUT)
    lane = _further(lane, away * APART[direction], lanes_out, top, bottom, nodes_in)
    return [
        (start, (x, y + 30), (lane, y + 18), (lane, top)),
        ((lane, top), (lane, bottom)),
        ((lane, bottom), (lane, v - 18), (u, v - 30), end),
    ]


def _lane(x: float, top: float, bottom: float, nodes_in: Ways, side: int) -> float | None:
    """The nearest x to one side at which a vertical line meets no node."""
    for _ in range(20):
        met = list(nodes_in((x - LANE / 2, top, x + LANE / 2, bottom)))
        if not met:
            return x
        x = max(area[2] for area in met) + LANE if side > 0 else min(area[0] for area in met) - LANE
    return None


def _further(x: float, step: float, lanes: int, top: float, bottom: float, nodes_in: Ways) -> float:
    """So many lanes further out, or as many as there is room for, so that long wires run around shorter ones."""
    for count in range(lanes, 0, -1):
        lane = x + step * count
        if not list(nodes_in((min(x, lane) - LANE / 2, top, max(x, lane) + LANE / 2, bottom))):
            return lane
    return x


def crosses(points: Sequence[Point], area: Area) -> bool:
    """Whether a line through these points touches an area."""
    left, top, right, bottom = area
    for (x, y), (u, v) in pairwise(points):
        if (x < left and u < left) or (x > right and u > right) or (y < top and v < top) or (y > bottom and v > bottom):
            continue
        if left <= x <= right and top <= y <= bottom:
            return True
        begin, stop = _shares_within((x, y), (u, v), area)
        if begin <= stop:
            return True
    return False


def _shares_within(start: Point, end: Point, area: Area) -> tuple[float, float]:
    """From where to where a straight line lies in an area, from 0 to 1 of it; the wrong way round if nowhere."""
    left, top, right, bottom = area
    (x, y), (u, v) = start, end
    begin, stop = 0.0, 1.0
    if x != u:
        one, other = (left - x) / (u - x), (right - x) / (u - x)
        begin, stop = max(begin, min(one, other)), min(stop, max(one, other))
    if y != v:
        one, other = (top - y) / (v - y), (bottom - y) / (v - y)
        begin, stop = max(begin, min(one, other)), min(stop, max(one, other))
    return begin, stop


def distance(points: Sequence[Point], at: Point) -> float:
    """From a point to the nearest of a line through these points."""
    best = float("inf")
    px, py = at
    for (x, y), (u, v) in pairwise(points):
        dx, dy = u - x, v - y
        length = dx * dx + dy * dy
        share = 0.0 if length == 0 else min(1.0, max(0.0, ((px - x) * dx + (py - y) * dy) / length))
        best = min(best, hypot(px - x - share * dx, py - y - share * dy))
    return best


def _flat(pieces: Iterable[Piece]) -> list[Point]:
    found: list[Point] = []
    for piece in pieces:
        if not found:
            found.append(piece[0])
        if len(piece) == 2:
            found.append(piece[1])
        else:
            (x0, y0), (x1, y1), (x2, y2), (x3, y3) = piece
            found += [(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3) for a, b, c, d in _SHARES]
    return found


def _part(piece: Piece, points: Sequence[Point], area: Area) -> Piece | None:
    """The part of a line or curve, which these points follow, that lies in an area; None if none does."""
    inside = []
    left, top, right, bottom = area
    for index, ((x, y), (u, v)) in enumerate(pairwise(points)):
        if (x < left and u < left) or (x > right and u > right) or (y < top and v < top) or (y > bottom and v > bottom):
            continue
        inside.append(index)
    if not inside:
        return None
    if len(piece) == 2:
        begin, end = _shares_within(*piece, area)
        return _between(*piece, begin), _between(*piece, end)
    last = (inside[-1] + 1) / PIECES
    part = _cut(_cut(piece, last)[0], inside[0] / PIECES / last)[1]
    # Of a curve that is many times as long as the area, a twelfth is still long.
    far = max(abs(part[0][0] - part[3][0]) - (right - left), abs(part[0][1] - part[3][1]) - (bottom - top))
    return _part(part, _flat([part]), area) if far > LONG and len(inside) < PIECES else part


def _cut(piece: Piece, share: float) -> tuple[Piece, Piece]:
    """A curve in two, by de Casteljau's way."""
    one, two, three, four = piece
    first, middle, last = _between(one, two, share), _between(two, three, share), _between(three, four, share)
    before, after = _between(first, middle, share), _between(middle, last, share)
    at = _between(before, after, share)
    return (one, first, before, at), (at, after, last, four)


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])


def _swapped(point: Point) -> Point:
    return point[1], point[0]


def _on_its_side(area: Area) -> Area:
    return area[1], area[0], area[3], area[2]


def _turned(pieces: Iterable[Piece]) -> list[Piece]:
    return [tuple(_swapped(point) for point in piece) for piece in pieces]
