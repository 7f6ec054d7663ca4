"""The layout: an immutable value that holds a network as a person drew it, and the edits that return a new one.

Everything else in the program is a function of a layout. Dictionaries inside are typed as `Mapping` and never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from core.training.config import TrainingConfig
from core.values import Value

Position: TypeAlias = tuple[float, float]
"""Top left of a node in canvas units, x to the right, y downward."""


@dataclass(frozen=True)
class Node:
    layer: str
    """A torch.nn class (`Conv2d`), an operation (`add`), `Input` or `Output`."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """Only what differs from torch's default."""
    position: Position | None = None


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    output: int = 0
    """Which of the source's outputs."""
    input: int = 0
    """Which of the target's inputs."""

    def touches(self, node_id: str) -> bool:
        return node_id in (self.source, self.target)


@dataclass(frozen=True)
class Layout:
    title: str = ""
    nodes: Mapping[str, Node] = field(default_factory=dict)
    """By id, in the order of the file."""
    edges: tuple[Edge, ...] = ()
    training: TrainingConfig = field(default_factory=TrainingConfig)

    def into(self, node_id: str) -> tuple[Edge, ...]:
        """The edges that end at a node, by input."""
        return self._into.get(node_id, ())

    def out_of(self, node_id: str) -> tuple[Edge, ...]:
        """The edges that begin at a node, in the order of the file."""
        return self._out_of.get(node_id, ())

    # A layout never changes, so its wires are sorted once however often they are asked for.
    @cached_property
    def _into(self) -> Mapping[str, tuple[Edge, ...]]:
        return _grouped(sorted(self.edges, key=lambda edge: edge.input), lambda edge: edge.target)

    @cached_property
    def _out_of(self) -> Mapping[str, tuple[Edge, ...]]:
        return _grouped(self.edges, lambda edge: edge.source)


def _grouped(edges: Iterable[Edge], end: Callable[[Edge], str]) -> dict[str, tuple[Edge, ...]]:
    groups: dict[str, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(end(edge), []).append(edge)
    return {node_id: tuple(group) for node_id, group in groups.items()}


def with_node(layout: Layout, node_id: str, node: Node) -> Layout:
    """The layout with one more node, unconnected."""
    return replace(layout, nodes={**layout.nodes, node_id: node})


def without_nodes(layout: Layout, node_ids: Iterable[str]) -> Layout:
    """The layout without these nodes; where a deleted run had one way in and one way out, its neighbours are joined."""
    for node_id in node_ids:
        layout = _without_node(layout, node_id)
    return layout


def _without_node(layout: Layout, node_id: str) -> Layout:
    before, after = layout.into(node_id), layout.out_of(node_id)
    nodes = {key: node for key, node in layout.nodes.items() if key != node_id}
    kept = [edge for edge in layout.edges if not edge.touches(node_id)]
    # With several ways in it would be a guess which of them should go on; with one, every reader gets that one.
    if len(before) == 1 and all(edge.output == 0 for edge in after):
        came = before[0]
        for edge in after:
            kept.append(replace(edge, source=came.source, output=came.output))
    return replace(layout, nodes=nodes, edges=tuple(kept))


def with_edge(layout: Layout, edge: Edge) -> Layout:
    return replace(layout, edges=(*layout.edges, edge))


def without_edges(layout: Layout, edges: Iterable[Edge]) -> Layout:
    gone = set(edges)
    return replace(layout, edges=tuple(edge for edge in layout.edges if edge not in gone))


def with_inserted(layout: Layout, edge: Edge, node_id: str, node: Node) -> Layout:
    """The layout with a new or existing node in the middle of an edge."""
    layout = layout if node_id in layout.nodes else with_node(layout, node_id, node)
    layout = without_edges(layout, [edge])
    into = Edge(edge.source, node_id, output=edge.output)
    out = Edge(node_id, edge.target, input=edge.input)
    return replace(layout, edges=(*layout.edges, into, out))


def with_argument(layout: Layout, node_id: str, name: str, value: Value) -> Layout:
    """The layout with one argument of a node set. Use `without_argument` to go back to torch's default."""
    node = layout.nodes[node_id]
    return _with_replaced(layout, node_id, replace(node, arguments={**node.arguments, name: value}))


def without_argument(layout: Layout, node_id: str, name: str) -> Layout:
    node = layout.nodes[node_id]
    arguments = {key: value for key, value in node.arguments.items() if key != name}
    return _with_replaced(layout, node_id, replace(node, arguments=arguments))


def with_renamed(layout: Layout, old: str, new: str) -> Layout:
    """The layout with a node's id changed everywhere, in the same place. The caller has checked the name."""
    nodes = {new if key == old else key: node for key, node in layout.nodes.items()}
    edges = tuple(
        replace(
            edge,
            source=new if edge.source == old else edge.source,
            target=new if edge.target == old else edge.target,
        )
        for edge in layout.edges
    )
    return replace(layout, nodes=nodes, edges=edges)


def with_positions(layout: Layout, positions: Mapping[str, Position]) -> Layout:
    nodes = {
        key: replace(node, position=positions[key]) if key in positions else node for key, node in layout.nodes.items()
    }
    return replace(layout, nodes=nodes)


def with_training(layout: Layout, training: TrainingConfig) -> Layout:
    return replace(layout, training=training)


def with_title(layout: Layout, title: str) -> Layout:
    return replace(layout, title=title)


def _with_replaced(layout: Layout, node_id: str, node: Node) -> Layout:
    return replace(layout, nodes={**layout.nodes, node_id: node})
