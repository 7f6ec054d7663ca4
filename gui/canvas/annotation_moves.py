"""Frames and notes are dragged, and notes pulled larger and smaller. The document changes at the end, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from core.annotations import shifted_notes, with_note
from core.layout import NOTE_SIZES, Layout, Position, with_positions
from core.placement import places, settled
from gui.canvas.align import Guides, aligned
from gui.canvas.annotation_edits import SMALLEST
from gui.canvas.geometry import snapped
from gui.canvas.note_item import Side
from gui.canvas.stage import Pointer, Stage

if TYPE_CHECKING:
    from gui.canvas.annotation_items import Key
    from gui.canvas.annotations import Annotations


class CarryGesture:
    """Frames with all that they hold, and notes, follow the mouse. Without a drag it was a click."""

    def __init__(self, stage: Stage, annotations: Annotations, key: Key, start: Pointer, was_selected: bool) -> None:
        self._stage, self._annotations, self._key = stage, annotations, key
        self._start = start
        self._was_selected = was_selected
        layout = stage.document.layout
        stands = places(layout)
        nodes, self._notes = annotations.held(annotations.selected | {key})
        self._from: dict[str, Position] = {node_id: stands[node_id] for node_id in layout.nodes if node_id in nodes}
        self._others = [place for node_id, place in stands.items() if node_id not in nodes]
        self._anchor = self._anchor_of(layout)
        self._guides = Guides(stage.scene.look)
        self._moved = False
        self._way = (0.0, 0.0)

    def move(self, pointer: Pointer) -> None:
        if not self._moved:
            if not pointer.left(self._start):
                return
            self._moved = True
            self._stage.scene.addItem(self._guides)
            self._annotations.lift(self._from)
        self._way = self._way_to(pointer)
        self._show(self._positions(), self._notes, self._way)

    def release(self, pointer: Pointer) -> None:
        self._end()
        if not self._moved:
            if not pointer.adds and self._annotations.follow_link(pointer, self._key):
                return
            if self._was_selected and not pointer.adds:
                self._annotations.select({self._key})
            return
        positions, notes, (dx, dy) = self._positions(), self._notes, self._way
        reframed = self._annotations.put_down()
        if (dx, dy) == (0.0, 0.0):
            return

        def edit(layout: Layout) -> Layout:
            if positions:
                layout = reframed(with_positions(settled(layout), positions))
            return shifted_notes(layout, notes, dx, dy)

        self._stage.document.apply("canvas.edit.move" if positions else "canvas.edit.move_note", edit)

    def cancel(self) -> None:
        self._end()
        if self._moved:
            self._show(self._from, self._notes, (0.0, 0.0))
            self._annotations.put_down()

    def _end(self) -> None:
        if self._guides.scene() is not None:
            self._stage.scene.removeItem(self._guides)

    def _show(self, positions: Mapping[str, Position], notes: Iterable[str], way: Position) -> None:
        scene = self._stage.scene
        self._annotations.items.show_notes_moved(notes, way)
        scene.preview({node_id: at for node_id, at in positions.items() if node_id in scene.nodes})

    def _positions(self) -> dict[str, Position]:
        dx, dy = self._way
        return {node_id: (x + dx, y + dy) for node_id, (x, y) in self._from.items()}

    def _anchor_of(self, layout: Layout) -> Position:
        kind, name = self._key
        if kind == "note":
            return layout.notes[name].position
        return self._from[layout.frames[name].nodes[0]]

    def _way_to(self, pointer: Pointer) -> Position:
        """In whole steps, and a frame in line with the nodes that it passes."""
        x, y = self._anchor
        way = pointer.at - self._start.at
        wanted = (x + way.x(), y + way.y())
        if not self._from:
            return snapped(wanted[0]) - x, snapped(wanted[1]) - y
        # Only what can be seen attracts; a hidden node would make the step seem arbitrary.
        view = self._stage.view
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        place, lines = aligned(wanted, [other for other in self._others if seen.contains(QPointF(*other))])
        self._guides.show_lines(lines)
        return place[0] - x, place[1] - y


class ResizeGesture:
    """A note's right or lower edge, or the corner between them, follows the mouse."""

    def __init__(self, stage: Stage, annotations: Annotations, note_id: str, side: Side, start: Pointer) -> None:
        self._stage, self._annotations, self._note_id, self._side = stage, annotations, note_id, side
        self._start = start
        self._note = stage.document.layout.notes[note_id]
        self._size = self._note.size

    def move(self, pointer: Pointer) -> None:
        way = pointer.at - self._start.at
        width, height = self._note.size
        if self._side != "bottom":
            width = _sized(width + way.x(), SMALLEST[0])
        if self._side != "right":
            height = _sized(height + way.y(), SMALLEST[1])
        self._size = (width, height)
        self._annotations.items.show_note_at(self._note_id, QRectF(*self._note.position, width, height))

    def release(self, pointer: Pointer) -> None:
        size, note_id = self._size, self._note_id
        if size != self._note.size:
            self._stage.document.apply(
                "canvas.edit.resize_note",
                lambda layout: with_note(layout, note_id, replace(layout.notes[note_id], size=size)),
            )

    def cancel(self) -> None:
        self._annotations.items.show_note_at(self._note_id, QRectF(*self._note.position, *self._note.size))


def _sized(wanted: float, least: float) -> float:
    return min(max(snapped(wanted), least), NOTE_SIZES[1])
