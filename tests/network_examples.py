"""Networks with what a chain has not: blocks, several ports, shared and frozen weights. For the window's tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from core.layout import Block, Edge, Layout, Node
from core.training.config import Choice, TrainingConfig
from core.values import Reference

RESIDUAL = Block(
    nodes={
        "x": Node("Input"),
        "conv": Node("Conv2d", {"out_channels": Reference("width"), "kernel_size": 3, "padding": 1, "bias": False}),
        "norm": Node("BatchNorm2d"),
        "drop": Node("Dropout", {"p": Reference("dropout")}),
        "sum": Node("add"),
        "y": Node("Output"),
    },
    edges=(
        Edge("x", "conv"),
        Edge("conv", "norm"),
        Edge("norm", "drop"),
        Edge("drop", "sum"),
        Edge("x", "sum", input=1),
        Edge("sum", "y"),
    ),
    arguments={"width": 8, "dropout": 0.1},
)


def blocks(repeat: int = 3) -> Layout:
    """digits: a convolution, a residual block that is repeated, and what classifies."""
    nodes = {
        "images": Node("Input"),
        "conv": Node("Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}),
        "body": Node("ResidualBlock", repeat=repeat),
        "flatten": Node("Flatten"),
        "logits": Node("Linear", {"out_features": 10}),
        "output": Node("Output"),
    }
    ids = list(nodes)
    edges = tuple(Edge(one, other) for one, other in pairwise(ids))
    return Layout("Blocks", nodes, edges, blocks={"ResidualBlock": RESIDUAL})


def recurrent() -> Layout:
    """Rows of digits read one after the other by an LSTM, whose last state is classified."""
    nodes = {
        "rows": Node("Input", {"shape": (8, 8), "dtype": "float32"}),
        "lstm": Node("LSTM", {"hidden_size": 32, "batch_first": True}),
        "logits": Node("Linear", {"out_features": 10}),
        "output": Node("Output"),
    }
    edges = (Edge("rows", "lstm"), Edge("lstm", "logits"), Edge("logits", "output"))
    return Layout("LSTM", nodes, edges, training=TrainingConfig(dataset=Choice("none")))


def attention() -> Layout:
    """Self-attention: one tensor is query, key and value."""
    nodes = {
        "words": Node("Input", {"shape": (12, 32), "dtype": "float32"}),
        "attend": Node("MultiheadAttention", {"num_heads": 4, "batch_first": True}),
        "output": Node("Output"),
    }
    edges = (*(Edge("words", "attend", input=port) for port in range(3)), Edge("attend", "output"))
    return Layout("Attention", nodes, edges, training=TrainingConfig(dataset=Choice("none")))


def shared() -> Layout:
    """One layer used twice, and frozen."""
    nodes = {
        "images": Node("Input"),
        "flatten": Node("Flatten"),
        "mix": Node("Linear", {"out_features": 64}, frozen=True),
        "relu": Node("ReLU"),
        "again": Node("Linear", shares="mix"),
        "logits": Node("Linear", {"out_features": 10}),
        "output": Node("Output"),
    }
    ids = list(nodes)
    edges = tuple(Edge(one, other) for one, other in pairwise(ids))
    return Layout("Shared", nodes, edges)


def with_blocks_of(layout: Layout, other: Layout) -> Layout:
    """The layout with the blocks of another one on offer."""
    return replace(layout, blocks=other.blocks)
