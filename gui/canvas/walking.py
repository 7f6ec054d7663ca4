"""Going from node to node: along the wires, and to what stands at the side. Keys and the lit path ask here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.graph import order, reachable
from core.layout import Edge, Layout, Position
from core.placement import places

Way = tuple[int, int]
"""To the right and down, one of them 0 and the other 1 or -1."""


def neighbour(layout: Layout, node_id: str, way: Way) -> str | None:
    """The node that an arrow key leads to; None if there is none that way.

    Where the network runs that way, it is what follows (or comes before) along a wire; else what stands there.
    """
    stands = places(layout)
    along, backward = _along(layout, way)
    if along:
        edges = layout.into(node_id) if backward else layout.out_of(node_id)
        ends = {edge.source if backward else edge.target: None for edge in edges}
        ends.pop(node_id, None)
        if ends:
            return _straightest(stands, node_id, ends, way)
    others = [key for key in stands if key != node_id]
    return _beside(stands, node_id, others, way)


def first(layout: Layout, way: Way) -> str | None:
    """Where walking begins when nothing is selected: where the network begins, or ends for who goes against it."""
    running = order(layout)
    walk = [*running, *(key for key in layout.nodes if key not in running)]
    if not walk:
        return None
    _, backward = _along(layout, way)
    return walk[-1] if backward else walk[0]


def _along(layout: Layout, way: Way) -> tuple[bool, bool]:
    """Whether a way is one of the two in which the network runs, and whether it is the one back."""
    step = way[0] if layout.direction == "right" else way[1]
    return step != 0, step < 0


def _straightest(stands: Mapping[str, Position], start: str, ends: Iterable[str], way: Way) -> str:
    """Of several ends of wires the one that stands most nearly straight ahead."""
    across = 0 if way[1] else 1
    return min(ends, key=lambda key: abs(stands[key][across] - stands[start][across]))


def _beside(stands: Mapping[str, Position], start: str, others: Iterable[str], way: Way) -> str | None:
    """The nearest node on that side, what lies off the straight way counting as further."""
    x, y = stands[start]
    best: tuple[float, str] | None = None
    for key in others:
        right, down = stands[key][0] - x, stands[key][1] - y
        ahead = right * way[0] + down * way[1]
        aside = abs(down if way[0] else right)
        if ahead > 0 and aside <= 2 * ahead:
            far = ahead + 2 * aside
            if best is None or far < best[0]:
                best = (far, key)
    return best[1] if best is not None else None


def way_through(layout: Layout, key: str | Edge) -> frozenset[str | Edge]:
    """The nodes and wires that lead to a node or wire and on from it, itself among them."""
    source, target = (key.source, key.target) if isinstance(key, Edge) else (key, key)
    before, behind = reachable(layout, source, backward=True), reachable(layout, target)
    edges = {edge for edge in layout.edges if edge.target in before or edge.source in behind}
    if isinstance(key, Edge):
        edges.add(key)
    return frozenset[str | Edge]((*before, *behind, *edges))
