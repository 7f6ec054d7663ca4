"""A wire is drawn from port to port: what would take it lights up, and what refuses says why while the drag is on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.edits import input_for_body
from core.graph import connection_problem, ports, reachable
from core.layout import Edge, Layout, with_edge, without_edges
from gui.canvas.look import Look, thick
from gui.canvas.ports import Port, port_name
from gui.canvas.routes import curve
from gui.canvas.stage import Pointer, Stage

PORT_REACH = 20
"""While a wire is carried, ports reach further than for a press."""


@dataclass(frozen=True)
class Aim:
    """What letting go would do now: make `edge`, or nothing, for the reason in `text` (`bad` if it cannot be)."""

    edge: Edge | None = None
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


class ConnectGesture:
    """Begins with a press on a port. An input that has a wire hands this wire over, to be put elsewhere."""

    def __init__(self, stage: Stage, pressed: Port, start: Pointer) -> None:
        self._stage = stage
        self._pressed = pressed
        self._start = start
        layout = stage.document.layout
        self._carried = None if pressed.output else _edge_into(layout, pressed)
        self._anchor = pressed
        if self._carried is not None:
            self._anchor = Port(self._carried.source, True, self._carried.output)
            layout = without_edges(layout, [self._carried])
        self._layout = layout
        self._wire: LooseWire | None = None
        self._aim = Aim()

    def move(self, pointer: Pointer) -> None:
        if self._wire is None:
            if not pointer.left(self._start):
                return
            self._wire = self._begin()
        self._aim = self._aimed(pointer)
        end = pointer.at
        if self._aim.at is not None:
            end = self._stage.scene.nodes[self._aim.at.node_id].port(self._aim.at.output, self._aim.at.index)
        self._wire.follow(end, self._aim)
        if self._aim.text:
            self._stage.hint.say(self._aim.text, pointer.pixel, self._aim.bad)
        else:
            self._stage.hint.silence()

    def release(self, pointer: Pointer) -> None:
        was_drag, edge, carried = self._wire is not None, self._aim.edge, self._carried
        self.cancel()
        document = self._stage.document
        if not was_drag:
            node_id = self._pressed.node_id
            document.select(document.selection ^ {node_id} if pointer.adds else {node_id})
        elif edge is not None and edge != carried:
            gone = [carried] if carried is not None else []
            label = "canvas.edit.reconnect" if gone else "canvas.edit.connect"
            document.apply(label, lambda layout: with_edge(without_edges(layout, gone), edge))

    def cancel(self) -> None:
        self._stage.hint.silence()
        if self._wire is not None:
            self._stage.scene.removeItem(self._wire)
            self._wire = None
        for item in self._stage.scene.nodes.values():
            item.light_ports(None)
        if self._carried in self._stage.scene.wires:
            self._stage.scene.wires[self._carried].setVisible(True)

    def _begin(self) -> LooseWire:
        scene, anchor = self._stage.scene, self._anchor
        lit = fitting(self._layout, anchor)
        for node_id, item in scene.nodes.items():
            kept = {(anchor.output, anchor.index)} if node_id == anchor.node_id else set()
            item.light_ports(lit[node_id] | kept)
        if self._carried is not None:
            scene.wires[self._carried].setVisible(False)
        wire = LooseWire(scene.look, scene.nodes[anchor.node_id].port(anchor.output, anchor.index), anchor.output)
        scene.addItem(wire)
        return wire

    def _aimed(self, pointer: Pointer) -> Aim:
        scene, anchor = self._stage.scene, self._anchor
        found = scene.port_at(pointer.at, PORT_REACH)
        port = Port(*found) if found is not None else None
        if port is not None and port.output != anchor.output:
            return self._judged(self._edge(port), port)
        node_id = port.node_id if port is not None else scene.node_at(pointer.at)
        if node_id is None or node_id == anchor.node_id:
            return Aim()
        return self._body(node_id)

    def _body(self, node_id: str) -> Aim:
        """A wire let go on a node itself means its one port that would take it, if there is just one."""
        if not self._anchor.output:
            port = Port(node_id, True)
            return self._judged(self._edge(port), port)
        index = input_for_body(self._layout, node_id)
        port = Port(node_id, False, index or 0)
        aim = self._judged(self._edge(port), port)
        if aim.edge is not None and index is None:
            return Aim(text=self._stage.words.say("canvas.choose_input", node=node_id))
        return aim

    def _edge(self, port: Port) -> Edge:
        source, target = (self._anchor, port) if self._anchor.output else (port, self._anchor)
        return Edge(source.node_id, target.node_id, output=source.index, input=target.index)

    def _judged(self, edge: Edge, port: Port) -> Aim:
        problem = connection_problem(self._layout, edge)
        if problem is None:
            name = port_name(self._layout, port)
            return Aim(edge, port, text=f"`{name}`" if name else "")
        return Aim(text=self._stage.words.say(problem.rule, **problem.values), bad=True)


def _edge_into(layout: Layout, port: Port) -> Edge | None:
    return next((edge for edge in layout.into(port.node_id) if edge.input == port.index), None)


class LooseWire(QGraphicsItem):
    """The wire that hangs on the pointer."""

    def __init__(self, look: Look, anchor: QPointF, from_output: bool) -> None:
        super().__init__()
        self._look = look
        self._anchor = anchor
        self._from_output = from_output
        self._path = QPainterPath(anchor)
        self._aim = Aim()
        self.setZValue(4)

    def follow(self, end: QPointF, aim: Aim) -> None:
        self.prepareGeometryChange()
        self._path = curve(self._anchor, end) if self._from_output else curve(end, self._anchor)
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
        if self._aim.edge is not None:
            colour = look.accent
        elif self._aim.bad:
            colour, style = look.bad, Qt.PenStyle.DashLine
        return thick(colour, 2, style)
