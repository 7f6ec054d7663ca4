"""Sizes and places on the canvas, in canvas units: how large a node is, where its ports stand, what snaps to what."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from core.placement import WIDTH

SNAP = 8
"""Nodes move in these steps."""
WIDEST = 224
"""A node grows to both sides for a long text, but never so far that it touches its neighbour in the next column."""
HEIGHT = 48
RADIUS = 8
STRIPE = 4
PORT_RADIUS = 4.5
OPTIONAL_RADIUS = 3.0
"""Of an input that may stay free."""
PORT_REACH = 12
"""A press this near to the middle of a port is meant for the port."""
PORT_MARGIN = 24.0
"""Between the outermost port and the node's corner."""

TEXT_LEFT = 36
TEXT_RIGHT = 12
"""Where a node's text begins and how much stays free behind it."""


def snapped(value: float, step: int = SNAP) -> float:
    return round(value / step) * step


def node_rect(position: tuple[float, float], width: float, height: float) -> QRectF:
    """A node's rectangle on the canvas. A wide one grows around its middle, so that wires stay straight."""
    x, y = position
    return QRectF(x - (width - WIDTH) / 2, y, width, height)


def port_x(width: float, index: int, count: int) -> float:
    """How far from a node's left edge a port stands: one in the middle, several spread around it."""
    spacing = min(48.0, (width - 2 * PORT_MARGIN) / max(1, count - 1))
    return width / 2 + (min(index, count - 1) - (count - 1) / 2) * spacing if count else width / 2


def width_for_ports(count: int) -> float:
    """The least width at which so many ports in a row can each be hit without hitting the next."""
    return 2 * PORT_MARGIN + 2 * PORT_REACH * max(0, count - 1)


def port_point(rect: QRectF, output: bool, index: int, count: int) -> QPointF:
    """The middle of a port: inputs along the top edge, outputs along the bottom edge."""
    return QPointF(rect.left() + port_x(rect.width(), index, count), rect.bottom() if output else rect.top())
