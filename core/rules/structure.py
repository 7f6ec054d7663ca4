"""What can be wrong with a layout before any shape is known: roots, ends, wires, cycles, shared modules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from core.blocks import holds_lazy
from core.catalogue import OPERATIONS
from core.graph import connection_problem, cyclic, free_input, output_names
from core.layout import Edge, Layout
from core.problems import Problem
from core.rules import mends

if TYPE_CHECKING:
    from core.datasets import DatasetFacts


def structure_problems(
    layout: Layout, dataset: DatasetFacts | None, ordered: tuple[str, ...], suspects: Collection[str]
) -> Iterator[Problem]:
    """Problems of a whole layout with its data set, or of the inside of a block, which has none.

    Of all nodes only the `suspects` are looked at: all of them, or after an edit those that `suspects` found.
    """
    if not layout.nodes:
        yield Problem(None, "graph.empty")
        return
    yield from _ends(layout, dataset is not None and dataset.kind != "none")
    if len(ordered) < len(layout.nodes):
        nodes = sorted(cyclic(layout))
        yield Problem(nodes[0], "graph.cycle", {"node": nodes[0], "nodes": " → ".join([*nodes, nodes[0]])})
    for node_id in layout.nodes:
        if node_id in suspects:
            yield from _wires(layout, node_id)
            yield from _module(layout, node_id)


def suspects(layout: Layout, touched: Collection[str], found: Iterable[Problem]) -> Collection[str]:
    """The nodes that something may be wrong with after an edit that touched some; `found` is what was wrong before.

    Whether anything is wrong with a node is decided by itself, its wires, the nodes that it reads from and those whose
    modules these use. What exactly is said of it, and how it may be mended, by the whole.
    """
    if len(layout.nodes) < 3:
        # A node that stands alone need not be connected.
        return layout.nodes
    changed = {*touched, *(key for key, node in layout.nodes.items() if node.shares in touched)}
    readers = {edge.target for key in changed for edge in layout.out_of(key)}
    return changed | readers | {problem.node for problem in found if problem.node is not None}


def _ends(layout: Layout, has_data: bool) -> Iterator[Problem]:
    """At least one Input and one Output; just one of each where a data set feeds the one and a loss reads the other."""
    for layer, rule in (("Input", "input"), ("Output", "output")):
        found = [node_id for node_id, node in layout.nodes.items() if node.layer == layer]
        if not found:
            loose = _loose_ends(layout)
            adding = (mends.append(loose[0], "Output"),) if layer == "Output" and len(loose) == 1 else ()
            yield Problem(None, f"graph.no_{rule}", {}, adding)
        for extra in found[1:] if has_data else ():
            either = (mends.delete(extra), mends.use_dataset("none"))
            yield Problem(extra, f"graph.several_{rule}s", {"node": extra, "first": found[0]}, either)


def _wires(layout: Layout, node_id: str) -> Iterator[Problem]:
    entry = layout.entry(node_id)
    into, out = layout.into(node_id), layout.out_of(node_id)
    if entry.name == "Input" and layout.nodes[node_id].muted and not out:
        # What read it is muted.
        return
    if not into and not out and len(layout.nodes) > 1 and (entry.inputs or entry.outputs):
        yield Problem(node_id, "graph.unconnected", {"node": node_id}, (mends.delete(node_id),))
        return
    for edge in into:
        outputs = len(output_names(layout, edge.source))
        if edge.output >= outputs:
            values = {"node": node_id, "source": edge.source, "output": edge.output + 1, "outputs": outputs}
            yield Problem(node_id, "graph.no_output_port", values, (mends.disconnect(edge),))
    taken = {edge.input for edge in into}
    # The wires of a variadic operation stand one beside the other, without a gap.
    wanted = range(max(entry.inputs, len(taken) if entry.variadic else 0))
    missing = [port for port in wanted if port not in taken and (entry.needs(port) or port >= entry.inputs)]
    if missing and not taken:
        loose = _loose_ends(layout)
        mend = _connecting(layout, loose[0], node_id) if len(loose) == 1 and entry.inputs == 1 else ()
        rule = "graph.output_unconnected" if entry.name == "Output" else "graph.root"
        yield Problem(node_id, rule, {"node": node_id}, mend)
    elif missing:
        names = entry.input_names
        name = names[missing[0]] if missing[0] < len(names) else f"input_{missing[0]}"
        needed = sum(entry.needs(port) or port >= entry.inputs for port in wanted)
        values = {"node": node_id, "input": missing[0] + 1, "inputs": needed, "name": name}
        yield Problem(node_id, "graph.missing_input", values)
    if entry.outputs and not out:
        outputs_free = [
            key for key, node in layout.nodes.items() if node.layer == "Output" and free_input(layout, key) == 0
        ]
        mend = _connecting(layout, node_id, outputs_free[0]) if len(outputs_free) == 1 and into else ()
        yield Problem(node_id, "graph.loose_end", {"node": node_id}, (*mend, mends.delete(node_id)))


def _module(layout: Layout, node_id: str) -> Iterator[Problem]:
    """A module that is shared, frozen or repeated must be one that can be."""
    node = layout.nodes[node_id]
    if node.frozen and holds_lazy(layout, node.layer):
        mend = mends.unfreeze(node_id)
        yield Problem(node_id, "lazy.frozen", {"node": node_id, "layer": node.layer}, (mend,))
    if node.repeat != 1 and node.layer not in layout.blocks:
        yield Problem(node_id, "block.repeat_layer", {"node": node_id, "layer": node.layer})
    if node.shares is None:
        return
    owner = layout.nodes.get(node.shares)
    values = {"node": node_id, "owner": node.shares, "layer": node.layer}
    sound = owner is not None and owner.shares is None and owner.layer == node.layer and node.shares != node_id
    if not sound or node.layer in OPERATIONS or node.layer in ("Input", "Output"):
        yield Problem(node_id, "shared.no_owner", values, (mends.own_module(node_id),))


def _connecting(layout: Layout, source: str, target: str) -> tuple[mends.Mend, ...]:
    """The mend that connects two nodes, where that can be."""
    refused = connection_problem(layout, Edge(source, target))
    return () if refused else (mends.connect(source, target),)


def _loose_ends(layout: Layout) -> list[str]:
    """Nodes with an output that nothing reads."""
    sources = {edge.source for edge in layout.edges}
    return [key for key in layout.nodes if key not in sources and layout.entry(key).outputs]
