"""What a press of the mouse begins, by what lies under it: a port, a node, a wire, an annotation or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from core.layout import Edge
from gui.canvas.band import BandGesture
from gui.canvas.connect import pressed_port, pressed_wire
from gui.canvas.geometry import PORT_REACH
from gui.canvas.light import PathLight
from gui.canvas.move import MoveGesture
from gui.canvas.navigation import Autoscroll, PanGesture
from gui.canvas.network import LABELLED
from gui.canvas.ports import Port, port_text
from gui.canvas.stage import Gesture, Pointer, Stage

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


FARTHEST = 18
"""Units that a port reaches when the canvas is far away: as much of the node's body stays free to take it by."""


class Mouse:
    """Carries the one gesture that is under way, and marks what the pointer is over."""

    def __init__(self, stage: Stage, view: CanvasView) -> None:
        self._stage = stage
        self._view = view
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        """The one that holds the gesture."""
        self._hovered: str | Edge | None = None
        self._light = PathLight(stage.scene, stage.document)
        self._named: Port | None = None
        """The port whose name is shown."""
        self.pixel: QPoint | None = None
        """Where the pointer is in the viewport; None while it is elsewhere."""
        self._autoscroll = Autoscroll(view.navigation, self._ground_moved)
        self._pans = False

    @property
    def busy(self) -> bool:
        return self._gesture is not None

    def hold_pan_key(self, held: bool) -> None:
        """While the space bar is down, a drag moves the canvas."""
        self._pans = held
        self._point_with(Qt.CursorShape.OpenHandCursor if held else Qt.CursorShape.ArrowCursor)

    # --- events ---

    def press(self, event: QMouseEvent) -> None:
        if self.busy and event.button() != self._button:
            return
        # The same button again: where its release was lost, as behind a menu, what it held is given up.
        self.cancel()
        self._button = event.button()
        pointer = self._pointer(event)
        self.pixel = pointer.pixel
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._pans):
            self._begin(PanGesture(self._view.navigation, pointer))
            self._point_with(Qt.CursorShape.ClosedHandCursor)
        elif left:
            self._press_left(pointer)

    def _press_left(self, pointer: Pointer) -> None:
        scene, document = self._stage.scene, self._stage.document
        port, node_id, edge = self._under(pointer)
        if edge is None and not pointer.adds:
            scene.select_wires(frozenset())
        if port is not None:
            self._begin(pressed_port(self._stage, port, pointer, self._view.quick_add.open_for_wire))
        elif node_id is not None:
            was_selected = node_id in document.selection
            if pointer.adds:
                document.select(document.selection ^ {node_id})
            elif not was_selected:
                document.select([node_id])
            if node_id in document.selection:
                self._begin(MoveGesture(self._stage, self._view.annotations, node_id, pointer, was_selected))
        elif edge is not None:
            if not pointer.adds:
                self._view.annotations.select_nothing()
                document.select(())
            scene.select_wires(scene.selected_wires ^ {edge} if pointer.adds else frozenset({edge}))
            self._begin(pressed_wire(self._stage, edge, pointer, self._view.quick_add.open_for_wire))
        else:
            annotations = self._view.annotations
            self._begin(annotations.press(pointer) or BandGesture(self._stage, pointer, annotations))

    def double_click(self, event: QMouseEvent) -> None:
        """On a name it means to change it, on a block to look inside, on nothing or a wire to add a layer there."""
        pointer = self._pointer(event)
        port, node_id, edge = self._under(pointer)
        named = node_id is not None and self._names(node_id, pointer)
        # From far away the ports cover most of a node: a double click means nothing to them, but much to a block.
        wired = port is not None and not named and not (node_id is not None and self._is_block(node_id))
        if event.button() != Qt.MouseButton.LeftButton or pointer.adds or wired:
            self.press(event)
        elif node_id is not None:
            self._double_click_node(node_id, named, event)
        elif edge is not None or not self._view.annotations.double_click(pointer):
            self._view.add_at(pointer.pixel)

    def _double_click_node(self, node_id: str, named: bool, event: QMouseEvent) -> None:
        document = self._stage.document
        if named:
            document.select([node_id])
            self._view.rename_selected()
        elif self._is_block(node_id):
            document.enter(node_id)
        else:
            self.press(event)

    def _names(self, node_id: str, pointer: Pointer) -> bool:
        """Whether the pointer is on a node's name, which from far away is not there to be read."""
        readable = self._view.viewportTransform().m11() >= LABELLED
        return readable and self._stage.scene.nodes[node_id].name_rect().contains(pointer.at)

    def _is_block(self, node_id: str) -> bool:
        document = self._stage.document
        return document.layout.nodes[node_id].layer in document.root.blocks

    def move(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event)
        self.pixel = pointer.pixel
        if self._gesture is None:
            self._hover(pointer)
            return
        self._gesture.move(pointer)
        if not isinstance(self._gesture, PanGesture):
            self._autoscroll.watch(pointer.pixel, self._view.viewport().rect())

    def release(self, event: QMouseEvent) -> None:
        if event.button() != self._button:
            return
        gesture, self._gesture = self._gesture, None
        self._autoscroll.stop()
        if gesture is not None:
            gesture.release(self._pointer(event))
            self._hover(self._pointer(event))

    def cancel(self) -> bool:
        """Give up the gesture under way, if there is one."""
        gesture, self._gesture = self._gesture, None
        self._autoscroll.stop()
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    # --- what is under the pointer ---

    def _under(self, pointer: Pointer) -> tuple[Port | None, str | None, Edge | None]:
        scene = self._stage.scene
        found = scene.port_at(pointer.at, self._stage.units(PORT_REACH, FARTHEST))
        port = Port(*found) if found is not None else None
        node_id = scene.node_at(pointer.at)
        edge = scene.wire_at(pointer.at) if port is None and node_id is None else None
        return port, node_id, edge

    def _hover(self, pointer: Pointer) -> None:
        port, node_id, edge = self._under(pointer)
        self.mark(port.node_id if port is not None else node_id or edge)
        nothing = port is None and node_id is None and edge is None
        shape = self._view.annotations.hover(pointer if nothing else None) or Qt.CursorShape.ArrowCursor
        self._name(port, pointer)
        if self._pans:
            shape = Qt.CursorShape.OpenHandCursor
        elif port is not None:
            shape = Qt.CursorShape.CrossCursor
        self._point_with(shape)

    def _name(self, port: Port | None, pointer: Pointer) -> None:
        """Say what the port under the pointer is called, where a node has several to choose from."""
        if port == self._named:
            return
        self._named = port
        text = port_text(self._stage.document, port, self._stage.words) if port is not None else ""
        if text:
            self._stage.hint.say(text, pointer.pixel, bad=False)
        else:
            self._stage.hint.silence()

    def leave(self) -> None:
        """The pointer left the canvas."""
        self.pixel = None
        if not self.busy:
            self.mark(None)
            self._view.annotations.hover(None)

    def mark(self, hovered: str | Edge | None) -> None:
        """Show one node or wire as the one that a press would mean."""
        if hovered is None and self._named is not None:
            self._named = None
            self._stage.hint.silence()
        if hovered == self._hovered:
            return
        scene = self._stage.scene
        for key, on in ((self._hovered, False), (hovered, True)):
            if isinstance(key, Edge) and key in scene.wires:
                scene.wires[key].set_hovered(on)
            elif key in scene.nodes:
                scene.nodes[key].set_hovered(on)
        self._hovered = hovered
        self._light.follow(hovered)

    def _begin(self, gesture: Gesture) -> None:
        self.mark(None)
        self._gesture = gesture

    def _ground_moved(self, pixel: QPoint) -> None:
        """The canvas went on below a pointer that stands still at its edge."""
        if self._gesture is not None:
            self._gesture.move(self._view.pointer(QPointF(pixel), Qt.KeyboardModifier.NoModifier))

    def _pointer(self, event: QMouseEvent) -> Pointer:
        return replace(self._view.pointer(event.position(), event.modifiers()), time=event.timestamp())

    def _point_with(self, shape: Qt.CursorShape) -> None:
        viewport = self._view.viewport()
        if viewport.cursor().shape() != shape:
            viewport.setCursor(shape)
