"""Blocks: what is inside one, what its arguments are, and which names and sizes it may have.

A block's inside is looked at as a layout of its own, so that every question and every edit that a layout knows works in
there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeAlias

from core.catalogue import ENTRIES
from core.layout import Block, Edge, Layout, Node
from core.names import SCRIPT_NAMES, name_problem
from core.values import Reference, Value

if TYPE_CHECKING:
    from core.fields import Field

DEEPEST_NESTING = 32
"""Blocks within blocks."""
LARGEST_NETWORK = 20_000
"""Layers and operations, counted through every use and repetition of every block."""


def interior(layout: Layout, name: str) -> Layout:
    """The inside of a block as a layout, with references where it uses the block's arguments."""
    block = layout.blocks[name]
    training, blocks, direction = layout.training, layout.blocks, layout.direction
    return Layout(name, block.nodes, block.edges, training, blocks, block.frames, block.notes, direction)


def block_around(layout: Layout) -> Block | None:
    """The block whose inside a layout is. The whole may bear the name of one too, so the nodes tell."""
    block = layout.blocks.get(layout.title)
    return block if block is not None and block.nodes == layout.nodes else None


def with_interior(layout: Layout, name: str, inside: Layout) -> Layout:
    """The layout with another inside of a block, at every use of it.

    The wires at its uses stay at the Inputs and Outputs that they were at; those of one that is gone go with it.
    """
    block = replace(
        layout.blocks[name], nodes=inside.nodes, edges=inside.edges, frames=inside.frames, notes=inside.notes
    )
    blocks = {**inside.blocks, name: block}
    # The inside's own edits have already moved the wires of the blocks in there, but not of those beside it.
    moved = {key: _moves(layout.blocks[key], new) for key, new in blocks.items() if key in layout.blocks}
    within = {name: moved[name]}
    blocks = {
        key: replace(other, edges=_moved(other.edges, other.nodes, within)) if any(within[name]) else other
        for key, other in blocks.items()
    }
    return replace(layout, edges=_moved(layout.edges, layout.nodes, moved), blocks=blocks)


_Moves: TypeAlias = tuple[Mapping[int, int], Mapping[int, int]]
"""Where the Inputs and the Outputs of a block have gone, by number. Empty where each has stayed."""


def _moves(old: Block, new: Block) -> _Moves:
    return _moved_ports(old, new, "Input"), _moved_ports(old, new, "Output")


def _moved_ports(old: Block, new: Block, layer: str) -> Mapping[int, int]:
    before, after = ([key for key, node in block.nodes.items() if node.layer == layer] for block in (old, new))
    if before == after or (len(before) == len(after) and set(before) != set(after)):
        # As they were, or one of them renamed.
        return {}
    places = {index: after.index(key) for index, key in enumerate(before) if key in after}
    # That all are gone is said by a number that no port has.
    return places or {-1: -1}


def _moved(edges: tuple[Edge, ...], nodes: Mapping[str, Node], moves: Mapping[str, _Moves]) -> tuple[Edge, ...]:
    if not any(any(pair) for pair in moves.values()):
        return edges
    found: list[Edge] = []
    for edge in edges:
        outputs = moves.get(nodes[edge.source].layer, ({}, {}))[1] or {edge.output: edge.output}
        inputs = moves.get(nodes[edge.target].layer, ({}, {}))[0] or {edge.input: edge.input}
        if edge.output in outputs and edge.input in inputs:
            found.append(replace(edge, output=outputs[edge.output], input=inputs[edge.input]))
    return tuple(found)


def bound(block: Block, values: Mapping[str, Value]) -> Mapping[str, Node]:
    """The nodes of a block with its arguments filled in: the values of a use, else the block's own."""
    complete = {**block.arguments, **values}
    return {node_id: _bound(node, complete) for node_id, node in block.nodes.items()}


def _bound(node: Node, values: Mapping[str, Value]) -> Node:
    if not any(isinstance(value, Reference) for value in node.arguments.values()):
        return node
    arguments = {name: resolved(value, values) for name, value in node.arguments.items()}
    return replace(node, arguments=arguments)


def resolved(value: Value, values: Mapping[str, Value]) -> Value:
    """A reference's value. It stays a reference where there is no such argument, or none that can be multiplied."""
    if not isinstance(value, Reference) or value.argument not in values:
        return value
    found = values[value.argument]
    if value.times == 1:
        return found
    if isinstance(found, tuple) and all(_is_number(part) for part in found):
        return tuple(part * value.times for part in found)  # type: ignore[operator]
    return found * value.times if _is_number(found) else value  # type: ignore[operator]


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def block_fields(layout: Layout, name: str) -> tuple[Field, ...]:
    """A field for each argument of a block: that of the first layer inside that uses it, with the block's default."""
    return tuple(_block_field(layout, name, argument) for argument in layout.blocks[name].arguments)


