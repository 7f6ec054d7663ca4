"""The frames and notes of the canvas as they are seen, kept equal to the document, and what of them lies where."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from core.layout import Frame, Layout, Position
from gui.canvas.frame_item import FrameItem
from gui.canvas.framing import Carried, Reaches
from gui.canvas.note_item import NoteItem
from gui.canvas.scene import CanvasScene
from gui.document import Document

Key: TypeAlias = tuple[Literal["frame", "note"], str]
"""A frame or a note by its id."""
STEP = 1e-5
"""Between one of them and the next above it; frames lie from -3 upward, notes from -1.5."""


class AnnotationItems:
    def __init__(self, scene: CanvasScene, document: Document) -> None:
        self._scene, self._document = scene, document
        self.frames: dict[str, FrameItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self._reaches = Reaches(scene)
        self._carried: Carried | None = None
        self._selected: frozenset[Key] = frozenset()
        self._hovered: Key | None = None

    def show(self, layout: Layout) -> None:
        """Make frames and notes look as the layout has them."""
        for name in [name for name in self.frames if name not in layout.frames]:
            self._scene.removeItem(self.frames.pop(name))
        for name in [name for name in self.notes if name not in layout.notes]:
            self._scene.removeItem(self.notes.pop(name))
        for name in layout.frames:
            if name not in self.frames:
                self.frames[name] = FrameItem(self._scene.look)
                self._scene.addItem(self.frames[name])
        for rank, (name, note) in enumerate(layout.notes.items()):
            if name not in self.notes:
                self.notes[name] = NoteItem(self._scene.look)
                self._scene.addItem(self.notes[name])
            self.notes[name].show_note(note)
            self.notes[name].setZValue(-1.5 + rank * STEP)
        self._reaches.show(layout.frames)
        self._show_frames(layout.frames)
        self._mark()

    # --- what lies where ---

    def keys(self) -> frozenset[Key]:
        return frozenset([*(("frame", name) for name in self.frames), *(("note", name) for name in self.notes)])

    def shows(self, key: Key) -> bool:
        return key[1] in (self.frames if key[0] == "frame" else self.notes)

    def frame_rect(self, frame_id: str) -> QRectF:
        """Where a frame is seen, in canvas units. KeyError if there is no such frame."""
        return self.frames[frame_id].rect

    def note_rect(self, note_id: str) -> QRectF:
        return self.notes[note_id].rect

    def rect(self, key: Key) -> QRectF:
        return self.frame_rect(key[1]) if key[0] == "frame" else self.note_rect(key[1])

    def key_at(self, point: QPointF, scale: float) -> Key | None:
        """The note that covers a point, or the frame whose title does, as they are hit at this scale."""
        for name, note in reversed(self.notes.items()):
            if note.rect.contains(point) or note.side_at(point, scale) is not None:
                return ("note", name)
        for name in reversed(self._reaches.order):
            if name in self.frames and self.frames[name].handle(scale).contains(point):
                return ("frame", name)
        return None

    def frames_about(self, node_id: str) -> list[str]:
        """The frames in which a node stands without being one of theirs."""
        middle, frames = self._scene.nodes[node_id].rect.center(), self._document.layout.frames
        rects = self._reaches.rects.items()
        return [name for name, rect in rects if rect.contains(middle) and node_id not in frames[name].nodes]

    def shades(self) -> list[tuple[QRectF, QColor]]:
        """Where frames and notes lie, from the lowest to the uppermost, with the colour of each."""
        frames, look = self._document.layout.frames, self._scene.look
        names = [name for name in self._reaches.order if name in frames and name in self.frames]
        shades = [(self.frame_rect(name), look.frames[frames[name].colour]) for name in names]
        return [*shades, *((note.rect, look.note_line) for note in self.notes.values())]

    def _show_frames(self, frames: Mapping[str, Frame]) -> None:
        for rank, name in enumerate(self._reaches.order):
            self.frames[name].show_frame(frames[name], self._reaches.rects[name])
            self.frames[name].setZValue(-3 + rank * STEP)
        self._tell_content()

    def _tell_content(self) -> None:
        """What fit has to show beside the network."""
        rect = QRectF()
        for key in self.keys():
            rect = rect.united(self.rect(key))
        self._scene.annotated = rect

    def select(self, keys: frozenset[Key]) -> None:
        """Show which are chosen."""
        self._selected = keys
        self._mark()

    def hover(self, key: Key | None) -> None:
        """Show which the pointer is over."""
        if key != self._hovered:
            self._hovered = key
            self._mark()

    def _mark(self, frames: Mapping[str, Frame] | None = None) -> None:
        now = self._document.layout.frames
        for name, frame in self.frames.items():
            taking = frames is not None and len(frames[name].nodes) > len(now[name].nodes)
            frame.mark(("frame", name) in self._selected, self._hovered == ("frame", name), taking)
        for name, note in self.notes.items():
            note.mark(("note", name) in self._selected, self._hovered == ("note", name))

    # --- while nodes and notes are dragged ---

    def follow(self, node_ids: Collection[str]) -> None:
        """Nodes are seen elsewhere than the document says."""
        frames = self._document.layout.frames
        if not frames or frames.keys() != self.frames.keys():
            return
        self._reaches.move(node_ids, frames)
        if self._carried is not None:
            frames = self._carried.frames(self._reaches.rects)
            self._reaches.move(node_ids, frames)
        self._show_frames(frames)
        self._mark(frames)

    def lift(self, node_ids: Iterable[str]) -> None:
        self._carried = Carried(self._scene, self._document.layout, self._reaches.rects, node_ids)

    def put_down(self) -> Callable[[Layout], Layout]:
        """The edit with which the nodes that were lifted join and leave frames."""
        carried, self._carried = self._carried, None
        if carried is None:
            return lambda layout: layout
        frames = carried.frames(self._reaches.rects)
        self.follow(carried.nodes)
        return lambda layout: carried.settled(layout, frames)

    def show_notes_moved(self, note_ids: Iterable[str], way: Position) -> None:
        """Show notes this far from where the document says, until the next `show`."""
        for name in note_ids:
            note = self._document.layout.notes.get(name)
            if note is not None and name in self.notes:
                self.notes[name].stand(QRectF(note.position[0] + way[0], note.position[1] + way[1], *note.size))
        self._tell_content()

    def show_note_at(self, note_id: str, rect: QRectF) -> None:
        """Show a note elsewhere or in another size, until the next `show`."""
        if note_id in self.notes:
            self.notes[note_id].stand(rect)
