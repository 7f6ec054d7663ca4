"""Texts as rows of tokens. Each function stands by itself or on those above it: printed scripts contain them.

N texts, L tokens
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np


def tokens_of(text: str, level: str) -> list[str]:
    """Its words and signs in small letters, or its characters."""
    text = unicodedata.normalize("NFC", text)
    if level == "words":
        return re.findall(r"\w+|[^\w\s]", text.lower())
    return list(text)


def encoded(
    texts: list[str],
    vocabulary: tuple[str, ...],
    length: int,
    level: str,
) -> np.ndarray:
    """(N, L), int64. Token 0 fills up what is short, 1 stands for what is not known."""
    numbers = {token: number for number, token in enumerate(vocabulary)}
    rows = np.zeros((len(texts), length), dtype=np.int64)
    for row, text in zip(rows, texts, strict=True):
        known = [numbers.get(token, 1) for token in tokens_of(text, level)[:length]]
        row[: len(known)] = known
    return rows
