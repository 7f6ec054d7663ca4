"""What the plots panel says while there is nothing to plot: what will appear here, and how to make it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.panels.styling import label
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words


class PlotsEmpty(QWidget):
    def __init__(self, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._words, self._theme = session, words, theme
        self._icon = label(self)
        self.title, self.text = label(self), label(self, voice="quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        column.addStretch(1)
        for one in (self._icon, self.title, self.text):
            one.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            one.setWordWrap(True)
            column.addWidget(one)
        column.addStretch(1)
        session.changed.connect(self.retranslate)
        words.changed.connect(self.retranslate)
        theme.changed.connect(self._recolour)
        self.retranslate()
        self._recolour()

    def retranslate(self) -> None:
        waiting = self._session.busy
        self.title.setText(self._words.say("plots.waiting_title" if waiting else "plots.empty_title"))
        self.text.setText(self._words.say("plots.waiting" if waiting else "plots.empty"))

    def _recolour(self) -> None:
        self._icon.setPixmap(self._theme.pixmap("chart", self._theme.scaled(24), "text_quiet"))
        self.title.setFont(self._theme.font(13, weight=600))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 96)
