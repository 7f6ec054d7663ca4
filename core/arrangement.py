"""Where the nodes of a layout would stand if nobody had put them anywhere: in the order of the network.

A file without positions opens like this, and tidying asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from core.graph import COLUMN_WIDTH, LEVEL_HEIGHT, order
from core.layered import across
from core.layout import Direction, Edge, Frame, Layout, Position
from core.levels import levels
from core.spreading import Measures

LEVEL_WIDTH = 352.0
"""Canvas units from a node to the next where the network flows to the right, with room for a shape between them."""
FRAME_TOP, FRAME_END = 40.0, 24.0
"""More of it where a frame begins, which has a title there, and where one ends."""

NODE_WIDTH, NODE_HEIGHT = 200.0, 64.0
DOWN = Measures(NODE_WIDTH, COLUMN_WIDTH - NODE_WIDTH, 24.0, 40.0)
RIGHT = Measures(NODE_HEIGHT, LEVEL_HEIGHT - NODE_HEIGHT, 20.0, 56.0)
STEP = 4
"""Places are multiples of this."""


def arranged(
    layout: Layout, direction: Direction | None = None, node_ids: Collection[str] | None = None
) -> Mapping[str, Position]:
    """A position for every node, or for these: each behind all that it reads, the longest way straight.

    Parts that no wire joins stand side by side, and nodes without wires in rows behind them.
    """
    flow = _Flow(direction or layout.direction)
    running = order(layout)
    known = frozenset(running)
    walk = [*running, *(key for key in layout.nodes if key not in known)]
    level = levels(walk, layout.edges)
    edges = layout.edges
    if node_ids is not None:
        walk = [key for key in walk if key in node_ids]
        edges = tuple(edge for edge in edges if edge.source in node_ids and edge.target in node_ids)
        # Between them there is no room left for what is not among them.
        rank = {old: new for new, old in enumerate(sorted({level[key] for key in walk}))}
        level = {key: rank[level[key]] for key in walk}
    frames = _innermost(layout.frames)
    parts = _parts(walk, edges)
    whole = [part for part in parts if len(part.nodes) > 1] or parts[:1]
    loose = [part.nodes[0] for part in parts if part not in whole] if len(whole) < len(parts) else []
    found: dict[str, tuple[float, int]] = {}
    edge_of_part = 0.0
    for index, part in enumerate(whole):
        highest = min(level[key] for key in part.nodes) if node_ids is None else 0
        aside = across({key: level[key] - highest for key in part.nodes}, part.edges, flow.measures, frames)
        shift = 0.0 if index == 0 else edge_of_part + flow.pitch - min(aside.values())
        for key, place in aside.items():
            found[key] = (place + shift, level[key] - highest)
        edge_of_part = max(edge_of_part, max(aside.values()) + shift)
    columns = max(1, round(len(loose) ** 0.5))
    for index, key in enumerate(loose):
        found[key] = (edge_of_part + flow.pitch * (1 + index % columns), index // columns)
    return flow.positions(found, frames)


@dataclass(frozen=True)
class _Flow:
    direction: Direction

    @property
    def measures(self) -> Measures:
        return DOWN if self.direction == "down" else RIGHT

    @property
    def pitch(self) -> float:
        """From the middle of a node to that of its neighbour on the same level."""
        return self.measures.node + self.measures.gap

    def positions(self, found: Mapping[str, tuple[float, int]], frames: Mapping[str, str]) -> dict[str, Position]:
        along = self._along(found, frames)
        places = {key: (round(aside / STEP) * STEP, along[level]) for key, (aside, level) in found.items()}
        if self.direction == "down":
            return {key: (float(aside), far) for key, (aside, far) in places.items()}
        return {key: (far, float(aside)) for key, (aside, far) in places.items()}

    def _along(self, found: Mapping[str, tuple[float, int]], frames: Mapping[str, str]) -> list[float]:
        """How far each level is from the first."""
        count = max((level for _, level in found.values()), default=-1) + 1
        step, begins = (LEVEL_HEIGHT, FRAME_TOP) if self.direction == "down" else (LEVEL_WIDTH, FRAME_END)
        spans: dict[str, tuple[int, int]] = {}
        for key, (_, level) in found.items():
            if key in frames:
                first, last = spans.get(frames[key], (level, level))
                spans[frames[key]] = (min(first, level), max(last, level))
        steps = [0.0, *[step] * max(count - 1, 0)][:count]
        for level in {first for first, _ in spans.values()} - {0}:
            steps[level] += begins
        for level in {last + 1 for _, last in spans.values()} - {count}:
            steps[level] += FRAME_END
        return list(accumulate(steps))


def _innermost(frames: Mapping[str, Frame]) -> dict[str, str]:
    """The smallest frame that each node stands in."""
    found: dict[str, str] = {}
    for frame_id, frame in sorted(frames.items(), key=lambda item: -len(item[1].nodes)):
        found |= dict.fromkeys(frame.nodes, frame_id)
    return found


@dataclass
class _Part:
    """Nodes that wires join, whatever way round."""

    nodes: list[str]
    edges: list[Edge]


def _parts(node_ids: Sequence[str], edges: Sequence[Edge]) -> list[_Part]:
    """The parts of a network, each with its nodes in their order; they come as their first nodes do."""
    head = {key: key for key in node_ids}

    def top(key: str) -> str:
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    for edge in edges:
        head[top(edge.source)] = top(edge.target)
    parts: dict[str, _Part] = {}
    for key in node_ids:
        parts.setdefault(top(key), _Part([], [])).nodes.append(key)
    for edge in edges:
        parts[top(edge.source)].edges.append(edge)
    return list(parts.values())
