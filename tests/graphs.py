"""A short way to write a branching layout in a test: nodes by id, and wires as text."""

from __future__ import annotations

from collections.abc import Mapping

from core.layout import Block, Edge, Layout, Node
from core.training.config import Choice, TrainingConfig
from core.values import Reference, Value

NO_DATA = TrainingConfig(dataset=Choice("none"))


def wires(text: str) -> tuple[Edge, ...]:
    """`a b, lstm.1 c, a sum.1`: from a to b, from the second output of lstm to c, from a to the second input of sum."""
    return tuple(_wire(*part.split()) for part in text.split(","))


def _wire(source: str, target: str) -> Edge:
    source, _, output = source.partition(".")
    target, _, port = target.partition(".")
    return Edge(source, target, int(output or 0), int(port or 0))


def graph(
    title: str,
    nodes: Mapping[str, Node],
    text: str,
    training: TrainingConfig = NO_DATA,
    blocks: Mapping[str, Block] | None = None,
) -> Layout:
    return Layout(title, dict(nodes), wires(text), training, blocks or {})


def block(nodes: Mapping[str, Node], text: str, **arguments: Value) -> Block:
    return Block(dict(nodes), wires(text), arguments)


def residual_block() -> Block:
    """Two convolutions beside a projection, with one ReLU used twice."""
    width = Reference("channels")
    conv: dict[str, Value] = {"out_channels": width, "kernel_size": 3, "padding": 1, "bias": False}
    return block(
        {
            "x": Node("Input"),
            "conv1": Node("Conv2d", {**conv, "stride": Reference("stride")}),
            "norm1": Node("BatchNorm2d"),
            "relu": Node("ReLU"),
            "conv2": Node("Conv2d", conv),
            "norm2": Node("BatchNorm2d"),
            "shortcut": Node(
                "Conv2d", {"out_channels": width, "kernel_size": 1, "stride": Reference("stride"), "bias": False}
            ),
            "sum": Node("add"),
            "again": Node("ReLU", shares="relu"),
            "y": Node("Output"),
        },
        "x conv1, conv1 norm1, norm1 relu, relu conv2, conv2 norm2, norm2 sum, x shortcut, shortcut sum.1, sum again,"
        " again y",
        channels=64,
        stride=1,
    )


def little_resnet() -> Layout:
    """Blocks within blocks, repeated, with arguments of their own, and one of them frozen."""
    stage = block(
        {
            "x": Node("Input"),
            "first": Node("ResidualBlock", {"channels": Reference("channels"), "stride": 2}),
            "rest": Node("ResidualBlock", {"channels": Reference("channels")}, repeat=3),
            "y": Node("Output"),
        },
        "x first, first rest, rest y",
        channels=64,
    )
    return graph(
        "little resnet",
        {
            "images": Node("Input"),
            "stem": Node("Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}),
            "stage1": Node("Stage", {"channels": 16}),
            "stage2": Node("Stage", {"channels": 32}, frozen=True),
            "pool": Node("AdaptiveAvgPool2d", {"output_size": 1}),
            "flatten": Node("Flatten"),
            "logits": Node("Linear", {"out_features": 10}),
            "output": Node("Output"),
        },
        "images stem, stem stage1, stage1 stage2, stage2 pool, pool flatten, flatten logits, logits output",
        TrainingConfig(),
        {"ResidualBlock": residual_block(), "Stage": stage},
    )


def siamese() -> Layout:
    """Two Inputs through one and the same Linear."""
    nodes = {
        "left": Node("Input", {"shape": (6,)}),
        "right": Node("Input", {"shape": (6,)}),
        "encoder": Node("Linear", {"out_features": 4}),
        "again": Node("Linear", shares="encoder"),
        "difference": Node("sub"),
        "output": Node("Output"),
    }
    text = "left encoder, right again, encoder difference, again difference.1, difference output"
    return graph("siamese", nodes, text)
