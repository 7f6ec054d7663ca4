"""A layout as plain JSON that a person can read, compare and hand in: stable order, a node or an edge a line.

What a program of the first version can read is written for it; only muting, frames, notes and another direction need
the second, and only what a training has beyond data, loss, optimizer and three numbers the third.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TypeVar

from core.layout import Block, Edge, Frame, Layout, Node, Note
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.values import Reference

T = TypeVar("T")

FORMAT = "layerloom-layout"
FIRST_VERSION = 1
ANNOTATED_VERSION = 2
VERSION = 3
"""The newest, which is written only where a layout says what those before could not."""


def dumps(layout: Layout) -> str:
    """The layout as text: stable order, a node, an edge, a frame or a note a line."""
    head: dict[str, object] = {"format": FORMAT, "version": version(layout), "title": layout.title}
    if layout.direction != "down":
        head["direction"] = layout.direction
    parts = [f"  {json.dumps(key)}: {_text(value)}" for key, value in head.items()]
    parts += _graph(layout, "  ")
    if layout.blocks:
        blocks = [f"    {_text(name)}: {_block(block)}" for name, block in layout.blocks.items()]
        parts.append('  "blocks": {' + _lines(blocks) + "}")
    training = [f"    {_text(key)}: {_text(value)}" for key, value in _training_data(layout.training).items()]
    parts.append('  "training": {' + _lines(training) + "}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def version(layout: Layout) -> int:
    """The lowest version of the file that can hold a layout."""
    if _training_data(layout.training).keys() - FIRST_KEYS:
        return VERSION
    graphs: tuple[Layout | Block, ...] = (layout, *layout.blocks.values())
    newer = layout.direction != "down" or any(
        graph.frames or graph.notes or any(node.muted or node.note for node in graph.nodes.values()) for graph in graphs
    )
    return ANNOTATED_VERSION if newer else FIRST_VERSION


def _graph(graph: Layout | Block, margin: str) -> list[str]:
    edges = [f"{margin}  {_remembered(edge, _edge_data)}" for edge in graph.edges]
    parts = [_named("nodes", graph.nodes, _node_data, margin), f'{margin}"edges": [{_lines(edges, margin)}]']
    if graph.frames:
        parts.append(_named("frames", graph.frames, _frame_data, margin))
    if graph.notes:
        parts.append(_named("notes", graph.notes, _note_data, margin))
    return parts


def _named(key: str, items: Mapping[str, T], data: Callable[[T], dict[str, object]], margin: str) -> str:
    lines = [f"{margin}  {_text(name)}: {_remembered(item, data)}" for name, item in items.items()]
    return f"{margin}{_text(key)}: {{{_lines(lines, margin)}}}"


def _block(block: Block) -> str:
    parts = [f'      "arguments": {_text(dict(block.arguments))}'] if block.arguments else []
    parts += _graph(block, "      ")
    return "{\n" + ",\n".join(parts) + "\n    }"


def _lines(items: list[str], margin: str = "  ") -> str:
    return "\n" + ",\n".join(items) + f"\n{margin}" if items else ""


def _reference_data(value: object) -> dict[str, object]:
    assert isinstance(value, Reference)
    return {"argument": value.argument, **({"times": value.times} if value.times != 1 else {})}


# One for all: `json.dumps` would make an encoder for each line.
_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_reference_data).encode


LARGEST_MEMORY = 50_000
"""Lines, of about a hundred characters. A layout of ten thousand nodes has twenty thousand."""
_written: dict[int, tuple[object, str]] = {}
"""By the identity of a node or an edge, which is kept beside. Each edit is written into a copy, and asked about of the
training process: all but a few lines are then the same again."""


def _remembered(item: T, data: Callable[[T], dict[str, object]]) -> str:
    known = _written.get(id(item))
    if known is None:
        if len(_written) >= LARGEST_MEMORY:
            _written.clear()
        known = _written[id(item)] = (item, _text(data(item)))
    return known[1]


def _node_data(node: Node) -> dict[str, object]:
    data: dict[str, object] = {"layer": node.layer}
    if node.arguments:
        data["arguments"] = dict(node.arguments)
    if node.repeat != 1:
        data["repeat"] = node.repeat
    if node.shares is not None:
        data["shares"] = node.shares
    if node.frozen:
        data["frozen"] = True
    if node.muted:
        data["muted"] = True
    if node.note:
        data["note"] = node.note
    if node.position is not None:
        data["position"] = _pair(node.position)
    return data


def _pair(numbers: tuple[float, float]) -> list[float]:
    return [int(part) if float(part).is_integer() else part for part in numbers]


def _frame_data(frame: Frame) -> dict[str, object]:
    data: dict[str, object] = {"title": frame.title, "nodes": list(frame.nodes)}
    if frame.colour != "grey":
        data["colour"] = frame.colour
    return data


def _note_data(note: Note) -> dict[str, object]:
    return {"text": note.text, "position": _pair(note.position), "size": _pair(note.size)}


def _edge_data(edge: Edge) -> dict[str, object]:
    data: dict[str, object] = {"from": edge.source, "to": edge.target}
    if edge.output:
        data["output"] = edge.output
    if edge.input:
        data["input"] = edge.input
    return data


FIRST_KEYS = frozenset({"dataset", "loss", "optimizer", "batch_size", "epochs", "seed"})
"""Of a training, always written; any other only where it differs from what it is without being written."""


def _training_data(training: TrainingConfig) -> dict[str, object]:
    standard = TrainingConfig()
    named = ((field.name, getattr(training, field.name)) for field in fields(TrainingConfig))
    return {
        key: _training_value(value)
        for key, value in sorted(named, key=lambda one: one[0] not in FIRST_KEYS)
        if key in FIRST_KEYS or value != getattr(standard, key)
    }


def _training_value(value: object) -> object:
    if isinstance(value, Choice):
        return {"name": value.name, **({"arguments": dict(value.arguments)} if value.arguments else {})}
    if isinstance(value, AddedLoss):
        loss = _training_value(value.loss)
        assert isinstance(loss, dict)
        return {**loss, **({"weight": value.weight} if value.weight != 1 else {})}
    return [_training_value(part) for part in value] if isinstance(value, tuple) else value
