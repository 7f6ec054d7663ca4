"""`view` sees the memory that it receives in another shape, and torch refuses where the values do not lie in its order.

Shapes tell nothing of that, so every node before it is asked, through blocks too. Where nothing is certain, `reshape`
gives the same and copies where it must.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from core.blocks import interior
from core.graph import order
from core.layout import Layout
from core.problems import Problem
from core.rules import mends

# What comes out of these may lie in another order than its shape, also where what flows in does not. A test asks torch.
OUT_OF_ORDER = frozenset(
    "chunk expand expand_as narrow permute scaled_dot_product_attention select slice split transpose".split()
)
UNCERTAIN = frozenset({"recurrent", "attention"})
"""Categories whose kernels choose the order themselves."""
IN_ORDER = frozenset("Embedding Linear LazyLinear contiguous".split())
"""What always comes out in order. All others give in order what they receive in order."""

Culprit: TypeAlias = str | None
"""The node behind which values may be out of order; None where they are in order."""


@dataclass(frozen=True)
class _Refusal:
    node: str
    source: str
    port: int


def view_problems(layout: Layout, ordered: tuple[str, ...]) -> Iterator[Problem]:
    """What flows into an Input is in order; inside a block, this is asked again for every use of it."""
    insides = (layout.nodes, *(block.nodes for block in layout.blocks.values()))
    if not any(node.layer == "view" for nodes in insides for node in nodes.values()):
        return
    refused, _ = _Order(layout).walked(layout, ordered, {})
    for refusal in refused:
        values = {"node": refusal.node, "source": refusal.source}
        if layout.nodes[refusal.node].layer == "view":
            mend = mends.replace_layer(refusal.node, "reshape")
            yield Problem(refusal.node, "operation.view_order", values, (mend,))
        else:
            wire = next(edge for edge in layout.into(refusal.node) if edge.input == refusal.port)
            # What a repetition gives to the next one goes along no wire.
            found = (mends.insert(wire, "contiguous"),) if refusal.source != refusal.node else ()
            yield Problem(refusal.node, "operation.view_order_inside", values, found)


class _Order:
    """Walks over a layout and the insides of its blocks, each inside once for what may flow into it."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._known: dict[tuple[str, tuple[bool, ...]], tuple[bool, tuple[bool, ...]]] = {}

    def walked(
        self, layout: Layout, ordered: tuple[str, ...], given: Mapping[str, Culprit]
    ) -> tuple[list[_Refusal], tuple[Culprit, ...]]:
        """The views that torch refuses, and what flows into each Output. `given` is by Input."""
        culprits: dict[str, tuple[Culprit, ...]] = {}
        refused: list[_Refusal] = []
        ends: dict[str, Culprit] = {}
        for node_id in ordered:
            layer = layout.nodes[node_id].layer
            received: dict[int, Culprit] = {}
            for edge in layout.into(node_id):
                outputs = culprits.get(edge.source, (None,))
                received[edge.input] = outputs[min(edge.output, len(outputs) - 1)]
            first = next(((port, one) for port, one in sorted(received.items()) if one is not None), None)
            if layer in layout.blocks:
                refuses, culprits[node_id] = self._use(layout, node_id, received)
            else:
                refuses = layer == "view" and first is not None
                culprits[node_id] = (_passed(layout, node_id, first),)
            if layer == "Input":
                culprits[node_id] = (given.get(node_id),)
            elif layer == "Output":
                ends[node_id] = received.get(0)
            if refuses:
                port, source = first or (0, node_id)
                refused.append(_Refusal(node_id, source or node_id, port))
        return refused, tuple(ends.get(key) for key, node in layout.nodes.items() if node.layer == "Output")

    def _use(self, layout: Layout, node_id: str, received: Mapping[int, Culprit]) -> tuple[bool, tuple[Culprit, ...]]:
        """Whether a block refuses what this use gives it, and what leaves it."""
        node = layout.nodes[node_id]
        ports = range(layout.entry(node_id).inputs)
        flowing = tuple(received.get(port) is not None for port in ports)
        refuses, outputs = self._inside(node.layer, flowing)
        if node.repeat > 1:
            # The second repetition receives what the first gives; from then on nothing changes.
            again, outputs = self._inside(node.layer, outputs)
            refuses = refuses or again
        return refuses, tuple(node_id if output else None for output in outputs)

    def _inside(self, name: str, flowing: tuple[bool, ...]) -> tuple[bool, tuple[bool, ...]]:
        """Whether a view inside a block is refused for what flows in alone, and which Outputs may be out of order."""
        key = (name, flowing)
        if key not in self._known:
            inside = interior(self._layout, name)
            inputs = [node_id for node_id, node in inside.nodes.items() if node.layer == "Input"]
            given = {node_id: node_id for node_id, bad in zip(inputs, flowing, strict=False) if bad}
            refused, ends = self.walked(inside, order(inside), given)
            because = any(refusal.source in given for refusal in refused)
            self._known[key] = (because, tuple(end is not None for end in ends))
        return self._known[key]


def _passed(layout: Layout, node_id: str, first: tuple[int, Culprit] | None) -> Culprit:
    """The node that brought the values of this one's output out of order."""
    layer = layout.nodes[node_id].layer
    if layer in OUT_OF_ORDER or layout.entry(node_id).category in UNCERTAIN:
        return node_id
    return None if layer in IN_ORDER or first is None else first[1]
