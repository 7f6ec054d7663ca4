"""What is found of one layer or operation from its arguments and what flows in."""

from __future__ import annotations

from collections.abc import Mapping

from core.catalogue import Entry
from core.inference import NodeFacts
from core.inferring import inferred_arguments
from core.layout import Layout, Node
from core.outcome import Signals
from core.problems import Problem
from core.rules import mends
from core.signals import Signal
from core.values import Reference, Value


def argument_findings(layout: Layout, node_id: str) -> list[Problem]:
    """What is wrong with the arguments of a node by themselves: those of a layer, or those that a block's use gives."""
    from core.nesting import use_problems
    from core.rules.arguments import argument_problems

    node = layout.nodes[node_id]
    if node.shares is not None:
        # Its arguments are those of the node that it shares with, and so are their problems.
        return []
    # What a use of a block fills in is no reference any more.
    open_references = [name for name, value in node.arguments.items() if isinstance(value, Reference)]
    if open_references:
        return [_open_reference(node_id, name, node.arguments[name]) for name in open_references]
    if node.layer in layout.blocks:
        return list(use_problems(layout, node_id))
    return list(argument_problems(layout, node_id))


def _open_reference(node_id: str, name: str, value: Value) -> Problem:
    assert isinstance(value, Reference)
    values = {"node": node_id, "argument": name, "reference": value.argument}
    return Problem(node_id, "block.reference", values, (mends.leave_out(node_id, name),), argument=name)


def layer_found(
    layout: Layout, node_id: str, owner: Node, received: Signals, module: Mapping[str, Value] | None
) -> tuple[NodeFacts, list[Problem]]:
    """A layer or operation with all it needs: run on the meta device, unless a rule has words for what is wrong."""
    from core.probe import probe
    from core.rules.arguments import input_problems

    node, entry = layout.nodes[node_id], layout.entry(node_id)
    inferred = inferred_arguments(entry, owner.arguments, received) if module is None else {}
    arguments = {**inferred, **owner.arguments} if module is None else dict(module)
    problems = list(input_problems(layout, node_id, arguments, received))
    if any(problem.severity == "error" for problem in problems):
        return NodeFacts(inputs=received, arguments=arguments), problems
    outcome = probe(node.layer, arguments, received)
    known = next((signal for signal in received if signal is not None), Signal(()))
    values = {"node": node_id, "layer": node.layer, "received": known.shape}
    if outcome.refusal is not None:
        problems.append(_refused(entry, node_id, outcome.refusal, received, values))
    elif outcome.mixes_batch or _loses_batch(entry, known, outcome.outputs[0]):
        problems.append(Problem(node_id, "shape.batch_lost", values))
    ok = not any(problem.severity == "error" for problem in problems)
    own = node.shares is None
    facts = NodeFacts(
        inputs=received,
        outputs=outcome.outputs if ok else (),
        parameters=outcome.parameters if own else 0,
        trainable=outcome.parameters if own and not node.frozen else 0,
        parameter_shapes=outcome.parameter_shapes if own else (),
        multiply_adds=outcome.multiply_adds,
        arguments=arguments,
        inferred=inferred,
    )
    return facts, problems


def _refused(entry: Entry, node_id: str, refusal: str, received: Signals, values: Mapping[str, object]) -> Problem:
    # With one input there is nothing that could fail to fit together.
    if entry.category != "operation" or sum(signal is not None for signal in received) < 2:
        return Problem(node_id, "torch.refused", {**values, "message": refusal[:200]})
    shapes = ", ".join(" × ".join(map(str, signal.shape)) for signal in received if signal is not None)
    return Problem(node_id, "operation.shapes", {**values, "shapes": shapes})


def _loses_batch(entry: Entry, received: Signal, output: Signal) -> bool:
    """Whether a layer that keeps the batch first for everybody else does not for this one."""
    if entry.category in ("operation", "recurrent", "attention"):
        return False
    if received.shape[:1] == ("N",):
        return output.shape[:1] != ("N",)
    # Behind a transpose the samples may lie where a layer looks for rows and gives back as many as it was asked for.
    follows = [any(isinstance(size, str) for size in signal.shape) for signal in (received, output)]
    return follows == [True, False]
