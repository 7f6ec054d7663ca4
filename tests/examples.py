"""Small layouts that several tests build on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from core.layout import Edge, Layout, Node
from core.training.config import Choice, TrainingConfig
from core.values import Value


def chain(*layers: tuple[str, str, dict[str, Value]], training: TrainingConfig | None = None) -> Layout:
    """A layout of Input, the given (id, layer, arguments) one behind the other, and Output."""
    rows: Sequence[tuple[str, str, dict[str, Value]]] = (("images", "Input", {}), *layers, ("output", "Output", {}))
    nodes = {
        node_id: Node(layer, arguments, (0.0, 100.0 * row)) for row, (node_id, layer, arguments) in enumerate(rows)
    }
    ids = list(nodes)
    edges = tuple(Edge(source, target) for source, target in itertools.pairwise(ids))
    return Layout("a chain", nodes, edges, training or TrainingConfig())


def digits_mlp() -> Layout:
    return chain(
        ("flatten", "Flatten", {}),
        ("hidden", "Linear", {"out_features": 32}),
        ("relu", "ReLU", {}),
        ("logits", "Linear", {"out_features": 10}),
    )


def residual() -> Layout:
    """A convolution, a branch of two more, and an add, on the digits."""
    nodes = {
        "images": Node("Input"),
        "stem": Node("Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}),
        "first": Node("Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}),
        "relu": Node("ReLU"),
        "second": Node("Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}),
        "sum": Node("add"),
        "flatten": Node("Flatten"),
        "logits": Node("Linear", {"out_features": 10}),
        "output": Node("Output"),
    }
    wires = ("images stem", "stem first", "first relu", "relu second", "second sum", "sum flatten", "flatten logits")
    edges = [Edge(*wire.split()) for wire in (*wires, "logits output")]
    return Layout("residual", nodes, (*edges, Edge("stem", "sum", input=1)))


def with_loss(name: str, dataset: str = "digits") -> TrainingConfig:
    return TrainingConfig(dataset=Choice(dataset), loss=Choice(name))
