"""What the canvas asks of the document for frames and notes: one edit each, in the words of its history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt

from core.annotations import (
    framed,
    frames_of,
    joined,
    left_frame,
    new_frame_id,
    new_note_id,
    shifted_notes,
    unframed,
    with_frame,
    with_node_note,
    with_note,
    without_notes,
)
from core.edits import shifted
from core.layout import NOTE_SIZES, Colour, Layout, Note
from gui.canvas.commands import ARROWS, FAR
from gui.canvas.geometry import SNAP, snapped
from gui.canvas.scene import CanvasScene
from gui.document import Document

SMALLEST = (64.0, NOTE_SIZES[0])
"""Width and height to which a note can be made smaller."""
AIR = 16
"""Between a new note and the nodes beside it."""
Modifier = Qt.KeyboardModifier


# --- frames ---


def new_frame(document: Document) -> str:
    """Put a frame around the selected nodes; its id."""
    name, nodes = new_frame_id(document.layout), document.selection
    document.apply("canvas.edit.frame", lambda layout: framed(layout, nodes, ""))
    return name


def frame_around(layout: Layout, node_ids: Collection[str]) -> str | None:
    """The frame that holds just these nodes."""
    wanted = frozenset(node_ids)
    return next((name for name, frame in layout.frames.items() if frozenset(frame.nodes) == wanted), None)


def innermost(layout: Layout, node_ids: Collection[str]) -> str | None:
    """The smallest frame that holds all of some nodes."""
    wanted = frozenset(node_ids)
    around = [name for name, frame in layout.frames.items() if wanted and wanted.issubset(frame.nodes)]
    return min(around, key=lambda name: len(layout.frames[name].nodes), default=None)


def neighbouring(layout: Layout, node_ids: Collection[str]) -> str | None:
    """The smallest frame that some of the nodes are in and others are not: these can join it."""
    wanted = frozenset(node_ids)
    some = [name for name, frame in layout.frames.items() if 0 < len(wanted.intersection(frame.nodes)) < len(wanted)]
    return min(some, key=lambda name: len(layout.frames[name].nodes), default=None)


def join(document: Document) -> None:
    """Take the selected nodes into the frame in which some of them are."""
    nodes, name = document.selection, neighbouring(document.layout, document.selection)
    if name is not None:
        document.apply("canvas.edit.join_frame", lambda layout: joined(layout, name, nodes))


def leave(document: Document) -> None:
    """Take each of the selected nodes out of the innermost frame that it is in."""
    layout = document.layout
    leaving: dict[str, list[str]] = {}
    for node_id in document.selection:
        around = min(frames_of(layout, node_id), key=lambda name: len(layout.frames[name].nodes), default=None)
        if around is not None:
            leaving.setdefault(around, []).append(node_id)

    def edit(layout: Layout) -> Layout:
        for name, nodes in leaving.items():
            layout = left_frame(layout, nodes, name)
        return layout

    document.apply("canvas.edit.leave_frame", edit)


def in_frame(document: Document) -> bool:
    """Whether any of the selected nodes is in a frame."""
    return any(frames_of(document.layout, node_id) for node_id in document.selection)


def colour(document: Document, frame_id: str, chosen: Colour) -> None:
    document.apply(
        "canvas.edit.frame_colour",
        lambda layout: with_frame(layout, frame_id, replace(layout.frames[frame_id], colour=chosen)),
    )


def unframe(document: Document, frame_id: str) -> None:
    document.apply("canvas.edit.unframe", lambda layout: unframed(layout, frame_id))


def taken_in(layout: Layout, node_id: str, frame_ids: Iterable[str]) -> Layout:
    for name in frame_ids:
        layout = joined(layout, name, [node_id])
    return layout


def delete(document: Document, frame_ids: Iterable[str], note_ids: Iterable[str]) -> None:
    """Delete frames, not what they hold, and notes."""

    def edit(layout: Layout) -> Layout:
        for name in frame_ids:
            layout = unframed(layout, name)
        return without_notes(layout, note_ids)

    document.apply("canvas.edit.delete", edit)


# --- notes ---


def room_for_note(scene: CanvasScene, at: QPointF) -> QRectF:
    """Where a new note goes: with its corner at a point, or at the right of the nodes that stand there."""
    width, height = Note("", (0, 0)).size
    rect = QRectF(snapped(at.x()), snapped(at.y()), width, height)
    while covered := scene.nodes_in(rect):
        rect.moveLeft(snapped(max(scene.nodes[node_id].rect.right() for node_id in covered) + AIR))
    return rect


def add_note(document: Document, rect: QRectF, text: str) -> str | None:
    """Put a note down; its id, or None if nothing is written on it."""
    if not text.strip():
        return None
    name = new_note_id(document.layout)
    note = Note(text, (rect.x(), rect.y()), (rect.width(), rect.height()))
    document.apply("canvas.edit.note", lambda layout: with_note(layout, name, note))
    return name


def reword_note(document: Document, note_id: str, text: str) -> None:
    """Other words on a note; with none left it goes."""
    if note_id not in document.layout.notes:
        return
    if text.strip():
        document.apply(
            "canvas.edit.edit_note",
            lambda layout: with_note(layout, note_id, replace(layout.notes[note_id], text=text)),
        )
    else:
        document.apply("canvas.edit.delete", lambda layout: without_notes(layout, [note_id]))


def write_on_node(document: Document, node_id: str, text: str) -> None:
    if node_id in document.layout.nodes:
        document.apply("canvas.edit.node_note", lambda layout: with_node_note(layout, node_id, text))


# --- by the keyboard ---


@dataclass(frozen=True)
class ArrowStep:
    """What an arrow key does: it moves, or it makes notes larger and smaller."""

    right: float
    down: float
    resizes: bool


def step_of(key: int, modifiers: Qt.KeyboardModifier) -> ArrowStep | None:
    """What an arrow key with Ctrl, or with Alt and Shift, means; None for any other key."""
    way = ARROWS.get(Qt.Key(key))
    resizes = modifiers == Modifier.AltModifier | Modifier.ShiftModifier
    if way is None or not (resizes or modifiers & ~Modifier.ShiftModifier == Modifier.ControlModifier):
        return None
    step = SNAP * (FAR if modifiers & Modifier.ShiftModifier and not resizes else 1)
    return ArrowStep(way[0] * step, way[1] * step, resizes)


def take_step(document: Document, step: ArrowStep, nodes: Collection[str], notes: Collection[str], merge: bool) -> None:
    """Move nodes and notes, or resize the notes; `merge` makes one undo step of a run of these."""
    if step.resizes:
        document.apply("canvas.edit.resize_note", lambda layout: _resized(layout, notes, step), merge)
    else:
        label = "canvas.edit.nudge" if nodes else "canvas.edit.move_note"
        document.apply(label, lambda layout: _nudged(layout, nodes, notes, step), merge)


def _nudged(layout: Layout, nodes: Collection[str], notes: Collection[str], step: ArrowStep) -> Layout:
    layout = shifted(layout, nodes, step.right, step.down) if nodes else layout
    return shifted_notes(layout, notes, step.right, step.down)


def _resized(layout: Layout, note_ids: Iterable[str], step: ArrowStep) -> Layout:
    for name in note_ids:
        note = layout.notes[name]
        width, height = note.size[0] + step.right, note.size[1] + step.down
        layout = with_note(layout, name, replace(note, size=(max(width, SMALLEST[0]), max(height, SMALLEST[1]))))
    return layout
