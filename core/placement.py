"""Edits that put a node into a network and make room for it where positions are known."""

from __future__ import annotations

from core.catalogue import ENTRIES
from core.graph import LEVEL_HEIGHT
from core.layout import Edge, Layout, Node, Position, with_appended, with_inserted, with_positions
from core.names import fresh_name
from core.values import Value


def inserted_into(layout: Layout, edge: Edge, layer: str, arguments: dict[str, Value] | None = None) -> Layout:
    """The layout with a new node of `layer` in the middle of an edge, and what lies below moved down by a level."""
    node_id = fresh_name(layer, frozenset(layout.nodes))
    values = dict(ENTRIES[layer].example) if arguments is None else arguments
    below = layout.nodes[edge.target].position
    layout = with_room(layout, below)
    return with_inserted(layout, edge, node_id, Node(layer, values, below))


def appended_to(layout: Layout, after: str, layer: str) -> Layout:
    """The layout with a new node of `layer` behind `after`."""
    node_id = fresh_name(layer, frozenset(layout.nodes))
    position = layout.nodes[after].position
    below = (position[0], position[1] + LEVEL_HEIGHT) if position is not None else None
    layout = with_room(layout, below)
    return with_appended(layout, after, node_id, Node(layer, dict(ENTRIES[layer].example), below))


def with_room(layout: Layout, position: Position | None) -> Layout:
    """The layout with all that stands at or below a position moved down by a level, unless there is room already."""
    if position is None:
        return layout
    x, y = position
    places = {key: node.position for key, node in layout.nodes.items() if node.position is not None}
    if not any(abs(place[0] - x) < 200 and abs(place[1] - y) < LEVEL_HEIGHT * 0.8 for place in places.values()):
        return layout
    moved = {key: (place[0], place[1] + LEVEL_HEIGHT) for key, place in places.items() if place[1] >= y - 1}
    return with_positions(layout, moved)
