"""The edits that mend problems, each with the words it is offered in (`mend.<rule>`)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from core.edits import appended, inserted
from core.layout import (
    Edge,
    Layout,
    with_argument,
    with_edge,
    with_training,
    without_argument,
    without_nodes,
)
from core.problems import Mend
from core.training.config import Choice
from core.values import Value


def insert(edge: Edge, layer: str) -> Mend:
    return Mend(
        "insert",
        {"layer": layer, "before": edge.target},
        partial(inserted, edge=edge, layer=layer),
    )


def append(after: str, layer: str) -> Mend:
    return Mend("append", {"layer": layer, "after": after}, partial(appended, after=after, layer=layer))


def delete(node_id: str) -> Mend:
    return Mend("delete", {"node": node_id}, partial(without_nodes, node_ids=(node_id,)))


def connect(source: str, target: str, port: int = 0) -> Mend:
    return Mend(
        "connect",
        {"source": source, "target": target},
        partial(with_edge, edge=Edge(source, target, input=port)),
    )


def set_argument(node_id: str, name: str, value: Value) -> Mend:
    return Mend(
        "set_argument",
        {"node": node_id, "argument": name, "value": value},
        partial(with_argument, node_id=node_id, name=name, value=value),
    )


def leave_out(node_id: str, name: str) -> Mend:
    """Let the input, or torch's default, decide an argument."""
    return Mend(
        "leave_out",
        {"node": node_id, "argument": name},
        partial(without_argument, node_id=node_id, name=name),
    )


def replace_layer(node_id: str, layer: str) -> Mend:
    """Another layer in the same place, keeping the arguments."""
    return Mend("replace", {"node": node_id, "layer": layer}, partial(_with_layer, node_id=node_id, layer=layer))


def use_loss(name: str) -> Mend:
    return Mend("use_loss", {"loss": name}, partial(_with_loss, name=name))


def _with_loss(layout: Layout, name: str) -> Layout:
    return with_training(layout, replace(layout.training, loss=Choice(name)))


def _with_layer(layout: Layout, node_id: str, layer: str) -> Layout:
    return replace(layout, nodes={**layout.nodes, node_id: replace(layout.nodes[node_id], layer=layer)})
