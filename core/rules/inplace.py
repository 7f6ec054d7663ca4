"""An in-place layer overwrites what it receives. Where another reader follows, torch corrupts that silently."""

from __future__ import annotations

from collections.abc import Iterator

from core.layout import Layout
from core.problems import Problem
from core.rules import mends

# Layers that may hand on their input itself instead of a copy.
HANDS_ON = frozenset(
    {"Identity", "Flatten", "Unflatten", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout"}
    | {"FeatureAlphaDropout"}
)


# Layers whose backward pass reads their own output: torch notices the damage there, and only there.
READS_OUTPUT = frozenset({"ReLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Softmin", "Softmax2d"})
# Dropout copies while training, which is the only time that gradients flow.
VIEWS = frozenset({"Identity", "Flatten", "Unflatten"})


def inplace_problems(layout: Layout, order: tuple[str, ...]) -> Iterator[Problem]:
    for node_id in order:
        if layout.nodes[node_id].arguments.get("inplace") is not True:
            continue
        source = _origin(layout, node_id) or _differentiated(layout, node_id)
        if source is not None:
            values = {"node": node_id, "source": source}
            yield Problem(node_id, "inplace.shared", values, (mends.leave_out(node_id, "inplace"),), argument="inplace")


def _origin(layout: Layout, node_id: str) -> str | None:
    """The node whose output this one would overwrite under another reader's eyes, or None. The data set is a reader."""
    edges = layout.into(node_id)
    while edges:
        source = edges[0].source
        layer = layout.nodes[source].layer
        if layer == "Input" or len(layout.out_of(source)) > 1:
            return source
        if layer not in HANDS_ON:
            return None
        edges = layout.into(source)
    return None


def _differentiated(layout: Layout, node_id: str) -> str | None:
    """The node whose backward pass would miss the output that this one overwrites, or None."""
    edges = layout.into(node_id)
    while edges:
        source = edges[0].source
        layer = layout.nodes[source].layer
        if layer in READS_OUTPUT:
            return source
        if layer not in VIEWS:
            return None
        edges = layout.into(source)
    return None
