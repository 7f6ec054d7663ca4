"""A key and values become a sentence in the chosen language. The window, the command line and the tests ask here."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "ko")
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "text"

# Korean particles come in two forms, after a consonant and after a vowel. `{name:을를}` picks one.
PARTICLES = {
    "은는": ("은", "는"),
    "이가": ("이", "가"),
    "을를": ("을", "를"),
    "과와": ("과", "와"),
    "으로": ("으로", "로"),
}
# How the last letter or digit of a foreign word is read aloud in Korean: does it end in a consonant?
_CONSONANT_LETTERS = frozenset("lmnrLMNR")
_CONSONANT_DIGITS = frozenset("013678")


class Text:
    """The sentences of one language. ValueError for a language, KeyError for a key that is not there."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, received {language}.")
        self.language = language
        self._sentences = sentences(language)

    def has(self, key: str) -> bool:
        return key in self._sentences

    def __call__(self, key: str, /, **values: object) -> str:
        return _FORMATTER.vformat(self._sentences[key], (), values)


@lru_cache
def sentences(language: str) -> Mapping[str, str]:
    """Every sentence of a language by its dotted key."""
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return dict(_flat("", tomllib.load(file)))


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        found += _flat(f"{name}.", value) if isinstance(value, dict) else [(name, value)]
    return found


def shape_text(shape: tuple[int | str, ...]) -> str:
    """`("N", 28, 10)` as `N × 28 × 10`."""
    return " × ".join(str(size) for size in shape) if shape else "scalar"


def value_text(value: object) -> str:
    """A value as a person writes it: shapes with ×, counts with thousands separators, reals in four digits."""
    if isinstance(value, tuple):
        return shape_text(value)
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)


class _Formatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in PARTICLES:
            shown = value_text(value)
            return shown + _particle(shown, format_spec)
        return format(value, format_spec) if format_spec else value_text(value)


_FORMATTER = _Formatter()


def _particle(word: str, pair: str) -> str:
    after_consonant, after_vowel = PARTICLES[pair]
    word = word.rstrip("`'\")]}.")
    last = word[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        # 8 is ㄹ, after which 으로 loses its 으.
        closed = final not in (0, 8) if pair == "으로" else final != 0
    else:
        closed = _closed(word)
        if pair == "으로" and last in "lLrR178":
            closed = False
    return after_consonant if closed else after_vowel


def _closed(word: str) -> bool:
    """Whether a foreign word or a number ends in a consonant where it is read aloud in Korean."""
    before, last = word[-2:-1].lower(), word[-1:]
    # Linear is read 리니어 and Embedding 임베딩.
    if last == "r" and before in set("aeiou"):
        return False
    return last in _CONSONANT_LETTERS or last in _CONSONANT_DIGITS or (before + last) == "ng"
