"""Sizes and places on the canvas, in canvas units: how large a node is, where its ports stand, what snaps to what."""

from __future__ import annotations

from core.layout import Direction
from core.placement import TALL, WIDTH

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
SIDE_MARGIN = 12.0
"""The same along the left and the right side."""

TEXT_LEFT = 36
TEXT_RIGHT = 12
"""Where a node's text begins and how much stays free behind it."""
PICTURE, NARROWEST_PICTURE = 48, 26
"""Width of the small picture of a block's inside, at the right of its node."""


def snapped(value: float, step: int = SNAP) -> float:
    return round(value / step) * step


def least_width(ports: int, direction: Direction = "down") -> float:
    """A node's width without a long text: so many ports in a row can each be hit without hitting the next."""
    row = 0 if direction == "right" else max(0, ports - 1)
    return max(WIDTH, 2 * PORT_MARGIN + 2 * PORT_REACH * row)


def least_height(ports: int, tall: bool, direction: Direction = "down") -> float:
    """A node's height; where its ports stand below each other, each can be hit without hitting the next."""
    column = max(0, ports - 1) if direction == "right" else 0
    return max(TALL if tall else HEIGHT, 2 * SIDE_MARGIN + 2 * PORT_REACH * column)


def ports_middle(ports: int) -> float:
    """How far below a node's top the middle of its ports lies where they stand at its sides.

    It is the same with and without a third line, so that wires between nodes in a row are straight.
    """
    return least_height(ports, tall=False, direction="right") / 2


def port_shift(index: int, count: int, direction: Direction = "down") -> float:
    """How far from the middle of its side a port stands: several are spread around it.

    It depends on nothing that is written on the node, so that no wire moves for a longer text.
    """
    if count < 2:
        return 0.0
    if direction == "right":
        spacing = 2.0 * PORT_REACH
    else:
        spacing = min(48.0, (least_width(count) - 2 * PORT_MARGIN) / (count - 1))
    return (min(index, count - 1) - (count - 1) / 2) * spacing


def picture_width(aspect: float) -> float:
    """Of the picture of something with that aspect, in a node with three lines of text."""
    return min(PICTURE, max(NARROWEST_PICTURE, (TALL - 24) * aspect + 8))
