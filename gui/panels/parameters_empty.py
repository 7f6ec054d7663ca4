"""What the parameters panel says where there are none to show: why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.inspection.snapshot import Snapshot
from gui.document import Document
from gui.panels.styling import label
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words


class ParametersEmpty(QWidget):
    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._icon, self.title, self.text = label(self), label(self), label(self, voice="quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(4)
        column.addStretch(1)
        for one in (self._icon, self.title, self.text):
            one.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            one.setWordWrap(True)
            column.addWidget(one)
        column.addStretch(2)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_reason(self, document: Document, session: TrainingSession, snapshot: Snapshot | None) -> None:
        """Say why there is nothing to see of what is selected."""
        chosen = document.selected is not None or len(document.selection) > 1
        self._icon.setVisible(not chosen)
        self.title.setText("" if chosen else self._words.say("parameters.none_selected_title"))
        self.title.setVisible(not chosen)
        self.text.setText(self._reason(document, session, snapshot))

    def _reason(self, document: Document, session: TrainingSession, snapshot: Snapshot | None) -> str:
        say, node_id = self._words.say, document.selected
        if node_id is None:
            count = len(document.selection)
            return say("parameters.several_selected", count=count) if count else say("parameters.none_selected")
        if document.layout.nodes[node_id].muted:
            return say("parameters.muted")
        layer = document.layout.nodes[node_id].layer
        if layer in ("Input", "Output"):
            return say(f"parameters.no_parameters_{layer.lower()}")
        if snapshot is not None:
            return say("parameters.no_parameters", layer=layer)
        if not document.ready or session.state in ("starting", "preparing", "downloading"):
            return say("parameters.waiting")
        if document.root_inference.errors:
            return say("parameters.broken")
        return say("parameters.not_running") if session.busy else ""

    def _recolour(self) -> None:
        self._icon.setPixmap(self._theme.pixmap("parameters", self._theme.scaled(24), "text_quiet"))
        self.title.setFont(self._theme.font(13, weight=600))
