"""Commands that explain the program."""

from __future__ import annotations

from gui import about
from gui.commands.command import Command

COMMANDS = (
    Command("command_palette", lambda window: window.show_commands(), keys="Ctrl+Shift+P"),
    Command("shortcuts", lambda window: window.show_shortcuts(), "help", ("F1", "?")),
    Command("first_steps", about.show_first_steps, "help"),
    Command("data_folder", about.open_data_folder, "folder"),
    Command("about", about.show_about, "info"),
)
