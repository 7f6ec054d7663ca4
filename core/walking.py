"""One pass over a layout, or over the inside of a block: each node is found from those before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from core.finding import argument_findings, layer_found
from core.graph import order
from core.inference import Causes, Inference, NodeFacts, Part
from core.inputs import free_input, input_from, input_of_block
from core.layout import Edge, Layout, Node
from core.outcome import Signals
from core.problems import Problem
from core.sharing import fits, misfit
from core.signals import Signal
from core.touched import same_but_place, touched
from core.values import Value

if TYPE_CHECKING:
    from core.datasets import DatasetFacts


def infer_graph(
    layout: Layout, dataset: DatasetFacts | None, inputs: Signals | None, before: Inference | None = None
) -> Inference:
    """What is found by walking a layout, or the inside of a block with `inputs`: all but training and memory."""
    from core.rules.advice import advice_problems
    from core.rules.contiguity import view_problems
    from core.rules.inplace import inplace_problems

    edited = set(layout.nodes) if before is None else touched(layout, before.layout)
    ordered, structure = _structure(layout, dataset, before, edited)
    walk = _Walk(layout, dataset, inputs, before.parts if before is not None else {})
    if before is None:
        for node_id in ordered:
            walk.visit(node_id)
    else:
        walk.follow(before, ordered, edited)
    problems = [*structure, *walk.problems, *inplace_problems(layout, ordered, inside=dataset is None)]
    problems += view_problems(layout, ordered)
    problems += advice_problems(layout, ordered, walk.nodes)
    return Inference(layout, ordered, walk.nodes, in_order(problems, ordered), walk.parts, structure)


def walked(layout: Layout, dataset: DatasetFacts | None, known: Mapping[str, Part]) -> Iterator[Mapping[str, Part]]:
    """The nodes of a layout one by one, each with all that is found so far: for who cannot wait for all at once."""
    walk = _Walk(layout, dataset, None, known)
    for node_id in order(layout):
        walk.visit(node_id)
        yield walk.parts


def _structure(
    layout: Layout, dataset: DatasetFacts | None, before: Inference | None, edited: set[str]
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The order of the nodes and what is wrong with the wires, as far as the edit since then can have changed them."""
    from core.rules.structure import structure_problems, suspects

    if before is None or before.structure is None:
        ordered = order(layout)
        return ordered, tuple(structure_problems(layout, dataset, ordered, layout.nodes))
    same_graph = layout.edges is before.layout.edges and list(layout.nodes) == list(before.layout.nodes)
    ordered = before.order if same_graph else order(layout)
    doubtful = suspects(layout, edited, before.structure)
    return ordered, tuple(structure_problems(layout, dataset, ordered, doubtful))


def in_order(problems: list[Problem], ordered: tuple[str, ...]) -> tuple[Problem, ...]:
    """Problems as the nodes come, those of the whole first."""
    if len(problems) < 2:
        return tuple(problems)
    rank = {node_id: index for index, node_id in enumerate(ordered)}
    return tuple(sorted(problems, key=lambda problem: rank.get(problem.node or "", -1)))


