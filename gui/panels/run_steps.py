"""The smaller buttons of a run: one step, one epoch, and all over again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.datasets.facts import NO_DATA
from core.training.commands import Until
from gui.document import Document
from gui.panels.added_loss import small_button
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

ICONS = {"step_once": "step", "epoch_once": "epoch", "start_over": "reset"}
"""By the names of their texts."""


class RunSteps(QWidget):
    pausing = Signal()
    """A run that goes on shall pause after its next step."""

    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._words, self._theme = document, session, words, theme
        self.buttons = {name: small_button(theme, icon, self) for name, icon in ICONS.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name, button in self.buttons.items():
            button.setObjectName(name)
            button.clicked.connect(partial(self._do, name))
            row.addWidget(button)

    def refresh(self, asked: bool) -> None:
        """`asked`: a pause or an end was asked for and has not come yet."""
        session, say = self._session, self._words.say
        going = session.state in ("running", "paused")
        can_step = (going or (not session.busy and self._trainable)) and not asked
        for name, button in self.buttons.items():
            button.setEnabled(session.run_layout is not None if name == "start_over" else can_step)
            button.setToolTip(say(f"training.{name}_tip"))
            button.setAccessibleName(say(f"training.{name}"))

    def recolour(self) -> None:
        for name, icon in ICONS.items():
            self.buttons[name].setIcon(self._theme.icon(icon))

    @property
    def _trainable(self) -> bool:
        """Whether what is on the canvas can be trained."""
        root = self._document.root
        return bool(root.nodes) and not self._document.root_inference.errors and root.training.dataset.name != NO_DATA

    def _do(self, name: str) -> None:
        session = self._session
        until: Until = "step" if name == "step_once" else "epoch"
        if name == "start_over":
            session.start_over()
        elif not session.busy:
            session.start(self._document.root, until)
        elif until == "epoch":
            session.epoch_once()
        else:
            if session.state == "running":
                self.pausing.emit()
            session.step_once()
