"""Reading what a choice keeps of a person's files. Anyone may have written the layout: what does not fit is None."""

from __future__ import annotations

from core.values import Value

LARGEST = 2**31


def text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def texts(value: Value) -> tuple[str, ...] | None:
    if not isinstance(value, tuple) or not all(isinstance(part, str) for part in value):
        return None
    return tuple(part for part in value if isinstance(part, str))


def names(value: Value) -> tuple[str, ...] | None:
    """Texts that all differ."""
    found = texts(value)
    return found if found is not None and len(set(found)) == len(found) else None


def whole(value: Value, least: int = 0, most: int = LARGEST) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    return value if fits and isinstance(value, int) else None


def wholes(value: Value, least: int = 0, most: int = LARGEST) -> tuple[int, ...] | None:
    if not isinstance(value, tuple):
        return None
    found = tuple(one for part in value if (one := whole(part, least, most)) is not None)
    return found if len(found) == len(value) else None
