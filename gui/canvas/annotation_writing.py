"""One sheet at a time to write on: the title of a frame, a note on the canvas, or the note on a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF

from gui.canvas import annotation_edits as edits
from gui.canvas.frame_editor import FrameEditor
from gui.canvas.note_editor import NoteEditor
from gui.canvas.stage import Stage

if TYPE_CHECKING:
    from gui.canvas.annotation_items import Key
    from gui.canvas.annotations import Annotations

BESIDE = 12
"""Between a node and the sheet for its note, in canvas units."""
NODE_SHEET = QSizeF(280, 120)


class Writing:
    def __init__(self, stage: Stage, annotations: Annotations) -> None:
        self._stage, self._annotations = stage, annotations
        self._editor: FrameEditor | NoteEditor | None = None

    def edit(self, key: Key, fresh: bool = False) -> None:
        """Write on a frame or a note; `fresh` for a frame that was just made."""
        self.close()
        annotations, document, name = self._annotations, self._stage.document, key[1]
        annotations.bring(annotations.items.rect(key))
        if key[0] == "frame":
            self._editor = FrameEditor(self._stage, name, lambda: self._place(key), fresh)
        else:
            self._editor = NoteEditor(
                self._stage,
                self._stage.words.say("canvas.note"),
                document.layout.notes[name].text,
                lambda: self._place(key),
                lambda text: edits.reword_note(document, name, text),
            )

    def new_note(self, at: QPointF) -> None:
        """Write a note that comes onto the canvas once something is written on it."""
        self.close()
        rect = edits.room_for_note(self._stage.scene, at)
        self._annotations.bring(rect)
        name = self._stage.words.say("canvas.note")
        self._editor = NoteEditor(self._stage, name, "", lambda: rect, lambda text: self._add(rect, text))

    def on_node(self) -> None:
        document = self._stage.document
        node_id = document.selected
        if node_id is None:
            return
        self.close()
        sheet = self._beside(node_id)
        assert sheet is not None
        self._annotations.bring(self._stage.scene.nodes[node_id].rect.united(sheet))
        self._editor = NoteEditor(
            self._stage,
            self._stage.words.say("canvas.note_on_node", node=node_id),
            document.layout.nodes[node_id].note,
            lambda: self._beside(node_id),
            lambda text: edits.write_on_node(document, node_id, text),
            hint="canvas.node_note_hint",
        )

    def close(self) -> None:
        """Keep what is being written."""
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.finish()

    def follow(self) -> None:
        """The canvas was moved, or what is on it."""
        if self._editor is not None and not self._editor.finished:
            self._editor.follow()

    def _add(self, rect: QRectF, text: str) -> None:
        name = edits.add_note(self._stage.document, rect, text)
        if name is not None:
            self._annotations.select({("note", name)})

    def _place(self, key: Key) -> QRectF | None:
        return self._annotations.items.rect(key) if self._annotations.items.shows(key) else None

    def _beside(self, node_id: str) -> QRectF | None:
        node = self._stage.scene.nodes.get(node_id)
        return QRectF(node.rect.topRight() + QPointF(BESIDE, 0), NODE_SHEET) if node is not None else None
