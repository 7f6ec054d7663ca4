"""A layout as plain JSON that a person can read, compare and hand in: stable order, a node or an edge a line."""

from __future__ import annotations

import json

from core.layout import Edge, Layout, Node
from core.training.config import Choice, TrainingConfig

FORMAT = "layerloom-layout"
VERSION = 1


def dumps(layout: Layout) -> str:
    """The layout as text: stable order, a node or an edge a line."""
    head = {"format": FORMAT, "version": VERSION, "title": layout.title}
    parts = [f"  {json.dumps(key)}: {_text(value)}" for key, value in head.items()]
    nodes = [f"    {_text(key)}: {_text(_node_data(node))}" for key, node in layout.nodes.items()]
    edges = [f"    {_text(_edge_data(edge))}" for edge in layout.edges]
    parts.append('  "nodes": {' + _lines(nodes) + "}")
    parts.append('  "edges": [' + _lines(edges) + "]")
    training = [f"    {_text(key)}: {_text(value)}" for key, value in _training_data(layout.training).items()]
    parts.append('  "training": {' + _lines(training) + "}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(items: list[str]) -> str:
    return "\n" + ",\n".join(items) + "\n  " if items else ""


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _node_data(node: Node) -> dict[str, object]:
    data: dict[str, object] = {"layer": node.layer}
    if node.arguments:
        data["arguments"] = dict(node.arguments)
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
