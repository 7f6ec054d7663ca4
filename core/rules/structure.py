"""What can be wrong with a layout before any shape is known: roots, ends, wires, cycles."""

from __future__ import annotations

from collections.abc import Iterator

from core.catalogue import ENTRIES
from core.graph import connection_problem, cyclic, free_input, order
from core.layout import Edge, Layout
from core.problems import Problem
from core.rules import mends


def structure_problems(layout: Layout) -> Iterator[Problem]:
    if not layout.nodes:
        yield Problem(None, "graph.empty")
        return
    yield from _ends(layout)
    if len(order(layout)) < len(layout.nodes):
        nodes = sorted(cyclic(layout))
        yield Problem(nodes[0], "graph.cycle", {"node": nodes[0], "nodes": " → ".join([*nodes, nodes[0]])})
    for node_id in layout.nodes:
        yield from _wires(layout, node_id)


def _ends(layout: Layout) -> Iterator[Problem]:
    """Exactly one Input and one Output."""
    for layer, rule in (("Input", "input"), ("Output", "output")):
        found = [node_id for node_id, node in layout.nodes.items() if node.layer == layer]
        if not found:
            loose = _loose_ends(layout)
            mend = (mends.append(loose[0], "Output"),) if layer == "Output" and len(loose) == 1 else ()
            yield Problem(None, f"graph.no_{rule}", {}, mend)
        for extra in found[1:]:
            yield Problem(extra, f"graph.several_{rule}s", {"node": extra, "first": found[0]}, (mends.delete(extra),))


def _wires(layout: Layout, node_id: str) -> Iterator[Problem]:
    entry = ENTRIES[layout.nodes[node_id].layer]
    into, out = layout.into(node_id), layout.out_of(node_id)
    if not into and not out and len(layout.nodes) > 1:
        yield Problem(node_id, "graph.unconnected", {"node": node_id}, (mends.delete(node_id),))
        return
    taken = {edge.input for edge in into}
    missing = [port for port in range(max(entry.inputs, len(taken))) if port not in taken]
    if missing and len(missing) == entry.inputs:
        loose = _loose_ends(layout)
        mend = _connecting(layout, loose[0], node_id) if len(loose) == 1 and entry.inputs == 1 else ()
        rule = "graph.output_unconnected" if entry.name == "Output" else "graph.root"
        yield Problem(node_id, rule, {"node": node_id}, mend)
    elif missing:
        yield Problem(
            node_id, "graph.missing_input", {"node": node_id, "input": missing[0] + 1, "inputs": entry.inputs}
        )
    if entry.outputs and not out:
        outputs = [key for key, node in layout.nodes.items() if node.layer == "Output" and free_input(layout, key) == 0]
        mend = _connecting(layout, node_id, outputs[0]) if len(outputs) == 1 and into else ()
        yield Problem(node_id, "graph.loose_end", {"node": node_id}, (*mend, mends.delete(node_id)))


def _connecting(layout: Layout, source: str, target: str) -> tuple[mends.Mend, ...]:
    """The mend that connects two nodes, where that can be."""
    refused = connection_problem(layout, Edge(source, target))
    return () if refused else (mends.connect(source, target),)


def _loose_ends(layout: Layout) -> list[str]:
    """Nodes with an output that nothing reads."""
    sources = {edge.source for edge in layout.edges}
    return [key for key, node in layout.nodes.items() if key not in sources and ENTRIES[node.layer].outputs]