def _block_field(layout: Layout, name: str, argument: str) -> Field:
    from core.fields import Field
    from core.layers import specification

    block = layout.blocks[name]
    default = block.arguments[argument]
    for node in block.nodes.values():
        for key, value in node.arguments.items():
            if not isinstance(value, Reference) or value.argument != argument:
                continue
            if node.layer not in layout.blocks:
                found = specification(node.layer).field(key)
            elif key in layout.blocks[node.layer].arguments:
                found = _block_field(layout, node.layer, key)
            else:
                continue
            if found is not None:
                return replace(found, name=argument, default=default, required=False, inferred=False)
    return Field(argument, _kind(default), default=default)  # type: ignore[arg-type]


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, (tuple, int)):
        return "integer" if isinstance(value, int) else "size"
    return "real"


def block_name_problem(name: str) -> str | None:
    """The rule of `core.names` that a block's name breaks, or None. The name becomes a class in the code."""
    import builtins

    rule = name_problem(name)
    if rule is None and (name in ENTRIES or name in SCRIPT_NAMES or hasattr(builtins, name)):
        return "name.reserved"
    return rule


def used_by(blocks: Mapping[str, Block], name: str) -> Iterator[str]:
    """The blocks that stand inside a block, each as often as it is used there."""
    return (node.layer for node in blocks[name].nodes.values() if node.layer in blocks)


def nesting_problem(blocks: Mapping[str, Block]) -> tuple[str, str] | None:
    """`block_in_itself` or `blocks_too_deep` and the block where that is so, or None."""
    # Not networkx: it takes longer to import than a layout takes to open.
    inner = {name: tuple(dict.fromkeys(used_by(blocks, name))) for name in blocks}
    depth: dict[str, int] = {}
    try:
        for name in TopologicalSorter(inner).static_order():
            depth[name] = 1 + max((depth[other] for other in inner[name]), default=0)
    except CycleError as error:
        return "block_in_itself", str(error.args[1][0])
    deepest = max(depth, key=depth.__getitem__, default="")
    return ("blocks_too_deep", deepest) if depth.get(deepest, 0) > DEEPEST_NESTING else None


def use_count(layout: Layout, name: str) -> int:
    """How many uses of a block there are in the network, those inside other blocks counted at each use of these."""
    known: dict[str, int] = {name: 1}

    def inside(block: str) -> int:
        if block not in known:
            known[block] = sum(map(inside, used_by(layout.blocks, block)))
        return known[block]

    return sum(inside(node.layer) for node in layout.nodes.values() if node.layer in layout.blocks)


def module_path(layout: Layout, scope: tuple[str, ...], node_id: str) -> str:
    """What a node's parameters begin with in the state_dict; `scope` is the uses of blocks that lead to it.

    Of a block that is repeated it is the first, and of one that shares its module, that module: `layer1.0.conv1`.
    """
    from core.muting import effective

    layout = effective(layout)
    nodes, parts = layout.nodes, list[str]()
    for use in scope:
        if use not in nodes or nodes[use].layer not in layout.blocks:
            # Muted, and with that no block any more.
            break
        owner = nodes[use].shares or use
        parts += [owner, "0"] if nodes[owner].repeat > 1 else [owner]
        nodes = layout.blocks[nodes[use].layer].nodes
    return ".".join((*parts, node_id))


def holds_lazy(layout: Layout, layer: str | None = None) -> bool:
    """Whether a layer of a layout waits for its first batch to have weights; with `layer`, whether that one does."""
    if layer is None:
        return any(holds_lazy(layout, node.layer) for node in layout.nodes.values())
    if layer in layout.blocks:
        return any(holds_lazy(layout, node.layer) for node in layout.blocks[layer].nodes.values())
    return ENTRIES[layer].lazy


def network_size(layout: Layout) -> int:
    """How many layers and operations there are, counted through every use and repetition of every block."""
    known: dict[str, int] = {}

    def size(nodes: Mapping[str, Node]) -> int:
        return sum(node.repeat * (inside(node.layer) if node.layer in layout.blocks else 1) for node in nodes.values())

    def inside(name: str) -> int:
        if name not in known:
            known[name] = size(layout.blocks[name].nodes)
        return known[name]

    return size(layout.nodes)
