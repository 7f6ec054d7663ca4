"""Where a layer that a person searched for comes: at a point, behind a node, into a wire, at its loose end, or instead.

Each place knows what fits there best, what it is called, and the one edit that puts a layer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QPointF

from core.edits import added, appended, insertable, inserted, new_name, only_end
from core.fits import feeding_layers, fitting_layers
from core.graph import free_input, ports
from core.layout import Direction, Edge, Layout, Position, with_edge, with_replaced, without_edges
from core.placement import TALL, WIDTH, free_spot, places
from core.replacing import replaced, replaced_name
from core.signals import Signal
from core.text import shape_text
from core.values import Value
from gui.canvas.geometry import HEIGHT, snapped
from gui.canvas.loose import Loose
from gui.document import Document
from gui.words import Words

Arguments = Mapping[str, Value]


class Place(Protocol):
    def caption(self, document: Document, words: Words) -> str:
        """What the place is called, with the shape that is offered there; empty where it needs no words."""

    def fitting(self, document: Document) -> tuple[str, ...] | None:
        """The layers that fit here, the usual ones first; None if nothing is known."""

    def put(self, document: Document, layer: str, arguments: Arguments | None) -> str:
        """Put a layer there, with other arguments than its example if they are given; the name of the node."""


@dataclass(frozen=True)
class Here:
    """With its middle at a point."""

    at: QPointF

    def caption(self, document: Document, words: Words) -> str:
        return ""

    def fitting(self, document: Document) -> tuple[str, ...] | None:
        return None

    def put(self, document: Document, layer: str, arguments: Arguments | None) -> str:
        place = _free(document.layout, self.at.x() - WIDTH / 2, self.at.y() - HEIGHT / 2)
        name = new_name(document.layout, layer)
        document.apply("canvas.edit.add", lambda layout: with_arguments(added(layout, layer, place), name, arguments))
        return name


@dataclass(frozen=True)
class Anywhere(Here):
    """Where it sensibly goes, else with its middle at the point."""

    def put(self, document: Document, layer: str, arguments: Arguments | None) -> str:
        after = only_end(document.layout, layer)
        return Behind(after).put(document, layer, arguments) if after else super().put(document, layer, arguments)


@dataclass(frozen=True)
class Behind:
    """After a node, or before an Output."""

    node_id: str

    def caption(self, document: Document, words: Words) -> str:
        if ports(document.layout, self.node_id).outputs == 0:
            return words.say("canvas.place_before", node=self.node_id)
        return _with_shape("canvas.place_behind", document, words, self.node_id, 0)

    def fitting(self, document: Document) -> tuple[str, ...] | None:
        layout = document.layout
        if ports(layout, self.node_id).outputs:
            return fitting_layers(document.inference, layout, self.node_id)
        before = layout.into(self.node_id)
        return fitting_layers(document.inference, layout, before[0].source, before[0].output) if before else None

    def put(self, document: Document, layer: str, arguments: Arguments | None) -> str:
        name = new_name(document.layout, layer)
        document.apply(
            "canvas.edit.add", lambda layout: with_arguments(appended(layout, self.node_id, layer), name, arguments)
        )
        return name


@dataclass(frozen=True)
class Into:
    """In the middle of a wire."""

    edge: Edge
    at: QPointF | None = None

    def caption(self, document: Document, words: Words) -> str:
        edge = self.edge
        return _with_shape("canvas.place_into", document, words, edge.source, edge.output, target=edge.target)

    def fitting(self, document: Document) -> tuple[str, ...] | None:
        layout = document.layout
        fitting = fitting_layers(document.inference, layout, self.edge.source, self.edge.output)
        return tuple(layer for layer in fitting if insertable(layout, layer))

    def put(self, document: Document, layer: str, arguments: Arguments | None) -> str:
        if not insertable(document.layout, layer):
            return Behind(self.edge.source).put(document, layer, arguments)
        name = new_name(document.layout, layer)
        wanted = None
        if self.at is not None:
            wanted = (snapped(self.at.x() - WIDTH / 2), snapped(self.at.y() - HEIGHT / 2))
        document.apply(
            "canvas.edit.insert",
            lambda layout: with_arguments(inserted(layout, self.edge, layer, wanted), name, arguments),
        )
        return name


@dataclass(frozen=True)
class AtEnd:
    """Where wires were let go on nothing: they end (or begin) at the new node."""

    loose: Loose
    at: QPointF

    def caption(self, document: Document, words: Words) -> str:
        anchor = self.loose.anchors[0]
        if anchor.output:
            return _with_shape("canvas.place_takes", document, words, anchor.node_id, anchor.index)
        return words.say("canvas.place_gives", node=anchor.node_id)

    def fitting(self, document: Document) -> tuple[str, ...] | None:
        anchor = self.loose.anchors[0]
        if anchor.output:
            return fitting_layers(document.inference, document.layout, anchor.node_id, anchor.index)
        return feeding_layers(document.layout, anchor.node_id, anchor.index)

    def put(self, document: Document, layer: str, arguments: Arguments | None) -> str:
        name = new_name(document.layout, layer)
        document.apply("canvas.edit.add_at_wire", lambda layout: self._with(layout, layer, name, arguments))
        return name

    def _with(self, layout: Layout, layer: str, name: str, arguments: Arguments | None) -> Layout:
        x, y = self.at.x() - WIDTH / 2, self.at.y() - (0 if self.loose.from_outputs else TALL)
        if layout.direction == "right":
            x, y = self.at.x() - (0 if self.loose.from_outputs else WIDTH), self.at.y() - HEIGHT / 2
        layout = without_edges(layout, self.loose.carried)
        layout = with_arguments(added(layout, layer, _free(layout, x, y)), name, arguments)
        counts = ports(layout, name)
        if self.loose.from_outputs:
            index = free_input(layout, name)
            edges = [Edge(one.node_id, name, output=one.index, input=index or 0) for one in self.loose.anchors]
            edges = edges if index is not None else []
        else:
            edges = [Edge(name, one.node_id, input=one.index) for one in self.loose.anchors] if counts.outputs else []
        for edge in edges:
            layout = with_edge(layout, edge)
        return layout


@dataclass(frozen=True)
class Instead:
    """In the place of a node, with its wires and what fits of its arguments."""

    node_id: str

    def caption(self, document: Document, words: Words) -> str:
        return words.say("canvas.place_instead", node=self.node_id, layer=document.layout.nodes[self.node_id].layer)

    def fitting(self, document: Document) -> tuple[str, ...] | None:
        before = document.layout.into(self.node_id)
        if not before:
            return None
        fitting = fitting_layers(document.inference, document.layout, before[0].source, before[0].output)
        return tuple(layer for layer in fitting if layer != document.layout.nodes[self.node_id].layer)

    def put(self, document: Document, layer: str, arguments: Arguments | None) -> str:
        node_id = self.node_id
        name = replaced_name(document.layout, node_id, layer)

        def edit(layout: Layout) -> Layout:
            after = replaced(layout, node_id, layer)
            node, example = after.nodes[name], after.entry_of(layer).example
            # Only what was typed: what the old layer had too stays as it was.
            typed = {key: value for key, value in (arguments or {}).items() if value != example.get(key)}
            return with_arguments(after, name, {**node.arguments, **typed} if typed else None)

        document.apply("canvas.edit.replace", edit)
        return name


def with_arguments(layout: Layout, name: str, arguments: Arguments | None) -> Layout:
    """With a node that has these arguments; None leaves them as they are. One that shares a module has none."""
    node = layout.nodes[name]
    if arguments is None or node.shares is not None:
        return layout
    return with_replaced(layout, name, replace(node, arguments=arguments))


def signal_at(document: Document, node_id: str, output: int) -> Signal | None:
    facts = document.inference.nodes.get(node_id)
    return facts.outputs[output] if facts is not None and output < len(facts.outputs) else None


def _with_shape(
    key: str, document: Document, words: Words, node_id: str, output: int, target: str | None = None
) -> str:
    values = {"node": node_id} if target is None else {"node": node_id, "target": target}
    signal = signal_at(document, node_id, output)
    if signal is None:
        return words.say(key, **values)
    return words.say(f"{key}_shape", **values, shape=shape_text(signal.shape))


def _free(layout: Layout, x: float, y: float) -> Position:
    return near_spot(places(layout).values(), (snapped(x), snapped(y)), layout.direction)


def near_spot(taken: Iterable[Position], wanted: Position, direction: Direction) -> Position:
    """The place nearest to the wanted one at which a node touches no other: a person pointed there, and nearby will do.

    If that is none beside, above or below a single node, it is one in the same row or column.
    """
    occupied = list(taken)
    x, y = wanted
    across, down = WIDTH + 16, TALL + 8
    sides = [wanted]
    for left, top in occupied:
        if abs(left - x) < across and abs(top - y) < down:
            sides += [(left - across, y), (left + across, y), (x, top - down), (x, top + down)]
    for spot in sorted(sides, key=lambda at: abs(at[0] - x) + abs(at[1] - y)):
        if not any(abs(left - spot[0]) < across and abs(top - spot[1]) < down for left, top in occupied):
            return spot
    return free_spot(occupied, wanted, direction)
