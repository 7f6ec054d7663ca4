"""What the runs page says above its table: how far a sweep is, and what was done last, with the way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.panels.styling import label, set_property
from gui.words import Words


class RunsSaid(QWidget):
    undone = Signal(object)
    """A deletion is to be taken back: the folders in the trash."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._left = 0
        self._message: tuple[str, dict[str, object], bool] = ("", {}, False)
        self._trashed: Sequence[Path] = ()
        self.progress, self.end_sweep = label(self, voice="small", wrap=True), QPushButton(self)
        self.progress.setObjectName("sweep-progress")
        self.end_sweep.setObjectName("end-sweep")
        self.message, self.undo = label(self, voice="small", wrap=True), QPushButton(self)
        self.message.setObjectName("runs-message")
        self.undo.setObjectName("undo-delete")
        self._lines = [self._line(self.progress, self.end_sweep), self._line(self.message, self.undo)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for line in self._lines:
            column.addWidget(line)
        self.undo.clicked.connect(self._undo)
        words.changed.connect(self.retell)
        self.retell()

    def _line(self, words: QWidget, button: QPushButton) -> QWidget:
        """A sentence with something to do about it."""
        button.setProperty("kind", "link")
        button.setAutoDefault(False)
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 2, 8, 2)
        row.setSpacing(8)
        row.addWidget(words, 1)
        row.addWidget(button)
        return line

    def show_sweep(self, left: int) -> None:
        """So many runs of a sweep are still to come; 0 where none goes."""
        self._left = left
        self.retell()

    def say(self, key: str, values: dict[str, object], bad: bool) -> None:
        """A sentence; an empty key takes it away."""
        self._message, self._trashed = (key, values, bad), ()
        self.retell()

    def say_deleted(self, trashed: Sequence[Path]) -> None:
        self._message, self._trashed = ("runs.deleted", {"count": len(trashed)}, False), trashed
        self.retell()

    def retell(self) -> None:
        say, left, (key, values, bad) = self._words.say, self._left, self._message
        self.progress.setText(say("runs.sweep_left", count=left) if left else "")
        self.end_sweep.setText(say("runs.end_sweep"))
        set_property(self.message, "tone", "bad" if bad else "")
        self.message.setText(say(key, **values) if key else "")
        self.undo.setText(say("runs.undo"))
        self.undo.setVisible(bool(self._trashed))
        for line, told in zip(self._lines, (left, key), strict=True):
            line.setVisible(bool(told))

    def _undo(self) -> None:
        trashed = self._trashed
        self.say("", {}, False)
        self.undone.emit(trashed)
