"""The forward pass of a network, step by step, in the order of building. The compiler runs it, codegen prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.catalogue import OPERATIONS

if TYPE_CHECKING:
    from core.shapes import Inference
    from core.signals import Signal
    from core.values import Value


@dataclass(frozen=True)
class Step:
    """One layer or operation: what it reads, and what it is called with."""

    node: str
    layer: str
    sources: tuple[str, ...]
    """The nodes whose outputs it takes, by input."""
    arguments: Mapping[str, Value]
    output: Signal

    @property
    def is_operation(self) -> bool:
        return self.layer in OPERATIONS


@dataclass(frozen=True)
class Forward:
    """A whole forward pass, from the Input to what the Output reads."""

    start: str
    """The id of the Input node."""
    input: Signal
    steps: tuple[Step, ...]
    end: str
    """The node whose output leaves the network."""

    @property
    def output(self) -> Signal:
        return next((step.output for step in reversed(self.steps) if step.node == self.end), self.input)

    @property
    def is_chain(self) -> bool:
        """Whether every step is a layer that reads the one before it, so that `nn.Sequential` says it all."""
        before = (self.start, *(step.node for step in self.steps))
        return self.end == before[-1] and all(
            not step.is_operation and step.sources == (source,)
            for step, source in zip(self.steps, before, strict=False)
        )

    def last_read(self) -> Mapping[str, int]:
        """For every node the index of the step that reads its output last; what leaves the network is never let go."""
        last = {source: index for index, step in enumerate(self.steps) for source in step.sources}
        return {**last, self.end: len(self.steps)}


def forward_of(inference: Inference) -> Forward:
    """The forward pass of a layout without errors. ValueError if it has some."""
    if inference.errors or not inference.nodes:
        found = ", ".join(f"{problem.node}: {problem.rule}" for problem in inference.errors) or "no inference"
        raise ValueError(f"the layout must be free of errors, received {found}. Mend them first.")
    layout = inference.layout
    steps: list[Step] = []
    start = end = ""
    for node_id in inference.order:
        layer = layout.nodes[node_id].layer
        sources = tuple(edge.source for edge in layout.into(node_id))
        facts = inference.nodes[node_id]
        if layer == "Input":
            start = node_id
        elif layer == "Output":
            (end,) = sources
        else:
            steps.append(Step(node_id, layer, sources, facts.arguments, facts.outputs[0]))
    return Forward(start, inference.nodes[start].outputs[0], tuple(steps), end)
