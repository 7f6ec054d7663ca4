"""Weights or gradients: which of a node's tensors are shown."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.panels.switch import Switch
from gui.words import Words

NAMES = ("weights", "gradients")


class KindSwitch(Switch):
    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__("show", NAMES, parent)
        self._words = words
        words.changed.connect(self.retranslate)
        self.retranslate()

    @property
    def gradients(self) -> bool:
        return self.buttons["gradients"].isChecked()

    def set_possible(self, gradients: bool) -> None:
        """Whether there are gradients to be chosen. The choice of them comes back with them."""
        if gradients != self.buttons["gradients"].isEnabled():
            self.buttons["gradients"].setEnabled(gradients)
            if not gradients:
                self.buttons["weights"].setChecked(True)
            self.retranslate()

    def retranslate(self) -> None:
        for name, button in self.buttons.items():
            button.setText(self._words.say(f"parameters.{name}"))
            missing = name == "gradients" and not button.isEnabled()
            button.setToolTip(self._words.say("parameters.gradients_none_tip" if missing else f"parameters.{name}_tip"))
            button.setAccessibleDescription(button.toolTip())
