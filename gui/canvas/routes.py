"""The way a wire takes: a smooth curve downward, and around the nodes that stand in between instead of behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

LANE = 20
"""From a node's side to a wire that passes it."""
BEND = 48
"""Height of the curve from a port into a lane. It crosses the gap below a node without touching the next one."""
SAMPLES = 16
PIECES = 12


def curve(start: QPointF, end: QPointF) -> QPainterPath:
    """From an output at `start` to an input at `end`: leaves downward and arrives downward."""
    fall = end.y() - start.y()
    reach = max(fall / 2, 12.0) if fall >= 0 else min(120.0, 40.0 - fall / 4)
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x(), start.y() + reach), QPointF(end.x(), end.y() - reach), end)
    return path


def routed(start: QPointF, end: QPointF, nodes_in: Callable[[QRectF], Iterable[QRectF]]) -> QPainterPath:
    """The curve from `start` to `end`, or a way around where it would run behind a node.

    `nodes_in` gives the rectangles that touch an area, without those of the two nodes that the wire joins.
    """
    path = curve(start, end)
    hit = [rect for rect in nodes_in(_grown(path.boundingRect(), 4)) if _passes(path, rect)]
    if not hit or end.y() - start.y() < 2 * BEND:
        return path
    top, bottom = start.y() + BEND, end.y() - BEND
    right = _lane(max(rect.right() for rect in hit) + LANE, top, bottom, nodes_in, 1)
    left = _lane(min(rect.left() for rect in hit) - LANE, top, bottom, nodes_in, -1)
    lane = min((right, left), key=lambda x: abs(x - start.x()) + abs(x - end.x()))
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x(), start.y() + 30), QPointF(lane, start.y() + 18), QPointF(lane, top))
    path.lineTo(lane, bottom)
    path.cubicTo(QPointF(lane, end.y() - 18), QPointF(end.x(), end.y() - 30), end)
    return path


def _lane(x: float, top: float, bottom: float, nodes_in: Callable[[QRectF], Iterable[QRectF]], side: int) -> float:
    """The nearest x to one side at which a vertical line meets no node."""
    for _ in range(20):
        column = QRectF(x - LANE / 2, top, LANE, bottom - top)
        met = list(nodes_in(column))
        if not met:
            break
        x = max(rect.right() for rect in met) + LANE if side > 0 else min(rect.left() for rect in met) - LANE
    return x


def _passes(path: QPainterPath, rect: QRectF) -> bool:
    area = _grown(rect, 4)
    return any(area.contains(point) for point in samples(path))


def samples(path: QPainterPath, count: int = SAMPLES) -> list[QPointF]:
    return [path.pointAtPercent(index / count) for index in range(count + 1)]


def line_pieces(path: QPainterPath) -> list[QRectF]:
    """The line as short pieces, each in a rectangle, to find what it crosses."""
    if path.boundingRect().width() < 1:
        return [_grown(path.boundingRect(), 1)]
    points = samples(path, PIECES)
    return [_grown(QRectF(one, other).normalized(), 1) for one, other in pairwise(points)]


def _grown(rect: QRectF, by: float) -> QRectF:
    return rect.adjusted(-by, -by, by, by)
