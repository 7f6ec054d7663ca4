"""An in-place layer overwrites what it receives. Where another reader follows, torch corrupts that silently.

A block overwrites, hands on and reads what the nodes inside it do, so every question is asked through blocks too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core import operations
from core.layout import Edge, Layout
from core.problems import Problem
from core.rules import mends

if TYPE_CHECKING:
    from core.layout import Node

# Dropout copies while training, which is the only time that gradients flow; else it hands its input on.
DROPOUTS = frozenset("Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout".split())
# What gives back the memory that it received, seen in another shape.
VIEWS = frozenset("Identity Flatten Unflatten".split())
# Layers whose backward pass reads their own output: torch notices the damage there, and only there. A test asks it.
READS_OUTPUT = frozenset(
    "ReLU Sigmoid Tanh Softmax LogSoftmax Softmin Softmax2d CrossMapLRN2d PairwiseDistance LSTM RNNCell".split()
)
READS_OUTPUT_IN_PLACE = frozenset("CELU ELU LeakyReLU RReLU ReLU SELU".split())
HANDS_ON = VIEWS | DROPOUTS | operations.VIEWS
NEEDS_OUTPUT = READS_OUTPUT | operations.READS_OUTPUT


def inplace_problems(layout: Layout, order: tuple[str, ...], inside: bool = False) -> Iterator[Problem]:
    """`inside` a block, what flows in is looked at where the block is used; else the data set still needs it."""
    for node_id in order:
        node = layout.nodes[node_id]
        if not node.arguments and node.shares is None and node.layer not in layout.blocks:
            # Most layers: this is asked of each after each edit.
            continue
        if node.layer not in layout.blocks and not _in_place(layout, node):
            continue
        for port in _overwritten(layout, node):
            source = _needed(layout, node_id, port, inside)
            if source is None and node.repeat > 1 and _reads_output(layout, node, 0):
                source = node_id
            if source is not None:
                yield _problem(layout, node_id, source)
                break


def _problem(layout: Layout, node_id: str, source: str) -> Problem:
    values = {"node": node_id, "source": source}
    node = layout.nodes[node_id]
    if node.layer in layout.blocks:
        culprits = _culprits(layout, node)
        mend = (mends.leave_out_inside(node.layer, culprits, "inplace"),) if culprits else ()
        return Problem(node_id, "inplace.shared", values, mend)
    return Problem(node_id, "inplace.shared", values, (mends.leave_out(node_id, "inplace"),), argument="inplace")


def _in_place(layout: Layout, node: Node) -> bool:
    owner = layout.nodes.get(node.shares or "", node)
    return owner.arguments.get("inplace") is True


def _needed(layout: Layout, node_id: str, port: int, inside: bool) -> str | None:
    """The node whose output this one would overwrite under another's eyes, or None."""
    edge = _wire(layout, node_id, port)
    copied = False
    while edge is not None:
        source, node = edge.source, layout.nodes[edge.source]
        readers = [other for other in layout.out_of(source) if other.output == edge.output]
        if len(readers) > 1 or (node.layer == "Input" and not inside):
            return source
        if not copied and _reads_output(layout, node, edge.output):
            return source
        copied = copied or node.layer in DROPOUTS
        passed = _passed(layout, node, edge.output)
        edge = None if passed is None else _wire(layout, source, passed)
    return None


def _wire(layout: Layout, node_id: str, port: int) -> Edge | None:
    return next((edge for edge in layout.into(node_id) if edge.input == port), None)


def _overwritten(layout: Layout, node: Node) -> tuple[int, ...]:
    """The inputs that a node overwrites."""
    if node.layer not in layout.blocks:
        return (0,) if _in_place(layout, node) else ()
    inside = _interior(layout, node)
    inputs = _ids(inside, "Input")
    found = {
        inputs.index(origin)
        for node_id, inner in inside.nodes.items()
        for port in _overwritten(inside, inner)
        if (origin := _origin(inside, _wire(inside, node_id, port))) in inputs
    }
    return tuple(sorted(found))


def _passed(layout: Layout, node: Node, output: int) -> int | None:
    """The input whose memory leaves a node as this output, or None."""
    if node.layer not in layout.blocks:
        hands_on = node.layer in HANDS_ON or _in_place(layout, node)
        return 0 if hands_on else None
    inside = _interior(layout, node)
    ends, inputs = _ids(inside, "Output"), _ids(inside, "Input")
    if output >= len(ends):
        return None
    origin = _origin(inside, _wire(inside, ends[output], 0))
    return inputs.index(origin) if origin in inputs else None


def _origin(layout: Layout, edge: Edge | None) -> str | None:
    """The node in whose memory that lies which a wire carries."""
    # The inside of a block may hold a circle: that is said there, and has no beginning.
    seen: set[str] = set()
    while edge is not None and edge.source not in seen:
        seen.add(edge.source)
        passed = _passed(layout, layout.nodes[edge.source], edge.output)
        if passed is None:
            return edge.source
        edge = _wire(layout, edge.source, passed)
    return None


def _reads_output(layout: Layout, node: Node, output: int) -> bool:
    """Whether the backward pass of a node reads what it gave."""
    if node.layer not in layout.blocks:
        names = layout.entry_of(node.layer).outputs_for(node.arguments)
        # The places of the largest values say where their gradients go.
        if output < len(names) and names[output] == "indices":
            return True
        return node.layer in NEEDS_OUTPUT or (node.layer in READS_OUTPUT_IN_PLACE and _in_place(layout, node))
    inside = _interior(layout, node)
    ends = _ids(inside, "Output")
    edge = _wire(inside, ends[output], 0) if output < len(ends) else None
    seen: set[str] = set()
    while edge is not None and edge.source not in seen:
        seen.add(edge.source)
        source = inside.nodes[edge.source]
        # A second reader inside the block needs it as well.
        if _reads_output(inside, source, edge.output) or len(inside.out_of(edge.source)) > 1:
            return True
        passed = None if source.layer in DROPOUTS else _passed(inside, source, edge.output)
        edge = None if passed is None else _wire(inside, edge.source, passed)
    return False


def _culprits(layout: Layout, node: Node) -> tuple[str, ...]:
    """The in-place layers inside a block that overwrite its input."""
    inside = _interior(layout, node)
    inputs = _ids(inside, "Input")
    return tuple(
        node_id
        for node_id, inner in inside.nodes.items()
        if inner.layer not in layout.blocks
        and _in_place(inside, inner)
        and _origin(inside, _wire(inside, node_id, 0)) in inputs
    )


LARGEST_MEMO = 500
_insides: dict[tuple[int, str, str], tuple[object, Layout]] = {}


def _interior(layout: Layout, node: Node) -> Layout:
    """The inside of a block with the arguments of this use, its wires sorted once however many uses are looked at."""
    from core.blocks import bound

    owner = layout.nodes.get(node.shares or "", node)
    # The blocks are kept beside the answer, so that their identity names them for as long as it does.
    key = (id(layout.blocks), node.layer, repr(sorted(owner.arguments.items())))
    known = _insides.get(key)
    if known is None:
        if len(_insides) >= LARGEST_MEMO:
            _insides.clear()
        block = layout.blocks[node.layer]
        inside = Layout(node.layer, bound(block, owner.arguments), block.edges, blocks=layout.blocks)
        known = _insides[key] = (layout.blocks, inside)
    return known[1]


def _ids(layout: Layout, layer: str) -> tuple[str, ...]:
    return tuple(node_id for node_id, node in layout.nodes.items() if node.layer == layer)
