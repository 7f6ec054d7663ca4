"""Whether what flows into another use of a module fits the sizes that its first use gave it. `core.walking` asks.

The arguments of a layer are its first use's, so that what does not fit them is said of them. Two kinds of module have
sizes that no argument says: a lazy layer, and a block with what its insides inferred.
"""

from __future__ import annotations

from core.catalogue import OPERATIONS, Entry
from core.inference import NodeFacts
from core.inferring import deciding_size
from core.layout import Layout
from core.problems import Problem
from core.rules import mends
from core.text import shape_text


def fits(layout: Layout, layer: str, first: NodeFacts, again: NodeFacts) -> bool:
    """Whether a module of this layer or block, made for its first use, can be used like this as well."""
    if not again.outputs or first.inputs == again.inputs:
        return True
    entry = layout.entry_of(layer)
    if not entry.lazy and layer not in layout.blocks:
        return True
    return _sizes(entry, first) == _sizes(entry, again)


def misfit(node_id: str, owner: str, first: NodeFacts, again: NodeFacts) -> Problem:
    values = {"node": node_id, "owner": owner, "wanted": _shapes(first), "received": _shapes(again)}
    return Problem(node_id, "shared.other_sizes", values, (mends.own_module(node_id),))


def _sizes(entry: Entry, facts: NodeFacts) -> object:
    """What a module of this entry is built with, as far as its use decides it."""
    if facts.instances:
        return tuple(
            (node_id, _sizes(inside.layout.entry(node_id), inside.nodes[node_id]))
            for inside in facts.instances
            for node_id in inside.order
            if inside.layout.nodes[node_id].layer not in OPERATIONS | {"Input", "Output"}
        )
    if entry.lazy:
        return deciding_size(facts.inputs, 0, -1 if entry.category == "linear" else 1)
    return facts.arguments


def _shapes(facts: NodeFacts) -> str:
    return ", ".join(shape_text(signal.shape) for signal in facts.inputs if signal is not None)
