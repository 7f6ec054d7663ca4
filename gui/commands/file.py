"""Commands for files and documents."""

from __future__ import annotations

from gui.commands.command import Command, Condition, StandardKey, compiled, has_content
from gui.examples import FIRST_STEPS
from gui.gallery import show_gallery

_several_tabs = Condition("one_tab", lambda window: len(window.files.tabs) > 1)


def _example(name: str) -> Command:
    return Command(f"example_{name}", lambda window: window.files.open_example(name))


COMMANDS = (
    Command("new", lambda window: window.files.new(), "new", StandardKey.New),
    Command("new_window", lambda window: window.files.new_window(), keys="Ctrl+Shift+N"),
    Command("open", lambda window: window.files.open(), "open", StandardKey.Open),
    Command("save", lambda window: window.files.save(), "save", StandardKey.Save),
    Command("save_as", lambda window: window.files.save_as(), keys="Ctrl+Shift+S"),
    Command("export_code", lambda window: window.export_code(), "code", "Ctrl+E", enabled=compiled),
    Command("export_picture", lambda window: window.export_picture(), keys="Ctrl+Shift+E", enabled=has_content),
    Command("print", lambda window: window.print_picture(), keys=StandardKey.Print, enabled=has_content),
    Command("clear_recent", lambda window: window.files.clear_recent()),
    Command("close_tab", lambda window: window.files.close_tab(), keys="Ctrl+W"),
    Command("next_tab", lambda window: window.files.step_tab(1), keys="Ctrl+Tab", enabled=_several_tabs),
    Command("previous_tab", lambda window: window.files.step_tab(-1), keys="Ctrl+Shift+Tab", enabled=_several_tabs),
    Command("quit", lambda window: window.close(), keys="Ctrl+Q"),
    *map(_example, FIRST_STEPS),
    Command("gallery", show_gallery),
)
