"""Which tensor leaves each node, what it costs, and what is wrong. Canvas, compiler and code generator ask here.

    infer(layout) -> Inference

is a function of the layout alone. It never raises: a mistake is a `Problem`, on the node that causes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.catalogue import ENTRIES
from core.graph import order
from core.layout import Layout
from core.problems import Problem
from core.rules import mends
from core.signals import Signal
from core.values import Value

if TYPE_CHECKING:
    from core.datasets import DatasetFacts

__all__ = ["Inference", "NodeFacts", "Signal", "infer", "pending", "warm_up"]


@dataclass(frozen=True)
class NodeFacts:
    """What is known of a node. Without a complete input or with a problem, `outputs` is empty."""

    inputs: tuple[Signal | None, ...] = ()
    outputs: tuple[Signal, ...] = ()
    parameters: int = 0
    parameter_shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    multiply_adds: int = 0
    """Per sample."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """The complete call: what was given and what was inferred, without torch's defaults."""
    inferred: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Inference:
    layout: Layout
    order: tuple[str, ...]
    """The nodes as they are built, run and printed."""
    nodes: Mapping[str, NodeFacts]
    problems: tuple[Problem, ...] = ()

    @property
    def parameters(self) -> int:
        return sum(facts.parameters for facts in self.nodes.values())

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def of(self, node_id: str) -> tuple[Problem, ...]:
        """The problems of a node, errors first."""
        found = [problem for problem in self.problems if problem.node == node_id]
        return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def pending(layout: Layout) -> Inference:
    """An inference that knows nothing yet: what the window shows until torch has been imported."""
    return Inference(layout, order(layout), {})


def warm_up() -> None:
    """Import torch and run a layer of each kind, so that the first `infer` is quick. For a thread beside the window."""
    from core.probe import probe

    images, rows = Signal(("N", 1, 8, 8)), Signal(("N", 4))
    # The first run on the meta device loads torch's shape functions, which takes longer than importing torch.
    probe("Linear", {"in_features": 4, "out_features": 4}, (rows,))
    probe("Conv2d", {"in_channels": 1, "out_channels": 4, "kernel_size": 3}, (images,))
    probe("BatchNorm2d", {"num_features": 1}, (images,))
    probe("MaxPool2d", {"kernel_size": 2}, (images,))
    probe("add", {}, (rows, rows))


def infer(layout: Layout) -> Inference:
    """Shapes, dtypes, parameters and cost of every node, and the problems of the whole. Never raises."""
    from core.datasets import facts
    from core.rules.inplace import inplace_problems
    from core.rules.loss import loss_problems
    from core.rules.memory import memory_problems
    from core.rules.structure import structure_problems
    from core.rules.training import training_problems

    dataset = facts(layout.training.dataset)
    ordered = order(layout)
    problems = [*structure_problems(layout), *training_problems(layout)]
    nodes: dict[str, NodeFacts] = {}
    into: dict[str, dict[int, tuple[str, int]]] = {}
    for edge in layout.edges:
        into.setdefault(edge.target, {})[edge.input] = (edge.source, edge.output)
    for node_id in ordered:
        received = _received(layout, node_id, into.get(node_id, {}), nodes)
        nodes[node_id], found = _node(layout, node_id, received, dataset)
        problems += found
    problems += inplace_problems(layout, ordered)
    problems += memory_problems(layout, nodes)
    problems += loss_problems(layout, _output(layout, nodes), dataset)
    rank = {node_id: index for index, node_id in enumerate(ordered)}
    problems.sort(key=lambda problem: rank.get(problem.node or "", -1))
    return Inference(layout, ordered, nodes, tuple(problems))


def _received(
    layout: Layout, node_id: str, wires: Mapping[int, tuple[str, int]], nodes: Mapping[str, NodeFacts]
) -> tuple[Signal | None, ...]:
    """What flows into each input of a node; None where nothing does or nothing is known."""
    count = max(ENTRIES[layout.nodes[node_id].layer].inputs, 1 + max(wires, default=-1))
    received: list[Signal | None] = []
    for port in range(count):
        source, output = wires.get(port, ("", 0))
        outputs = nodes[source].outputs if source in nodes else ()
        received.append(outputs[output] if output < len(outputs) else None)
    return tuple(received)


