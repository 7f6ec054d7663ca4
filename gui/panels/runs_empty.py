"""What the runs page says while there is no run: what it will keep, and the two ways to begin."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.panels.styling import label
from gui.theme import Theme
from gui.words import Words

LOW = 128
"""Pixels of height below which there is room for the words and buttons only."""


class RunsEmpty(QWidget):
    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._searching = self._busy = False
        self._icon = label(self)
        self.title, self.text = label(self), label(self, voice="quiet")
        self.train, self.sweep, self.show_all = (QPushButton(self) for _ in range(3))
        self.train.setObjectName("train-from-runs")
        self.sweep.setProperty("kind", "link")
        self.show_all.setProperty("kind", "link")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        column.addStretch(1)
        for one in (self._icon, self.title, self.text):
            one.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            one.setWordWrap(True)
            column.addWidget(one)
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.train, self.sweep, self.show_all):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        words.changed.connect(self.retranslate)
        theme.changed.connect(self._recolour)
        self.retranslate()
        self._recolour()

    def show_why(self, searching: bool, busy: bool) -> None:
        """Whether there are runs, but none with the words that are looked for; whether one is just beginning."""
        if (searching, busy) != (self._searching, self._busy):
            self._searching, self._busy = searching, busy
            self.retranslate()

    def retranslate(self) -> None:
        say, why = self._words.say, "nothing_found" if self._searching else "empty"
        self.title.setText(say(f"runs.{why}_title"))
        self.text.setText(say(f"runs.{why}"))
        self.train.setText(say("runs.train"))
        self.sweep.setText(say("runs.sweep"))
        self.show_all.setText(say("runs.show_all"))
        self.train.setVisible(not self._searching and not self._busy)
        self.sweep.setVisible(not self._searching and not self._busy)
        self.show_all.setVisible(self._searching)

    def _recolour(self) -> None:
        self._icon.setPixmap(self._theme.pixmap("recent", self._theme.scaled(24), "text_quiet"))
        self.title.setFont(self._theme.font(13, weight=600))
        self._fit_icon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_icon()

    def _fit_icon(self) -> None:
        self._icon.setVisible(self.height() >= self._theme.scaled(LOW))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._theme.scaled(96))
