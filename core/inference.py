"""What is known of a layout: which tensors every node takes and gives, what they cost, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from core.layout import Edge, Layout, Node
from core.outcome import Signals
from core.problems import Problem
from core.signals import Signal
from core.values import Value


@dataclass(frozen=True)
class NodeFacts:
    """What is known of a node. Without a complete input or with a problem, `outputs` is empty."""

    inputs: Signals = ()
    outputs: tuple[Signal, ...] = ()
    parameters: int = 0
    """Of the module that this node brings along; none where it shares the module of another."""
    trainable: int = 0
    """Those of them that training changes."""
    parameter_shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    multiply_adds: int = 0
    """Per sample."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """The complete call: what was given and what was inferred, without torch's defaults."""
    inferred: Mapping[str, Value] = field(default_factory=dict)
    instances: tuple[Inference, ...] = ()
    """For a block the inside of each of its repetitions."""

    @cached_property
    def kept_by_batch(self) -> dict[int, int]:
        """What `core.cost.kept_bytes` has found, by the size of the batch."""
        return {}


Causes: TypeAlias = tuple[Node, Node, tuple[Edge, ...], Signals, Mapping[str, Value] | None, object]
"""Of a node: itself, the one whose module it uses, its wires, what flows in, that module's arguments, and what else."""


@dataclass(frozen=True)
class Part:
    """What was found of one node, and what it was found from: while that is the same, so is the finding."""

    causes: Causes
    facts: NodeFacts
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Inference:
    layout: Layout
    order: tuple[str, ...]
    """The nodes as they are built, run and printed."""
    nodes: Mapping[str, NodeFacts]
    problems: tuple[Problem, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict, repr=False, compare=False)
    """What the next inference, of a layout that differs by an edit, need not find again."""
    structure: tuple[Problem, ...] | None = field(default=None, repr=False, compare=False)
    """What is wrong with the wires and the shared modules; None where nobody looked for that."""

    @property
    def parameters(self) -> int:
        return sum(facts.parameters for facts in self.nodes.values())

    @property
    def trainable(self) -> int:
        return sum(facts.trainable for facts in self.nodes.values())

    @property
    def multiply_adds(self) -> int:
        """Per sample."""
        return sum(facts.multiply_adds for facts in self.nodes.values())

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def of(self, node_id: str) -> tuple[Problem, ...]:
        """The problems of a node, errors first."""
        found = [problem for problem in self.problems if problem.node == node_id]
        return tuple(sorted(found, key=lambda problem: problem.severity != "error"))

    def results(self, layer: str) -> tuple[Signal | None, ...]:
        """What the network takes (`Input`) or gives (`Output`), in the order of its nodes of that kind."""
        found: list[Signal | None] = []
        for node_id, node in self.layout.nodes.items():
            if node.layer == layer:
                facts = self.nodes.get(node_id, NodeFacts())
                signals = facts.outputs if layer == "Input" else facts.inputs
                found.append(signals[0] if signals else None)
        return tuple(found)
