"""What a press of the mouse begins, by what lies under it: a port, a node, a wire or nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from core.layout import Edge
from gui.canvas.band import BandGesture
from gui.canvas.connect import ConnectGesture
from gui.canvas.move import MoveGesture
from gui.canvas.navigation import Autoscroll, PanGesture
from gui.canvas.ports import Port, port_text
from gui.canvas.stage import Gesture, Pointer, Stage
from gui.canvas.surface import Surface


class Mouse:
    """Carries the one gesture that is under way, and marks what the pointer is over."""

    def __init__(self, stage: Stage, surface: Surface, rename: Callable[[], None]) -> None:
        self._stage = stage
        self._surface = surface
        self._rename = rename
        self._gesture: Gesture | None = None
        self._hovered: str | Edge | None = None
        self._named: Port | None = None
        """The port whose name is shown."""
        self._autoscroll = Autoscroll(surface.navigation, self._ground_moved)
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
        if self.busy:
            return
        pointer = self._pointer(event)
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._pans):
            self._begin(PanGesture(self._surface.navigation, pointer))
            self._point_with(Qt.CursorShape.ClosedHandCursor)
        elif left:
            self._press_left(pointer)

    def _press_left(self, pointer: Pointer) -> None:
        scene, document = self._stage.scene, self._stage.document
        port, node_id, edge = self._under(pointer)
        if edge is None and not pointer.adds:
            scene.select_wires(frozenset())
        if port is not None:
            self._begin(ConnectGesture(self._stage, port, pointer))
        elif node_id is not None:
            was_selected = node_id in document.selection
            if pointer.adds:
                document.select(document.selection ^ {node_id})
            elif not was_selected:
                document.select([node_id])
            if node_id in document.selection:
                self._begin(MoveGesture(self._stage, node_id, pointer, was_selected))
        elif edge is not None:
            if not pointer.adds:
                document.select(())
            scene.select_wires(scene.selected_wires ^ {edge} if pointer.adds else frozenset({edge}))
        else:
            self._begin(BandGesture(self._stage, pointer))

    def double_click(self, event: QMouseEvent) -> None:
        """On a node's name it means to change it; elsewhere it is a second press."""
        pointer = self._pointer(event)
        _, node_id, _ = self._under(pointer)
        left = event.button() == Qt.MouseButton.LeftButton
        if left and node_id is not None and self._stage.scene.nodes[node_id].name_rect().contains(pointer.at):
            self._stage.document.select([node_id])
            self._rename()
        else:
            self.press(event)

    def move(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event)
        if self._gesture is None:
            self._hover(pointer)
            return
        self._gesture.move(pointer)
        if not isinstance(self._gesture, PanGesture):
            self._autoscroll.watch(pointer.pixel, self._surface.viewport().rect())

    def release(self, event: QMouseEvent) -> None:
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
        found = scene.port_at(pointer.at)
        port = Port(*found) if found is not None else None
        node_id = scene.node_at(pointer.at)
        edge = scene.wire_at(pointer.at) if port is None and node_id is None else None
        return port, node_id, edge

    def _hover(self, pointer: Pointer) -> None:
        port, node_id, edge = self._under(pointer)
        self.mark(port.node_id if port is not None else node_id or edge)
        self._name(port, pointer)
        if self._pans:
            self._point_with(Qt.CursorShape.OpenHandCursor)
        else:
            self._point_with(Qt.CursorShape.CrossCursor if port is not None else Qt.CursorShape.ArrowCursor)

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

    def _begin(self, gesture: Gesture) -> None:
        self.mark(None)
        self._gesture = gesture

    def _ground_moved(self, pixel: QPoint) -> None:
        """The canvas went on below a pointer that stands still at its edge."""
        if self._gesture is not None:
            self._gesture.move(self._surface.pointer(QPointF(pixel), Qt.KeyboardModifier.NoModifier))

    def _pointer(self, event: QMouseEvent) -> Pointer:
        return self._surface.pointer(event.position(), event.modifiers())

    def _point_with(self, shape: Qt.CursorShape) -> None:
        viewport = self._surface.viewport()
        if viewport.cursor().shape() != shape:
            viewport.setCursor(shape)
