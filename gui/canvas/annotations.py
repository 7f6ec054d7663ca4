"""Frames and notes on the canvas: shown as the document has them, chosen, dragged and written on in place.

The view, its mouse and its keyboard ask here; a port, a node or a wire under the pointer comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent

from core.layout import Layout
from gui.canvas import annotation_edits as edits
from gui.canvas.annotation_items import AnnotationItems, Key
from gui.canvas.annotation_moves import CarryGesture, ResizeGesture
from gui.canvas.annotation_writing import Writing
from gui.canvas.links import offer_link
from gui.canvas.note_item import Side
from gui.canvas.paper import first_line
from gui.canvas.stage import Gesture, Pointer, Stage

CURSORS: Mapping[Side, Qt.CursorShape] = {
    "right": Qt.CursorShape.SizeHorCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
    "corner": Qt.CursorShape.SizeFDiagCursor,
}


class Annotations(QObject):
    selection_changed = Signal()
    """Others are chosen now; what the commands can do may be something else."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.view)
        self._stage = stage
        self.items = AnnotationItems(stage.scene, stage.document)
        self.writing = Writing(stage, self)
        self._selected: frozenset[Key] = frozenset()
        self._nudged: frozenset[Key] = frozenset()
        stage.scene.previewed.connect(self.items.follow)
        stage.document.selection_changed.connect(self._give_way)
        stage.document.scope_changed.connect(self.select_nothing)

    def show(self, layout: Layout) -> None:
        """Make frames and notes look as the layout has them."""
        self.items.show(layout)
        self._choose(self._selected & self.items.keys())
        self.follow_view()

    # --- nodes on their way into a frame and out of it ---

    def lift(self, node_ids: Iterable[str]) -> None:
        """These nodes begin to be dragged: let go inside a frame they join it, wholly out of it they leave it."""
        self.items.lift(node_ids)

    def put_down(self) -> Callable[[Layout], Layout]:
        """They are let go: the edit with which they join and leave frames."""
        return self.items.put_down()

    def take_in(self, node_id: str) -> None:
        """A new node came to stand inside frames: it joins them, in the edit that made it."""
        document, around = self._stage.document, self.items.frames_about(node_id)
        label = document.undo_label
        if around and label is not None:
            document.apply(label, lambda layout: edits.taken_in(layout, node_id, around), merge=True)

    # --- what is chosen ---

    @property
    def selected(self) -> frozenset[Key]:
        return self._selected

    def select(self, keys: Iterable[Key]) -> None:
        """Choose frames and notes, and no nodes and wires with them."""
        keys = frozenset(keys) & self.items.keys()
        if keys:
            self._stage.scene.select_wires(frozenset())
            self._stage.document.select(())
        self._choose(keys)

    def select_nothing(self) -> None:
        self._choose(frozenset())

    def _give_way(self) -> None:
        if self._stage.document.selection:
            self._choose(frozenset())

    def _choose(self, keys: frozenset[Key]) -> None:
        if keys == self._selected:
            return
        self._selected, self._nudged = keys, frozenset()
        self.items.select(keys)
        if keys:
            self._stage.view.setAccessibleDescription(self.spoken_selected())
        self.selection_changed.emit()

    def spoken_selected(self) -> str:
        """What is chosen, a sentence each, for a screen reader."""
        return " ".join(self.spoken(key) for key in sorted(self._selected))

    def spoken(self, key: Key) -> str:
        """A frame or a note in one sentence."""
        layout, say = self._stage.document.layout, self._stage.words.say
        if key[0] == "note":
            return say("canvas.spoken_note", text=first_line(layout.notes[key[1]].text))
        frame = layout.frames[key[1]]
        return say("canvas.spoken_frame", title=frame.title or "–", nodes=", ".join(frame.nodes))

    def step(self, steps: int) -> None:
        """Choose the next frame or note as one reads them, or the one before, and bring it into view."""
        order = sorted(
            self.items.keys(), key=lambda key: (self.items.rect(key).top(), self.items.rect(key).left(), key)
        )
        if not order:
            return
        at = [index for index, key in enumerate(order) if key in self._selected]
        begin = (at[-1] if steps > 0 else at[0]) if at else -1 if steps > 0 else 0
        key = order[(begin + steps) % len(order)]
        self.select({key})
        self.bring(self.items.rect(key))

    def bring(self, rect: QRectF) -> None:
        """Move the canvas only if this is not wholly in view."""
        view = self._stage.view
        if not view.mapToScene(view.viewport().rect()).boundingRect().contains(rect):
            view.ensureVisible(rect, 48, 48)

    def selected_rect(self) -> QRectF:
        """What is chosen covers this; empty if nothing is."""
        rect = QRectF()
        for key in self._selected:
            rect = rect.united(self.items.rect(key))
        return rect

    def notes_in(self, rect: QRectF) -> frozenset[Key]:
        """The notes that lie in a rectangle, wholly or in part."""
        return frozenset(("note", name) for name, note in self.items.notes.items() if note.rect.intersects(rect))

    # --- the mouse ---

    @property
    def _scale(self) -> float:
        return self._stage.view.viewportTransform().m11()

    def choose_at(self, point: QPointF) -> None:
        """Choose what lies at a point, as a menu for it does; nothing where there is none."""
        key = self.items.key_at(point, self._scale)
        if key is None:
            self.select_nothing()
        elif key not in self._selected:
            self.select({key})

    def press(self, pointer: Pointer) -> Gesture | None:
        """What a press here begins; None if it means no annotation."""
        key = self.items.key_at(pointer.at, self._scale)
        # What the mouse does between two runs of arrow keys is a step of its own.
        self._nudged = frozenset()
        if key is None:
            if not pointer.adds:
                self.select_nothing()
            return None
        side = self.items.notes[key[1]].side_at(pointer.at, self._scale) if key[0] == "note" else None
        was_selected = key in self._selected
        if pointer.adds and side is None:
            self.select(self._selected ^ {key})
            if was_selected:
                return Still()
        elif not was_selected:
            self.select({key})
        if side is not None:
            return ResizeGesture(self._stage, self, key[1], side, pointer)
        return CarryGesture(self._stage, self, key, pointer, was_selected)

    def double_click(self, pointer: Pointer) -> bool:
        """Edit what lies here in its place; False if there is nothing."""
        key = self.items.key_at(pointer.at, self._scale)
        if key is not None:
            self.select({key})
            self.writing.edit(key)
        return key is not None

    def hover(self, pointer: Pointer | None) -> Qt.CursorShape | None:
        """The pointer is here, over no node or wire (None: elsewhere). Its shape, None for the usual."""
        key = self.items.key_at(pointer.at, self._scale) if pointer is not None else None
        self.items.hover(key)
        if pointer is None or key is None or key[0] == "frame":
            return None
        item = self.items.notes[key[1]]
        side = item.side_at(pointer.at, self._scale)
        if side is not None:
            return CURSORS[side]
        return Qt.CursorShape.PointingHandCursor if item.link_at(pointer.at) else None

    def held(self, keys: Iterable[Key]) -> tuple[frozenset[str], frozenset[str]]:
        """The nodes and the notes that move with these: what frames hold, and the notes that lie inside of them."""
        frames = self._stage.document.layout.frames
        nodes: set[str] = set()
        notes: set[str] = set()
        for kind, name in keys:
            if kind == "note":
                notes.add(name)
            else:
                nodes.update(frames[name].nodes)
                ground = self.items.frame_rect(name)
                notes.update(note for note, item in self.items.notes.items() if ground.contains(item.rect))
        return frozenset(nodes), frozenset(notes)

    def follow_link(self, pointer: Pointer, key: Key) -> bool:
        """Offer to open the link that was clicked; False if it was none."""
        address = self.items.notes[key[1]].link_at(pointer.at) if key[0] == "note" else ""
        if address:
            offer_link(self._stage.view, self._stage.words, address, QCursor.pos())
        return bool(address)

    def links(self) -> list[str]:
        """Where the links of the chosen note lead."""
        return (
            self.items.notes[self.chosen[1]].paper.links()
            if self.chosen is not None and self.chosen[0] == "note"
            else []
        )

    # --- the keyboard ---

    @property
    def chosen(self) -> Key | None:
        """The one frame or note that is chosen; None if there is none or several."""
        return next(iter(self._selected)) if len(self._selected) == 1 else None

    def press_key(self, event: QKeyEvent) -> bool:
        """Do what a key means for the frames and notes that are chosen; False if it means nothing for them."""
        if not self._selected:
            return False
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and not modifiers:
            self.edit_selected()
            return True
        step = edits.step_of(event.key(), modifiers)
        if step is None:
            return False
        keys = self._selected
        merge, self._nudged = keys == self._nudged, keys
        edits.take_step(self._stage.document, step, *self.held(keys), merge)
        for key in keys:
            self.bring(self.items.rect(key))
        return True

    # --- what commands ask ---

    def frame_selected(self) -> None:
        """Put a frame around the selected nodes, and let its title be written."""
        document = self._stage.document
        if not document.selection:
            return
        same = edits.frame_around(document.layout, document.selection)
        name = same or edits.new_frame(document)
        self.select({("frame", name)})
        self.writing.edit(("frame", name), fresh=same is None)

    def add_note(self, at: QPointF | None = None) -> None:
        """Write a new note at a point of the canvas, or in the middle of what is seen."""
        view = self._stage.view
        self.writing.new_note(at if at is not None else view.mapToScene(view.viewport().rect().center()))

    def write_on_node(self) -> None:
        """Write a note on the selected node."""
        self.writing.on_node()

    def delete_selected(self) -> bool:
        """Delete the chosen frames, not what they hold, and the chosen notes; False if none is chosen."""
        if not self._selected:
            return False
        frames, notes = ([name for kind, name in self._selected if kind == wanted] for wanted in ("frame", "note"))
        edits.delete(self._stage.document, frames, notes)
        return True

    @property
    def framed(self) -> str | None:
        """The frame that commands mean: the chosen one, else the innermost that holds all selected nodes."""
        if self.chosen is not None:
            return self.chosen[1] if self.chosen[0] == "frame" else None
        return edits.innermost(self._stage.document.layout, self._stage.document.selection)

    @property
    def editable(self) -> Key | None:
        """What would be written on: the one that is chosen, or the frame that is meant."""
        if self.chosen is not None:
            return self.chosen
        return ("frame", self.framed) if self.framed is not None else None

    def edit_selected(self) -> None:
        """Write on the chosen note, or the title of the frame that is meant."""
        if self.editable is not None:
            self.writing.edit(self.editable)

    def select_framed(self) -> None:
        """Select the nodes of the frame that is meant."""
        if self.framed is not None:
            self._stage.document.select(self._stage.document.layout.frames[self.framed].nodes)

    def close_editor(self) -> None:
        """Keep what is being written."""
        self.writing.close()

    def follow_view(self) -> None:
        """The canvas was moved or zoomed."""
        self.writing.follow()


class Still:
    """A press that has done all that it means."""

    def move(self, pointer: Pointer) -> None: ...

    def release(self, pointer: Pointer) -> None: ...

    def cancel(self) -> None: ...
