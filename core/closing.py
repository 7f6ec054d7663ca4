"""Wires that close behind nodes that leave them. Deleting, extracting, bypassing and muting ask here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.layout import Edge


def closed(edges: Iterable[Edge], node_ids: Iterable[str], by_first: bool = False) -> tuple[Edge, ...]:
    """The wires without those of nodes that go, and behind them those that join the neighbours of each.

    A node with several ways in leaves a gap, as it would be a guess which of them should go on, and so does one that
    is read at another output than its first. `by_first` joins there too: what came by the first wired input goes on to
    the readers of the first output.
    """
    gone = dict.fromkeys(node_ids)
    kept: list[Edge] = []
    # Dictionaries as sets that keep their order: of thousands of nodes, each costs only its own wires.
    left: dict[Edge, None] = {}
    for edge in edges:
        if edge.source in gone or edge.target in gone:
            left[edge] = None
        else:
            kept.append(edge)
    into: dict[str, dict[Edge, None]] = {}
    out_of: dict[str, dict[Edge, None]] = {}
    for edge in left:
        into.setdefault(edge.target, {})[edge] = None
        out_of.setdefault(edge.source, {})[edge] = None
    for node_id in gone:
        before, after = into.pop(node_id, {}), out_of.pop(node_id, {})
        for edge in (*before, *after):
            left.pop(edge, None)
            out_of.get(edge.source, {}).pop(edge, None)
            into.get(edge.target, {}).pop(edge, None)
        for edge in _joining(before, after, by_first):
            left[edge] = None
            into.setdefault(edge.target, {})[edge] = None
            out_of.setdefault(edge.source, {})[edge] = None
    return (*kept, *(edge for edge in left if edge not in kept))


def _joining(before: Iterable[Edge], after: Iterable[Edge], by_first: bool) -> list[Edge]:
    """What stands in for the wires into and out of a node. One that leads into itself leads nowhere any more."""
    ways = sorted((edge for edge in before if edge.source != edge.target), key=lambda edge: edge.input)
    following = [edge for edge in after if edge.source != edge.target]
    if not ways or (not by_first and (len(ways) > 1 or any(edge.output for edge in following))):
        return []
    came = ways[0]
    return [replace(edge, source=came.source, output=came.output) for edge in following if edge.output == 0]
