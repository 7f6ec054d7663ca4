"""Every command of the window once: its words, keys, icon, when it can be used and what it does.

Menus, the tool bar and keys are made from this table. The text of a command is `action.<name>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from gui import about
from gui.examples import FIRST_STEPS
from gui.gallery import show_gallery
from gui.words import Words

if TYPE_CHECKING:
    from gui.main_window import MainWindow

Ask: TypeAlias = "Callable[[MainWindow], bool]"
StandardKey = QKeySequence.StandardKey


def _always(_window: MainWindow) -> bool:
    return True


@dataclass(frozen=True)
class Command:
    name: str
    do: Callable[[MainWindow], object]
    icon: str = ""
    keys: StandardKey | str | tuple[str, ...] = ""
    enabled: Ask = _always
    checked: Ask | None = None
    """For a command that is on or off: whether it is on."""
    text: Callable[[MainWindow], str] | None = None
    """For a command whose words change: what it says now."""
    on_canvas: bool = False
    """Whether its keys hold only where the canvas has the focus, because they mean something else in a field."""


def _undo_text(window: MainWindow, name: str, label: str | None) -> str:
    words = window.words
    return (
        words.say(f"action.{name}")
        if label is None
        else words.say(f"action.{name}_what", edit=edit_words(words, label))
    )


def edit_words(words: Words, label: str) -> str:
    """What an edit is called in the menu: "move nodes"."""
    # A mend's own sentence names its nodes; here it is enough that it was one.
    if label.startswith("mend."):
        return words.say("action.edit_mend")
    return words.say(label) if words.has(label) else words.say("action.edit")


def _pause_name(window: MainWindow) -> str:
    return "action.resume" if window.session.state == "paused" else "action.pause"


def _running(window: MainWindow) -> bool:
    return window.session.state in ("running", "paused")


def _busy(window: MainWindow) -> bool:
    return window.session.busy


def _selected(window: MainWindow) -> bool:
    return bool(window.document.selection)


def _compiled(window: MainWindow) -> bool:
    document = window.document
    return document.ready and bool(document.layout.nodes) and not document.inference.errors


LANGUAGE_CHOICES = ("system", "en", "ko")
APPEARANCE_CHOICES = ("system", "light", "dark")
PANELS = ("palette", "right", "bottom")
"""What can be hidden around the canvas."""


def _example(name: str) -> Command:
    return Command(f"example_{name}", lambda window: window.files.open_example(name))


def _language(choice: str) -> Command:
    return Command(
        f"language_{choice}",
        lambda window: window.set_language(choice),
        checked=lambda window: window.settings.language == choice,
    )


def _appearance(choice: str) -> Command:
    return Command(
        f"appearance_{choice}",
        lambda window: window.set_appearance(choice),
        checked=lambda window: window.settings.appearance == choice,
    )


def _panel(name: str, keys: str) -> Command:
    return Command(
        f"show_{name}",
        lambda window: window.toggle_panel(name),
        keys=keys,
        checked=lambda window: window.desk.panel_shown(name),
    )


_TABLE: tuple[Command, ...] = (
    # File
    Command("new", lambda window: window.files.new(), "new", StandardKey.New),
    Command("open", lambda window: window.files.open(), "open", StandardKey.Open),
    Command("save", lambda window: window.files.save(), "save", StandardKey.Save),
    Command("save_as", lambda window: window.files.save_as(), keys="Ctrl+Shift+S"),
    Command("export_code", lambda window: window.export_code(), "code", "Ctrl+E", enabled=_compiled),
    Command("clear_recent", lambda window: window.files.clear_recent()),
    Command("close", lambda window: window.close(), keys="Ctrl+W"),
    Command("quit", lambda window: window.close(), keys="Ctrl+Q"),
    # Edit
    Command(
        "undo", lambda window: window.document.undo(), "undo", StandardKey.Undo,
        enabled=lambda window: window.document.undo_label is not None,
        text=lambda window: _undo_text(window, "undo", window.document.undo_label),
    ),
    Command(
        "redo", lambda window: window.document.redo(), "redo", ("Ctrl+Shift+Z", "Ctrl+Y"),
        enabled=lambda window: window.document.redo_label is not None,
        text=lambda window: _undo_text(window, "redo", window.document.redo_label),
    ),
    Command(
        "delete", lambda window: window.canvas.delete_selected(), "delete", ("Del", "Backspace"),
        # A wire can be selected too.
        enabled=lambda window: bool(window.document.layout.nodes), on_canvas=True,
    ),
    Command(
        "duplicate", lambda window: window.canvas.duplicate_selected(), "copy", "Ctrl+D",
        enabled=_selected, on_canvas=True,
    ),
    Command(
        "rename", lambda window: window.canvas.rename_selected(), "edit", "F2",
        enabled=lambda window: window.document.selected is not None, on_canvas=True,
    ),
    Command(
        "select_all", lambda window: window.canvas.select_all(), keys=StandardKey.SelectAll,
        enabled=lambda window: bool(window.document.layout.nodes), on_canvas=True,
    ),
    # View
    Command("zoom_in", lambda window: window.canvas.zoom_in(), "zoom_in", ("Ctrl++", "Ctrl+=")),
    Command("zoom_out", lambda window: window.canvas.zoom_out(), "zoom_out", "Ctrl+-"),
    Command("zoom_reset", lambda window: window.canvas.zoom_reset(), keys="Ctrl+1"),
    Command("fit", lambda window: window.canvas.fit(), "fit", "Ctrl+0"),
    _panel("palette", "Ctrl+Alt+1"), _panel("right", "Ctrl+Alt+2"), _panel("bottom", "Ctrl+Alt+3"),
    *map(_language, LANGUAGE_CHOICES),
    *map(_appearance, APPEARANCE_CHOICES),
    Command("toggle_language", lambda window: window.toggle_language(), "language"),
    Command("toggle_appearance", lambda window: window.toggle_appearance(), "theme"),
    # Layout
    Command(
        "arrange", lambda window: window.arrange(), "arrange", "Ctrl+L",
        enabled=lambda window: bool(window.document.layout.nodes),
    ),
    Command("search_layer", lambda window: window.search_layer(), "search", "Ctrl+F"),
    *map(_example, FIRST_STEPS),
    Command("gallery", show_gallery),
    # Train
    Command(
        "train", lambda window: window.train(), "play", "F5",
        # With mistakes or without data it can be pressed too: it then shows what is missing.
        enabled=lambda window: bool(window.document.layout.nodes) and not window.session.busy,
    ),
    Command(
        "pause", lambda window: window.pause_or_resume(), "pause", "F6", enabled=_running,
        text=lambda window: window.words.say(_pause_name(window)),
    ),
    Command("stop", lambda window: window.session.stop(), "stop", "Shift+F5", enabled=_busy),
    Command(
        "save_weights", lambda window: window.save_weights(), "download",
        enabled=lambda window: window.session.has_weights,
    ),
    # Help
    Command("first_steps", about.show_first_steps, "help", "F1"),
    Command("data_folder", about.open_data_folder, "folder"),
    Command("about", about.show_about, "info"),
)  # fmt: skip

COMMANDS: Mapping[str, Command] = {command.name: command for command in _TABLE}


class Actions(QObject):
    """The table as actions that Qt can put into menus and tool bars, kept in step with the window."""

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
            if command.text is not None:
                self._say(action, command.text(self._window))

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
        if isinstance(command.keys, QKeySequence.StandardKey):
            action.setShortcuts(command.keys)
        elif command.keys:
            keys = (command.keys,) if isinstance(command.keys, str) else command.keys
            action.setShortcuts([QKeySequence(key) for key in keys])
        if command.on_canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
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
