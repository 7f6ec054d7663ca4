"""Where every node stands, also those whose position the file leaves out; and the edits that keep or make room."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from functools import lru_cache

from core.graph import COLUMN_WIDTH, LEVEL_HEIGHT, arranged
from core.layout import Edge, Layout, Position, with_positions

WIDTH = 200
"""Of a node, in canvas units."""
TALL = 64
"""Of a node with a third line: its parameters or its problem."""
GAP = 32
"""The least between a node and the one below it, so that the shape fits beside the wire."""
SNAP = 4
"""Places that the program chooses are multiples of this."""


def places(layout: Layout) -> Mapping[str, Position]:
    """A position for every node: its own, or else where it would stand if the layout were arranged."""
    missing = tuple(key for key, node in layout.nodes.items() if node.position is None)
    if not missing:
        return {key: node.position for key, node in layout.nodes.items() if node.position is not None}
    given = tuple((key, node.position) for key, node in layout.nodes.items() if node.position is not None)
    return _completed(_Graph(layout), given)


class _Graph:
    """A layout that counts as equal to another while nodes and wires are the same: arguments move nothing."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.key = (tuple((key, node.layer) for key, node in layout.nodes.items()), layout.edges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Graph) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=8)
def _completed(graph: _Graph, given: tuple[tuple[str, Position], ...]) -> Mapping[str, Position]:
    layout = graph.layout
    ideal = arranged(layout)
    if not given:
        return ideal
    found: dict[str, Position] = dict(given)
    neighbours: dict[str, list[str]] = {key: [] for key in layout.nodes}
    for edge in layout.edges:
        neighbours[edge.source].append(edge.target)
        neighbours[edge.target].append(edge.source)
    # A node without a position keeps the distance that an arranged layout would give it from a neighbour that has one.
    for root in (*found, *layout.nodes):
        if root not in found:
            found[root] = free_spot(found.values(), ideal[root])
        waiting = deque([root])
        while waiting:
            anchor = waiting.popleft()
            for key in neighbours[anchor]:
                if key not in found:
                    x = found[anchor][0] + ideal[key][0] - ideal[anchor][0]
                    y = found[anchor][1] + ideal[key][1] - ideal[anchor][1]
                    found[key] = free_spot(found.values(), (x, y))
                    waiting.append(key)
    return found


def settled(layout: Layout) -> Layout:
    """The layout with every position written down, so that an edit of one node leaves the others where they are."""
    missing = {key for key, node in layout.nodes.items() if node.position is None}
    return with_positions(layout, {key: place for key, place in places(layout).items() if key in missing})


def free_spot(taken: Iterable[Position], wanted: Position) -> Position:
    """The place nearest to the wanted one, in its row, at which a node touches no other."""
    occupied = list(taken)
    x, y = wanted
    for step in range(2 * len(occupied) + 1):
        # 0, 1, -1, 2, -2 … columns to the right.
        column = (step + 1) // 2 * (1 if step % 2 else -1)
        spot = (x + column * COLUMN_WIDTH, y)
        if not any(_touch(spot, other) for other in occupied):
            return spot
    return wanted


def _touch(one: Position, other: Position) -> bool:
    return abs(one[0] - other[0]) < WIDTH + 16 and abs(one[1] - other[1]) < TALL + 8


def spot_in(layout: Layout, edge: Edge, wanted: Position | None) -> tuple[Layout, Position]:
    """A place for a node in the middle of a wire, and the layout with what lies below moved down where it was tight.

    `wanted` is where a person let the node go; None puts it directly below the wire's source.
    """
    layout = settled(layout)
    stands = places(layout)
    source, target = stands[edge.source], stands[edge.target]
    least, most = source[1] + TALL + GAP, target[1] - TALL - GAP
    if most >= least or target[1] < source[1] + TALL:
        # There is room, or the wire runs upward or sideways and pushing would not make any.
        x = source[0] if wanted is None or abs(wanted[0] - source[0]) < WIDTH / 2 else wanted[0]
        y = source[1] + LEVEL_HEIGHT if wanted is None else wanted[1]
        if most >= least:
            y = min(max(y, least), most)
        return layout, free_spot(stands.values(), (x, round(y / SNAP) * SNAP))
    # The node takes the target's place. Where the source branches, that is in the target's column.
    x = target[0] if len(layout.out_of(edge.source)) > 1 else source[0]
    y = source[1] + LEVEL_HEIGHT
    layout = pushed_down(layout, target[1], y + LEVEL_HEIGHT - target[1])
    return layout, free_spot(places(layout).values(), (x, y))


def pushed_down(layout: Layout, top: float, distance: float) -> Layout:
    """The layout with everything that stands at or below `top` moved down."""
    moved = {key: (x, y + distance) for key, (x, y) in places(layout).items() if y >= top - 1}
    return with_positions(layout, moved) if distance > 0 else layout
