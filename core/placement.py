"""Where every node stands, also those whose position the file leaves out; and the edits that keep or make room."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from core.arrangement import LEVEL_WIDTH, arranged
from core.graph import COLUMN_WIDTH, LEVEL_HEIGHT
from core.layout import Direction, Edge, Layout, Position, on_canvas, with_positions

WIDTH = 200
"""Of a node, in canvas units."""
TALL = 64
"""Of a node with a third line: its parameters or its problem."""
GAP = 32
"""The least between a node and the one below it, so that the shape fits beside the wire."""
BESIDE = 48
"""The same, between a node and the one at its right, where the network flows there."""
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
    """A layout that counts as equal to another while nodes, wires and frames are the same: arguments move nothing."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        nodes = tuple((key, node.layer) for key, node in layout.nodes.items())
        frames = tuple(frame.nodes for frame in layout.frames.values())
        self.key = (nodes, layout.edges, layout.direction, frames)

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


def free_spot(taken: Iterable[Position], wanted: Position, direction: Direction = "down") -> Position:
    """The place nearest to the wanted one at which a node touches no other, in its row; in its column if "right"."""
    occupied = list(taken)
    x, y = wanted
    for step in range(2 * len(occupied) + 1):
        # 0, 1, -1, 2, -2 … columns to the right, or levels down.
        away = (step + 1) // 2 * (1 if step % 2 else -1)
        spot = on_canvas((x + away * COLUMN_WIDTH, y) if direction == "down" else (x, y + away * LEVEL_HEIGHT))
        if not any(touch(spot, other) for other in occupied):
            return spot
    return on_canvas(wanted)


def touch(one: Position, other: Position) -> bool:
    return abs(one[0] - other[0]) < WIDTH + 16 and abs(one[1] - other[1]) < TALL + 8


def spot_in(layout: Layout, edge: Edge, wanted: Position | None) -> tuple[Layout, Position]:
    """A place for a node in the middle of a wire, and the layout with what lies behind moved on where it was tight.

    `wanted` is where a person let the node go; None puts it directly behind the wire's source. Behind means below, or
    at the right where the network flows there.
    """
    layout, direction = settled(layout), layout.direction
    right = direction == "right"
    along, across = (0, 1) if right else (1, 0)
    size, gap, level, breadth = (WIDTH, BESIDE, LEVEL_WIDTH, TALL) if right else (TALL, GAP, LEVEL_HEIGHT, WIDTH)
    stands = places(layout)
    source, target = stands[edge.source], stands[edge.target]

    def place(on: float, aside: float) -> Position:
        return (on, aside) if right else (aside, on)

    least, most = source[along] + size + gap, target[along] - size - gap
    if most >= least or target[along] < source[along] + size:
        # There is room, or the wire runs back or sideways and pushing would not make any.
        near = wanted is None or abs(wanted[across] - source[across]) < breadth / 2
        aside = source[across] if wanted is None or near else wanted[across]
        on = source[along] + level if wanted is None else wanted[along]
        if most >= least:
            on = min(max(on, least), most)
        return layout, free_spot(stands.values(), place(round(on / SNAP) * SNAP, aside), direction)
    # The node takes the target's place. Where the source branches, that is in the target's column.
    aside = target[across] if len(layout.out_of(edge.source)) > 1 else source[across]
    on = source[along] + level
    layout = pushed_on(layout, target[along], on + level - target[along])
    return layout, free_spot(places(layout).values(), place(on, aside), direction)


def pushed_on(layout: Layout, begin: float, distance: float) -> Layout:
    """The layout with everything that stands at or behind `begin` moved on, the way that the network flows."""
    right = layout.direction == "right"
    moved = {
        key: (x + distance, y) if right else (x, y + distance)
        for key, (x, y) in places(layout).items()
        if (x if right else y) >= begin - 1
    }
    return with_positions(layout, moved) if distance > 0 else layout


def with_room(layout: Layout, node_ids: Collection[str], place: Position) -> Layout:
    """With what lies behind these nodes moved on, if they came to stand on others; then they begin at `place`.

    Every node has a position. Behind means below, or at the right where the network flows there; notes move along.
    """
    stands = places(layout)
    others = {key: at for key, at in stands.items() if key not in node_ids}
    crowded = Crowd(others.values())
    if not any(crowded.touches(stands[key]) for key in node_ids):
        return layout
    axis = 0 if layout.direction == "right" else 1
    size, gap = ((WIDTH, BESIDE), (TALL, GAP))[axis]
    along = [stands[key][axis] for key in node_ids]
    back = place[axis] - min(along)
    end = max(along) + back + size + gap
    behind = [at[axis] for at in others.values() if at[axis] + size > place[axis]]
    distance = max(0.0, end - min(behind)) if behind else 0.0

    def moved(at: Position, by: float) -> Position:
        return on_canvas((at[0] + by, at[1]) if axis == 0 else (at[0], at[1] + by))

    positions = {
        key: moved(at, back if key in node_ids else distance if at[axis] + size > place[axis] else 0.0)
        for key, at in stands.items()
    }
    notes = {
        key: note if note.position[axis] < place[axis] else replace(note, position=moved(note.position, distance))
        for key, note in layout.notes.items()
    }
    return replace(with_positions(layout, positions), notes=notes)


class Crowd:
    """Places of nodes, so that asking whether one more would touch any of them does not mean asking all."""

    def __init__(self, taken: Iterable[Position] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Position]] = {}
        for place in taken:
            self.add(place)

    def add(self, place: Position) -> None:
        self._cells.setdefault((int(place[0] // 256), int(place[1] // 256)), []).append(place)

    def remove(self, place: Position) -> None:
        """Without one node at this place, where there is one."""
        self._cells[int(place[0] // 256), int(place[1] // 256)].remove(place)

    def touches(self, place: Position) -> bool:
        x, y = place
        columns = range(int((x - WIDTH - 16) // 256), int((x + WIDTH + 16) // 256) + 1)
        rows = range(int((y - TALL - 8) // 256), int((y + TALL + 8) // 256) + 1)
        cells = self._cells
        for column in columns:
            for row in rows:
                for other in cells.get((column, row), ()):
                    if touch(place, other):
                        return True
        return False
