"""What a layout is as a graph: ports, order, cycles, and where its nodes would stand. Canvas and inference ask here."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from core.layout import Edge, Layout, Position
from core.problems import Problem

LEVEL_HEIGHT = 100.0
COLUMN_WIDTH = 232.0
"""Canvas units between nodes that `arranged` puts below and beside each other."""
MOST_PASSED = 100_000
"""Levels that wires pass, of all wires together. Beyond that nothing gives way to them: it would take seconds."""


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
    level = _levels(layout)
    above: dict[_Stand, list[_Stand]] = {(node_id, level[node_id]): [] for node_id in layout.nodes}
    passing = sum(max(level[edge.target] - level[edge.source] - 1, 0) for edge in layout.edges) <= MOST_PASSED
    for edge in layout.edges if passing else ():
        for depth in range(level[edge.source] + 1, level[edge.target]):
            above[edge.source, depth] = [(edge.source, depth - 1)]
    for node_id in layout.nodes:
        # On or behind a cycle a wire may come from below.
        sources = {edge.source: None for edge in layout.into(node_id) if level[edge.source] < level[node_id]}
        above[node_id, level[node_id]] = [
            (source, level[node_id] - 1 if passing else level[source]) for source in sources
        ]
    rows: dict[int, list[_Stand]] = {}
    for stand in above:
        rows.setdefault(stand[1], []).append(stand)
    side = _sides(layout, above, rows)
    column: dict[_Stand, float] = {}
    for depth in sorted(rows):
        wanted = {stand: _mean([column[other] for other in above[stand]]) for stand in rows[depth]}
        row = sorted(rows[depth], key=lambda stand: (wanted[stand], side[stand]))
        column.update(zip(row, _spread([wanted[stand] for stand in row]), strict=True))
    return {
        node_id: (round(column[node_id, level[node_id]] * COLUMN_WIDTH), round(level[node_id] * LEVEL_HEIGHT))
        for node_id in layout.nodes
    }


_Stand: TypeAlias = tuple[str, int]
"""A node on its level; on a deeper one, the place at which its wires pass the nodes there."""


def _levels(layout: Layout) -> dict[str, int]:
    """A level below the lowest node it reads from; a node that reads nothing, just above the first that reads it."""
    level: dict[str, int] = {}
    for node_id in (*order(layout), *layout.nodes):
        above = [level[edge.source] + 1 for edge in layout.into(node_id) if edge.source in level]
        level.setdefault(node_id, max(above, default=0))
    for node_id in layout.nodes:
        readers = [level[edge.target] for edge in layout.out_of(node_id)]
        if readers and not layout.into(node_id):
            level[node_id] = max(level[node_id], min(readers) - 1)
    return level


def _sides(
    layout: Layout, above: Mapping[_Stand, list[_Stand]], rows: Mapping[int, list[_Stand]]
) -> Mapping[_Stand, int]:
    """By which input each branch ends, where branches come together: that of the first input stands leftmost."""
    side = dict.fromkeys(above, 0)
    for depth in sorted(rows, reverse=True):
        for stand in rows[depth]:
            ends = above[stand]
            for port, end in enumerate(ends):
                side[end] = port if len(ends) > 1 else side[stand]
    return side


def _spread(wanted: list[float]) -> list[float]:
    """Places from left to right, a column apart at least, and together as near as can be to those that are wanted."""
    groups: list[tuple[float, int]] = []
    for index, place in enumerate(wanted):
        total, count = place - index, 1
        # Where two would stand too close, they and their neighbours give way by the same distance.
        while groups and groups[-1][0] * count > total * groups[-1][1]:
            before = groups.pop()
            total, count = total + before[0], count + before[1]
        groups.append((total, count))
    found: list[float] = []
    for total, count in groups:
        found += [total / count + len(found) + index for index in range(count)]
    return found


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