class _Walk:
    """One pass over a layout in the order of its nodes, each found from what it receives, or taken over as it was."""

    def __init__(
        self, layout: Layout, dataset: DatasetFacts | None, inputs: Signals | None, known: Mapping[str, Part]
    ) -> None:
        self._layout = layout
        self._dataset = dataset
        self._known = known
        self._modules: dict[str, NodeFacts] = {}
        """By the id of the node that brings a module along: what is known of its first use."""
        self.nodes: dict[str, NodeFacts] = {}
        self.parts: dict[str, Part] = {}
        self.problems: list[Problem] = []
        # The Inputs of a block get what its use receives, in the order of the file and not of the walk.
        self._given = (
            dict(zip((key for key, node in layout.nodes.items() if node.layer == "Input"), inputs, strict=False))
            if inputs is not None
            else None
        )

    def follow(self, before: Inference, ordered: tuple[str, ...], edited: set[str]) -> None:
        """Visit the nodes that an edit reaches: those that it touched, and what reads what is different now.

        What flows into an Input, and what is inside of a block, is not seen from here, and of those who use one module
        the first decides. These are visited after each edit.
        """
        layout, blocks = self._layout, self._layout.blocks
        reached = edited | {
            key
            for key, node in layout.nodes.items()
            if node.layer == "Input" or node.layer in blocks or node.shares is not None
        }
        reached.update(node.shares for one in (layout, before.layout) for node in one.nodes.values() if node.shares)
        for node_id in ordered:
            facts = before.nodes.get(node_id)
            if facts is not None and node_id not in reached:
                self._take(node_id, self._known[node_id], facts)
                continue
            self.visit(node_id)
            if self.nodes[node_id] is not facts:
                reached.update(edge.target for edge in layout.out_of(node_id))

    def visit(self, node_id: str) -> None:
        layout, node = self._layout, self._layout.nodes[node_id]
        edges = layout.into(node_id)
        owner = layout.nodes.get(node.shares or "", node) if node.shares is not None else node
        received = self._received(node_id, edges)
        first = self._modules.get(node.shares or node_id)
        module = first.arguments if first is not None else None
        # Beside these, an Input depends on the data set or on the use of its block, and a block's use on all blocks.
        beyond: object = None
        if node.layer == "Input":
            beyond = self._dataset if self._given is None else self._given.get(node_id)
        elif node.layer in layout.blocks:
            beyond = layout.blocks
        causes = (node, owner, edges, received, module, beyond)
        part = self._known.get(node_id)
        if part is None or not _same(part.causes, causes):
            facts, problems = self._found(node_id, owner, received, module)
            part = Part(causes, facts, tuple(problems))
        self._take(node_id, part, part.facts)
        if first is None and part.facts.outputs:
            self._modules[node.shares or node_id] = part.facts
        elif first is not None and not fits(layout, node.layer, first, part.facts):
            self.nodes[node_id] = replace(part.facts, outputs=())
            self.problems.append(misfit(node_id, node.shares or node_id, first, part.facts))

    def _take(self, node_id: str, part: Part, facts: NodeFacts) -> None:
        self.parts[node_id] = part
        self.nodes[node_id] = facts
        self.problems += part.problems

    def _received(self, node_id: str, edges: tuple[Edge, ...]) -> Signals:
        """What flows into each input of a node; None where nothing does or nothing is known."""
        count = max(self._layout.entry(node_id).inputs, 1 + (edges[-1].input if edges else -1))
        received: list[Signal | None] = [None] * count
        for edge in edges:
            source = self.nodes.get(edge.source)
            if source is not None and edge.output < len(source.outputs):
                received[edge.input] = source.outputs[edge.output]
        return tuple(received)

    def _found(
        self, node_id: str, owner: Node, received: Signals, module: Mapping[str, Value] | None
    ) -> tuple[NodeFacts, list[Problem]]:
        layout, node = self._layout, self._layout.nodes[node_id]
        if node.layer == "Input":
            return self._input(node_id)
        if node.layer == "Output":
            return NodeFacts(inputs=received), list(argument_findings(layout, node_id))
        entry = layout.entry(node_id)
        problems = list(argument_findings(layout, node_id))
        wired = {edge.input for edge in layout.into(node_id)}
        unknown = NodeFacts(inputs=received, arguments=owner.arguments)
        if owner is not node and not self._can_be_built(node, owner):
            # Its owner says why.
            return unknown, problems
        lacking = [port for port, signal in enumerate(received) if signal is None]
        if problems or any(entry.variadic or entry.needs(port) or port in wired for port in lacking):
            return unknown, problems
        if node.layer in layout.blocks:
            from core.nesting import infer_use

            return infer_use(layout, node_id, owner, received)
        return layer_found(layout, node_id, owner, received, module)

    def _can_be_built(self, node: Node, owner: Node) -> bool:
        """Whether the module that a node shares has arguments that the rules let pass."""
        assert node.shares is not None
        if owner.layer != node.layer or owner.shares is not None:
            return False
        return all(problem.severity != "error" for problem in argument_findings(self._layout, node.shares))

    def _input(self, node_id: str) -> tuple[NodeFacts, list[Problem]]:
        problems = list(argument_findings(self._layout, node_id))
        if self._given is not None:
            return input_of_block(self._layout, node_id, self._given.get(node_id), problems)
        assert self._dataset is not None
        if self._dataset.kind == "none":
            return free_input(self._layout, node_id, problems)
        return input_from(self._layout, node_id, self._dataset, problems)


def _same(one: Causes, other: Causes) -> bool:
    node, owner, edges, received, module, beyond = one
    return (
        same_but_place(node, other[0])
        and same_but_place(owner, other[1])
        and edges == other[2]
        and received == other[3]
        and (module is other[4] or module == other[4])
        # Blocks only by identity: as values, one with 0 and one with False in it are equal.
        and (beyond is other[5] or (not isinstance(beyond, Mapping) and beyond == other[5]))
    )
