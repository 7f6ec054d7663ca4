"""Another layer in a node's place, which keeps all that fits it: wires, arguments, name, position, notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.blocks import block_fields
from core.catalogue import OPERATIONS
from core.fields import Field
from core.graph import ports
from core.layout import Layout, Node, sharing, with_renamed
from core.names import fresh_name
from core.values import Reference, Value


def replaced_name(layout: Layout, node_id: str, layer: str) -> str:
    """What a node will be called: as before, but for a name that was made from its layer, which is made anew."""
    node = layout.nodes[node_id]
    stem = fresh_name(node.layer, frozenset())
    number = node_id.removeprefix(f"{stem}_")
    made = node_id == stem or (number != node_id and number.isascii() and number.isdigit())
    if not made or layer == node.layer:
        return node_id
    return fresh_name(layer, frozenset(layout.nodes.keys() - {node_id}))


def replaced(layout: Layout, node_id: str, layer: str) -> Layout:
    """With another layer, operation or block in place of a node's.

    It keeps the arguments that the new one has too and takes, and the wires that its ports can hold. Where its module
    is used several times, all its uses are of the new layer, each with its own if the new one has no module to share.
    """
    node = layout.nodes[node_id]
    if node.layer == layer:
        return layout
    name = replaced_name(layout, node_id, layer)
    owner = node.shares if node.shares in layout.nodes else node_id
    assert owner is not None
    arguments = _kept(layout, layout.nodes[owner], layer)
    nodes = dict(layout.nodes)
    family = (owner, *sharing(layout, owner))
    for key in family:
        nodes[key] = _as(layout, layout.nodes[key], layer, arguments)
    found = replace(layout, nodes=nodes)
    ends = {key: ports(found, key).outputs for key in family}
    variadic, starts = found.entry_of(layer).variadic, found.entry_of(layer).inputs
    edges = [
        edge
        for edge in layout.edges
        if edge.output < ends.get(edge.source, edge.output + 1)
        and (edge.target not in ends or variadic or edge.input < starts)
    ]
    found = replace(found, edges=tuple(edges))
    return with_renamed(found, node_id, name) if name != node_id else found


def _as(layout: Layout, node: Node, layer: str, arguments: Mapping[str, Value]) -> Node:
    has_module = layer not in OPERATIONS and layer not in ("Input", "Output")
    shares = node.shares if has_module else None
    mutable = layer not in ("Input", "Output")
    return replace(
        node,
        layer=layer,
        arguments={} if shares is not None else arguments,
        repeat=node.repeat if layer in layout.blocks and shares is None else 1,
        shares=shares,
        frozen=node.frozen and has_module,
        muted=node.muted and mutable,
    )


def _kept(layout: Layout, node: Node, layer: str) -> dict[str, Value]:
    """The arguments that fit the new layer; what neither the old nor torch has a value for is as in a new node."""
    before = {field.name for field in _fields(layout, node.layer)}
    fields = {field.name: field for field in _fields(layout, layer)}
    kept = {
        name: value
        for name, value in node.arguments.items()
        if name in fields and (isinstance(value, Reference) or fields[name].check(value) is None)
    }
    # What the person left out of the old layer is left out of the new one, unless it cannot be.
    example = {
        name: value
        for name, value in layout.entry_of(layer).example.items()
        if name not in before or fields[name].required
    }
    return {**example, **kept}


def _fields(layout: Layout, layer: str) -> Iterable[Field]:
    if layer in layout.blocks:
        return block_fields(layout, layer)
    from core.layers import specification

    return specification(layer).fields
