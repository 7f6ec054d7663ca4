"""Where the next run trains: automatic, or a device of this machine. A missing one says why, in the list itself."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from gui.panels.described_box import DescribedBox, Option
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

FRAME = 64
"""Pixels of a combo box beside its text."""
WIDEST = 140


class DeviceBox(DescribedBox):
    def __init__(self, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._session, self._words = session, words
        self._shown: tuple[object, ...] = ()
        self.setObjectName("training-device")
        self.chosen.connect(session.set_device)
        session.changed.connect(self._show)
        words.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        session, say = self._session, self._words.say
        # Progress comes thirty times a second and changes nothing here.
        state = (session.devices, session.device, session.busy, self._words.language)
        if state == self._shown:
            return
        self._shown = state
        options = [Option("auto", self._automatic(), say("training.device_help"))]
        for device in session.devices:
            note = say(f"device.{device.reason}") if device.reason else device.title
            text = device.name if device.available else say("training.device_missing", device=device.name)
            options.append(Option(device.name, text, note, device.available))
        self.show_options(options, session.device)
        self.setAccessibleName(say("training.device"))
        self.setAccessibleDescription(say("training.device_help"))
        self.setEnabled(not session.busy)
        # `auto (cpu)` is read whole, where the form gives its editors as little room as it can.
        needed = QFontMetrics(self._theme.font(13)).horizontalAdvance(self.currentText()) + FRAME
        self.setMinimumWidth(min(needed, self._theme.scaled(WIDEST)))

    def _automatic(self) -> str:
        """`auto (cpu)`: the device that auto will take, once that is known."""
        here = [device.name for device in self._session.devices if device.available]
        if not here:
            return self._words.say("training.device_auto")
        return self._words.say("training.device_auto_is", device=here[1] if len(here) > 1 else here[0])
