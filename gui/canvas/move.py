"""Nodes follow the mouse, in steps and in line with their neighbours; one that has no wires can be let go on one.

With Alt held, or when they are shaken, they leave their wires, which close behind them.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from core.edits import lone, moved_into
from core.extracting import extracted
from core.layout import Edge, Layout, Position, with_positions
from core.placement import WIDTH, places, settled
from gui.canvas.align import Guides, aligned
from gui.canvas.geometry import HEIGHT
from gui.canvas.pulling import Shake
from gui.canvas.stage import Carrying, Pointer, Stage

LIFTED = 20_000.0
"""Units: beyond everything that is near."""
GONE = 140
"""Pixels from where nodes were pulled out: who only shakes them does not come that far."""
ALT = Qt.KeyboardModifier.AltModifier


class MoveGesture:
    """Begins with a press on a node, which is selected by then. Without a drag it was a click."""

    def __init__(self, stage: Stage, annotations: Carrying, node_id: str, start: Pointer, was_selected: bool) -> None:
        self._stage = stage
        self._annotations = annotations
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
        self._layout = layout
        """What is seen: without the wires of the nodes once they were pulled out."""
        self._shake = Shake(start.pixel)
        self._held = False
        """Alt, at the last move."""
        self._closed: frozenset[Edge] = frozenset()
        """Wires that closed behind the nodes, as long as the pointer has not gone from there."""
        self._pulled_at = start.pixel

    def move(self, pointer: Pointer) -> None:
        if not self._moved and not pointer.left(self._start):
            return
        if not self._moved:
            self._moved = True
            self._stage.scene.addItem(self._guides)
            self._annotations.lift(self._from)
        # Many desktops move the whole window where Alt is held from the press on: it may come later too.
        before, self._held = self._held, bool((self._start.modifiers | pointer.modifiers) & ALT)
        if self._shake.moved(pointer.pixel, pointer.time) or self._held > before:
            self._pull_out(pointer)
        self._stage.scene.preview(self._positions(pointer))
        self._aim(pointer)

    def release(self, pointer: Pointer) -> None:
        document, positions, wire, node_id = self._stage.document, self._positions(pointer), self._wire, self._node_id
        pulled, framed = self._layout is not document.layout, self._annotations.put_down()
        self._end()
        if not self._moved:
            if self._was_selected and not pointer.adds:
                document.select([node_id])
        elif pulled or wire is not None or positions != self._from:

            def edit(layout: Layout) -> Layout:
                layout = extracted(settled(layout), positions) if pulled else layout
                if wire is not None:
                    return framed(moved_into(layout, wire, node_id, positions[node_id]))
                return framed(with_positions(settled(layout), positions))

            label = "insert" if wire is not None else "extract" if pulled else "move"
            document.apply(f"canvas.edit.{label}", edit)

    def cancel(self) -> None:
        self._annotations.put_down()
        self._end()
        scene, document = self._stage.scene, self._stage.document
        if self._layout is not document.layout:
            scene.show_layout(document.layout, document.inference)
        else:
            scene.preview({key: at for key, at in self._from.items() if key in scene.nodes})

    def _pull_out(self, pointer: Pointer) -> None:
        """Take the nodes out of their wires, to be seen at once; the document changes at the end."""
        # Settled, so that a file without places does not find others for the nodes that stay.
        loose = extracted(settled(self._layout), self._from)
        if loose.edges != self._layout.edges:
            self._closed = frozenset(loose.edges) - frozenset(self._layout.edges)
            self._pulled_at = pointer.pixel
            self._layout = loose
            # In the hand they are in nobody's way: the wires that close need not go round where they were.
            away = {key: (x + LIFTED, y) for key, (x, y) in self._from.items()}
            self._stage.scene.show_layout(with_positions(loose, away), self._stage.document.inference)

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
        if len(self._from) == 1 and lone(self._layout, self._node_id):
            wire = self._stage.scene.wire_at(pointer.at, 12)
            if (pointer.pixel - self._pulled_at).manhattanLength() > GONE:
                self._closed = frozenset()
            self._target(wire if wire not in self._closed else None)

    def _target(self, wire: Edge | None) -> None:
        if wire != self._wire:
            for edge, aimed in ((self._wire, False), (wire, True)):
                if edge in self._stage.scene.wires:
                    self._stage.scene.wires[edge].set_target(aimed)
            self._wire = wire
