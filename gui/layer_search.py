"""Which layers a person means by a few letters, best first. The palette and the search on the canvas ask here.

A learner may know a layer by its name, by what it is for or by its Korean description, so all of these are read, in
both languages whatever the window speaks. Needs neither Qt nor torch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from core.catalogue import ENTRIES, Entry
from core.text import LANGUAGES, sentences

# The parts of a name as a person reads them: Batch, Norm, 2d.
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[a-z]?")
_WORDS = re.compile(r"[\s,./():;“”‘’'\"`-]+")

EXACT, BEGINNING, ABBREVIATION, PART, INSIDE, CATEGORY, DESCRIPTION, ANYWHERE = range(8)
"""How well one word fits a layer, best first."""


def found(query: str, blocks: Mapping[str, Entry] | None = None) -> tuple[str, ...]:
    """The layers, operations and given blocks that every word of `query` fits, best first.

    Among equals the essential ones come first. Where names fit, what only holds the letters somewhere in a
    description is left out: nobody means it.
    """
    typed, words = query.split(), query.casefold().split()
    ranked: list[tuple[tuple[int, bool, bool, bool, int], str]] = []
    for index, entry in enumerate([*ENTRIES.values(), *(blocks or {}).values()]):
        ranks = [rank(word, entry) for word in words]
        fitting = [one for one in ranks if one is not None]
        if words and len(fitting) == len(ranks):
            worst = max(fitting)
            # Most networks here look at images: of a layer for one, two and three dimensions it is the middle one.
            later = worst != INSIDE and not entry.name.endswith("2d")
            # Flatten and flatten: who types in small letters means either, but who types a capital does not.
            other = worst == EXACT and entry.name not in typed
            ranked.append(((worst, not entry.essential, other, later, index), entry.name))
    ranked.sort()
    if ranked and ranked[0][0][0] <= PART:
        ranked = [one for one in ranked if one[0][0] < ANYWHERE]
    return tuple(name for _, name in ranked)


def rank(word: str, entry: Entry) -> int | None:
    """How well a word in lower case fits a layer, 0 best; None if it does not."""
    return _rank_of_name(word, entry.name) if entry.category == "block" else _rank(word, entry.name)


def _rank(word: str, name: str) -> int | None:
    by_name = _rank_of_name(word, name)
    if by_name is not None:
        return by_name
    # A category is meant by its first word: "output" means the node of that name, not all of "Input and output".
    # Layers have no Korean names, so any Korean word of a category may be meant.
    if any(text.startswith(word) or (not word.isascii() and word in text.split()) for text in _categories(name)):
        return CATEGORY
    descriptions = _descriptions(name)
    if any(part.startswith(word) for text in descriptions for part in _WORDS.split(text)):
        return DESCRIPTION
    if any(word in text for text in (*_categories(name), *descriptions)):
        return ANYWHERE
    return None


def _rank_of_name(word: str, name: str) -> int | None:
    lower = name.casefold()
    if lower == word:
        return EXACT
    if lower.startswith(word):
        return BEGINNING
    parts = [part.casefold() for part in _PARTS.findall(name)]
    # "bn2" for BatchNorm2d, as people write it in their code.
    if len(word) > 1 and "".join(part if part[0].isdigit() else part[0] for part in parts).startswith(word):
        return ABBREVIATION
    if any(part.startswith(word) for part in parts):
        return PART
    return INSIDE if word in lower else None


@cache
def _categories(name: str) -> tuple[str, ...]:
    return _in_all_languages(f"category.{ENTRIES[name].category}")


@cache
def _descriptions(name: str) -> tuple[str, ...]:
    return _in_all_languages(f"layer.{name}")


def _in_all_languages(key: str) -> tuple[str, ...]:
    texts = (sentences(language).get(key) for language in LANGUAGES)
    return tuple(text.casefold() for text in texts if text is not None)
