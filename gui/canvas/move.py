"""Nodes follow the mouse, in steps and in line with their neighbours; one that has no wires can be let go on one."""

from __future__ import annotations

from core.edits import lone, moved_into
from core.layout import Edge, Position, with_positions
from core.placement import WIDTH, places, settled
from gui.canvas.align import Guides, aligned
from gui.canvas.geometry import HEIGHT
from gui.canvas.stage import Pointer, Stage


class MoveGesture:
    """Begins with a press on a node, which is selected by then. Without a drag it was a click."""

    def __init__(self, stage: Stage, node_id: str, start: Pointer, was_selected: bool) -> None:
        self._stage = stage
        self._node_id = node_id
        self._start = start
        self._was_selected = was_selected
        layout = stage.document.layout
        stands = places(layout)
        self._from: dict[str, Position] = {key: stands[key] for key in layout.nodes if key in stage.document.selection}
        self._others = {key: place for key, place in stands.items() if key not in self._from}
        self._moved = False
        self._guides = Guides(stage.scene.look)
        self._wire: Edge | None = None

    def move(self, pointer: Pointer) -> None:
        if not self._moved and not pointer.left(self._start):
            return
        if not self._moved:
            self._moved = True
            self._stage.scene.addItem(self._guides)
        self._stage.scene.preview(self._positions(pointer))
        self._aim(pointer)

    def release(self, pointer: Pointer) -> None:
        document, positions, wire = self._stage.document, self._positions(pointer), self._wire
        self._end()
        if not self._moved:
            if self._was_selected and not pointer.adds:
                document.select([self._node_id])
        elif wire is not None:
            node_id = self._node_id
            document.apply("canvas.edit.insert", lambda layout: moved_into(layout, wire, node_id, positions[node_id]))
        elif positions != self._from:
            document.apply("canvas.edit.move", lambda layout: with_positions(settled(layout), positions))

    def cancel(self) -> None:
        self._end()
        self._stage.scene.preview({key: at for key, at in self._from.items() if key in self._stage.scene.nodes})

    def _end(self) -> None:
        self._target(None)
        if self._guides.scene() is not None:
            self._stage.scene.removeItem(self._guides)

    def _positions(self, pointer: Pointer) -> dict[str, Position]:
        if not self._moved:
            return self._from
        x, y = self._from[self._node_id]
        way = pointer.at - self._start.at
        # Only what can be seen attracts; a hidden node would make the step seem arbitrary.
        view = self._stage.view
        seen = view.mapToScene(view.viewport().rect()).boundingRect().adjusted(-WIDTH, -HEIGHT, 0, 0)
        others = [place for place in self._others.values() if seen.contains(*place)]
        place, lines = aligned((x + way.x(), y + way.y()), others)
        self._guides.show_lines(lines)
        dx, dy = place[0] - x, place[1] - y
        return {key: (at[0] + dx, at[1] + dy) for key, at in self._from.items()}

    def _aim(self, pointer: Pointer) -> None:
        """Find the wire that a single unconnected node would be let go on."""
        layout = self._stage.document.layout
        if len(self._from) == 1 and lone(layout, self._node_id):
            self._target(self._stage.scene.wire_at(pointer.at, 12))

    def _target(self, wire: Edge | None) -> None:
        if wire != self._wire:
            for edge, aimed in ((self._wire, False), (wire, True)):
                if edge in self._stage.scene.wires:
                    self._stage.scene.wires[edge].set_target(aimed)
            self._wire = wire
