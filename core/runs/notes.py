"""What a person says about a kept run: a name, notes, tags. In a file of its own, which training never writes to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from core.runs.folder import NOTES
from core.storage import write_whole

LONGEST_NAME = 200
LONGEST_NOTE = 20_000
LONGEST_TAG = 60
MOST_TAGS = 50


@dataclass(frozen=True)
class Said:
    name: str = ""
    """Empty where nobody gave one."""
    notes: str = ""
    tags: tuple[str, ...] = ()


def read_notes(folder: Path) -> Said:
    """Nothing where the file is missing or cannot be read."""
    try:
        said = json.loads((folder / NOTES).read_bytes())
    except (OSError, ValueError, RecursionError):
        return Said()
    if not isinstance(said, dict):
        return Said()
    tags = said.get("tags")
    return Said(
        str(said.get("name") or ""),
        str(said.get("notes") or ""),
        tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
    )


def write_notes(
    folder: Path, *, name: str | None = None, notes: str | None = None, tags: Iterable[str] | None = None
) -> Said:
    """Write down what a person says, in bounds; None leaves it as it is. OSError if it cannot be written."""
    said = read_notes(folder)
    if name is not None:
        said = replace(said, name=_line(name, LONGEST_NAME))
    if notes is not None:
        said = replace(said, notes=notes[:LONGEST_NOTE])
    if tags is not None:
        plain = (_line(tag, LONGEST_TAG) for tag in tags)
        said = replace(said, tags=tuple(dict.fromkeys(tag for tag in plain if tag))[:MOST_TAGS])
    write_whole(folder / NOTES, (json.dumps(asdict(said), ensure_ascii=False, indent=2) + "\n").encode())
    return said


def _line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest].strip()
