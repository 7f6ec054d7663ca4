"""The door through which a layout comes in: a text is checked piece by piece, and nothing of it is evaluated.

An id that could not be a Python attribute, a layer that is not offered, an edge that leads nowhere: each is refused in
one sentence that says where.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast, get_args

from core.annotation_reader import read_frames, read_notes
from core.argument_reader import read_arguments
from core.blocks import block_name_problem, nesting_problem
from core.catalogue import ENTRIES, OPERATIONS, Entry, flat
from core.catalogue.entry import LARGEST_COUNT
from core.file_checks import (
    WHOLE,
    LayoutFileError,
    known_keys,
    object_of,
    one_of,
    place,
    position,
    table,
    text,
    truth,
)
from core.graph import output_names
from core.layout import LARGEST_REPEAT, LONGEST_NOTE, LONGEST_TITLE, Block, Direction, Edge, Layout, Node
from core.layout_writer import FORMAT, VERSION
from core.names import name_problem
from core.training_reader import read_training
from core.values import Reference

GRAPH_KEYS = ("nodes", "edges", "frames", "notes")
NODE_KEYS = ("layer", "arguments", "position", "repeat", "shares", "frozen", "muted", "note")
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
LARGEST_PORTS = 1_000


def loads(written: str) -> Layout:
    """The layout in a text that `dumps` or a person wrote. LayoutFileError says what is wrong and where."""
    try:
        data = json.loads(written, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise LayoutFileError("not_json", line=error.lineno, column=error.colno) from None
    except LayoutFileError:
        raise
    # A number of many thousand digits is a ValueError, a hundred thousand brackets a RecursionError.
    except (ValueError, RecursionError):
        raise LayoutFileError("not_layout") from None
    return _layout(data)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise LayoutFileError("twice", key=twice)
    return data


def _no_constant(name: str) -> float:
    raise LayoutFileError("not_finite", number=name)


def _layout(data: Any) -> Layout:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise LayoutFileError("not_layout")
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise LayoutFileError("no_version")
    if version > VERSION:
        raise LayoutFileError("newer", version=version, known=VERSION)
    known_keys(data, ("format", "version", "title", "direction", *GRAPH_KEYS, "blocks", "training"), WHOLE)
    drafts = table(data, "blocks", WHOLE)
    blocks = _with_edges({name: _block(name, draft, frozenset(drafts)) for name, draft in drafts.items()}, drafts)
    nodes = _nodes(data, WHOLE, frozenset(drafts))
    # Titles of any length were read from the first; what the program writes is short.
    title = text(data, "title", WHOLE)[:LONGEST_TITLE]
    direction = one_of(data.get("direction", "down"), DIRECTIONS, "direction")
    return Layout(
        title,
        nodes,
        _edges(data, WHOLE, Layout(nodes=nodes, blocks=blocks)),
        read_training(table(data, "training", WHOLE)),
        blocks,
        read_frames(data, WHOLE, nodes),
        read_notes(data, WHOLE),
        cast(Direction, direction),
    )


def _block(name: str, data: Any, blocks: frozenset[str]) -> Block:
    """A block without its edges, which can be checked only when the ports of every block are known."""
    if block_name_problem(name) is not None:
        raise LayoutFileError("bad_block_name", block=name)
    known_keys(object_of(data, name), ("arguments", *GRAPH_KEYS), name)
    arguments = read_arguments(data, name)
    for argument, value in arguments.items():
        # The argument becomes one of the class's constructor, where it must not hide the class of another block.
        if name_problem(argument) is not None or argument in blocks or isinstance(value, Reference):
            raise LayoutFileError("bad_argument", where=name, argument=argument)
    nodes = _nodes(data, name, blocks)
    return Block(nodes, (), arguments, read_frames(data, name, nodes), read_notes(data, name))


def _with_edges(blocks: dict[str, Block], drafts: Mapping[str, Any]) -> dict[str, Block]:
    # Without edges yet, but with all Inputs and Outputs: enough to know what each block takes and gives.
    wrong = nesting_problem(blocks)
    if wrong is not None:
        raise LayoutFileError(wrong[0], block=wrong[1])
    known = Layout(blocks=blocks)
    return {
        name: replace(block, edges=_edges(drafts[name], name, replace(known, nodes=block.nodes)))
        for name, block in blocks.items()
    }


def _nodes(data: Mapping[str, Any], where: str, blocks: frozenset[str]) -> dict[str, Node]:
    nodes = {key: _node(key, value, blocks) for key, value in table(data, "nodes", where).items()}
    for node_id, node in nodes.items():
        if node.shares is None:
            continue
        owner = nodes.get(node.shares)
        if owner is None or owner.shares is not None or owner.layer != node.layer or not _has_module(node.layer):
            raise LayoutFileError("bad_share", node=node_id, owner=node.shares)
    return nodes


def _has_module(layer: str) -> bool:
    return layer not in OPERATIONS and layer not in ("Input", "Output")


def _edges(data: Mapping[str, Any], where: str, layout: Layout) -> tuple[Edge, ...]:
    """The edges among the nodes of `layout`, which has none yet."""
    edges = data.get("edges", [])
    if not isinstance(edges, list):
        raise LayoutFileError("wrong_kind", where=place(where, "edges"), wanted="[ ]")
    found: list[Edge] = []
    ends: set[tuple[str, int]] = set()
    for index, value in enumerate(edges):
        edge = _edge(index + 1, value, layout)
        if (edge.target, edge.input) in ends:
            raise LayoutFileError("edge_occupied", edge=index + 1, node=edge.target, input=edge.input)
        ends.add((edge.target, edge.input))
        found.append(edge)
    return tuple(found)


def _node(node_id: str, data: Any, blocks: frozenset[str]) -> Node:
    rule = name_problem(node_id)
    if rule is not None:
        raise LayoutFileError("bad_name", node=node_id)
    layer = object_of(data, node_id).get("layer")
    if not isinstance(layer, str) or (layer not in ENTRIES and layer not in blocks):
        raise LayoutFileError("unknown_layer", node=node_id, layer=layer)
    known_keys(data, NODE_KEYS, node_id)
    repeat, shares, frozen = data.get("repeat", 1), data.get("shares"), truth(data, "frozen", node_id)
    if not isinstance(repeat, int) or isinstance(repeat, bool) or not 1 <= repeat <= LARGEST_REPEAT:
        raise LayoutFileError("out_of_range", where=f"{node_id} · repeat", lowest=1, highest=LARGEST_REPEAT)
    if repeat > 1 and layer not in blocks:
        raise LayoutFileError("repeat_without_block", node=node_id, layer=layer)
    arguments = read_arguments(data, node_id)
    if shares is not None and (not isinstance(shares, str) or arguments or frozen or repeat > 1):
        raise LayoutFileError("bad_share", node=node_id, owner=shares)
    stands = position(data["position"], node_id) if data.get("position") is not None else None
    muted, note = truth(data, "muted", node_id), text(data, "note", node_id, LONGEST_NOTE)
    return Node(layer, arguments, stands, repeat, shares, frozen, muted, note)


def _edge(number: int, data: Any, layout: Layout) -> Edge:
    if not isinstance(data, dict) or not set(data) <= {"from", "to", "output", "input"}:
        raise LayoutFileError("bad_edge", edge=number)
    source, target = (_end(number, data.get(key), layout.nodes) for key in ("from", "to"))
    entry, port, output = layout.entry(target), data.get("input", 0), data.get("output", 0)
    # A flag may have taken an output away since the wire was drawn: that is a problem to be mended, not a broken file.
    outputs = max(len(output_names(layout, source)), _most_outputs(layout.entry(source)))
    for given, limit in ((output, outputs), (port, LARGEST_PORTS if entry.variadic else entry.inputs)):
        if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < limit:
            raise LayoutFileError("edge_without_port", edge=number, source=source, target=target)
    return Edge(source, target, output, port)


def _most_outputs(entry: Entry) -> int:
    if entry.counted is not None:
        return LARGEST_COUNT
    return max(entry.outputs, len(flat(entry.returns_with[1])) if entry.returns_with is not None else 0)


def _end(number: int, node_id: Any, nodes: Mapping[str, Node]) -> str:
    if not isinstance(node_id, str) or node_id not in nodes:
        raise LayoutFileError("edge_without_node", edge=number, node=node_id)
    return node_id
