"""Wires that hang on the pointer: where they may end, what the network would say to that, and how they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.fits import fitting_layers
from core.graph import ports, reachable
from core.layout import Direction, Edge, Layout, with_edge, without_edges
from core.problems import Problem
from gui.canvas.look import Look, thick
from gui.canvas.ports import Port
from gui.canvas.routes import curve
from gui.document import Document

FORESEEN = 300
"""Nodes up to which it is tried, over each port, what the network would say to the wire."""


@dataclass(frozen=True)
class Loose:
    """Wires that hang on the pointer: where they are fast, all on one side, and the wires that they come from."""

    anchors: tuple[Port, ...]
    carried: tuple[Edge, ...] = ()

    @property
    def from_outputs(self) -> bool:
        return self.anchors[0].output

    def edges(self, port: Port) -> tuple[Edge, ...]:
        """The wires that they become at this port."""
        pairs = [(anchor, port) if anchor.output else (port, anchor) for anchor in self.anchors]
        return tuple(Edge(one.node_id, other.node_id, output=one.index, input=other.index) for one, other in pairs)


@dataclass(frozen=True)
class Aim:
    """What letting go would do now: make `edges`, or nothing, for the reason in `text`. `bad` if it is a reason."""

    edges: tuple[Edge, ...] = ()
    at: Port | None = None
    text: str = ""
    bad: bool = False


def fitting(layout: Layout, anchor: Port) -> dict[str, frozenset[tuple[bool, int]]]:
    """The ports of every node that a wire from `anchor` could end at: `connection_problem` for all of them at once."""
    closing = reachable(layout, anchor.node_id, backward=anchor.output)
    taken = {(edge.target, edge.input) for edge in layout.edges}
    found: dict[str, frozenset[tuple[bool, int]]] = {}
    for node_id in layout.nodes:
        count = ports(layout, node_id)
        wanted = range(count.inputs if anchor.output else count.outputs)
        free = [k for k in wanted if not anchor.output or (node_id, k) not in taken]
        found[node_id] = frozenset((not anchor.output, k) for k in free) if node_id not in closing else frozenset()
    return found


def lit_ports(document: Document, layout: Layout, loose: Loose) -> dict[str, frozenset[tuple[bool, int]]]:
    """The ports that light up: which the graph allows, and whose layer takes what flows there."""
    found = fitting(layout, loose.anchors[0])
    for anchor in loose.anchors[1:]:
        other = fitting(layout, anchor)
        found = {key: lit & other[key] for key, lit in found.items()}
    anchor = loose.anchors[0]
    facts = document.inference.nodes.get(anchor.node_id)
    if loose.from_outputs and facts is not None and anchor.index < len(facts.outputs):
        taking = frozenset(fitting_layers(document.inference, document.layout, anchor.node_id, anchor.index))
        for key in found:
            if layout.nodes[key].layer not in taking:
                found[key] -= {(False, 0)}
    for anchor in loose.anchors:
        found[anchor.node_id] |= {(anchor.output, anchor.index)}
    return found


def problem_of(document: Document, edges: Sequence[Edge], gone: Sequence[Edge]) -> Problem | None:
    """What the network would say to these wires; None if nothing, or if it is not known."""
    if len(document.layout.nodes) > FORESEEN:
        return None
    after = document.foresee(lambda layout: rewired(layout, edges, gone))
    # Problems with their mends are not compared: they are functions.
    before = [(problem.node, problem.rule, problem.values) for problem in document.inference.errors]
    errors = after.errors if after is not None else ()
    new = [problem for problem in errors if (problem.node, problem.rule, problem.values) not in before]
    # The fault may lie further down the way, and wires may still be missing: what is said is about this wire.
    ends = {edge.target for edge in edges}
    said = [problem for problem in new if problem.node in ends and not problem.rule.startswith("graph.")]
    return said[0] if said else None


def rewired(layout: Layout, edges: Sequence[Edge], gone: Sequence[Edge]) -> Layout:
    layout = without_edges(layout, gone)
    for edge in edges:
        layout = with_edge(layout, edge)
    return layout


class LooseWire(QGraphicsItem):
    """The wire that hangs on the pointer."""

    def __init__(self, look: Look, anchor: QPointF, from_output: bool, direction: Direction) -> None:
        super().__init__()
        self._look = look
        self._anchor = anchor
        self._from_output = from_output
        self._direction = direction
        self._path = QPainterPath(anchor)
        self._aim = Aim()
        self.setZValue(4)

    def follow(self, end: QPointF, aim: Aim) -> None:
        self.prepareGeometryChange()
        start, end = (self._anchor, end) if self._from_output else (end, self._anchor)
        self._path = curve(start, end, self._direction)
        self._aim = aim
        self.update()

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect().adjusted(-8, -8, 8, 8)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pen_for(self._look))
        painter.drawPath(self._path)

    def _pen_for(self, look: Look) -> QPen:
        colour: QColor = look.quiet
        style = Qt.PenStyle.SolidLine
        if self._aim.bad:
            # Dashed where it cannot be; a wire that can be, but will not fit, is whole.
            colour, style = look.bad, Qt.PenStyle.SolidLine if self._aim.edges else Qt.PenStyle.DashLine
        elif self._aim.edges:
            colour = look.accent
        return thick(colour, 2, style)
