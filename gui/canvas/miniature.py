"""What a block's node shows of its inside: where the nodes in there stand, of which category, and their wires.

A pure value in relative measures, made once for each value of a block. The node that paints it decides how large it is.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeAlias

from core.blocks import interior
from core.layout import Block, Direction, Layout
from core.placement import WIDTH, places

HEIGHT = 48.0
"""Of a node in the picture, in canvas units: all alike, as a third line would say nothing here."""
FINEST = 1 / 128
"""What falls into the same place at this grain is drawn once, so that a block of thousands costs no more."""
MOST_WIRES = 400
"""Beyond, the wires would be a grey ground."""
LARGEST_MEMO = 500
"""Miniatures that are remembered: one for each block that was seen lately."""

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class MiniatureNode:
    """A rectangle inside, from 0 to 1 in the width and the height of the whole."""

    category: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Miniature:
    aspect: float
    """Width of the inside by its height, as it stands on the canvas."""
    nodes: tuple[MiniatureNode, ...]
    wires: tuple[tuple[Point, Point], ...]
    """From the middle of an output's side to the middle of an input's side."""


_memo: OrderedDict[tuple[int, Direction], tuple[Block, Miniature]] = OrderedDict()
"""By identity: the block is kept beside, so that no other can take its id."""


def miniature(layout: Layout, name: str) -> Miniature:
    """Of a block of the layout. KeyError if there is none of this name."""
    block = layout.blocks[name]
    key = (id(block), layout.direction)
    known = _memo.get(key)
    if known is None:
        known = _memo[key] = (block, _drawn(interior(layout, name)))
        if len(_memo) > LARGEST_MEMO:
            _memo.popitem(last=False)
    _memo.move_to_end(key)
    return known[1]


def _drawn(inside: Layout) -> Miniature:
    stands = places(inside)
    if not stands:
        return Miniature(1.0, (), ())
    left, top = min(x for x, _ in stands.values()), min(y for _, y in stands.values())
    across = max(x for x, _ in stands.values()) + WIDTH - left
    down = max(y for _, y in stands.values()) + HEIGHT - top

    def point(x: float, y: float) -> Point:
        return _grained((x - left) / across), _grained((y - top) / down)

    nodes: dict[tuple[str, Point], None] = {}
    for node_id, place in stands.items():
        nodes[_category(inside, inside.nodes[node_id].layer), point(*place)] = None
    wires: dict[tuple[Point, Point], None] = {}
    to_the_right = inside.direction == "right"
    for edge in inside.edges:
        (x, y), (u, v) = stands[edge.source], stands[edge.target]
        if to_the_right:
            ends = point(x + WIDTH, y + HEIGHT / 2), point(u, v + HEIGHT / 2)
        else:
            ends = point(x + WIDTH / 2, y + HEIGHT), point(u + WIDTH / 2, v)
        wires[ends] = None
    width, height = WIDTH / across, HEIGHT / down
    return Miniature(
        across / down,
        tuple(MiniatureNode(category, x, y, width, height) for category, (x, y) in nodes),
        tuple(wires) if len(wires) <= MOST_WIRES else (),
    )


def _category(inside: Layout, layer: str) -> str:
    return "block" if layer in inside.blocks else inside.entry_of(layer).category


def _grained(share: float) -> float:
    return round(share / FINEST) * FINEST
