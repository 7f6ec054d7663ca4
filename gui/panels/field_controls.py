"""The controls that the field editors are made of, where Qt's own would change a value by accident or look too loud."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QToolButton, QVBoxLayout, QWidget

from gui.panels.commit_line import CommitLine
from gui.theme import Theme


class CalmComboBox(QComboBox):
    """A combo box that the wheel does not change while a person scrolls the form."""

    focus_changed = Signal(bool)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focus_changed.emit(event.type() == QEvent.Type.FocusIn)
        return super().event(event)


class CalmCheckBox(QCheckBox):
    focus_changed = Signal(bool)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focus_changed.emit(event.type() == QEvent.Type.FocusIn)
        return super().event(event)


class Stepper(QWidget):
    """Two small arrows at the right end of a line."""

    stepped = Signal(int)
    WIDTH = 16

    def __init__(self, line: CommitLine, theme: Theme) -> None:
        super().__init__(line)
        self._line, self._theme = line, theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 4, 3)
        column.setSpacing(0)
        self.up, self.down = QToolButton(self), QToolButton(self)
        for button, steps in ((self.up, 1), (self.down, -1)):
            button.setObjectName("stepper-up" if steps > 0 else "stepper-down")
            button.setProperty("kind", "step")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoRepeat(True)
            button.setIconSize(QSize(10, 10))
            button.setCursor(Qt.CursorShape.ArrowCursor)
            button.clicked.connect(lambda _=False, steps=steps: self._step(steps))
            column.addWidget(button, 1)
        line.setTextMargins(0, 0, self.WIDTH, 0)
        line.installEventFilter(self)
        theme.changed.connect(self._recolour)
        self._recolour()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._line.width() - self.WIDTH - 4, 0, self.WIDTH + 4, self._line.height())
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.WindowDeactivate, QEvent.Type.Hide):
            # A dialog took the mouse: its button is let go elsewhere, and the arrow would count on for ever.
            self.up.setDown(False)
            self.down.setDown(False)
        return super().event(event)

    def _step(self, steps: int) -> None:
        # The line has the focus first: leaving another line ends the steps that were joined into one edit there.
        self._line.setFocus(Qt.FocusReason.MouseFocusReason)
        self.stepped.emit(steps)

    def _recolour(self) -> None:
        self.up.setIcon(self._theme.icon("chevron_up", "text_quiet"))
        self.down.setIcon(self._theme.icon("chevron_down", "text_quiet"))
