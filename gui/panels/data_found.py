"""What was found in a person's own file, in words: a line about all of it, and the files that are left out by name."""

from __future__ import annotations

from core.viewing.messages import Found
from gui.words import Words

LISTED = 20
"""Names in a list; how many more there are is said."""


def told(found: Found, words: Words) -> str:
    """In a line."""
    say = words.say
    if found.kind == "images":
        height, width = found.size
        colours = say("look.colours_rgb" if found.channels == 3 else "look.colours_gray")
        values = {"count": found.rows, "height": height, "width": width, "colours": colours}
        return (
            say("look.found_images", **values)
            if found.sizes == 1
            else say("look.found_images_sizes", **values, sizes=found.sizes)
        )
    if found.kind == "arrays":
        named = [f"{name or 'array'} {'×'.join(map(str, shape))} {dtype}" for name, shape, dtype in found.arrays]
        return ",  ".join(named)
    return say("look.found_table", rows=found.rows, columns=len(found.columns))


def reports(found: Found, words: Words) -> str:
    """The files that are left out, each kind under a sentence; empty if there are none."""
    parts: list[str] = []
    for key, names in (
        ("look.broken_files", [f"{name}: {why}" for name, why in found.broken]),
        ("look.without_class", list(found.without_class)),
        ("look.without_file", list(found.without_file)),
        ("look.doubled_files", list(found.doubled)),
    ):
        if names:
            lines = [words.say(key, count=len(names)), *(f"    {name}" for name in names[:LISTED])]
            lines += [f"    {words.say('look.more_files', count=len(names) - LISTED)}"] if len(names) > LISTED else []
            parts.append("\n".join(lines))
    return "\n".join(parts)
