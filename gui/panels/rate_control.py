"""The learning rate of the run that goes on: what it is now, and a field for another one."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from core.fields import Field, FieldError
from core.training.optimizers import LARGEST_RATE
from gui.panels.field_editors import Given, TextEditor
from gui.panels.styling import label
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

RATE = Field("lr", "real", required=True, above=0, maximum=LARGEST_RATE)
WIDTH = 92
DIGITS = 4
"""Of a rate that a scheduler has made: a person does not read more."""


class RateControl(QWidget):
    """Shown while there is a run whose rate can be changed."""

    def __init__(self, session: TrainingSession, words: Words, theme: Theme, refusal: QLabel, parent: QWidget) -> None:
        """`refusal` says why what was typed is no rate."""
        super().__init__(parent)
        self._session, self._words, self._theme, self._refusal = session, words, theme, refusal
        self._name = label(self, voice="quiet")
        self._editor = TextEditor(RATE, theme, self)
        self.line = self._editor.line
        self.line.setObjectName("run-rate")
        self._editor.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name.setBuddy(self.line)
        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(8)
        row.addWidget(self._name, 0, 0)
        row.addWidget(self._editor, 0, 1)
        self._editor.edited.connect(self._set)
        self._editor.refused.connect(self._refuse)
        theme.changed.connect(self._resize)
        self._resize()

    def refresh(self) -> None:
        rate = self._session.rate
        there = rate is not None and self._session.state in ("running", "paused")
        self.setVisible(there)
        self._name.setText(self._words.say("training.rate"))
        tip = self._words.say("training.rate_help")
        for widget in (self._name, self.line):
            widget.setToolTip(tip)
        self.line.setAccessibleName(self._words.say("training.rate"))
        self.line.setAccessibleDescription(tip)
        if not there:
            self._refuse(None)
        # What is being typed stays, however often the scheduler moves on.
        elif not self.line.pending:
            self._show()

    def _set(self, value: Given, _merge: bool) -> None:
        if isinstance(value, (int, float)):
            self._session.set_rate(float(value))
            # While it counts as typed it would not be shown.
            self._show()

    def _show(self) -> None:
        if self._session.rate is not None:
            self._editor.show_value(float(f"{self._session.rate:.{DIGITS}g}"), None, "")

    def _refuse(self, error: FieldError | None) -> None:
        self._editor.set_marked(error is not None)
        text = "" if error is None else self._words.say(f"problem.{error.rule}", **error.values)
        self._refusal.setText(text)
        self._refusal.setVisible(bool(text))

    def _resize(self) -> None:
        self._editor.setFixedWidth(self._theme.scaled(WIDTH))
