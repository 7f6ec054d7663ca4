"""A layout as it computes: each muted node an Identity, and what leads nowhere for that left out.

`infer` asks here, so that all that comes from an inference — shapes, model, code, training — agrees on it. The ids of
nodes stay; what is drawn and saved is the layout that a person made.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import replace

from core.layout import Block, Edge, Layout, Node, framed_without, with_heirs, with_muted
from core.values import Value

LAYER = "Identity"
_NO_ARGUMENTS: Mapping[str, Value] = {}
"""One for all: an inference compares arguments by identity first."""
LARGEST_MEMORY = 64

_known: OrderedDict[int, tuple[Mapping[str, Block], Mapping[str, Block]]] = OrderedDict()
"""By the identity of blocks, which are kept beside: what becomes of them."""


def mutable(layout: Layout, node_id: str) -> bool:
    """Whether something comes in and something goes out, so that the one can go on as the other."""
    entry = layout.entry(node_id)
    return entry.inputs > 0 and entry.outputs > 0


def left_out(layout: Layout) -> frozenset[str]:
    """The muted nodes that are put aside: no way through other muted ones joins them to one that works."""
    return frozenset(_put_aside(layout, _muted(layout)))


def only_read_by(layout: Layout, node_ids: Collection[str]) -> frozenset[str]:
    """The nodes that lead nowhere but into these, by others than the first of their wires.

    Were these muted, nobody would read them any more.
    """
    muted = with_muted(layout, (key for key in node_ids if mutable(layout, key)), True)
    return frozenset(_gone(muted) - _gone(layout) - set(node_ids))


def _gone(layout: Layout) -> frozenset[str]:
    muted = _muted(layout)
    return _pruned(layout, _passed(layout, muted), muted)[1] if muted else frozenset()


def effective(layout: Layout) -> Layout:
    """The layout as it computes, its blocks too. The very same one where nothing is muted.

    A muted node passes on what comes in by the first of its wires. What came in by the others is left out where nobody
    else reads it. So is a muted node that no way joins to any other: it is put aside.
    """
    blocks = _effective_blocks(layout)
    layout = layout if blocks is layout.blocks else replace(layout, blocks=blocks)
    return _without_muted(layout)


def _effective_blocks(layout: Layout) -> Mapping[str, Block]:
    # The answer is remembered: inferences of the insides of blocks are, by the identity of the blocks.
    known = _known.get(id(layout.blocks))
    if known is None:
        found = {name: _effective_block(layout, block) for name, block in layout.blocks.items()}
        same = all(found[name] is block for name, block in layout.blocks.items())
        known = _known[id(layout.blocks)] = (layout.blocks, layout.blocks if same else found)
        if len(_known) > LARGEST_MEMORY:
            _known.popitem(last=False)
    _known.move_to_end(id(layout.blocks))
    return known[1]


def _effective_block(layout: Layout, block: Block) -> Block:
    inside = Layout(nodes=block.nodes, edges=block.edges, blocks=layout.blocks, frames=block.frames)
    found = _without_muted(inside)
    return block if found is inside else replace(block, nodes=found.nodes, edges=found.edges, frames=found.frames)


def _without_muted(layout: Layout) -> Layout:
    muted = _muted(layout)
    if not muted:
        return layout
    edges, gone = _pruned(layout, _passed(layout, muted), muted)
    nodes = {
        key: Node(LAYER, _NO_ARGUMENTS, node.position, note=node.note) if key in muted else node
        for key, node in with_heirs(layout, muted | gone).items()
        if key not in gone
    }
    read = {edge.source for edge in edges}
    for key, node in nodes.items():
        if node.layer == "Input" and key not in read and layout.out_of(key):
            # Marked, as nobody forgot to connect it: what comes in here is left unread on purpose.
            nodes[key] = replace(node, muted=True)
    return replace(layout, nodes=nodes, edges=edges, frames=framed_without(layout.frames, gone))


def _muted(layout: Layout) -> set[str]:
    return {key for key, node in layout.nodes.items() if node.muted and mutable(layout, key)}


def _passed(layout: Layout, muted: Collection[str]) -> Mapping[str, Edge]:
    """By muted node: the wire by which comes what it passes on."""
    return {key: layout.into(key)[0] for key in muted if layout.into(key)}


def _pruned(
    layout: Layout, passed: Mapping[str, Edge], muted: Collection[str]
) -> tuple[tuple[Edge, ...], frozenset[str]]:
    """The wires that are left, and the nodes that are not."""
    cut = {edge for key in muted for edge in layout.into(key) if edge is not passed.get(key)}
    gone = set(_put_aside(layout, muted))
    waiting = [edge.source for edge in cut]
    while waiting:
        node_id = waiting.pop()
        # An Input stays: what it stands for is given, whether it is read or not.
        if node_id in gone or layout.nodes[node_id].layer == "Input":
            continue
        if all(edge in cut or edge.target in gone for edge in layout.out_of(node_id)):
            gone.add(node_id)
            waiting += [edge.source for edge in layout.into(node_id)]
    edges = [
        replace(edge, input=0) if edge.input and edge.target in muted else edge
        for edge in layout.edges
        if edge not in cut and edge.source not in gone and edge.target not in gone
    ]
    return tuple(edges), frozenset(gone)


def _put_aside(layout: Layout, muted: Collection[str]) -> set[str]:
    """The muted nodes that no way through other muted ones joins to one that is not muted."""
    joined: set[str] = set()
    waiting = [
        key
        for key in muted
        if any(edge.source not in muted for edge in layout.into(key))
        or any(edge.target not in muted for edge in layout.out_of(key))
    ]
    while waiting:
        node_id = waiting.pop()
        if node_id not in joined:
            joined.add(node_id)
            near = [edge.source for edge in layout.into(node_id)] + [edge.target for edge in layout.out_of(node_id)]
            waiting += [key for key in near if key in muted]
    return set(muted) - joined
