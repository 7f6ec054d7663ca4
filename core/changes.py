"""What of a network an edit changed, by name. The list of edits says it beside each of them."""

from __future__ import annotations

from collections.abc import Mapping

from core.layout import Edge, Layout, Node


def changed_nodes(before: Layout, after: Layout, scope: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The nodes that came, went or are otherwise, else those whose wires are; in the part of the network at `scope`."""
    old_nodes, old_edges = _part(before, scope)
    new_nodes, new_edges = _part(after, scope)
    if old_nodes is not new_nodes:
        # Most nodes are the same objects, which costs little to see.
        other = [key for key, node in new_nodes.items() if old_nodes.get(key) is not node]
        changed = [key for key in other if old_nodes.get(key) != new_nodes[key]]
        names = (*changed, *(key for key in old_nodes if key not in new_nodes))
        if names:
            return names
    if old_edges == new_edges:
        return ()
    old, new = set(old_edges), set(new_edges)
    rewired = [edge for edge in (*old_edges, *new_edges) if (edge in old) != (edge in new)]
    return tuple(dict.fromkeys(end for edge in rewired for end in (edge.source, edge.target)))


def _part(layout: Layout, scope: tuple[str, ...]) -> tuple[Mapping[str, Node], tuple[Edge, ...]]:
    """The nodes and wires at the end of a way, as far as it goes."""
    nodes, edges = layout.nodes, layout.edges
    for node_id in scope:
        block = layout.blocks.get(nodes[node_id].layer) if node_id in nodes else None
        if block is None:
            break
        nodes, edges = block.nodes, block.edges
    return nodes, edges
