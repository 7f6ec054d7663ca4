"""Commands that change what is seen and how, and never the layout."""

from __future__ import annotations

from gui.commands.command import Command, Condition, has_content

LANGUAGE_CHOICES = ("system", "en", "ko")
APPEARANCE_CHOICES = ("system", "light", "dark")
PANELS = ("palette", "right", "bottom")
"""What can be hidden around the canvas."""


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


_something = Condition(
    "none_selected", lambda window: bool(window.document.selection or window.canvas.annotations.selected)
)

COMMANDS = (
    Command("zoom_in", lambda window: window.canvas.zoom_in(), "zoom_in", ("Ctrl++", "Ctrl+=")),
    Command("zoom_out", lambda window: window.canvas.zoom_out(), "zoom_out", "Ctrl+-"),
    Command("zoom_reset", lambda window: window.canvas.zoom_reset(), keys="Ctrl+1"),
    Command("fit", lambda window: window.canvas.fit(), "fit", "Ctrl+0", enabled=has_content),
    Command("fit_selection", lambda window: window.canvas.fit_selection(), keys="Ctrl+Shift+0", enabled=_something),
    Command(
        "show_minimap", lambda window: window.toggle_minimap(), keys="Ctrl+Alt+M",
        checked=lambda window: window.settings.minimap,
    ),
    Command("show_history", lambda window: window.desk.show_page("history"), keys="Ctrl+H"),
    Command("next_area", lambda window: window.next_area(1), keys="Ctrl+F6"),
    Command("previous_area", lambda window: window.next_area(-1), keys="Ctrl+Shift+F6"),
    Command("text_larger", lambda window: window.scale_text(1), keys="Ctrl+Alt+="),
    Command("text_smaller", lambda window: window.scale_text(-1), keys="Ctrl+Alt+-"),
    Command("text_usual", lambda window: window.scale_text(0), keys="Ctrl+Alt+0"),
    Command(
        "reduced_motion", lambda window: window.toggle_motion(), checked=lambda window: window.settings.reduced_motion
    ),
    _panel("palette", "Ctrl+Alt+1"), _panel("right", "Ctrl+Alt+2"), _panel("bottom", "Ctrl+Alt+3"),
    *map(_language, LANGUAGE_CHOICES),
    *map(_appearance, APPEARANCE_CHOICES),
    Command("toggle_language", lambda window: window.toggle_language(), "language"),
    Command("toggle_appearance", lambda window: window.toggle_appearance(), "theme"),
)  # fmt: skip
