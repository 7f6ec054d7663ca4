"""Which layers a person means by a few letters, best first. The palette's search field asks here.

A learner may know a layer by its name, by what it is for or by its Korean description, so all of these are read, in
both languages whatever the window speaks. Needs neither Qt nor torch.
"""

from __future__ import annotations

import re
from functools import cache

from core.catalogue import ENTRIES
from core.text import LANGUAGES, sentences

# The parts of a name as a person reads them: Batch, Norm, 2d.
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[a-z]?")

NAME, ABBREVIATION, PART, INSIDE, CATEGORY, DESCRIPTION, ANYWHERE = range(7)
"""How well one word fits a layer, best first."""


def found(query: str) -> tuple[str, ...]:
    """The layers that every word of `query` fits, best first; among equals the essential ones first."""
    words = query.casefold().split()
    ranked: list[tuple[tuple[int, bool, int], str]] = []
    for index, entry in enumerate(ENTRIES.values()):
        ranks = [rank(word, entry.name) for word in words]
        fitting = [one for one in ranks if one is not None]
        if words and len(fitting) == len(ranks):
            ranked.append(((max(fitting), not entry.essential, index), entry.name))
    return tuple(name for _, name in sorted(ranked))


def rank(word: str, name: str) -> int | None:
    """How well a word in lower case fits a layer, 0 best; None if it does not."""
    lower = name.casefold()
    if lower.startswith(word):
        return NAME
    parts = [part.casefold() for part in _PARTS.findall(name)]
    # "bn2" for BatchNorm2d, as people write it in their code.
    if len(word) > 1 and "".join(part if part[0].isdigit() else part[0] for part in parts).startswith(word):
        return ABBREVIATION
    if any(part.startswith(word) for part in parts):
        return PART
    if word in lower:
        return INSIDE
    for rank_of_text, texts in ((CATEGORY, _categories(name)), (DESCRIPTION, _descriptions(name))):
        if any(part.startswith(word) for text in texts for part in re.split(r"[\s,./()]+", text)):
            return rank_of_text
    if any(word in text for text in (*_categories(name), *_descriptions(name))):
        return ANYWHERE
    return None


@cache
def _categories(name: str) -> tuple[str, ...]:
    return _in_all_languages(f"category.{ENTRIES[name].category}")


@cache
def _descriptions(name: str) -> tuple[str, ...]:
    return _in_all_languages(f"layer.{name}")


def _in_all_languages(key: str) -> tuple[str, ...]:
    texts = (sentences(language).get(key) for language in LANGUAGES)
    return tuple(text.casefold() for text in texts if text is not None)
