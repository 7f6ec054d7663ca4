"""Formulas as a textbook writes them, `⌊(H + 2·padding − kernel_size) / stride⌋ + 1`: read, filled in and computed.

One text is shown, filled with numbers and computed, so that what a person reads is what was computed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from core.signals import PROBE_BATCHES, Size, fitted, sized

Number: TypeAlias = int | float | Fraction
Known: TypeAlias = Mapping[str, Size | float]
"""What each name of a formula stands for."""

# A name may end in an index, as `kernel_size[0]` does, or in one below the line, as `d₁`.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_₀-₉]*(?:\[\d+\])?")
_TOKEN = re.compile(rf"{NAME.pattern}|\d+|[-+−·/(),⌊⌋⌈⌉²]")
_CLOSING = {"⌊": "⌋", "⌈": "⌉"}


def renamed(formula: str, names: Mapping[str, str]) -> str:
    """The formula with other names in it."""
    return NAME.sub(lambda match: names.get(match[0], match[0]), formula)


def filled(formula: str, known: Known) -> str:
    """The formula with numbers in the place of names."""
    return NAME.sub(lambda match: _written(known[match[0]]) if match[0] in known else match[0], formula)


def computed(formula: str, known: Known) -> Size | None:
    """What the formula gives; None if it is no whole size, or one that does not grow in a line with the batch."""
    if not any(isinstance(value, str) for value in known.values()):
        return _whole(_evaluated(formula, known))
    sizes = []
    for batch in PROBE_BATCHES:
        values = {name: sized((size,), batch)[0] if isinstance(size, str) else size for name, size in known.items()}
        size = _whole(_evaluated(formula, values))
        if size is None:
            return None
        sizes.append((size,))
    shape = fitted(*sizes)
    return shape[0] if shape is not None else None


def _written(value: Size | float) -> str:
    text = str(value).replace("-", "−")
    return f"({text})" if text.startswith("−") or (isinstance(value, str) and not value.isalnum()) else text


def _whole(number: Number) -> int | None:
    return int(number) if number == int(number) else None


def _evaluated(formula: str, values: Mapping[str, Size | float]) -> Number:
    return _Reader(_tokens(formula), values).read()


@lru_cache(maxsize=1024)
def _tokens(formula: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(formula))


class _Reader:
    """Computes while it reads, from left to right. Whole numbers stay exact; `/` of two of them is a fraction."""

    def __init__(self, tokens: tuple[str, ...], values: Mapping[str, Size | float]) -> None:
        self._tokens = tokens
        self._values = values
        self._next = 0

    def read(self) -> Number:
        result = self._sum()
        assert self._next == len(self._tokens), self._tokens
        return result

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        token = self._peek()
        assert token and (not wanted or token == wanted), self._tokens
        self._next += 1
        return token

    def _sum(self) -> Number:
        result = self._product()
        while self._peek() in ("+", "−"):
            plus = self._take() == "+"
            term = self._product()
            result = result + term if plus else result - term
        return result

    def _product(self) -> Number:
        result = self._square()
        while self._peek() in ("·", "/"):
            times = self._take() == "·"
            factor = self._square()
            result = result * factor if times else _quotient(result, factor)
        return result

    def _square(self) -> Number:
        result = self._part()
        if self._peek() == "²":
            self._take()
            result = result * result
        return result

    def _part(self) -> Number:
        token = self._take()
        if token == "(":
            result = self._sum()
            self._take(")")
            return result
        if token in _CLOSING:
            inner = self._sum()
            self._take(_CLOSING[token])
            return math.floor(inner) if token == "⌊" else math.ceil(inner)
        if token == "max" and self._peek() == "(":
            return self._largest()
        if token.isdecimal():
            return int(token)
        value = self._values[token]
        assert not isinstance(value, str), token
        return value

    def _largest(self) -> Number:
        self._take("(")
        values = [self._sum()]
        while self._peek() == ",":
            self._take()
            values.append(self._sum())
        self._take(")")
        return max(values)


def _quotient(first: Number, second: Number) -> Number:
    if isinstance(first, float) or isinstance(second, float):
        return float(first) / float(second)
    return Fraction(first) / Fraction(second)