def _output(layout: Layout, nodes: Mapping[str, NodeFacts]) -> Signal | None:
    """What reaches the one Output."""
    for node_id, node in layout.nodes.items():
        if node.layer == "Output" and node_id in nodes:
            return nodes[node_id].inputs[0]
    return None


def _node(
    layout: Layout, node_id: str, received: tuple[Signal | None, ...], dataset: DatasetFacts
) -> tuple[NodeFacts, list[Problem]]:
    from core.rules.arguments import argument_problems, input_problems

    node = layout.nodes[node_id]
    problems = list(argument_problems(layout, node_id))
    if node.layer == "Input":
        return _input(layout, node_id, dataset, problems)
    known = tuple(signal for signal in received if signal is not None)
    unknown = NodeFacts(inputs=received, arguments=node.arguments)
    if problems or len(known) < len(received) or node.layer == "Output":
        return unknown, problems
    inferred = _inferred(layout, node_id, known[0])
    arguments = {**inferred, **node.arguments}
    problems += input_problems(layout, node_id, arguments, known)
    if any(problem.severity == "error" for problem in problems):
        return unknown, problems
    return _probed(layout, node_id, arguments, inferred, known, problems)


def _input(
    layout: Layout, node_id: str, dataset: DatasetFacts, problems: list[Problem]
) -> tuple[NodeFacts, list[Problem]]:
    """The data set decides what an Input gives; what was given is checked against it."""
    given = layout.nodes[node_id].arguments
    inferred: dict[str, Value] = {"shape": dataset.shape, "dtype": dataset.dtype}
    for name, value in inferred.items():
        wanted = (given[name],) if name in given and isinstance(given[name], int) else given.get(name, value)
        if wanted != value and not any(problem.argument == name for problem in problems):
            values = {"node": node_id, "argument": name, "given": wanted, "size": value, "dataset": dataset.name}
            mend = (mends.leave_out(node_id, name),)
            problems.append(Problem(node_id, "input.mismatch", values, mend, argument=name))
    outputs = (Signal(("N", *dataset.shape), dataset.dtype),)
    left_out = {name: value for name, value in inferred.items() if name not in given}
    return NodeFacts((), outputs, arguments={**inferred, **given}, inferred=left_out), problems


def _inferred(layout: Layout, node_id: str, signal: Signal) -> dict[str, Value]:
    """The arguments that what flows in decides, in torch's order: they come first in a call."""
    node = layout.nodes[node_id]
    entry = ENTRIES[node.layer]
    if entry.inferred is None or entry.inferred in node.arguments or len(signal.shape) < 2:
        return {}
    return {entry.inferred: signal.shape[entry.axis]}


def _probed(
    layout: Layout,
    node_id: str,
    arguments: dict[str, Value],
    inferred: dict[str, Value],
    known: tuple[Signal, ...],
    problems: list[Problem],
) -> tuple[NodeFacts, list[Problem]]:
    from core.probe import probe

    node = layout.nodes[node_id]
    outcome = probe(node.layer, arguments, known)
    values = {"node": node_id, "layer": node.layer, "received": known[0].shape}
    if outcome.refusal is not None:
        if ENTRIES[node.layer].category == "operation":
            shapes = ", ".join(" × ".join(map(str, signal.shape)) for signal in known)
            problems.append(Problem(node_id, "operation.shapes", {**values, "shapes": shapes}))
        else:
            problems.append(Problem(node_id, "torch.refused", {**values, "message": outcome.refusal[:200]}))
    elif outcome.mixes_batch or outcome.outputs[0].shape[:1] != ("N",):
        problems.append(Problem(node_id, "shape.batch_lost", values))
    ok = not any(problem.severity == "error" for problem in problems)
    facts = NodeFacts(
        inputs=known,
        outputs=outcome.outputs if ok else (),
        parameters=outcome.parameters,
        parameter_shapes=outcome.parameter_shapes,
        multiply_adds=outcome.multiply_adds,
        arguments=arguments,
        inferred=inferred,
    )
    return facts, problems
