"""All that is known of a node or a wire, for whoever rests the mouse on it or has it read aloud."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from core.layout import Edge
from core.summary import decisive
from core.text import shape_text
from gui.canvas.faces import parameters_text
from gui.canvas.ports import Port, port_name
from gui.canvas.scene import CanvasScene
from gui.document import Document
from gui.words import Words

LONGEST_NOTE = 400
"""Characters of a note that a tip shows."""


def tip_at(scene: CanvasScene, point: QPointF, document: Document, words: Words) -> str:
    """What is known of the node or the wire at a point of the canvas; empty where there is neither."""
    node_id = scene.node_at(point)
    if node_id is not None:
        return node_tip(document, node_id, words)
    edge = scene.wire_at(point)
    return wire_tip(document, edge, words) if edge is not None else ""


def node_tip(document: Document, node_id: str, words: Words) -> str:
    """Name, layer, shapes, parameters and every problem, a line each."""
    layout, inference = document.layout, document.inference
    node, facts = layout.nodes[node_id], inference.nodes.get(node_id)
    lines = [f"{node_id} — {node.layer} {decisive(layout, node_id, facts)}".rstrip()]
    if words.has(f"layer.{node.layer}"):
        lines.append(words.say(f"layer.{node.layer}"))
    if facts is not None:
        ends = (("canvas.tip_in", facts.inputs, False), ("canvas.tip_out", facts.outputs, True))
        for key, signals, output in ends:
            shapes = [
                f"{port_name(layout, Port(node_id, output, index))} {shape_text(signal.shape)}  {signal.dtype}".strip()
                for index, signal in enumerate(signals)
                if signal is not None
            ]
            if shapes:
                lines.append(words.say(key, shapes=", ".join(shapes)))
        if facts.parameters:
            lines.append(parameters_text(facts.parameters, words))
    if node.shares is not None:
        lines.append(words.say("canvas.tip_shares", node=node.shares))
    if layout.nodes.get(node.shares or "", node).frozen:
        lines.append(words.say("canvas.tip_frozen"))
    if node.note:
        lines.append(words.say("canvas.tip_note", text=shortened(node.note)))
    for problem in inference.of(node_id):
        key = f"problem.{problem.rule}"
        if words.has(key):
            lines.append(words.say(key, **problem.values).replace("`", ""))
    return "\n".join(lines)


def shortened(note: str) -> str:
    """As much of a note as a tip can show."""
    return note if len(note) <= LONGEST_NOTE else f"{note[: LONGEST_NOTE - 1]}…"


def wire_tip(document: Document, edge: Edge, words: Words) -> str:
    layout = document.layout
    ends = (Port(edge.source, True, edge.output), Port(edge.target, False, edge.input))
    line = " → ".join(".".join(filter(None, (end.node_id, port_name(layout, end)))) for end in ends)
    facts = document.inference.nodes.get(edge.source)
    if facts is None or edge.output >= len(facts.outputs):
        return line
    signal = facts.outputs[edge.output]
    return f"{line}\n{shape_text(signal.shape)}  {signal.dtype}"


def spoken(document: Document, words: Words) -> str:
    """The selection in one sentence, for a screen reader."""
    if document.selected is not None:
        return node_tip(document, document.selected, words).replace("\n", ". ")
    return words.say("canvas.selected_count", count=len(document.selection)) if document.selection else ""
