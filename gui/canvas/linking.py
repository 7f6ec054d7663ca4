"""Wires drawn without a mouse: what a node can be wired to, and which of its wires can be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.graph import ports
from core.layout import Edge, Layout, with_edge, without_edges
from gui.canvas.loose import fitting
from gui.canvas.ports import Port
from gui.document import Document


@dataclass(frozen=True)
class Link:
    """A wire that could be made, or (`gone`) one that is there and could be taken away."""

    edge: Edge
    onward: bool
    """Whether it leads on from the node that was asked for, and not to it."""
    gone: bool = False


def links(layout: Layout, node_id: str) -> Iterator[Link]:
    """All that can be wired to a node: first what it could lead to, nearest in the file's order, then what to it."""
    counts = ports(layout, node_id)
    for index in range(counts.outputs):
        for other, lit in _after(layout, node_id, fitting(layout, Port(node_id, True, index))):
            yield from (Link(Edge(node_id, other, output=index, input=port), True) for _, port in sorted(lit))
    taken = {edge.input for edge in layout.into(node_id)}
    for index in range(counts.inputs):
        if index not in taken:
            for other, lit in _after(layout, node_id, fitting(layout, Port(node_id, False, index))):
                yield from (Link(Edge(other, node_id, output=port, input=index), False) for _, port in sorted(lit))
    yield from (Link(edge, True, gone=True) for edge in layout.out_of(node_id))
    yield from (Link(edge, False, gone=True) for edge in layout.into(node_id))


def make_link(document: Document, link: Link) -> None:
    if link.gone:
        document.apply("canvas.edit.delete", lambda layout: without_edges(layout, [link.edge]))
    else:
        document.apply("canvas.edit.connect", lambda layout: with_edge(layout, link.edge))


def _after(
    layout: Layout, node_id: str, lit: dict[str, frozenset[tuple[bool, int]]]
) -> Iterator[tuple[str, frozenset[tuple[bool, int]]]]:
    """The others in the file's order, beginning behind the node: what follows is most likely meant."""
    nodes = list(layout.nodes)
    at = nodes.index(node_id)
    for other in (*nodes[at + 1 :], *nodes[:at]):
        if lit[other]:
            yield other, lit[other]
