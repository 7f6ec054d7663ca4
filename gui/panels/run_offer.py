"""A quiet line that offers to go on with a run of this network that was left."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gui.document import Document
from gui.panels.kept_run import KeptRuns
from gui.panels.styling import label
from gui.training_session import TrainingSession
from gui.words import Words


class RunOffer(QWidget):
    def __init__(self, document: Document, session: TrainingSession, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words
        self.runs = KeptRuns(document, session, self)
        self.sentence = label(self, voice="quiet", wrap=True)
        self.sentence.setObjectName("run-offer")
        self.button = QPushButton(self)
        self.button.setObjectName("go-on-with-run")
        self.button.setProperty("kind", "link")
        self.button.setAutoDefault(False)
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button)
        self.button.clicked.connect(self.runs.go_on)
        self.runs.changed.connect(self.retell)
        words.changed.connect(self.retell)
        self.retell()

    def retell(self) -> None:
        kept, say = self.runs.offer, self._words.say
        self.button.setText(say("training.go_on"))
        if kept is not None:
            entry = kept.entry
            epoch = min(entry.epoch + 1, entry.epochs)
            text = say("training.can_go_on", epoch=epoch, epochs=entry.epochs, step=entry.step)
            self.sentence.setText(text)
            self.button.setToolTip(say("training.can_go_on_tip"))
            self.button.setAccessibleDescription(text)
        self.setVisible(kept is not None)
