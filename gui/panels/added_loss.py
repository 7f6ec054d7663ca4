"""A further loss in the training form, read as it is computed: plus its weight times the loss."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gui.panels.described_box import DescribedBox
from gui.panels.styling import label
from gui.panels.training_line import GAP, FormLine
from gui.theme import Theme
from gui.words import Words

LEAST_WEIGHT = 58
"""Pixels of a weight, such as 0.25."""


class AddedLossLine(FormLine):
    def __init__(self, number: int, theme: Theme, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, parent=parent)
        self._theme, self._number = theme, number
        self.box = DescribedBox(theme, self)
        self.box.setObjectName(f"training-loss_{number}")
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.remove_button = small_button(theme, "close", self)
        self.remove_button.setObjectName(f"remove-loss_{number}")
        self._name = label(self)
        self._name.hide()
        self._head = QWidget(self)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP // 2)
        self._grid.addWidget(self._head, 0, 0)
        self._grid.addWidget(self.box, 0, 1, 1, 3)
        self.add_button(self.remove_button)

    def add(self, editor: QWidget, wide: bool = False) -> QLabel:
        """The weight stands where the other lines have their name."""
        row = self._head.layout()
        assert isinstance(row, QHBoxLayout)
        editor.setMinimumWidth(self._theme.scaled(LEAST_WEIGHT))
        editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        plus, times = label(self._head, voice="quiet"), label(self._head, voice="quiet")
        plus.setText("+")
        times.setText("×")
        row.addWidget(plus)
        row.addWidget(editor, 1)
        row.addWidget(times)
        return self._name

    def retell(self) -> None:
        say = self._words.say
        self.box.setAccessibleName(say("training.loss_number", number=self._number))
        text = say("training.remove_loss", number=self._number)
        self.remove_button.setToolTip(text)
        self.remove_button.setAccessibleName(text)


def small_button(theme: Theme, icon: str, parent: QWidget) -> QToolButton:
    """An icon beside a field, in the colour of the theme of now."""
    button = QToolButton(parent)
    button.setProperty("kind", "small")
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    side = theme.scaled(16)
    button.setIconSize(QSize(side, side))
    button.setFixedSize(theme.scaled(22), theme.scaled(22))
    button.setIcon(theme.icon(icon, "text_quiet"))
    return button
