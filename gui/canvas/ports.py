"""One end that a wire can have, and its name in words: which of the query, key and value a port is."""

from __future__ import annotations

from dataclasses import dataclass

from core.graph import input_names, output_names
from core.layout import Layout
from core.text import shape_text
from gui.document import Document
from gui.words import Words


@dataclass(frozen=True)
class Port:
    node_id: str
    output: bool
    index: int = 0


def port_name(layout: Layout, port: Port) -> str:
    """What torch calls the tensor at a port: `query`, `h_n`. Empty for the only one on its side: it needs no name."""
    names = (output_names if port.output else input_names)(layout, port.node_id)
    return names[port.index] if len(names) > 1 and port.index < len(names) else ""


def port_text(document: Document, port: Port, words: Words) -> str:
    """Its name, the shape there if it is known, and whether it may stay free. Empty for a port without a name."""
    layout = document.layout
    name = port_name(layout, port)
    if not name:
        return ""
    text = f"`{name}`"
    facts = document.inference.nodes.get(port.node_id)
    signals = () if facts is None else facts.outputs if port.output else facts.inputs
    signal = signals[port.index] if port.index < len(signals) else None
    if signal is not None:
        text += f" · {shape_text(signal.shape)}"
    entry = layout.entry(port.node_id)
    if not port.output and port.index < entry.inputs and not entry.needs(port.index):
        text = words.say("canvas.port_optional", port=text)
    return text
