"""Which wires end and begin at each node. `Layout.into` and `Layout.out_of` ask here.

An edit moves a few wires of a thousand, so what was sorted for the layout before it is carried over: the groups of the
nodes that the edit leaves alone are then the very same tuples, by which an inference sees at once what did not change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from core.layout import Edge

Groups: TypeAlias = "Mapping[str, tuple[Edge, ...]]"

LARGEST_MEMORY = 32
"""Of a document, of what is open beside it, and of the insides of their blocks."""
LARGEST_CHANGE = 0.1
"""Of all wires. Where more are others, all are sorted anew."""


@dataclass(frozen=True, eq=False)
class Wires:
    edges: tuple[Edge, ...]
    into: Groups
    """By the node that they end at, in the order of its inputs."""
    out_of: Groups
    """By the node that they begin at, in the order of the file."""
    kept: frozenset[int]
    """The identities of the edges."""

    def others_than(self, before: Wires) -> set[str]:
        """The nodes that do not have the wires that they had before."""
        found: set[str] = set()
        for now, then in ((self.into, before.into), (self.out_of, before.out_of)):
            if now is not then:
                found |= {node_id for node_id, group in now.items() if then.get(node_id) is not group}
                found |= then.keys() - now.keys()
        return found


_known: OrderedDict[int, Wires] = OrderedDict()
"""By the identity of the edges, which are kept beside: those that were asked for last, the newest at the end."""


def wires_of(edges: tuple[Edge, ...]) -> Wires:
    found = _known.get(id(edges))
    if found is None:
        # The edges before the edit are about as many, and were asked for not long ago.
        near = min(reversed(_known.values()), key=lambda one: abs(len(one.edges) - len(edges)), default=None)
        found = (None if near is None else carried_over(edges, near)) or sorted_wires(edges)
        _known[id(edges)] = found
        if len(_known) > LARGEST_MEMORY:
            _known.popitem(last=False)
    return found


def sorted_wires(edges: tuple[Edge, ...]) -> Wires:
    """Without anything known."""
    into = _grouped(sorted(edges, key=lambda edge: edge.input), lambda edge: edge.target)
    return Wires(edges, into, _grouped(edges, lambda edge: edge.source), frozenset(map(id, edges)))


def carried_over(edges: tuple[Edge, ...], before: Wires) -> Wires | None:
    """The same from what is known of other edges; None where they have too little in common."""
    kept = frozenset(map(id, edges))
    gone = [edge for edge in before.edges if id(edge) not in kept]
    new = [edge for edge in edges if id(edge) not in before.kept]
    if len(gone) + len(new) > LARGEST_CHANGE * len(edges):
        return None
    # Comparing is quick: the same values are found in the same places, unless an edit put them in another order.
    if [edge for edge in edges if id(edge) in before.kept] != [edge for edge in before.edges if id(edge) in kept]:
        return None
    changed = (*gone, *new)
    targets, sources = {edge.target for edge in changed}, {edge.source for edge in changed}
    into = sorted((edge for edge in edges if edge.target in targets), key=lambda edge: edge.input)
    out_of = [edge for edge in edges if edge.source in sources]
    return Wires(
        edges,
        _with(before.into, targets, _grouped(into, lambda edge: edge.target)),
        _with(before.out_of, sources, _grouped(out_of, lambda edge: edge.source)),
        kept,
    )


def _with(groups: Groups, changed: Iterable[str], new: Groups) -> Groups:
    found = dict(groups)
    for node_id in changed:
        found.pop(node_id, None)
    return {**found, **new}


def _grouped(edges: Iterable[Edge], end: Callable[[Edge], str]) -> dict[str, tuple[Edge, ...]]:
    groups: dict[str, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(end(edge), []).append(edge)
    return {node_id: tuple(group) for node_id, group in groups.items()}
