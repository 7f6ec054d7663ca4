"""What people write and draw beside a network: frames behind nodes, notes, and words on a node. Edits of a layout.

Nothing of it changes what the network computes. What these edits make, the reader of files takes: texts are cut to
what a file may hold, sizes and places are kept within bounds.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import replace

from core.layout import (
    FARTHEST,
    LONGEST_NOTE,
    LONGEST_TITLE,
    NOTE_SIZES,
    Colour,
    Frame,
    Layout,
    Note,
    Position,
    framed_without,
    with_replaced,
)
from core.names import fresh_name
from core.placement import TALL, WIDTH

# --- frames ---


def new_frame_id(layout: Layout) -> str:
    return fresh_name("frame", frozenset(layout.frames))


def framed(layout: Layout, node_ids: Collection[str], title: str, colour: Colour = "grey") -> Layout:
    """With a frame around these nodes: on top of the others, but below those that it holds all nodes of."""
    nodes = _members(layout, node_ids)
    if not nodes:
        return layout
    frame_id, frame = new_frame_id(layout), Frame(_text(title, LONGEST_TITLE), nodes, colour)
    within = {key for key, other in layout.frames.items() if set(other.nodes) < set(nodes)}
    frames: dict[str, Frame] = {}
    for key, other in layout.frames.items():
        if key in within:
            frames.setdefault(frame_id, frame)
        frames[key] = other
    frames.setdefault(frame_id, frame)
    return replace(layout, frames=frames)


def unframed(layout: Layout, frame_id: str) -> Layout:
    """Without a frame; its nodes stay."""
    return replace(layout, frames={key: frame for key, frame in layout.frames.items() if key != frame_id})


def with_frame(layout: Layout, frame_id: str, frame: Frame) -> Layout:
    """With a frame as it is now: titled, coloured or reaching around other nodes. It goes with the last of them."""
    nodes = _members(layout, frame.nodes)
    if not nodes:
        return unframed(layout, frame_id)
    frame = replace(frame, title=_text(frame.title, LONGEST_TITLE), nodes=nodes)
    return replace(layout, frames={**layout.frames, frame_id: frame})


def joined(layout: Layout, frame_id: str, node_ids: Collection[str]) -> Layout:
    """With these nodes in a frame, beside those that are there."""
    frame = layout.frames[frame_id]
    nodes = _members(layout, {*frame.nodes, *node_ids})
    return layout if nodes == frame.nodes else with_frame(layout, frame_id, replace(frame, nodes=nodes))


def left_frame(layout: Layout, node_ids: Collection[str], frame_id: str | None = None) -> Layout:
    """With these nodes out of a frame, or out of all frames. A frame that nothing is left in goes."""
    gone = frozenset(node_ids)
    if frame_id is None:
        frames = framed_without(layout.frames, gone)
    else:
        left = framed_without({frame_id: layout.frames[frame_id]}, gone)
        frames = {key: left.get(key, frame) for key, frame in layout.frames.items() if key != frame_id or left}
    return layout if frames == layout.frames else replace(layout, frames=frames)


def frames_of(layout: Layout, node_id: str) -> tuple[str, ...]:
    """The frames that a node stands in, from the lowest to the uppermost."""
    return tuple(key for key, frame in layout.frames.items() if node_id in frame.nodes)


def _members(layout: Layout, node_ids: Collection[str]) -> tuple[str, ...]:
    chosen = frozenset(node_ids)
    # In the order of the file, so that the same frame is the same value.
    return tuple(key for key in layout.nodes if key in chosen)


# --- notes ---


def new_note_id(layout: Layout) -> str:
    return fresh_name("note", frozenset(layout.notes))


def with_note(layout: Layout, note_id: str, note: Note) -> Layout:
    """With a note, new or as it is now: worded, moved, resized."""
    x, y = (_within(part, -FARTHEST, FARTHEST) for part in note.position)
    width, height = (_within(part, *NOTE_SIZES) for part in note.size)
    note = Note(_text(note.text, LONGEST_NOTE), (x, y), (width, height))
    return replace(layout, notes={**layout.notes, note_id: note})


def without_notes(layout: Layout, note_ids: Iterable[str]) -> Layout:
    gone = frozenset(note_ids)
    return replace(layout, notes={key: note for key, note in layout.notes.items() if key not in gone})


def shifted_notes(layout: Layout, note_ids: Iterable[str], dx: float, dy: float) -> Layout:
    """With these notes moved by so much."""
    for note_id in note_ids:
        note = layout.notes[note_id]
        layout = with_note(layout, note_id, replace(note, position=(note.position[0] + dx, note.position[1] + dy)))
    return layout


def with_node_note(layout: Layout, node_id: str, text: str) -> Layout:
    """With other words on a node; none take its note away."""
    text = _text(text, LONGEST_NOTE)
    return with_replaced(layout, node_id, replace(layout.nodes[node_id], note=text if text.strip() else ""))


def lies_among(note: Note, stands: Collection[Position]) -> bool:
    """Whether a note lies wholly in the rectangle around nodes at these places."""
    if not stands:
        return False
    xs, ys = zip(*stands, strict=True)
    (x, y), (width, height) = note.position, note.size
    return min(xs) <= x and min(ys) <= y and x + width <= max(xs) + WIDTH and y + height <= max(ys) + TALL


def _within(value: float, lowest: float, highest: float) -> float:
    # Minus zero is written as zero.
    return min(max(float(value), lowest), highest) + 0.0 if math.isfinite(value) else max(0.0, lowest)


def _text(text: str, longest: int) -> str:
    # Half of a letter, as a cut through an emoji leaves it, cannot be written to a file.
    return text[:longest].encode("utf-8", "ignore").decode("utf-8")
