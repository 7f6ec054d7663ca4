"""The table of a network and the sums below it, as users of torchinfo know them. `check` prints both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.columns import table
from core.cost import activation_bytes, value_bytes
from core.summary import decisive
from core.text import Text, shape_text, value_text

if TYPE_CHECKING:
    from core.shapes import Inference

COLUMNS = ("node", "layer", "output", "parameters", "multiply_adds")
BRANCH, LAST_BRANCH, TRUNK, NO_TRUNK = "├─ ", "└─ ", "│  ", "   "
UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))
PARAMETER_BYTES = value_bytes("float32")

Row = tuple[str, str, str, str, str]


def rows(inference: Inference, say: Text) -> list[str]:
    """The heads of the columns and a line for each node, with what is inside blocks as branches below them."""
    heads = tuple(say(f"cli.column.{head}") for head in COLUMNS)
    return table([heads, *_tree(inference, say)], right=frozenset({3, 4}))


def _tree(inference: Inference, say: Text) -> Iterator[Row]:
    for node_id in inference.order:
        yield _row(inference, node_id, node_id, say)
        yield from _inside(inference, node_id, "", say)


def _row(inference: Inference, node_id: str, name: str, say: Text) -> Row:
    layout, facts = inference.layout, inference.nodes.get(node_id)
    node = layout.nodes[node_id]
    if facts is None:
        return name, node.layer, "?", value_text(0), value_text(0)
    layer = f"{node.layer} {decisive(layout, node_id, facts)}".strip()
    if node.shares is not None:
        layer = f"{node.layer} · {say('cli.shares', node=node.shares)}"
    if node.frozen:
        layer = f"{layer} · {say('cli.frozen')}"
    # An Output hands nothing on: what reaches it is the network's result.
    shown = facts.outputs or tuple(signal for signal in facts.inputs if signal is not None)[:1]
    shapes = ", ".join(shape_text(signal.shape) for signal in shown) or "?"
    parameters = value_text(facts.parameters)
    # Weights that are used again are counted where they are first.
    owner = inference.nodes.get(node.shares or "")
    if owner is not None and owner.parameters:
        parameters = say("cli.recursive")
    return name, layer, shapes, parameters, value_text(facts.multiply_adds)


def _inside(inference: Inference, node_id: str, indent: str, say: Text) -> Iterator[Row]:
    """The nodes of a block under its use; a repeated one has a branch for each repetition, by its index."""
    facts = inference.nodes.get(node_id)
    instances = facts.instances if facts is not None else ()
    if len(instances) == 1:
        yield from _branches(instances[0], indent, say)
        return
    for index, inside in enumerate(instances):
        last = index == len(instances) - 1
        shapes = ", ".join(shape_text(signal.shape) for signal in inside.results("Output") if signal is not None)
        counts = value_text(inside.parameters), value_text(inside.multiply_adds)
        layer = inference.layout.nodes[node_id].layer
        yield f"{indent}{LAST_BRANCH if last else BRANCH}{index}", layer, shapes or "?", *counts
        yield from _branches(inside, indent + (NO_TRUNK if last else TRUNK), say)


def _branches(inside: Inference, indent: str, say: Text) -> Iterator[Row]:
    """What a block's Inputs and Outputs would say, the line of its use says already."""
    shown = [key for key in inside.order if inside.layout.nodes[key].layer not in ("Input", "Output")]
    for index, node_id in enumerate(shown):
        last = index == len(shown) - 1
        yield _row(inside, node_id, f"{indent}{LAST_BRANCH if last else BRANCH}{node_id}", say)
        yield from _inside(inside, node_id, indent + (NO_TRUNK if last else TRUNK), say)


def totals(inference: Inference, say: Text) -> tuple[list[str], list[str]]:
    """What there is in all, and the memory that it takes in megabytes of a million bytes."""
    parameters, trainable = inference.parameters, inference.trainable
    counts = [
        say("cli.sum.parameters", count=parameters),
        say("cli.sum.trainable", count=trainable),
        say("cli.sum.frozen", count=parameters - trainable),
        say("cli.sum.multiply_adds", count=inference.multiply_adds, short=rounded(inference.multiply_adds)),
    ]
    batch = inference.layout.training.batch_size
    taken = sum(
        activation_bytes(facts.outputs, batch)
        for node_id, facts in inference.nodes.items()
        if inference.layout.nodes[node_id].layer == "Input"
    )
    passed, weights = pass_bytes(inference, batch), parameters * PARAMETER_BYTES
    sizes = [
        say("cli.sum.input_size", batch=batch, size=_megabytes(taken)),
        say("cli.sum.pass_size", size=_megabytes(passed)),
        say("cli.sum.parameters_size", size=_megabytes(weights)),
        say("cli.sum.total_size", size=_megabytes(taken + passed + weights)),
    ]
    return counts, sizes


def pass_bytes(inference: Inference, batch: int) -> int:
    """What forward and backward keep of a batch, by torchinfo's count.

    The outputs of every layer with weights, and their gradients; a layer that is used again counts again.
    """
    total = 0
    for node_id, facts in inference.nodes.items():
        owner = inference.nodes.get(inference.layout.nodes[node_id].shares or node_id, facts)
        if facts.instances:
            total += sum(pass_bytes(inside, batch) for inside in facts.instances)
        elif owner.parameters:
            total += 2 * activation_bytes(facts.outputs, batch)
    return total


def rounded(count: int) -> str:
    """`1.81 G`: three digits and a unit; empty below a thousand, which needs none."""
    for unit, letter in UNITS:
        if count >= unit:
            value = count / unit
            digits = 2 if value < 10 else 1 if value < 100 else 0
            return f"{value:.{digits}f} {letter}"
    return str(count)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.2f}"
