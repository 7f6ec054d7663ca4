"""An in-place layer overwrites what it receives. Where something else still reads that, torch corrupts it silently."""

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


def inplace_problems(layout: Layout, order: tuple[str, ...]) -> Iterator[Problem]:
    for node_id in order:
        if layout.nodes[node_id].arguments.get("inplace") is not True:
            continue
        source = _origin(layout, node_id)
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
