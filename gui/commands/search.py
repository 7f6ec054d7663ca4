"""Which commands a person means by a few letters, in both languages at once. The palette and the sheet ask here.

Korean is compared by its letters and not by its syllables, so that a word fits while it is still being typed, and so do
its first consonants alone. Needs no Qt.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

BEGINNING, WORD, INSIDE, SCATTERED = range(4)
"""How well a typed word fits, best first: it begins the text, it begins a word, it stands inside, its letters do."""

# A consonant below a syllable is another character than the same one at the beginning of the next: "복" while typing
# "보기". Both count as the one at the beginning.
_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_LAST = "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split()
_BELOW = {
    0x11A8 + at: "".join(chr(0x1100 + _FIRST.index(letter)) for letter in letters) for at, letters in enumerate(_LAST)
}


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text as it is compared: small letters, Korean syllables taken apart."""
    return unicodedata.normalize("NFKD", text.replace("…", "").casefold()).translate(_BELOW).strip()


def fit(query: str, titles: Sequence[str], about: Iterable[str] = ()) -> tuple[int, ...] | None:
    """How well a query fits, smaller is better; None if one of its words fits nothing.

    `titles` are what a thing is called, in each language; `about` is where else it may be found, such as its menu.
    """
    names = [folded(title) for title in titles]
    ranks = [_rank(word, titles, tuple(about)) for word in query.split()]
    found = [rank for rank in ranks if rank is not None]
    if len(found) < len(ranks):
        return None
    whole = folded(query)
    said = not any(name == whole for name in names)
    begun = not any(name.startswith(whole) for name in names)
    return (said, begun, max(found, default=0), sum(found), min(map(len, names), default=0))


def _rank(word: str, titles: Sequence[str], about: Sequence[str]) -> int | None:
    if len(word) > 1 and all(letter in _FIRST for letter in word):
        # Consonants alone mean those that the syllables begin with.
        read: Callable[[str], str] = initials
    else:
        word, read = folded(word), folded
    ranks = [_rank_in(word, read(title), scattered=True) for title in titles]
    # What a thing is called counts for more than where it is found.
    ranks += [None if (rank := _rank_in(word, read(text), scattered=False)) is None else rank + 1 for text in about]
    return min((rank for rank in ranks if rank is not None), default=None)


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """The first consonants of Korean syllables, as they are typed alone: ㅂㅅ of 복사."""
    letters = unicodedata.normalize("NFD", text)
    return "".join(
        _FIRST[ord(letter) - 0x1100] if letter != " " else " "
        for letter in letters
        if letter == " " or "\u1100" <= letter <= "\u1112"
    )


def _rank_in(word: str, text: str, scattered: bool) -> int | None:
    if text.startswith(word):
        return BEGINNING
    if f" {word}" in text:
        return WORD
    if word in text:
        return INSIDE
    if scattered and len(word) > 1:
        letters = iter(text)
        if all(letter in letters for letter in word):
            return SCATTERED
    return None
