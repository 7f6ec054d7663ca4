"""Edits of the blocks of a layout as such: their names, their arguments, and whether anything uses them.

They are edits of the whole network: a block is used at the top and inside other blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from core.blocks import block_name_problem, resolved
from core.layout import Block, Layout, Node
from core.names import LONGEST_NAME, name_problem
from core.values import Reference, Value


def new_block_name_problem(layout: Layout, name: str) -> str | None:
    """The rule of `core.names` that a name for one more block breaks, or None: `name.block_taken` if it is used."""
    rule = block_name_problem(name)
    if rule is None and name in layout.blocks:
        return "name.block_taken"
    # In code an argument of a block would hide a class of the same name.
    if rule is None and any(name in block.arguments for block in layout.blocks.values()):
        return "name.reserved"
    return rule


def fresh_block_name(layout: Layout, stem: str = "Block") -> str:
    """A name for one more block: `Block`, `Block2`, `Block3` …; `stem` may be any text that a person wrote."""
    stem = "".join(part[:1].upper() + part[1:] for part in _words(stem))[: LONGEST_NAME - 8]
    if name_problem(stem) is not None:
        stem = "Block"
    name, count = stem, 1
    while new_block_name_problem(layout, name) is not None:
        count += 1
        name = f"{stem}{count}"
    return name


def _words(text: str) -> list[str]:
    return "".join(letter if f"a{letter}".isidentifier() else " " for letter in text).replace("_", " ").split()


def renamed_block(layout: Layout, old: str, new: str) -> Layout:
    """With another name of a block, at its place and at every use of it. The caller has checked the name."""

    def told(node: Node) -> Node:
        return replace(node, layer=new) if node.layer == old else node

    changed = _with_each_node(layout, told)
    return replace(changed, blocks={new if key == old else key: block for key, block in changed.blocks.items()})


def block_argument_problem(layout: Layout, block: str, argument: str) -> str | None:
    """The rule that the name of a new argument of a block breaks, or None."""
    rule = name_problem(argument)
    if rule is None and argument in layout.blocks[block].arguments:
        return "name.argument_taken"
    return "name.reserved" if rule is None and argument in layout.blocks else rule


def with_block_argument(layout: Layout, block: str, argument: str, default: Value, node_id: str, field: str) -> Layout:
    """With a field of a node inside a block decided by an argument of the block; one that is new has this default.

    A node that shares a module has no arguments of its own: the module's are changed.
    """
    found = layout.blocks[block]
    node_id = found.nodes[node_id].shares or node_id
    node = found.nodes[node_id]
    changed = replace(node, arguments={**node.arguments, field: Reference(argument)})
    arguments = found.arguments if argument in found.arguments else {**found.arguments, argument: default}
    return _with_block(layout, block, replace(found, nodes={**found.nodes, node_id: changed}, arguments=arguments))


def with_block_default(layout: Layout, block: str, argument: str, default: Value) -> Layout:
    """With another value of a block's argument where a use gives none."""
    found = layout.blocks[block]
    return _with_block(layout, block, replace(found, arguments={**found.arguments, argument: default}))


def renamed_argument(layout: Layout, block: str, old: str, new: str) -> Layout:
    """With another name of a block's argument, inside it and at every use of it. The caller has checked the name."""

    def called(name: str) -> str:
        return new if name == old else name

    def referring(value: Value) -> Value:
        return Reference(called(value.argument), value.times) if isinstance(value, Reference) else value

    found = layout.blocks[block]
    nodes = {
        key: replace(node, arguments={name: referring(value) for name, value in node.arguments.items()})
        for key, node in found.nodes.items()
    }
    arguments = {called(name): default for name, default in found.arguments.items()}

    def given(node: Node) -> Node:
        if node.layer != block:
            return node
        return replace(node, arguments={called(name): value for name, value in node.arguments.items()})

    return _with_each_node(_with_block(layout, block, replace(found, nodes=nodes, arguments=arguments)), given)


def without_block_argument(layout: Layout, block: str, argument: str) -> Layout:
    """With a block that decides for itself what its argument decided: by what all uses give it, else by its default."""
    found = layout.blocks[block]
    value = _value_of_all(layout, block, argument)
    nodes = {key: _deciding(node, argument, value) for key, node in found.nodes.items()}
    left = {key: default for key, default in found.arguments.items() if key != argument}
    layout = _with_block(layout, block, replace(found, nodes=nodes, arguments=left))

    def given(node: Node) -> Node:
        if node.layer != block or argument not in node.arguments:
            return node
        return replace(node, arguments={key: kept for key, kept in node.arguments.items() if key != argument})

    return _with_each_node(layout, given)


def _value_of_all(layout: Layout, block: str, argument: str) -> Value:
    default = layout.blocks[block].arguments[argument]
    given = [
        node.arguments.get(argument, default) for node in _nodes(layout) if node.layer == block and not node.shares
    ]
    # Compared as they are written: True is not 1 here. What depends on another block's argument is no value.
    alike = len({repr(value) for value in given}) == 1 and not isinstance(given[0], Reference)
    return given[0] if alike else default


def _deciding(node: Node, argument: str, value: Value) -> Node:
    arguments: dict[str, Value] = {}
    for key, other in node.arguments.items():
        if isinstance(other, Reference) and other.argument == argument:
            other = resolved(other, {argument: value})
            if isinstance(other, Reference):
                # What cannot be multiplied could not be used either: the field is left to its default.
                continue
        arguments[key] = other
    return node if arguments == node.arguments else replace(node, arguments=arguments)


def unused_blocks(layout: Layout) -> tuple[str, ...]:
    """The blocks that no use leads to from the top of the network. Ask the whole layout, not the inside of a block."""
    used: set[str] = set()
    waiting = [node.layer for node in layout.nodes.values() if node.layer in layout.blocks]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += [node.layer for node in layout.blocks[name].nodes.values() if node.layer in layout.blocks]
    return tuple(name for name in layout.blocks if name not in used)


def without_blocks(layout: Layout, names: tuple[str, ...]) -> Layout:
    """Without blocks that nothing uses."""
    return replace(layout, blocks={name: block for name, block in layout.blocks.items() if name not in names})


def _with_block(layout: Layout, name: str, block: Block) -> Layout:
    return replace(layout, blocks={**layout.blocks, name: block})


def _nodes(layout: Layout) -> Iterator[Node]:
    yield from layout.nodes.values()
    for block in layout.blocks.values():
        yield from block.nodes.values()


def _with_each_node(layout: Layout, change: Callable[[Node], Node]) -> Layout:
    """With every node changed, at the top and inside all blocks."""

    def changed(nodes: Mapping[str, Node]) -> Mapping[str, Node]:
        return {key: change(node) for key, node in nodes.items()}

    blocks = {name: replace(block, nodes=changed(block.nodes)) for name, block in layout.blocks.items()}
    return replace(layout, nodes=changed(layout.nodes), blocks=blocks)
