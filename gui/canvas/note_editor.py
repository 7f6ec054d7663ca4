"""A note is written where it stands, as the Markdown that it is. Leaving it in any way keeps what was written."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from core.layout import LONGEST_NOTE
from gui.canvas.stage import Stage, send_away
from gui.focus import lent

SMALLEST_TEXT, LARGEST_TEXT = 12, 26
"""Pixels: however far zoomed out, what is typed can be read."""
LEAST = (240, 96)
"""Pixels that there are to write on, however small the note is."""
MARGIN = 8


class NoteEditor(QPlainTextEdit):
    """Lies over a place of the canvas until Esc, Ctrl+Return or a click elsewhere; then hands its text on, once."""

    def __init__(
        self,
        stage: Stage,
        name: str,
        text: str,
        place: Callable[[], QRectF | None],
        done: Callable[[str], object],
        *,
        hint: str = "canvas.note_hint",
    ) -> None:
        """`place` is where it lies, in canvas units; None once there is nothing left to write on."""
        super().__init__(stage.view.viewport())
        self._stage, self._place, self._hand_on = stage, place, done
        self._done = False
        self._before = text
        self.setObjectName("canvas_note_editor")
        self.setAccessibleName(name)
        self.setPlaceholderText(stage.words.say("canvas.note_placeholder"))
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)
        # Where the words are on the note.
        self.document().setDocumentMargin(8)
        self.document().contentsChanged.connect(self._limit)
        self.follow()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        below = self.geometry().bottomLeft() + QPoint(-16, -14)
        stage.hint.say(stage.words.say(hint), below, bad=False)

    @property
    def finished(self) -> bool:
        return self._done

    def follow(self) -> None:
        """Stay over the place while the canvas moves below."""
        place = self._place()
        if place is None:
            self.give_up()
            return
        transform = self._stage.view.viewportTransform()
        rect = transform.mapRect(place)
        font = QFont(self._stage.scene.look.name_font)
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(min(max(SMALLEST_TEXT, round(13 * transform.m11())), LARGEST_TEXT))
        self.setFont(font)
        width, height = max(LEAST[0], round(rect.width())), max(LEAST[1], round(rect.height()))
        self.setGeometry(QRect(round(rect.left()), round(rect.top()), width, height))

    def finish(self) -> None:
        """Keep what was written."""
        if not self._done:
            text = self.toPlainText()
            self.give_up()
            if text != self._before:
                self._hand_on(text)

    def give_up(self) -> None:
        """Go without keeping anything, and hand the keyboard back."""
        if self._done:
            return
        self._done = True
        send_away(self._stage, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (entered and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.finish()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not lent(event):
            self.finish()

    def _limit(self) -> None:
        """No more than a file may hold."""
        text = self.toPlainText()
        if len(text) > LONGEST_NOTE:
            place = self.textCursor().position()
            self.setPlainText(text[:LONGEST_NOTE])
            cursor = self.textCursor()
            cursor.setPosition(min(place, LONGEST_NOTE))
            self.setTextCursor(cursor)
