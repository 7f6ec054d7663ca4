"""A node's decisive arguments as a short text beside its layer: `64→10`, `1→32 · 3×3 · pad 1`. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.layout import Layout
from core.values import Value

if TYPE_CHECKING:
    from core.shapes import NodeFacts

# Arguments that come in pairs: what goes in, what comes out.
PAIRS = (
    ("in_features", "out_features"),
    ("in_channels", "out_channels"),
    ("num_embeddings", "embedding_dim"),
    ("input_size", "hidden_size"),
)
# Written only where they differ from what everybody expects.
USUAL: Mapping[str, Value] = {"stride": 1, "padding": 0, "start_dim": 1, "end_dim": -1, "num_layers": 1}
LABELS = {
    "stride": "stride ",
    "padding": "pad ",
    "p": "p = ",
    "dim": "dim ",
    "num_groups": "groups ",
    "num_heads": "heads ",
    "nhead": "heads ",
    "num_layers": "layers ",
    "num_encoder_layers": "encoders ",
    "num_decoder_layers": "decoders ",
    "scale_factor": "scale ",
    "negative_slope": "slope ",
}


def decisive(layout: Layout, node_id: str, facts: NodeFacts | None) -> str:
    """The arguments that a person reads first, with inferred ones filled in where `facts` knows them."""
    node = layout.nodes[node_id]
    entry = layout.entry(node_id)
    owner = layout.nodes.get(node.shares or "", node)
    arguments = facts.arguments if facts is not None and facts.arguments else owner.arguments
    # A block's arguments are named by whoever drew it: the name goes with the value, and the default counts too.
    block = layout.blocks.get(node.layer)
    if block is not None:
        arguments = {**block.arguments, **arguments}
    parts = [f"× {owner.repeat}"] if owner.repeat > 1 else []
    for name in entry.decisive:
        pair = next((pair for pair in PAIRS if name in pair), None)
        if pair is not None:
            if name == pair[1] and name in arguments:
                comes_in = arguments.get(pair[0])
                parts.append(f"{'' if comes_in is None else _number(comes_in)}→{_number(arguments[name])}")
            continue
        value = arguments.get(name)
        if value is None or _same(value, USUAL.get(name)):
            continue
        # A stride that only repeats the kernel is a pooling's default.
        if name == "stride" and _same(value, arguments.get("kernel_size")):
            continue
        if isinstance(value, bool) and block is None:
            # A flag says what it is by its name; one that is off says nothing.
            parts += [name] if value else []
            continue
        dimensions = entry.ranks[0] - 2 if name == "kernel_size" and entry.ranks else 1
        named = f"{name} " if block is not None or entry.category == "operation" else ""
        parts.append(LABELS.get(name, named) + _sized(value, dimensions))
    return " · ".join(parts)


def _sized(value: Value, dimensions: int) -> str:
    """A size as in `3×3`: a single number stands for every dimension."""
    parts = value if isinstance(value, tuple) else (value,) * dimensions
    return "×".join(_number(part) for part in parts)


def _number(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _same(value: Value, other: Value) -> bool:
    if isinstance(value, tuple) and not isinstance(other, tuple):
        return all(part == other for part in value)
    return value == other and type(value) is type(other)
