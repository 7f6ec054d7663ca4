"""What the inspector says below the form: shapes, parameters as a sum, cost, and what the loss expects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from typing import TYPE_CHECKING

from core.cost import kept_bytes
from core.datasets.facts import NO_DATA
from core.graph import input_names, output_names
from core.inference import Inference, NodeFacts
from core.layout import Layout
from core.signals import Signal
from core.text import shape_text, value_text
from gui.panels.fact_table import Fact
from gui.panels.styling import shape_html
from gui.theme import Theme
from gui.words import Words

if TYPE_CHECKING:
    from core.receptive import Memory

LONGEST_SUM = 3
"""Parameter tensors up to which their sizes are written out as a sum."""
BYTES_PER_VALUE = 4


def node_facts(
    inference: Inference, node_id: str, words: Words, theme: Theme, inside_block: bool = False
) -> list[Fact]:
    """Of one node. Empty while nothing is known of it. `inside_block`: its Input and Output are those of a block."""
    facts = inference.nodes.get(node_id)
    if facts is None:
        return []
    layout = inference.layout
    layer, shares = layout.nodes[node_id].layer, layout.nodes[node_id].shares
    known = [signal for signal in facts.inputs if signal is not None]
    rows: list[Fact] = []
    if facts.inputs:
        unknown = (
            f'<span style="color:{theme.colour("text_quiet").name()}">{escape(words.say("inspector.unknown"))}</span>'
        )
        entry = layout.entry(node_id)
        shown = [
            _signal(signal, theme) if signal is not None else unknown if entry.needs(port) else ""
            for port, signal in enumerate(facts.inputs)
        ]
        rows.append(Fact(words.say("inspector.input"), _named(input_names(layout, node_id), shown, theme)))
    if facts.outputs:
        before = known[0].shape if known else None
        shown = [_signal(signal, theme, before) for signal in facts.outputs]
        rows.append(Fact(words.say("inspector.output"), _named(output_names(layout, node_id), shown, theme)))
    if facts.outputs and shares is not None:
        note = words.say("inspector.counted_at", node=shares)
        rows.append(Fact(words.say("inspector.parameters"), f"= {escape(shares)}", note))
    elif facts.outputs and layer != "Input":
        rows += _parameters(facts, words)
    if facts.multiply_adds:
        rows.append(_cost(facts.multiply_adds, words))
    if facts.outputs and layer != "Input":
        rows.append(_activations(kept_bytes(facts, layout.training.batch_size), layout, words))
        rows += _receptive_field(inference, node_id, words, inside_block)
    # Without data nothing is compared with anything, so no loss expects anything either.
    if layer == "Output" and layout.training.dataset.name != NO_DATA and not inside_block:
        rows.append(
            Fact(
                words.say("inspector.loss"), inference.layout.training.loss.name, _expectation(inference.layout, words)
            )
        )
    return rows


def model_facts(inference: Inference, words: Words, theme: Theme, inside_block: bool = False) -> list[Fact]:
    """Of the whole network, or of one block."""
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
    # What comes into a block is kept where it comes from.
    counted = [node_id for node_id, node in nodes.items() if not (inside_block and node.layer == "Input")]
    return rows + total_facts(inference, counted, words)


def total_facts(inference: Inference, node_ids: Collection[str], words: Words) -> list[Fact]:
    """Of several nodes together. Empty while nothing is known of them."""
    known = [inference.nodes[node_id] for node_id in node_ids if node_id in inference.nodes]
    if not any(facts.outputs for facts in known):
        return []
    parameters, trainable = sum(facts.parameters for facts in known), sum(facts.trainable for facts in known)
    rows = [Fact(words.say("inspector.parameters"), value_text(parameters))]
    if trainable < parameters:
        rows.append(
            Fact(words.say("inspector.trainable"), value_text(trainable), words.say("inspector.trainable_note"))
        )
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
    activations = sum(kept_bytes(facts, inference.layout.training.batch_size) for facts in known)
    if activations:
        rows.append(_activations(activations, inference.layout, words))
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


def _parameters(facts: NodeFacts, words: Words) -> list[Fact]:
    shapes = [shape for _, shape in facts.parameter_shapes]
    names = " + ".join(name for name, _ in facts.parameter_shapes) if len(shapes) <= LONGEST_SUM else ""
    note = names if shapes else words.say("inspector.no_parameters")
    rows = [Fact(words.say("inspector.parameters"), sum_text(shapes, facts.parameters), note)]
    if facts.trainable < facts.parameters:
        note = words.say("inspector.trainable_note" if facts.trainable else "inspector.all_frozen")
        rows.append(Fact(words.say("inspector.trainable"), value_text(facts.trainable), note))
    return rows


def _receptive_field(inference: Inference, node_id: str, words: Words, inside_block: bool) -> list[Fact]:
    """Of a node that gives places, not only features; none where there is no telling."""
    if len(inference.nodes[node_id].outputs[0].shape) < 3:
        return []
    size = _field_of(inference, node_id)
    if not size:
        return []
    note = words.say("inspector.receptive_note_block" if inside_block else "inspector.receptive_note")
    return [Fact(words.say("inspector.receptive"), shape_text(size), note)]


def _field_of(inference: Inference, node_id: str) -> tuple[int, ...] | None:
    """Found from what leads to the node, of which most is known from before the edit or the node looked at last."""
    from core.receptive import receptive_fields

    if len(_found_before) > 2 * len(inference.order) + 1000:
        _found_before.clear()
    return receptive_fields(inference.layout, inference.order, inference.nodes, _found_before, node_id)[node_id]


_found_before: Memory = {}
"""So that an edit of one node among a thousand asks only for what follows it."""


def _activations(size: int, layout: Layout, words: Words) -> Fact:
    note = words.say("inspector.activations_note", batch=layout.training.batch_size)
    return Fact(words.say("inspector.activations"), memory_text(size), note)


def _named(names: tuple[str, ...], shapes: Collection[str], theme: Theme) -> str:
    """The shapes one below the other, each with its name where there are several; what says nothing is left out."""
    quiet = theme.colour("text_quiet").name()
    several = len(names) > 1
    return "<br>".join(
        f'<span style="color:{quiet}">{escape(name)}</span> {shape}' if several else shape
        for name, shape in zip(names, shapes, strict=False)
        if shape
    )


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
