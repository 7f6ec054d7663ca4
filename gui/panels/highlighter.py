"""Python in colours, for the code panel. The tokens are the theme's `code.*`."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.theme import Theme

KEYWORDS = frozenset(keyword.kwlist) | {"self"}
BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))

# One alternative per kind; the first that fits a place wins, so that a # in a string is no comment.
_TOKEN = re.compile(
    r"""
    (?P<comment>\#.*)
  | (?P<triple>[rbfRBF]{0,2}(?:\"{3}|'{3}))
  | (?P<string>[rbfRBF]{0,2}(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?))
  | (?P<number>\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?)\b)
  | (?P<defined>(?<=\bdef\ )\w+|(?<=\bclass\ )\w+)
  | (?P<decorator>@[\w.]+)
  | (?P<word>[^\W\d]\w*)
    """,
    re.VERBOSE,
)

OUTSIDE, IN_DOUBLE, IN_SINGLE = -1, 1, 2
_QUOTES = {IN_DOUBLE: '"""', IN_SINGLE: "'''"}


class PythonHighlighter(QSyntaxHighlighter):
    """Colours a document line by line; a text in three quotes goes on over lines."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[str, QTextCharFormat] = {}
        theme.changed.connect(self.recolour)
        self.recolour()

    def recolour(self) -> None:
        self._formats = {}
        for kind in ("keyword", "string", "number", "comment", "name"):
            text_format = QTextCharFormat()
            text_format.setForeground(self._theme.colour(f"code.{kind}"))
            text_format.setFontItalic(kind == "comment")
            self._formats[kind] = text_format
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        found = list(tokens(text, self.previousBlockState()))
        for start, end, kind, _ in found:
            self.setFormat(start, end - start, self._formats[kind])
        self.setCurrentBlockState(found[-1][3] if found else OUTSIDE)


def tokens(line: str, state: int = OUTSIDE) -> Iterator[tuple[int, int, str, int]]:
    """Start, end and kind of every coloured part of a line, and whether a text in three quotes is open behind it."""
    place = 0
    if state in _QUOTES:
        place = _end_of_text(line, 0, _QUOTES[state])
        state = state if place < 0 else OUTSIDE
        place = len(line) if place < 0 else place
        yield 0, place, "string", state
    while match := _TOKEN.search(line, place):
        place, kind = match.end(), match.lastgroup
        if kind == "triple":
            quotes = match.group()[-3:]
            end = _end_of_text(line, match.end(), quotes)
            state = OUTSIDE if end >= 0 else next(key for key, value in _QUOTES.items() if value == quotes)
            place = end if end >= 0 else len(line)
            yield match.start(), place, "string", state
        elif kind == "word":
            colour = _word_colour(match.group(), line[match.end() :])
            if colour is not None:
                yield match.start(), match.end(), colour, state
        else:
            colour = {"defined": "name", "decorator": "name"}.get(kind or "", kind)
            yield match.start(), match.end(), str(colour), state


def _word_colour(word: str, rest: str) -> str | None:
    if word in KEYWORDS:
        return "keyword"
    return "name" if word in BUILTINS and rest.startswith("(") else None


def _end_of_text(line: str, start: int, quotes: str) -> int:
    """Behind the closing quotes, or -1."""
    found = line.find(quotes, start)
    return found + len(quotes) if found >= 0 else -1
