"""A network that would not fit into this machine is refused before any memory is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from core.cost import kept_bytes
from core.layout import Layout
from core.machine import memory
from core.problems import Problem

if TYPE_CHECKING:
    from core.shapes import NodeFacts

BYTES_PER_VALUE = 4
# A weight, its gradient, and an optimizer's two averages of it.
COPIES_OF_A_PARAMETER = 4


def memory_problems(layout: Layout, nodes: Mapping[str, NodeFacts]) -> Iterator[Problem]:
    available = memory()
    if available is None:
        return
    parameters = sum(facts.parameters for facts in nodes.values())
    needed = parameters * BYTES_PER_VALUE * COPIES_OF_A_PARAMETER
    if needed > available:
        largest = max(nodes, key=lambda node_id: nodes[node_id].parameters)
        values = {
            "node": largest,
            "parameters": parameters,
            "own": nodes[largest].parameters,
            "needed": _gigabytes(needed),
            "available": _gigabytes(available),
        }
        yield Problem(largest, "memory.parameters", values)
    activations = {key: kept_bytes(facts, layout.training.batch_size) for key, facts in nodes.items()}
    if sum(activations.values()) > available:
        largest = max(activations, key=lambda node_id: activations[node_id])
        values = {
            "node": largest,
            "batch": layout.training.batch_size,
            "needed": _gigabytes(sum(activations.values())),
            "available": _gigabytes(available),
        }
        yield Problem(largest, "memory.activations", values)


def _gigabytes(size: int) -> str:
    if size >= 1e15:
        return "> 1,000,000 GB"
    return f"{size / 1e9:,.0f} GB" if size >= 1e10 else f"{size / 1e9:.1f} GB"
