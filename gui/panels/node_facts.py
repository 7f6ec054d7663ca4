"""What the inspector says below the form: shapes, parameters as a sum, cost, and what the loss expects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from math import prod

from core.layout import Layout
from core.shapes import Inference, NodeFacts, Signal
from core.text import value_text
from gui.panels.fact_table import Fact
from gui.panels.styling import shape_html
from gui.theme import Theme
from gui.words import Words

LONGEST_SUM = 3
"""Parameter tensors up to which their sizes are written out as a sum."""
BYTES_PER_VALUE = 4


def node_facts(inference: Inference, node_id: str, words: Words, theme: Theme) -> list[Fact]:
    """Of one node. Empty while nothing is known of it."""
    facts = inference.nodes.get(node_id)
    if facts is None:
        return []
    layer = inference.layout.nodes[node_id].layer
    known = [signal for signal in facts.inputs if signal is not None]
    rows: list[Fact] = []
    if facts.inputs:
        unknown = (
            f'<span style="color:{theme.colour("text_quiet").name()}">{escape(words.say("inspector.unknown"))}</span>'
        )
        shown = [_signal(signal, theme) if signal is not None else unknown for signal in facts.inputs]
        rows.append(Fact(words.say("inspector.input"), "<br>".join(shown)))
    if facts.outputs:
        before = known[0].shape if known else None
        shown = [_signal(signal, theme, before) for signal in facts.outputs]
        rows.append(Fact(words.say("inspector.output"), "<br>".join(shown)))
    if facts.outputs and layer != "Input":
        rows.append(_parameters(facts, words))
    if facts.multiply_adds:
        rows.append(_cost(facts.multiply_adds, words))
    if layer == "Output":
        rows.append(
            Fact(
                words.say("inspector.loss"), inference.layout.training.loss.name, _expectation(inference.layout, words)
            )
        )
    return rows


def model_facts(inference: Inference, words: Words, theme: Theme) -> list[Fact]:
    """Of the whole network."""
    nodes = inference.layout.nodes
    layers = sum(node.layer not in ("Input", "Output") for node in nodes.values())
    rows = [Fact(words.say("inspector.layers"), value_text(layers))]
    for node_id, node in nodes.items():
        facts = inference.nodes.get(node_id)
        if facts is not None and node.layer == "Input" and facts.outputs:
            rows.append(Fact(words.say("inspector.input"), _signal(facts.outputs[0], theme)))
    for node_id, node in nodes.items():
        facts = inference.nodes.get(node_id)
        if facts is not None and node.layer == "Output" and facts.inputs and facts.inputs[0] is not None:
            rows.append(Fact(words.say("inspector.output"), _signal(facts.inputs[0], theme)))
    return rows + total_facts(inference, nodes, words)


def total_facts(inference: Inference, node_ids: Collection[str], words: Words) -> list[Fact]:
    """Of several nodes together. Empty while nothing is known of them."""
    known = [inference.nodes[node_id] for node_id in node_ids if node_id in inference.nodes]
    if not known:
        return []
    parameters = sum(facts.parameters for facts in known)
    rows = [Fact(words.say("inspector.parameters"), value_text(parameters))]
    cost = sum(facts.multiply_adds for facts in known)
    if cost:
        rows.append(_cost(cost, words))
    if parameters:
        rows.append(
            Fact(
                words.say("inspector.memory"),
                memory_text(parameters * BYTES_PER_VALUE),
                words.say("inspector.memory_note"),
            )
        )
    return rows


def memory_text(size: int) -> str:
    """Bytes as a person says them: `17.0 kB`."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= scale:
            return f"{size / scale:,.1f} {unit}"
    return f"{size} B"


def sum_text(shapes: Iterable[tuple[int, ...]], total: int) -> str:
    """Sizes of tensors as a sum: `64·64 + 64 = 4,160`; the total alone where there is nothing to add or too much."""
    terms = ["·".join(map(str, shape)) or "1" for shape in shapes]
    if not 1 <= len(terms) <= LONGEST_SUM or terms == [str(total)]:
        return value_text(total)
    # The result stays with its sign where the line breaks.
    return f"{' + '.join(terms)} =\N{NO-BREAK SPACE}{value_text(total)}"


def _parameters(facts: NodeFacts, words: Words) -> Fact:
    shapes = [shape for _, shape in facts.parameter_shapes]
    assert facts.parameters == sum(map(prod, shapes))
    names = " + ".join(name for name, _ in facts.parameter_shapes) if len(shapes) <= LONGEST_SUM else ""
    note = names if shapes else words.say("inspector.no_parameters")
    return Fact(words.say("inspector.parameters"), sum_text(shapes, facts.parameters), note)


def _cost(multiply_adds: int, words: Words) -> Fact:
    return Fact(words.say("inspector.multiply_adds"), value_text(multiply_adds), words.say("inspector.per_sample"))


def _signal(signal: Signal, theme: Theme, before: tuple[int | str, ...] | None = None) -> str:
    dtype = "" if signal.dtype == "float32" else f" {escape(signal.dtype)}"
    return shape_html(signal.shape, theme, before) + dtype


def _expectation(layout: Layout, words: Words) -> str:
    """What the loss wants to read, for the data set that is chosen."""
    from core.datasets import facts

    training = layout.training
    dataset = facts(training.dataset)
    key = f"inspector.expects.{training.loss.name}"
    key = key if words.has(key) else "inspector.expects.other"
    return words.say(key, loss=training.loss.name, dataset=dataset.name, classes=len(dataset.classes))
