"""What the mouse and the canvas' own keys do, once: the shortcut sheet shows it beside the keys of the commands.

The words are `gesture.<name>` for what comes of it and, where no key is pressed, `gesture.<name>_how` for what to do.
"""

from __future__ import annotations

from dataclasses import dataclass

ARROWS = ("Up", "Down", "Left", "Right")


@dataclass(frozen=True)
class Gesture:
    name: str
    keys: tuple[str, ...] = ()
    """The canvas' own keys for it, as Qt writes them; none where it is done with the mouse."""


CANVAS: tuple[Gesture, ...] = (
    Gesture("type"),
    Gesture("quick_add", ("Tab",)),
    Gesture("walk", ARROWS),
    Gesture("extend", tuple(f"Shift+{arrow}" for arrow in ARROWS)),
    Gesture("nudge", tuple(f"Ctrl+{arrow}" for arrow in ARROWS)),
    Gesture("nudge_far", tuple(f"Ctrl+Shift+{arrow}" for arrow in ARROWS)),
    Gesture("resize_note", tuple(f"Alt+Shift+{arrow}" for arrow in ARROWS)),
    Gesture("escape", ("Esc",)),
    Gesture("back", ("Shift+Tab",)),
    Gesture("home", ("Esc",)),
)
"""Keys that are no commands, because they mean something only where the canvas has the focus."""

MOUSE: tuple[Gesture, ...] = (
    Gesture("add"),
    Gesture("drag_layer"),
    Gesture("wire"),
    Gesture("wire_to_nothing"),
    Gesture("reroute"),
    Gesture("insert"),
    Gesture("pull"),
    Gesture("shake"),
    Gesture("band"),
    Gesture("band_more"),
    Gesture("hover"),
    Gesture("open"),
    Gesture("menu"),
    Gesture("pan"),
    Gesture("scroll"),
    Gesture("zoom"),
    Gesture("frame_drag"),
    Gesture("map"),
    Gesture("drop_file"),
    Gesture("close_tab"),
)
"""Done with the mouse or a touch pad, most of it on the canvas."""
