"""Which layers take a value and which give one, best first. What opens where a wire is dropped asks here.

A list comes from the catalogue and from what people usually do; only its beginning is tried in earnest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from core.catalogue import ENTRIES, Entry
from core.inference import Inference
from core.layout import Edge, Layout, Node
from core.outcome import Signals
from core.signals import Signal

MOST_TRIED = 24
"""Layers at the beginning of a list that are tried on the value itself, about a millisecond each and only once."""

_REALS = frozenset({"float32", "float64", "float16", "bfloat16"})
_INTEGERS = frozenset({"int64", "int32"})

# What people put behind a layer, by its name or its category: layers and whole categories, the usual ones first.
_AFTER: Mapping[str, tuple[str, ...]] = {
    "convolution": ("BatchNorm2d", "BatchNorm1d", "BatchNorm3d", "ReLU", "activation", "pooling", "convolution"),
    "normalization": ("ReLU", "activation", "Conv2d", "convolution", "Linear", "MultiheadAttention", "add", "Dropout"),
    "activation": ("Conv2d", "Conv1d", "Conv3d", "MaxPool2d", "MaxPool1d", "MaxPool3d", "Linear", "Dropout", "pooling"),
    "pooling": ("Conv2d", "Conv1d", "Conv3d", "Flatten", "Dropout2d", "convolution"),
    "linear": ("ReLU", "GELU", "Dropout", "activation", "Linear", "LayerNorm", "Output", "add"),
    "regularization": ("Linear", "Conv2d", "Conv1d", "Conv3d", "add", "Flatten"),
    "Flatten": ("Linear", "Dropout", "LayerNorm"),
    "flatten": ("Linear", "Dropout", "LayerNorm"),
    "recurrent": ("select", "Linear", "Dropout", "recurrent", "LayerNorm"),
    "attention": ("add", "LayerNorm", "Dropout", "Linear", "mean", "select", "attention"),
    "embedding": ("LSTM", "GRU", "TransformerEncoderLayer", "Dropout", "add", "recurrent", "attention", "permute"),
    "shape": ("Conv2d", "Conv1d", "Conv3d", "Linear", "cat", "convolution"),
    "add": ("ReLU", "LayerNorm", "activation", "normalization", "Conv2d", "Linear"),
    "cat": ("Conv2d", "Conv1d", "Conv3d", "Linear", "convolution"),
    "select": ("Linear", "Dropout", "ReLU"),
    "mean": ("Linear", "Dropout", "ReLU"),
    "Input": ("Conv2d", "Conv1d", "Conv3d", "Embedding", "Flatten", "LSTM", "GRU", "Linear", "convolution"),
}  # fmt: skip
# What people put before a layer.
_BEFORE: Mapping[str, tuple[str, ...]] = {
    "convolution": ("ReLU", "MaxPool2d", "MaxPool1d", "MaxPool3d", "Input", "BatchNorm2d", "Conv2d", "activation"),
    "normalization": ("Conv2d", "Conv1d", "Conv3d", "Linear", "add", "convolution"),
    "activation": ("Linear", "Conv2d", "BatchNorm2d", "LayerNorm", "add", "BatchNorm1d", "Conv1d", "normalization"),
    "pooling": ("ReLU", "Conv2d", "Conv1d", "Conv3d", "BatchNorm2d", "activation", "convolution"),
    "regularization": ("ReLU", "Linear", "Flatten", "MaxPool2d", "activation", "attention"),
    "linear": ("Flatten", "ReLU", "Dropout", "Input", "Linear", "LayerNorm", "select", "mean", "activation"),
    "recurrent": ("Embedding", "Input", "Dropout", "recurrent", "permute"),
    "attention": ("Embedding", "add", "LayerNorm", "Input", "Linear", "attention"),
    "embedding": ("Input", "argmax", "arange"),
    "distance": ("Linear", "Flatten", "Input"),
    "in_out": ("Linear", "Conv2d", "Softmax", "LogSoftmax", "Sigmoid", "ReLU"),
    "Flatten": ("MaxPool2d", "AdaptiveAvgPool2d", "ReLU", "Input", "pooling"),
    "flatten": ("MaxPool2d", "AdaptiveAvgPool2d", "ReLU", "Input", "pooling"),
    "shape": ("Conv2d", "Input", "ReLU", "convolution"),
    "operation": ("Linear", "Conv2d", "BatchNorm2d", "Dropout", "Embedding", "ReLU", "Input"),
}  # fmt: skip
# What gives other values than reals, by the values it gives.
_GIVES: Mapping[str, str] = {
    **dict.fromkeys(("argmax", "argmin", "one_hot", "arange"), "integer"),
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge", "logical_not"), "mask"),
    "generate_square_subsequent_mask": "mask",
}


def fitting_layers(inference: Inference, layout: Layout, node_id: str, output: int = 0) -> tuple[str, ...]:
    """The layers, operations and blocks that take this output of a node, what people usually put there first."""
    facts = inference.nodes.get(node_id)
    signal = facts.outputs[output] if facts is not None and output < len(facts.outputs) else None
    entry = layout.entry(node_id)
    usual = _AFTER.get(entry.name, _AFTER.get(entry.category, ()))
    if output:
        # A second output is no more of the same: a hidden state, weights of attention, indices.
        usual = ("Linear", "select", "Output")
    taking = [other for other in _offered(layout) if other.inputs and (signal is None or _may_take(other, signal))]
    ranks = () if signal is None else (len(signal.shape),)
    ranked = sorted(taking, key=lambda other: _place(other, usual, ranks))
    if signal is None:
        return tuple(other.name for other in ranked)
    # A window that is larger than the image, a number of groups that does not divide: those come last.
    refusing = [other.name for other in ranked[:MOST_TRIED] if not _takes(other, signal)]
    accepting = [other.name for other in ranked if other.name not in refusing]
    return (*accepting, *refusing)


def feeding_layers(layout: Layout, node_id: str, port: int = 0) -> tuple[str, ...]:
    """The layers, operations and blocks whose first output could flow into this input, the usual ones first."""
    entry = layout.entry(node_id)
    kind = entry.kind(port) if entry.inputs else "any"
    usual = _BEFORE.get(entry.name, _BEFORE.get(entry.category, ()))
    ranks = entry.ranks[:1] if port == 0 else ()
    giving = [other for other in _offered(layout) if other.outputs and _may_give(other, entry, port, kind)]
    return tuple(other.name for other in sorted(giving, key=lambda other: _place(other, usual, ranks)))


def _offered(layout: Layout) -> list[Entry]:
    return [*ENTRIES.values(), *layout.block_entries.values()]


def _place(entry: Entry, usual: Sequence[str], ranks: Sequence[int]) -> tuple[bool, int, bool, bool, int]:
    """Where an entry stands: the usual ones in their order, blocks of the person's own, the essential, the rest."""
    places = [usual.index(name) for name in (entry.name, entry.category) if name in usual]
    # "activation" means the essential ones; who wants another will type its name.
    by_name = entry.name in usual or (bool(places) and entry.essential)
    # A pool for images takes a sequence as an image without channels: nobody means it.
    other_rank = bool(entry.ranks and ranks) and entry.ranks[0] != ranks[0] and entry.category != "normalization"
    own = entry.category == "block"
    return other_rank, min(places) if by_name else len(usual), not own, not entry.essential, _index(entry.name)


