"""A node at the moment before it is called: what the rules about its arguments and inputs look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from core.catalogue import ENTRIES, Entry
from core.inferring import inferred_arguments
from core.layers import specification
from core.layout import Edge, Layout
from core.outcome import Signals
from core.problems import Mend, Problem
from core.rules import mends
from core.signals import Shape, Signal, Size
from core.values import Value

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True)
class Site:
    layout: Layout
    node_id: str
    entry: Entry
    arguments: Mapping[str, Value]
    """Complete, with torch's defaults; each is sound by itself."""
    given: Mapping[str, Value]
    """Those that a person wrote down: of the module's owner, where the node shares a module."""
    received: Signals

    @property
    def signal(self) -> Signal:
        """What flows into the first input."""
        first = self.received[0]
        assert first is not None
        return first

    @property
    def shape(self) -> Shape:
        return self.signal.shape

    def number(self, name: str) -> int:
        """An argument that is an integer."""
        value = self.arguments[name]
        assert isinstance(value, int), (self.entry.name, name, value)
        return value

    def at(self, name: str) -> Signal | None:
        """What flows into an input, by torch's name for it."""
        return self.received[self.entry.input_names.index(name)]

    def edge(self, port: int = 0) -> Edge:
        """The wire that ends at an input."""
        return next(edge for edge in self.layout.into(self.node_id) if edge.input == port)

    def problem(
        self,
        rule: str,
        *mend: Mend,
        argument: str | None = None,
        severity: Severity = "error",
        **values: object,
    ) -> Problem:
        named = {"node": self.node_id, "layer": self.entry.name, "received": self.shape, **values}
        if argument is not None:
            named.setdefault("argument", argument)
        return Problem(self.node_id, rule, named, mend, severity, argument)

    def set(self, name: str, value: Value) -> Mend:
        return mends.set_argument(self.node_id, name, value)

    def leave_out(self, name: str) -> Mend:
        return mends.leave_out(self.node_id, name)

    def insert(self, layer: str, arguments: Mapping[str, Value] | None = None, port: int = 0) -> Mend:
        return mends.insert(self.edge(port), layer, arguments)

    @property
    def module_is_shared(self) -> bool:
        """Whether another node decides this one's arguments too."""
        return self.layout.nodes[self.node_id].shares is not None


Rule: TypeAlias = Callable[[Site], Iterator[Problem]]


def site(layout: Layout, node_id: str, arguments: Mapping[str, Value], received: Signals) -> Site:
    """`arguments` holds what was given and inferred, as a call names it; torch's defaults are added here."""
    node = layout.nodes[node_id]
    owner = layout.nodes.get(node.shares or "", node)
    entry = ENTRIES[node.layer]
    # A lazy layer finds out from its first batch what its other self is told.
    found = inferred_arguments(ENTRIES[node.layer.removeprefix("Lazy")], arguments, received) if entry.lazy else {}
    complete = {**defaults(node.layer), **found, **arguments}
    return Site(layout, node_id, entry, complete, owner.arguments, received)


@cache
def defaults(layer: str) -> Mapping[str, Value]:
    """Torch's default for every argument that has one."""
    return {field.name: field.default for field in specification(layer).fields}


def each(value: Value, dimensions: int) -> tuple[int, ...] | None:
    """A size for every dimension; None where it is a word or not given."""
    if isinstance(value, tuple):
        return tuple(part for part in value if isinstance(part, int))
    return (value,) * dimensions if isinstance(value, int) else None


def whole(sizes: Shape) -> tuple[int, ...] | None:
    """The sizes as numbers; None where one of them follows the batch."""
    return tuple(size for size in sizes if isinstance(size, int)) if all(isinstance(s, int) for s in sizes) else None


def together(one: Size, other: Size) -> bool:
    """Whether two sizes broadcast."""
    return one == other or one == 1 or other == 1
