"""Taking nodes out of the wires that they stand in, with the wires closing behind them. The nodes stay, loose.

Shaking, alt-dragging and extracting ask with `extracted`; the switch that bypasses, with `put_aside`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from core.closing import closed
from core.graph import COLUMN_WIDTH, LEVEL_HEIGHT
from core.layout import Edge, Layout, Position, on_canvas, with_muted, with_positions
from core.muting import left_out, mutable, only_read_by
from core.placement import places, settled, touch

FARTHEST_ASIDE = 16
"""Columns that a bypassed node is moved at most."""


def extracted(layout: Layout, node_ids: Collection[str]) -> Layout:
    """With these nodes out of their wires; where they had one way in and one way out, their neighbours are joined.

    The wires among the nodes stay, so that a run comes out as a run. Nothing changes if no wire leads in or out.
    """
    chosen = _in_order(layout, node_ids)
    return _loose(layout, chosen, closed(layout.edges, chosen))


def bypassed(layout: Layout, node_ids: Collection[str]) -> Layout:
    """The same, but every reader of a node with several ways in gets what came by the first of them.

    A muted node passes just that on, so that what follows computes the same whether a node is muted or bypassed.
    """
    chosen = _in_order(layout, node_ids)
    return _loose(layout, chosen, closed(layout.edges, chosen, by_first=True))


def put_aside(layout: Layout, node_ids: Collection[str]) -> Layout:
    """With these nodes bypassed, muted and moved beside where they stood: the network goes on without them.

    Those that nothing can pass through, or that are put aside already, stay as they are. What led only into a join
    that goes, by another way than the one that is passed on, goes along: nothing would read it any more.
    """
    chosen = frozenset(key for key in node_ids if mutable(layout, key)) - left_out(layout)
    chosen |= {key for key in only_read_by(layout, chosen) if mutable(layout, key)}
    loose = bypassed(layout, chosen)
    if loose is not layout:
        loose = with_positions(replace(settled(layout), edges=loose.edges), _beside(layout, chosen))
    return with_muted(loose, chosen, True)


def _beside(layout: Layout, node_ids: Collection[str]) -> dict[str, Position]:
    """Places a few columns to the side, all by the same way: the first at which none of the nodes touches another."""
    stands = places(layout)
    dx, dy = (0.0, LEVEL_HEIGHT) if layout.direction == "right" else (COLUMN_WIDTH, 0.0)
    # By the rows that they may reach into, so that each node is held against its neighbours only.
    rows: dict[int, list[Position]] = {}
    for key, place in stands.items():
        if key not in node_ids:
            for row in range(_row(place) - 1, _row(place) + 2):
                rows.setdefault(row, []).append(place)
    for step in range(1, FARTHEST_ASIDE + 1):
        moved = {key: on_canvas((stands[key][0] + step * dx, stands[key][1] + step * dy)) for key in node_ids}
        if not any(touch(place, other) for place in moved.values() for other in rows.get(_row(place), ())):
            break
    return moved


def _row(place: Position) -> int:
    return int(place[1] // LEVEL_HEIGHT)


def _in_order(layout: Layout, node_ids: Collection[str]) -> Mapping[str, None]:
    chosen = frozenset(node_ids)
    # One after the other as in the file: a set would come in another order each time.
    return {key: None for key in layout.nodes if key in chosen}


def _loose(layout: Layout, node_ids: Mapping[str, None], around: Collection[Edge]) -> Layout:
    """With the wires around these nodes in place of theirs, and beside them those among the nodes."""
    # By identity, as what stays is the same and comparing thousands takes long. What closes a gap comes last.
    kept, known = {id(edge) for edge in around}, {id(edge) for edge in layout.edges}
    edges = [edge for edge in layout.edges if id(edge) in kept or (edge.source in node_ids and edge.target in node_ids)]
    if len(edges) == len(layout.edges):
        return layout
    return replace(layout, edges=(*edges, *(edge for edge in around if id(edge) not in known)))
