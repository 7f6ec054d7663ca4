"""Commands that change the selected nodes, or the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas import clipboard, selecting, switches
from gui.commands.command import Command, Condition, StandardKey, has_content, has_nodes, one_selected, some_selected
from gui.words import Words

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def _undo_text(window: MainWindow, name: str, label: str | None) -> str:
    words = window.words
    if label is None:
        return words.say(f"action.{name}")
    return words.say(f"action.{name}_what", edit=edit_words(words, label))


def edit_words(words: Words, label: str) -> str:
    """What an edit is called in the menu: "move nodes"."""
    # A mend's own sentence names its nodes; here it is enough that it was one.
    if label.startswith("mend."):
        return words.say("action.edit_mend")
    return words.say(label) if words.has(label) else words.say("action.edit")


_copyable = Condition("none_selected", lambda window: clipboard.copyable(window.canvas))

COMMANDS = (
    Command(
        "undo", lambda window: window.document.undo(), "undo", StandardKey.Undo,
        enabled=Condition("nothing_to_undo", lambda window: window.document.undo_label is not None),
        text=lambda window: _undo_text(window, "undo", window.document.undo_label),
    ),
    Command(
        "redo", lambda window: window.document.redo(), "redo", ("Ctrl+Shift+Z", "Ctrl+Y"),
        enabled=Condition("nothing_to_redo", lambda window: window.document.redo_label is not None),
        text=lambda window: _undo_text(window, "redo", window.document.redo_label),
    ),
    Command(
        "cut", lambda window: clipboard.cut(window.canvas), keys=StandardKey.Cut,
        enabled=_copyable, on_canvas=True,
    ),
    Command(
        "copy", lambda window: clipboard.copy(window.canvas), "copy", StandardKey.Copy,
        enabled=_copyable, on_canvas=True,
    ),
    Command("paste", lambda window: window.canvas.paste(), keys=StandardKey.Paste, on_canvas=True),
    Command(
        "duplicate", lambda window: window.canvas.duplicate_selected(), keys="Ctrl+D",
        enabled=_copyable, on_canvas=True,
    ),
    Command(
        "delete", lambda window: window.canvas.delete_selected(), "delete", ("Del", "Backspace"),
        # A wire or a note can be chosen too.
        enabled=has_content, on_canvas=True,
    ),
    Command(
        "rename", lambda window: window.canvas.rename_selected(), "edit", "F2",
        enabled=one_selected, on_canvas=True,
    ),
    Command("replace", lambda window: window.canvas.replace_selected(), keys="Ctrl+R", enabled=one_selected),
    Command("edit_arguments", lambda window: window.edit_arguments(), keys="Return", enabled=one_selected,
            on_canvas=True),
    Command(
        "mute", lambda window: switches.mute(window.document), keys="Ctrl+M", enabled=some_selected,
        checked=lambda window: switches.all_muted(window.document),
    ),
    Command("bypass", lambda window: switches.bypass(window.document), keys="Ctrl+B", enabled=some_selected),
    Command(
        "freeze", lambda window: switches.freeze(window.document), keys="Ctrl+Alt+F", enabled=some_selected,
        checked=lambda window: switches.all_frozen(window.document),
    ),
    Command(
        "extract", lambda window: switches.extract(window.document), keys="Ctrl+Shift+X", enabled=some_selected,
    ),
    Command(
        "select_all", lambda window: window.canvas.select_all(), keys=StandardKey.SelectAll,
        enabled=has_nodes, on_canvas=True,
    ),
    Command(
        "select_upstream", lambda window: selecting.upstream(window.document), keys="Alt+Up",
        enabled=some_selected, on_canvas=True,
    ),
    Command(
        "select_downstream", lambda window: selecting.downstream(window.document), keys="Alt+Down",
        enabled=some_selected, on_canvas=True,
    ),
    Command(
        "find", lambda window: window.desk.canvas_area.find_bar.open(), "search", StandardKey.Find, enabled=has_content,
    ),
    Command("search_layer", lambda window: window.search_layer(), keys="Ctrl+K"),
)  # fmt: skip
