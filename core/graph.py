"""What a layout is as a graph: ports, order, cycles. Canvas and inference ask here."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache

from core.layout import Edge, Layout
from core.problems import Problem

LEVEL_HEIGHT = 100.0
COLUMN_WIDTH = 232.0
"""Canvas units between nodes that stand below and beside each other."""


@dataclass(frozen=True)
class Ports:
    inputs: int
    outputs: int


def ports(layout: Layout, node_id: str) -> Ports:
    """How many wires may end at a node and how many outputs it has. A variadic operation always has one input free."""
    entry = layout.entry(node_id)
    inputs = entry.inputs
    if entry.variadic:
        used = max((edge.input + 1 for edge in layout.into(node_id)), default=0)
        inputs = max(inputs, used + 1)
    return Ports(inputs, len(output_names(layout, node_id)))


def input_names(layout: Layout, node_id: str) -> tuple[str, ...]:
    """What the inputs of a node are called: `query`, `key`, `value`. Those of a variadic operation are numbered."""
    entry, count = layout.entry(node_id), ports(layout, node_id).inputs
    return entry.input_names + tuple(f"input_{index}" for index in range(entry.inputs, count))


def output_names(layout: Layout, node_id: str) -> tuple[str, ...]:
    """What the outputs of a node are called: `output`, `h_n`, `c_n`."""
    node = layout.nodes[node_id]
    owner = layout.nodes.get(node.shares or "", node)
    return layout.entry(node_id).outputs_for(owner.arguments)


def free_input(layout: Layout, node_id: str) -> int | None:
    """The first input of a node that no wire ends at, or None. Those that may stay free come last."""
    taken = {edge.input for edge in layout.into(node_id)}
    entry = layout.entry(node_id)
    free = [port for port in range(ports(layout, node_id).inputs) if port not in taken]
    return min(free, key=lambda port: (port < entry.inputs and not entry.needs(port), port), default=None)


def connection_problem(layout: Layout, edge: Edge) -> Problem | None:
    """Why a new edge cannot be: `connection.self`, `.duplicate`, `.no_port`, `.occupied`, `.cycle`; None if it can."""
    values = {"source": edge.source, "target": edge.target}

    def refused(rule: str) -> Problem:
        return Problem(edge.target, f"connection.{rule}", values)

    if edge.source == edge.target:
        return refused("self")
    if edge in layout.edges:
        return refused("duplicate")
    if edge.output not in range(ports(layout, edge.source).outputs):
        return refused("no_output")
    if edge.input not in range(ports(layout, edge.target).inputs):
        return refused("no_input")
    if any(other.target == edge.target and other.input == edge.input for other in layout.edges):
        return refused("occupied")
    if edge.source in reachable(layout, edge.target):
        return refused("cycle")
    return None


def reachable(layout: Layout, start: str, backward: bool = False) -> frozenset[str]:
    """The nodes that a path leads to from `start` (or, backward, that lead to it), itself among them."""
    found, waiting = {start}, deque([start])
    while waiting:
        here = waiting.popleft()
        edges = layout.into(here) if backward else layout.out_of(here)
        for node_id in [edge.source if backward else edge.target for edge in edges]:
            if node_id not in found:
                found.add(node_id)
                waiting.append(node_id)
    return frozenset(found)


def order(layout: Layout) -> tuple[str, ...]:
    """The nodes, each behind those it reads from, else as in the file. Nodes on or behind a cycle are left out."""
    return _sorted(tuple(layout.nodes), layout.edges)[0]


def cyclic(layout: Layout) -> frozenset[str]:
    """The nodes that lie on a cycle."""
    import networkx

    graph = networkx.DiGraph((edge.source, edge.target) for edge in layout.edges)
    components = networkx.strongly_connected_components(graph)
    loops = {edge.source for edge in layout.edges if edge.source == edge.target}
    return frozenset(loops.union(*(part for part in components if len(part) > 1)))


@lru_cache(maxsize=64)
def _sorted(node_ids: tuple[str, ...], edges: tuple[Edge, ...]) -> tuple[tuple[str, ...], bool]:
    # A depth-first walk backward from each node in the file's order: what a node reads from comes directly before it,
    # so that a branch is built and printed together instead of level by level.
    before: dict[str, list[tuple[int, str]]] = {node_id: [] for node_id in node_ids}
    for edge in edges:
        before[edge.target].append((edge.input, edge.source))
    done: dict[str, bool] = {}
    result: list[str] = []
    complete = True
    for root in node_ids:
        stack = [(root, False)]
        while stack:
            node_id, leaving = stack.pop()
            if leaving:
                if all(done.get(source) for _, source in before[node_id]):
                    done[node_id] = True
                    result.append(node_id)
                else:
                    complete = False
            elif node_id not in done:
                done[node_id] = False
                stack.append((node_id, True))
                stack.extend((source, False) for _, source in sorted(before[node_id], reverse=True))
    return tuple(result), complete
