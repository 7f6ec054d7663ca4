"""What a layout is as a graph: ports, order, cycles, and where its nodes would stand. Canvas and inference ask here."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.catalogue import ENTRIES
from core.layout import Edge, Layout, Position
from core.problems import Problem

LEVEL_HEIGHT = 100.0
COLUMN_WIDTH = 232.0
"""Canvas units between nodes that `arranged` puts below and beside each other."""


@dataclass(frozen=True)
class Ports:
    inputs: int
    outputs: int


def ports(layout: Layout, node_id: str) -> Ports:
    """How many wires may end at a node and how many outputs it has. A variadic operation always has one input free."""
    entry = ENTRIES[layout.nodes[node_id].layer]
    inputs = entry.inputs
    if entry.variadic:
        used = max((edge.input + 1 for edge in layout.edges if edge.target == node_id), default=0)
        inputs = max(inputs, used + 1)
    return Ports(inputs, entry.outputs)


def free_input(layout: Layout, node_id: str) -> int | None:
    """The first input of a node that no wire ends at, or None."""
    taken = {edge.input for edge in layout.edges if edge.target == node_id}
    return next((port for port in range(ports(layout, node_id).inputs) if port not in taken), None)


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
    following: dict[str, list[str]] = {}
    for edge in layout.edges:
        source, target = (edge.target, edge.source) if backward else (edge.source, edge.target)
        following.setdefault(source, []).append(target)
    found, waiting = {start}, deque([start])
    while waiting:
        for node_id in following.get(waiting.popleft(), ()):
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


def arranged(layout: Layout) -> Mapping[str, Position]:
    """A position for every node: a level below the lowest node it reads from, branches side by side around x = 0."""
    level: dict[str, int] = {}
    for node_id in (*order(layout), *(key for key in layout.nodes)):
        above = [level[edge.source] + 1 for edge in layout.into(node_id) if edge.source in level]
        level.setdefault(node_id, max(above, default=0))
    graph = _pulled_down(layout, level)
    rows: dict[int, list[str]] = {}
    for node_id in layout.nodes:
        rows.setdefault(graph[node_id], []).append(node_id)
    column: dict[str, float] = {}
    for depth in sorted(rows):
        row = rows[depth]
        wanted = {key: _mean([column[e.source] for e in layout.into(key) if e.source in column]) for key in row}
        row.sort(key=lambda key: wanted[key])
        # A node that a wire passes gives way to it: the wire comes from further above and goes further down.
        centre = _mean(list(wanted.values()))
        passing = _passing(layout, graph, depth)
        width = len(row) + passing - 1
        for index, node_id in enumerate(row):
            column[node_id] = centre - width / 2 + index if width else wanted[node_id]
    return {
        node_id: (round(column[node_id] * COLUMN_WIDTH), round(graph[node_id] * LEVEL_HEIGHT))
        for node_id in layout.nodes
    }


def _pulled_down(layout: Layout, level: Mapping[str, int]) -> dict[str, int]:
    """Levels with every root moved to just above the first node that reads it."""
    pulled = dict(level)
    for node_id in layout.nodes:
        readers = [level[edge.target] for edge in layout.out_of(node_id)]
        if readers and not layout.into(node_id):
            pulled[node_id] = max(pulled[node_id], min(readers) - 1)
    return pulled


def _passing(layout: Layout, level: Mapping[str, int], depth: int) -> int:
    """How many nodes above send a wire past this level."""
    return len({edge.source for edge in layout.edges if level[edge.source] < depth < level[edge.target]})


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
