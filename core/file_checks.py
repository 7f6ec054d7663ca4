"""What the pieces of a layout file are checked for, whatever they are, and how it is said when one is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from core.layout import FARTHEST, Position

WHOLE = "the file"
"""Where a key stands that no node and no block is around."""


class LayoutFileError(ValueError):
    """A file that is no layout. The sentence is `file.<rule>`, filled with `values`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule} {values}")
        self.rule = rule
        self.values = {key: _shortened(value) for key, value in values.items()}


def place(where: str, key: str) -> str:
    return key if where == WHOLE else f"{where} · {key}"


def object_of(value: Any, where: str) -> dict[str, Any]:
    """What must be written in braces."""
    if not isinstance(value, dict):
        raise LayoutFileError("wrong_kind", where=where, wanted="{ }")
    return value


def table(data: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    """The object at a key; empty where there is none."""
    return object_of(data.get(key, {}), place(where, key))


def known_keys(data: Mapping[str, Any], keys: Collection[str], where: str) -> None:
    unknown = sorted(data.keys() - set(keys))
    if unknown:
        raise LayoutFileError("unknown_key", key=place(where, unknown[0]))


def truth(data: Mapping[str, Any], key: str, where: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise LayoutFileError("wrong_kind", where=place(where, key), wanted="true · false")
    return value


def text(data: Mapping[str, Any], key: str, where: str, longest: int | None = None) -> str:
    value = data.get(key, "")
    if not isinstance(value, str) or not is_text(value):
        raise LayoutFileError("wrong_kind", where=place(where, key), wanted='" "')
    if longest is not None and len(value) > longest:
        raise LayoutFileError("too_long", where=place(where, key), longest=longest)
    return value


def is_text(value: str) -> bool:
    """Whether it can be written to a file again: JSON can escape half a letter, UTF-8 cannot hold it."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def pair(value: Any, lowest: float, highest: float) -> tuple[float, float] | None:
    """Two numbers within bounds; None if that is not what is there."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    # A bool is an int in Python and no number in a file; NaN is within no bounds.
    if any(isinstance(part, bool) or not isinstance(part, (int, float)) for part in value):
        return None
    if not all(lowest <= part <= highest for part in value):
        return None
    return float(value[0]), float(value[1])


def position(value: Any, name: str) -> Position:
    found = pair(value, -FARTHEST, FARTHEST)
    if found is None:
        raise LayoutFileError("bad_position", node=name)
    return found


def one_of(value: Any, names: Collection[str], where: str) -> str:
    if not isinstance(value, str) or value not in names:
        raise LayoutFileError("unknown_choice", where=where, name=value, names=", ".join(names))
    return value


def _shortened(value: object) -> object:
    """A value from a file as it may stand in a sentence: short, in one line."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15:
        return value
    short = "".join(part if part.isprintable() else "·" for part in str(value)[:61])
    return short if len(short) <= 60 else short[:59] + "…"
