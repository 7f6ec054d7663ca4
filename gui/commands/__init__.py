"""Every command of the window once: menus, tool bar, keys, shortcut sheet and command palette are made from it."""

from __future__ import annotations

from collections.abc import Mapping

from gui.commands import edit, file, help, layout, train, view
from gui.commands.command import Command

__all__ = ["COMMANDS", "Command"]

GROUPS: Mapping[str, tuple[Command, ...]] = {
    "file": file.COMMANDS,
    "edit": edit.COMMANDS,
    "view": view.COMMANDS,
    "layout": layout.COMMANDS,
    "train": train.COMMANDS,
    "help": help.COMMANDS,
}
"""By the menu that they belong to."""

COMMANDS: Mapping[str, Command] = {command.name: command for group in GROUPS.values() for command in group}
