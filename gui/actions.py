"""The table of commands as actions that Qt can put into menus and tool bars, kept in step with the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from gui.commands import COMMANDS, Command

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class Actions(QObject):
    """One action for each command."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._actions = {name: self._made(command) for name, command in COMMANDS.items()}
        self.retell()
        self.recolour()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def refresh(self) -> None:
        """What can be used, what is on, and the words that change: after any change of document or training."""
        for name, command in COMMANDS.items():
            action = self._actions[name]
            action.setEnabled(command.enabled(self._window))
            if command.checked is not None:
                action.setChecked(command.checked(self._window))
            if command.text is not None and (text := command.text(self._window)) != action.text():
                self._say(action, text)

    def retell(self) -> None:
        """Take the words of now."""
        for name, action in self._actions.items():
            self._say(action, self._window.words.say(f"action.{name}"))
        self.refresh()

    def recolour(self) -> None:
        """Take the icons of the theme of now."""
        for name, command in COMMANDS.items():
            if command.icon:
                self._actions[name].setIcon(self._window.theme.icon(command.icon))

    def _made(self, command: Command) -> QAction:
        action = QAction(self)
        action.setObjectName(command.name)
        # Qt would move entries whose words it knows into the application's menu on a Mac.
        roles = {"quit": QAction.MenuRole.QuitRole, "about": QAction.MenuRole.AboutRole}
        action.setMenuRole(roles.get(command.name, QAction.MenuRole.NoRole))
        action.setCheckable(command.checked is not None)
        action.setShortcuts(command.sequences())
        if command.on_canvas:
            # Not in what lies over the canvas: Enter in the field of a name keeps the name.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._window.canvas.addAction(action)
        else:
            self._window.addAction(action)
        action.triggered.connect(lambda _checked=False: self._do(command))
        return action

    def _do(self, command: Command) -> None:
        command.do(self._window)
        # A checked entry was toggled by Qt already; what it stands for may not have changed.
        self.refresh()

    @staticmethod
    def _say(action: QAction, text: str) -> None:
        action.setText(text)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        plain = text.removesuffix("…")
        action.setToolTip(f"{plain}  {keys}" if keys else plain)
