"""A sentence where there is nothing to see yet, in the middle of the room that the data will take."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.panels.styling import label, set_property


class Message(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = label(self, wrap=True)
        self.text.setObjectName("data-message")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 8, 32, 24)
        column.addWidget(self.text, 1)

    def say(self, sentence: str, bad: bool = False) -> None:
        self.text.setText(sentence)
        set_property(self.text, "tone", "bad" if bad else "quiet")
