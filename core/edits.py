"""Edits that also choose a place: where a new node goes, what it is wired to, and what makes room for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from core.arrangement import LEVEL_WIDTH
from core.graph import LEVEL_HEIGHT, free_input, ports
from core.layout import (
    Edge,
    Layout,
    Node,
    Position,
    on_canvas,
    with_edge,
    with_inserted,
    with_muted,
    with_node,
    with_positions,
    without_edges,
    without_nodes,
)
from core.names import another_names, fresh_name
from core.placement import GAP, WIDTH, free_spot, places, settled, spot_in


def new_name(layout: Layout, layer: str) -> str:
    return fresh_name(layer, frozenset(layout.nodes))


def new_node(layout: Layout, layer: str, position: Position) -> Node:
    """A node as it comes onto the canvas, with an example for each argument that torch leaves to the caller."""
    return Node(layer, dict(layout.entry_of(layer).example), on_canvas(position))


def insertable(layout: Layout, layer: str) -> bool:
    """Whether it can stand in the middle of a wire."""
    entry = layout.entry_of(layer)
    return entry.inputs > 0 and entry.outputs > 0


def added(layout: Layout, layer: str, position: Position) -> Layout:
    """With a new unconnected node."""
    return with_node(settled(layout), new_name(layout, layer), new_node(layout, layer, position))


def inserted(layout: Layout, edge: Edge, layer: str, wanted: Position | None = None) -> Layout:
    """With a new node in the middle of a wire, near `wanted`."""
    node_id = new_name(layout, layer)
    layout, position = spot_in(layout, edge, wanted)
    return with_inserted(layout, edge, node_id, new_node(layout, layer, position))


def moved_into(layout: Layout, edge: Edge, node_id: str, wanted: Position) -> Layout:
    """With a node that has no wires yet in the middle of a wire. One that was muted and put aside works again there."""
    alone = without_nodes(layout, [node_id])
    alone, position = spot_in(alone, edge, wanted)
    stands = {**places(alone), node_id: position}
    layout = with_inserted(with_muted(layout, [node_id], False), edge, node_id, layout.nodes[node_id])
    return with_positions(layout, stands)


def appended(layout: Layout, after: str, layer: str) -> Layout:
    """With a new node behind `after`: in its only wire, at its free end, or as one more branch.

    Behind an Output there is nothing, so the node comes before it.
    """
    if ports(layout, after).outputs == 0:
        before = layout.into(after)
        if len(before) == 1 and insertable(layout, layer):
            return inserted(layout, before[0], layer)
        return beside(layout, after, layer)
    following = layout.out_of(after)
    if len(following) == 1 and insertable(layout, layer):
        return inserted(layout, following[0], layer)
    if layout.entry_of(layer).inputs == 0:
        return beside(layout, after, layer)
    node_id = new_name(layout, layer)
    return with_edge(beside(layout, after, layer, 1), Edge(after, node_id))


def beside(layout: Layout, node_id: str, layer: str, levels: int = 0) -> Layout:
    """With a new unconnected node at the free place nearest to a node, or so many levels behind it."""
    stands, right = places(layout), layout.direction == "right"
    x, y = stands[node_id]
    wanted = (x + levels * LEVEL_WIDTH, y) if right else (x, y + levels * LEVEL_HEIGHT)
    return added(layout, layer, free_spot(stands.values(), wanted, layout.direction))


def only_end(layout: Layout, layer: str) -> str | None:
    """The one node behind which a new layer would sensibly go when none is selected, else None."""
    outputs = [key for key, node in layout.nodes.items() if node.layer == "Output"]
    if len(outputs) == 1 and insertable(layout, layer) and len(layout.into(outputs[0])) == 1:
        return outputs[0]
    sources = {edge.source for edge in layout.edges}
    ends = [key for key in layout.nodes if key not in sources and ports(layout, key).outputs]
    return ends[0] if len(ends) == 1 and layout.entry_of(layer).inputs > 0 else None


def deleted(layout: Layout, node_ids: Iterable[str], edges: Iterable[Edge]) -> Layout:
    """Without these wires and nodes; the neighbours of a node in the middle are joined."""
    return without_nodes(without_edges(layout, edges), node_ids)


def shifted(layout: Layout, node_ids: Collection[str], dx: float, dy: float) -> Layout:
    stands = places(layout)
    moved = {key: on_canvas((stands[key][0] + dx, stands[key][1] + dy)) for key in stands if key in node_ids}
    return with_positions(settled(layout), moved)


def copy_names(layout: Layout, node_ids: Collection[str]) -> dict[str, str]:
    """A fresh name for a copy of each node."""
    return another_names((key for key in layout.nodes if key in node_ids), layout.nodes)


def duplicated(layout: Layout, node_ids: Collection[str]) -> Layout:
    """With a copy of these nodes and of the wires among them, to the right of the originals.

    A copy uses the copied module where that is among them too, else the one that the original uses.
    """
    stands = places(layout)
    names = copy_names(layout, node_ids)
    left = min(stands[key][0] for key in names)
    right = max(stands[key][0] for key in names)
    shift = right - left + WIDTH + GAP
    layout = settled(layout)
    copies = {
        name: replace(
            layout.nodes[key],
            position=on_canvas((stands[key][0] + shift, stands[key][1])),
            shares=names.get(layout.nodes[key].shares or "", layout.nodes[key].shares),
        )
        for key, name in names.items()
    }
    edges = [
        replace(edge, source=names[edge.source], target=names[edge.target])
        for edge in layout.edges
        if edge.source in names and edge.target in names
    ]
    return replace(layout, nodes={**layout.nodes, **copies}, edges=(*layout.edges, *edges))


def lone(layout: Layout, node_id: str) -> bool:
    """Whether a node has no wires and could stand in one."""
    return insertable(layout, layout.nodes[node_id].layer) and not any(edge.touches(node_id) for edge in layout.edges)


def input_for_body(layout: Layout, node_id: str) -> int | None:
    """The input meant by dropping a wire on a node's body: its only free one, else None."""
    first = free_input(layout, node_id)
    if first is None:
        return None
    taken = {edge.input for edge in layout.edges if edge.target == node_id}
    free = [port for port in range(ports(layout, node_id).inputs) if port not in taken]
    return first if len(free) == 1 else None
