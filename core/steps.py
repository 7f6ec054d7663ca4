"""The forward pass of a network, step by step, in the order of building. The compiler runs it, codegen prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from core.catalogue import OPERATIONS, Entry

if TYPE_CHECKING:
    from core.inference import Inference
    from core.signals import Signal
    from core.values import Value

Source: TypeAlias = tuple[str, int]
"""A node, and which of its outputs."""


@dataclass(frozen=True)
class Step:
    """One layer, operation or block: what it reads, and what it is called with."""

    node: str
    layer: str
    entry: Entry
    module: str
    """The node under whose name the module stands: itself, or the one whose module it uses once more."""
    is_first: bool
    """Whether the module is built here: at its first use."""
    sources: tuple[Source | None, ...]
    """Whose outputs it takes, by input; None for an input that is left out."""
    arguments: Mapping[str, Value]
    outputs: tuple[Signal, ...]
    names: tuple[str, ...]
    """What its outputs are called."""
    frozen: bool = False
    inside: tuple[Forward, ...] = ()
    """For a block the inside of each of its repetitions."""

    @property
    def is_operation(self) -> bool:
        return self.layer in OPERATIONS

    @property
    def read(self) -> tuple[Source, ...]:
        """The outputs that it takes, without the inputs that are left out."""
        return tuple(source for source in self.sources if source is not None)


@dataclass(frozen=True)
class Forward:
    """A whole forward pass of a network or a block, from its Inputs to what its Outputs read."""

    starts: tuple[str, ...]
    """The ids of the Input nodes, in the order in which the network is called with their tensors."""
    inputs: tuple[Signal, ...]
    steps: tuple[Step, ...]
    ends: tuple[Source, ...]
    """What leaves the network, in the order of its Output nodes."""
    outputs: tuple[Signal, ...]

    @property
    def input(self) -> Signal:
        return self.inputs[0]

    @property
    def output(self) -> Signal:
        return self.outputs[0]

    @property
    def is_chain(self) -> bool:
        """Whether every step is a layer that reads the one before it alone, so that `nn.Sequential` says it all."""
        before = (*self.starts[:1], *(step.node for step in self.steps))
        return (
            len(self.starts) == 1
            and self.ends == ((before[-1], 0),)
            and all(
                not step.is_operation
                and step.sources == ((source, 0), *(None,) * (len(step.sources) - 1))
                and step.module == step.node
                and len(step.names) == 1
                for step, source in zip(self.steps, before, strict=False)
            )
        )

    def last_read(self) -> Mapping[Source, int]:
        """For every output the index of the step that reads it last; what leaves the network is never let go."""
        last = {source: index for index, step in enumerate(self.steps) for source in step.read}
        return {**last, **dict.fromkeys(self.ends, len(self.steps))}


def forward_of(inference: Inference) -> Forward:
    """The forward pass of a layout without errors. ValueError if it has some."""
    if inference.errors or not inference.nodes:
        found = ", ".join(f"{problem.node}: {problem.rule}" for problem in inference.errors) or "no inference"
        raise ValueError(f"the layout must be free of errors, received {found}. Mend them first.")
    layout = inference.layout
    starts = [node_id for node_id, node in layout.nodes.items() if node.layer == "Input"]
    ends = [layout.into(node_id)[0] for node_id, node in layout.nodes.items() if node.layer == "Output"]
    steps: list[Step] = []
    built: set[str] = set()
    for node_id in inference.order:
        if layout.nodes[node_id].layer not in ("Input", "Output"):
            steps.append(_step(inference, node_id, built))
            built.add(steps[-1].module)
    return Forward(
        tuple(starts),
        tuple(inference.nodes[start].outputs[0] for start in starts),
        tuple(steps),
        tuple((edge.source, edge.output) for edge in ends),
        tuple(inference.nodes[edge.source].outputs[edge.output] for edge in ends),
    )


def _step(inference: Inference, node_id: str, built: set[str]) -> Step:
    layout, facts = inference.layout, inference.nodes[node_id]
    node, entry = layout.nodes[node_id], layout.entry(node_id)
    owner = node.shares or node_id
    wires = {edge.input: (edge.source, edge.output) for edge in layout.into(node_id)}
    return Step(
        node=node_id,
        layer=node.layer,
        entry=entry,
        module=owner,
        is_first=owner not in built,
        sources=tuple(wires.get(port) for port in range(len(facts.inputs))),
        arguments=facts.arguments,
        outputs=facts.outputs,
        names=entry.outputs_for(facts.arguments),
        frozen=layout.nodes[owner].frozen,
        inside=tuple(forward_of(inside) for inside in facts.instances),
    )
