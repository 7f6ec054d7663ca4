"""A layout as plain JSON that a person can read, compare and hand in: stable order, a node or an edge a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from core.layout import Block, Edge, Layout, Node
from core.training.config import Choice, TrainingConfig
from core.values import Reference

FORMAT = "layerloom-layout"
VERSION = 1


def dumps(layout: Layout) -> str:
    """The layout as text: stable order, a node or an edge a line."""
    head = {"format": FORMAT, "version": VERSION, "title": layout.title}
    parts = [f"  {json.dumps(key)}: {_text(value)}" for key, value in head.items()]
    parts += _graph(layout.nodes, layout.edges, "  ")
    if layout.blocks:
        blocks = [f"    {_text(name)}: {_block(block)}" for name, block in layout.blocks.items()]
        parts.append('  "blocks": {' + _lines(blocks) + "}")
    training = [f"    {_text(key)}: {_text(value)}" for key, value in _training_data(layout.training).items()]
    parts.append('  "training": {' + _lines(training) + "}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _graph(nodes: Mapping[str, Node], edges: Iterable[Edge], margin: str) -> list[str]:
    node_lines = [f"{margin}  {_text(key)}: {_text(_node_data(node))}" for key, node in nodes.items()]
    edge_lines = [f"{margin}  {_text(_edge_data(edge))}" for edge in edges]
    return [
        f'{margin}"nodes": {{{_lines(node_lines, margin)}}}',
        f'{margin}"edges": [{_lines(edge_lines, margin)}]',
    ]


def _block(block: Block) -> str:
    parts = [f'      "arguments": {_text(dict(block.arguments))}'] if block.arguments else []
    parts += _graph(block.nodes, block.edges, "      ")
    return "{\n" + ",\n".join(parts) + "\n    }"


def _lines(items: list[str], margin: str = "  ") -> str:
    return "\n" + ",\n".join(items) + f"\n{margin}" if items else ""


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_reference_data)


def _reference_data(value: object) -> dict[str, object]:
    assert isinstance(value, Reference)
    return {"argument": value.argument, **({"times": value.times} if value.times != 1 else {})}


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
    if node.position is not None:
        data["position"] = [int(part) if float(part).is_integer() else part for part in node.position]
    return data


def _edge_data(edge: Edge) -> dict[str, object]:
    data: dict[str, object] = {"from": edge.source, "to": edge.target}
    if edge.output:
        data["output"] = edge.output
    if edge.input:
        data["input"] = edge.input
    return data


def _training_data(training: TrainingConfig) -> dict[str, object]:
    data: dict[str, object] = {}
    for key in ("dataset", "loss", "optimizer"):
        choice: Choice = getattr(training, key)
        data[key] = {"name": choice.name, **({"arguments": dict(choice.arguments)} if choice.arguments else {})}
    return {**data, "batch_size": training.batch_size, "epochs": training.epochs, "seed": training.seed}
