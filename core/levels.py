"""Which level of a drawing each node of a graph stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.layout import Edge


def levels(node_ids: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """A level for each of the nodes, which come in their order: below all that it reads, sources just above readers.

    Wires that close a circle are as if they were not there.
    """
    before: dict[str, list[str]] = {key: [] for key in node_ids}
    after: dict[str, list[str]] = {key: [] for key in node_ids}
    for edge in edges:
        before[edge.target].append(edge.source)
        after[edge.source].append(edge.target)
    found: dict[str, int] = {}
    for key in node_ids:
        found[key] = max((found[other] + 1 for other in before[key] if other in found), default=0)
    # What leads to one reader alone stands directly above it, and so does all that leads only there.
    for key in reversed(node_ids):
        readers = [found[other] for other in after[key] if found[other] > found[key]]
        if readers and len(readers) == len(after[key]) and _leads_only_there(key, before, after):
            found[key] = min(readers) - 1
    return found


def _leads_only_there(key: str, before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> bool:
    # A few steps are enough to tell a short side branch, and few enough for a long chain.
    for _ in range(4):
        if not before[key]:
            return True
        if len(before[key]) > 1 or len(after[before[key][0]]) > 1:
            return False
        key = before[key][0]
    return False
