"""One of a few words, side by side: which view, which part of the data or which tensors are shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class Switch(QWidget):
    chosen = Signal(str)

    def __init__(self, name: str, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = {one: QPushButton(self) for one in names}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for one, button in self.buttons.items():
            button.setObjectName(f"{name}-{one}")
            button.setCheckable(True)
            button.setProperty("kind", "plain")
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _checked=False, chosen=one: self.chosen.emit(chosen))
            self._group.addButton(button)
            row.addWidget(button)
        self.set_current(names[0])

    @property
    def current(self) -> str:
        return next(one for one, button in self.buttons.items() if button.isChecked())

    def set_current(self, name: str) -> None:
        self.buttons[name].setChecked(True)