@lru_cache(maxsize=1)
def _indices() -> Mapping[str, int]:
    return {name: index for index, name in enumerate(ENTRIES)}


def _index(name: str) -> int:
    return _indices().get(name, len(ENTRIES))


def _may_take(entry: Entry, signal: Signal) -> bool:
    """Whether the rank and the dtype are those of an entry's first input, as far as the catalogue knows."""
    if entry.category in ("block", "in_out"):
        return True
    if entry.ranks and len(signal.shape) not in entry.ranks:
        return False
    real, integer = signal.dtype in _REALS, signal.dtype in _INTEGERS
    kind = entry.kind(0)
    return {"real": real, "integer": integer, "number": real or integer, "mask": not integer, "any": True}[kind]


def _may_give(other: Entry, entry: Entry, port: int, kind: str) -> bool:
    gives = _GIVES.get(other.name, "real")
    if other.category in ("block", "in_out") or kind == "any":
        return True
    if kind == "integer":
        return gives == "integer"
    if kind == "mask":
        return gives in ("mask", "real")
    if gives != "real":
        return kind == "number" and gives == "integer"
    # Layers with windows keep the number of dimensions; the others may change it.
    same = other.category in ("convolution", "pooling") and other.name not in ("Fold", "Unfold")
    return not (same and port == 0 and entry.ranks and not set(other.ranks) & set(entry.ranks))


def _takes(entry: Entry, signal: Signal) -> bool:
    """Whether a layer as it comes onto the canvas takes the value, at all of the inputs that must be wired."""
    if entry.category in ("block", "in_out"):
        return True
    # What an operation can take instead of a second tensor is a number that nobody has given yet.
    pair = 2 if entry.category == "operation" else 1
    inputs = tuple(signal if port < pair or entry.needs(port) else None for port in range(entry.inputs))
    return _tried(entry.name, inputs)


@lru_cache(maxsize=4_096)
def _tried(layer: str, inputs: Signals) -> bool:
    from core.walking import infer_graph

    wired = [port for port, signal in enumerate(inputs) if signal is not None]
    nodes = {f"input_{port}": Node("Input") for port in wired}
    edges = tuple(Edge(f"input_{port}", "layer", input=port) for port in wired)
    nodes["layer"] = Node(layer, ENTRIES[layer].example)
    signals = tuple(inputs[port] for port in wired)
    found = infer_graph(Layout("", nodes, edges), None, signals)
    # That nothing reads the layer is no fault of its own.
    own = [problem for problem in found.errors if problem.node == "layer" and not problem.rule.startswith("graph.")]
    return not own
