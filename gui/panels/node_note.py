"""What a person wrote about the selected node, in a field that grows with it. Leaving the field keeps it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from core.annotations import with_node_note
from core.layout import LONGEST_NOTE
from gui.document import Document
from gui.focus import lent
from gui.panels.styling import label
from gui.words import Words

MOST_LINES = 10
"""Seen at once; a longer note is scrolled."""


class NodeNote(QWidget):
    def __init__(self, document: Document, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words = document, words
        self._node_id: str | None = None
        self._name = label(self, voice="small")
        self.field = NoteField(self)
        self._name.setBuddy(self.field)
        self.field.left.connect(self.commit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._name)
        column.addWidget(self.field)
        document.leaving.connect(self.commit)
        self.retranslate()

    def show_node(self, node_id: str) -> None:
        if node_id != self._node_id:
            self.commit()
            self._node_id = node_id
            self.field.drop()
        self.field.show_text(self._document.layout.nodes[node_id].note)
        self.show()

    def renamed(self, old: str, new: str) -> None:
        """The node is called otherwise now; what is being typed is still about it."""
        if self._node_id == old:
            self._node_id = new

    def commit(self) -> None:
        """Hand in what was typed, if something was."""
        node_id, text = self._node_id, self.field.toPlainText()[:LONGEST_NOTE]
        if node_id is not None and self.field.pending and node_id in self._document.layout.nodes:
            self.field.entered()
            self._document.apply("canvas.edit.node_note", lambda layout: with_node_note(layout, node_id, text))

    def retranslate(self) -> None:
        self._name.setText(self._words.say("canvas.note"))
        self.field.setPlaceholderText(self._words.say("inspector.note_hint"))
        self.field.setAccessibleName(self._words.say("canvas.note"))

    def recolour(self) -> None:
        """Nothing here is coloured by itself."""


class NoteField(QPlainTextEdit):
    """As high as its text. The document's text never overwrites what a person is still typing."""

    left = Signal()
    """The person is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document_text = ""
        self.setObjectName("inspector-node-note")
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    @property
    def pending(self) -> bool:
        """Whether something was typed that the document does not hold."""
        return self.toPlainText() != self._document_text

    def show_text(self, text: str) -> None:
        if text != self._document_text:
            self._document_text = text
            if text != self.toPlainText():
                self.setPlainText(text)

    def entered(self) -> None:
        """What was typed is the document's text now."""
        self._document_text = self.toPlainText()

    def drop(self) -> None:
        """What is here belongs to another node."""
        self._document_text = ""
        self.setPlainText("")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # With nothing typed to undo, Undo and Redo are meant for the document.
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.document().isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.document().isRedoAvailable()
            if undo or redo:
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if entered and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not lent(event):
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        lines = min(max(round(self.document().size().height()), 1), MOST_LINES)
        margins = 2 * self.frameWidth() + 2 * round(self.document().documentMargin())
        height = lines * self.fontMetrics().lineSpacing() + margins + 2
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)
