"""A line of text that belongs to the document: what is typed counts on Enter or when the line is left.

Escape takes it back. Names, titles and arguments are edited in it. The document's text never overwrites what a person
is still typing.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.focus import lent


class CommitLine(QLineEdit):
    entered = Signal(str)
    """The person is done: this is the text."""
    taken_back = Signal()
    """Escape: the document's text is back."""
    stepped = Signal(int)
    """An arrow key asks for so many steps up (or, negative, down)."""
    focus_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document_text = ""

    @property
    def document_text(self) -> str:
        return self._document_text

    @property
    def pending(self) -> bool:
        """Whether something was typed that the document does not hold."""
        return self.text() != self._document_text

    def show_text(self, text: str) -> None:
        """The document's text is now `text`. What is being typed stays unless that changed."""
        if text != self._document_text:
            self._document_text = text
            self.setText(text)
            # Of a long name the beginning is seen.
            self.setCursorPosition(len(text) if self.hasFocus() else 0)

    def take_back(self) -> None:
        self.setText(self._document_text)

    def commit(self) -> None:
        """Hand in what was typed, if something was."""
        if self.pending:
            self.entered.emit(self.text())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.pending:
                event.accept()
                return True
            # With nothing typed to undo, Undo and Redo are meant for the document.
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.commit()
            self.selectAll()
        elif key == Qt.Key.Key_Escape and self.pending:
            self.take_back()
            self.taken_back.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            size = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.stepped.emit(size if key == Qt.Key.Key_Up else -size)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not lent(event):
            self.commit()
            self.focus_changed.emit(False)
