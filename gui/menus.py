"""The menu bar and the tool bar, made from the table of commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from core.datasets.facts import NO_DATA
from gui.actions import Actions
from gui.commands.layout import COLOURS, SIDES
from gui.commands.view import APPEARANCE_CHOICES, LANGUAGE_CHOICES, PANELS
from gui.examples import FIRST_STEPS
from gui.panels.device_box import DeviceBox
from gui.panels.styling import set_property

if TYPE_CHECKING:
    from gui.main_window import MainWindow

EXAMPLES = (*(f"example_{name}" for name in FIRST_STEPS), None, "gallery")
# Names of commands; a mapping is a submenu, None a line.
MENUS: Mapping[str, tuple[str | Mapping[str, tuple[str | None, ...]] | None, ...]] = {
    "file": (
        "new", "new_window", "open", {"recent": ()}, {"examples": EXAMPLES}, None,
        "save", "save_as", "export_code", "export_picture", "print", None,
        "next_tab", "previous_tab", "close_tab", "quit",
    ),
    "edit": (
        "undo", "redo", None, "cut", "copy", "paste", "duplicate", "delete", None,
        "rename", "replace", "edit_arguments", None, "mute", "bypass", "freeze", "extract", None,
        "select_all", "select_upstream", "select_downstream", None, "find", "search_layer",
    ),
    "view": (
        "zoom_in", "zoom_out", "zoom_reset", "fit", "fit_selection", None, "show_minimap", "show_history", None,
        {"panels": (*(f"show_{name}" for name in PANELS), None, "next_area", "previous_area")},
        {"text_size": ("text_larger", "text_smaller", "text_usual")}, "reduced_motion",
        {"language": tuple(f"language_{choice}" for choice in LANGUAGE_CHOICES)},
        {"appearance": tuple(f"appearance_{choice}" for choice in APPEARANCE_CHOICES)},
    ),
    "layout": (
        "add_layer", "connect", None, "arrange", "arrange_right", "straighten",
        {"align": (
            *(f"align_{side}" for side in SIDES[:3]), None, *(f"align_{side}" for side in SIDES[3:]), None,
            "distribute_across", "distribute_down",
        )},
        None, "collapse", "enter_block", "leave_block", "unpack", "remove_unused", None, "frame", "note", "node_note",
        {"annotations": (
            "edit_annotation", "select_framed", "join_frame", "leave_frame", "unframe", None,
            "next_annotation", "previous_annotation",
        )},
        {"frame_colour": tuple(f"frame_{colour}" for colour in COLOURS)},
    ),
    "train": ("train", "pause", "step_once", "epoch_once", "stop", "start_over", None, "save_weights"),
    "help": ("command_palette", "shortcuts", "first_steps", None, "data_folder", "about"),
}  # fmt: skip

FURTHER = ("step_once", "epoch_once", "stop", "start_over")
"""The commands of a run that stand in the tool bar behind Train and Pause."""


class Menus:
    """The menu bar. Titles are `menu.<name>`."""

    def __init__(self, window: MainWindow, actions: Actions) -> None:
        self._window, self._actions = window, actions
        self._menus: list[tuple[str, QMenu]] = []
        # Its own, so that a Mac puts it where it belongs and others below the title.
        self._bar: QMenuBar = window.menuBar()
        for name, entries in MENUS.items():
            menu = self._added(self._bar.addMenu(""), name)
            for entry in entries:
                if isinstance(entry, Mapping):
                    for inner, names in entry.items():
                        self._fill(self._added(menu.addMenu(""), inner), names)
                else:
                    self._fill(menu, (entry,))
        self.retell()

    def retell(self) -> None:
        for name, menu in self._menus:
            menu.setTitle(self._window.words.say(f"menu.{name}"))

    def _added(self, menu: QMenu, name: str) -> QMenu:
        menu.setObjectName(f"menu_{name}")
        self._menus.append((name, menu))
        if name == "recent":
            menu.aboutToShow.connect(lambda: self._fill_recent(menu))
        return menu

    def _fill(self, menu: QMenu, names: tuple[str | None, ...]) -> None:
        for name in names:
            if name is None:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        paths = self._window.settings.recent_files
        names = [path.name for path in paths]
        for path in paths:
            # Two files of one name are told apart by their folders.
            text = path.name if names.count(path.name) == 1 else f"{path.name} — {path.parent}"
            action = menu.addAction(text.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, chosen=path: self._window.files.open(chosen))
        if paths:
            menu.addSeparator()
            menu.addAction(self._actions["clear_recent"])
        else:
            menu.addAction(self._window.words.say("window.no_recent")).setEnabled(False)


class CommandButton(QToolButton):
    """A command as a button: it follows whether the command can be used, and keeps an icon and a text of its own."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self.setObjectName(f"tool_{action.objectName()}")
        self.setProperty("kind", "plain")
        # Reached by the keyboard, but a click leaves the focus where the person works.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
        self.setAccessibleName(self._action.text())


class ToolBar(QToolBar):
    """Undo and training at the left, language and appearance at the right."""

    def __init__(self, window: MainWindow, actions: Actions) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self.setObjectName("tool_bar")
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        self.device = DeviceBox(window.session, window.words, window.theme)
        self.device.setObjectName("tool_device")
        self.device.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.device.setSizeAdjustPolicy(DeviceBox.SizeAdjustPolicy.AdjustToContents)
        self._buttons: dict[str, CommandButton] = {}
        for name in ("undo", "redo", None, "train", "pause", *FURTHER, None):
            self._add(name)
        self._device_icon = QLabel()
        self._device_icon.setContentsMargins(4, 0, 4, 0)
        self.addWidget(self._device_icon)
        self.addWidget(self.device)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        for name in ("first_steps", "toggle_language", "toggle_appearance"):
            self._add(name)
        self._buttons["train"].setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # Each language in its own letters: whoever looks for it can read it.
        self._buttons["toggle_language"].setText("한 / A")
        self._buttons["toggle_language"].setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.retell()
        self.recolour()

    def button(self, name: str) -> CommandButton:
        return self._buttons[name]

    def stops(self) -> list[QWidget]:
        """What Tab goes through."""
        return [*self._buttons.values(), self.device]

    def refresh(self) -> None:
        """The pause button goes on where training is paused; Train stands out only where it would train."""
        window, train = self._window, self._buttons["train"]
        icon = "play" if window.session.state == "paused" else "pause"
        self._buttons["pause"].setIcon(window.theme.icon(icon))
        missing = "problems_tip" if window.document.root_inference.errors else ""
        if not missing and window.document.layout.training.dataset.name == NO_DATA:
            missing = "no_data"
        set_property(train, "kind", "" if missing else "primary")
        train.setIcon(window.theme.icon("play", "text" if missing else "accent_text"))
        train.setToolTip(window.words.say(f"training.{missing}") if missing else self._actions["train"].toolTip())

    def retell(self) -> None:
        self._buttons["train"].setText(self._window.words.say("action.train"))
        self.setWindowTitle(self._window.words.say("window.tool_bar"))
        self.refresh()

    def recolour(self) -> None:
        side = self._window.theme.scaled(16)
        self.setIconSize(QSize(side, side))
        for name in ("undo", "redo", *FURTHER, "first_steps", "toggle_appearance"):
            self._buttons[name].setIcon(self._actions[name].icon())
        self._device_icon.setPixmap(self._window.theme.pixmap("device", side, "text_quiet"))
        self.refresh()

    def _add(self, name: str | None) -> None:
        if name is None:
            self.addSeparator()
        else:
            self._buttons[name] = CommandButton(self._actions[name])
            self.addWidget(self._buttons[name])
