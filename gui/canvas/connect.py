"""A wire is drawn from port to port: what would take it lights up, and what refuses says why while the drag is on.

A wire that is there is taken by either of its ends and put elsewhere. Let go on nothing, a wire asks for a layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from core.edits import input_for_body
from core.graph import connection_problem
from core.layout import Edge, without_edges
from gui.canvas.loose import Aim, Loose, LooseWire, lit_ports, problem_of, rewired
from gui.canvas.ports import Port, port_name
from gui.canvas.stage import Pointer, Stage

PORT_REACH = 20
"""While a wire is carried, ports reach further than for a press."""

Offer: TypeAlias = Callable[[Loose, Pointer, Callable[[], None]], None]
"""Asks which layer is to come to the end of loose wires, and calls back when that is settled."""


def pressed_port(stage: Stage, port: Port, pointer: Pointer, offer: Offer) -> ConnectGesture:
    """An input that has a wire hands it over, an output those that it has if Shift or Ctrl is held; else a new one."""
    layout, document = stage.document.layout, stage.document
    loose = Loose((port,))
    if not port.output:
        wired = [edge for edge in layout.into(port.node_id) if edge.input == port.index]
        if wired:
            loose = Loose((Port(wired[0].source, True, wired[0].output),), (wired[0],))
    elif pointer.adds:
        wired = [edge for edge in layout.out_of(port.node_id) if edge.output == port.index]
        if wired:
            loose = Loose(tuple(Port(edge.target, False, edge.input) for edge in wired), tuple(wired))

    def click(pointer: Pointer) -> None:
        document.select(document.selection ^ {port.node_id} if pointer.adds else {port.node_id})

    return ConnectGesture(stage, loose, pointer, offer, click)


def pressed_wire(stage: Stage, edge: Edge, pointer: Pointer, offer: Offer) -> ConnectGesture:
    """A wire is taken by the end that is nearer."""
    nodes = stage.scene.nodes
    start, end = nodes[edge.source].port(True, edge.output), nodes[edge.target].port(False, edge.input)
    nearer_end = (pointer.at - end).manhattanLength() < (pointer.at - start).manhattanLength()
    anchor = Port(edge.source, True, edge.output) if nearer_end else Port(edge.target, False, edge.input)
    return ConnectGesture(stage, Loose((anchor,), (edge,)), pointer, offer, lambda _pointer: None)


class ConnectGesture:
    """From the press until the wires are let go. Without a drag it was a click."""

    def __init__(
        self, stage: Stage, loose: Loose, start: Pointer, offer: Offer, click: Callable[[Pointer], None]
    ) -> None:
        self._stage = stage
        self._loose = loose
        self._start = start
        self._offer = offer
        self._click = click
        self._layout = without_edges(stage.document.layout, loose.carried)
        self._wires: list[LooseWire] = []
        self._aim = Aim()
        self._judged: dict[Port, Aim] = {}

    def move(self, pointer: Pointer) -> None:
        if not self._wires:
            if not pointer.left(self._start):
                return
            self._begin()
        self._aim = self._aimed(pointer)
        end, at = pointer.at, self._aim.at
        if at is not None:
            end = self._stage.scene.nodes[at.node_id].port(at.output, at.index)
        for wire in self._wires:
            wire.follow(end, self._aim)
        if self._aim.text:
            self._stage.hint.say(self._aim.text, pointer.pixel, self._aim.bad)
        else:
            self._stage.hint.silence()

    def release(self, pointer: Pointer) -> None:
        edges, carried = self._aim.edges, self._loose.carried
        if not self._wires:
            self._click(pointer)
        elif edges:
            self.cancel()
            if set(edges) != set(carried):
                label = "canvas.edit.reconnect" if carried else "canvas.edit.connect"
                self._stage.document.apply(label, lambda layout: rewired(layout, edges, carried))
        elif self._aim.text or self._stage.scene.node_at(pointer.at) is not None or not self._far(pointer):
            self.cancel()
        else:
            self._stage.hint.silence()
            self._stage.scene.light_ports(None)
            self._offer(self._loose, pointer, self._end)

    def cancel(self) -> None:
        self._stage.hint.silence()
        self._stage.scene.light_ports(None)
        self._end()

    def _far(self, pointer: Pointer) -> bool:
        """Whether a wire that was let go on nothing was meant to be let go there, and not put back."""
        return (pointer.pixel - self._start.pixel).manhattanLength() > 2 * PORT_REACH

    def _begin(self) -> None:
        scene = self._stage.scene
        scene.light_ports(lit_ports(self._stage.document, self._layout, self._loose))
        for edge in self._loose.carried:
            scene.wires[edge].setVisible(False)
        for anchor in self._loose.anchors:
            at = scene.nodes[anchor.node_id].port(anchor.output, anchor.index)
            wire = LooseWire(scene.look, at, anchor.output, self._layout.direction)
            self._wires.append(wire)
            scene.addItem(wire)

    def _end(self) -> None:
        scene = self._stage.scene
        for wire in self._wires:
            scene.removeItem(wire)
        self._wires = []
        for edge in self._loose.carried:
            if edge in scene.wires:
                scene.wires[edge].setVisible(True)

    def _aimed(self, pointer: Pointer) -> Aim:
        scene, loose = self._stage.scene, self._loose
        found = scene.port_at(pointer.at, self._stage.units(PORT_REACH, 2 * PORT_REACH))
        port = Port(*found) if found is not None else None
        if port is not None and port.output != loose.from_outputs:
            return self._verdict(port)
        node_id = port.node_id if port is not None else scene.node_at(pointer.at)
        if node_id is None or any(node_id == anchor.node_id for anchor in loose.anchors):
            return Aim()
        return self._body(node_id)

    def _body(self, node_id: str) -> Aim:
        """A wire let go on a node itself means its one port that would take it, if there is just one."""
        if not self._loose.from_outputs:
            return self._verdict(Port(node_id, True))
        index = input_for_body(self._layout, node_id)
        aim = self._verdict(Port(node_id, False, index or 0))
        if aim.edges and index is None:
            return Aim(text=self._stage.words.say("canvas.choose_input", node=node_id))
        return aim

    def _verdict(self, port: Port) -> Aim:
        if port not in self._judged:
            self._judged[port] = self._judge(port)
        return self._judged[port]

    def _judge(self, port: Port) -> Aim:
        edges, words, layout = self._loose.edges(port), self._stage.words, self._layout
        for edge in edges:
            problem = connection_problem(layout, edge)
            if problem is not None:
                return Aim(text=words.say(problem.rule, **problem.values), bad=True)
        # It can be connected, and perhaps is to be mended afterwards: but what will be wrong is said before.
        problem = problem_of(self._stage.document, edges, self._loose.carried)
        if problem is not None and words.has(f"problem.{problem.rule}"):
            return Aim(edges, port, words.say(f"problem.{problem.rule}", **problem.values), bad=True)
        name = port_name(layout, port)
        return Aim(edges, port, text=f"`{name}`" if name else "")
