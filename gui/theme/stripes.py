"""How a category's stripe is broken along a node, so that no two categories are told apart by their hue alone.

Fourteen hues cannot all differ in lightness as well. Where two are about equally light, for any eye, one of these five
patterns differs; tests/test_colour_blind.py proves it for every pair.
"""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[float, float, float]] = {
    # Canvas units from the middle of the node to both ends: drawn, then left out and drawn by turns.
    "whole": (1000, 0, 0),
    "halves": (0, 4, 1000),
    "dashes": (6, 4, 12),
    "dots": (2, 3, 3),
    "mixed": (9, 3, 3),
}

STRIPES: Mapping[str, str] = {
    "convolution": "whole",
    "pooling": "whole",
    "recurrent": "whole",
    "linear": "halves",
    "embedding": "halves",
    "regularization": "halves",
    "activation": "dashes",
    "attention": "dashes",
    "normalization": "dots",
    "shape": "dots",
    "distance": "dots",
    "in_out": "mixed",
    "operation": "mixed",
    "block": "mixed",
}
"""The pattern of each category."""


def stripe_pieces(category: str, height: float) -> list[tuple[float, float]]:
    """Top and bottom of every drawn piece of the stripe of a node so high, from the middle outward in pairs."""
    first, gap, piece = PATTERNS[STRIPES[category]]
    half = height / 2
    # What begins at the middle is one piece that reaches to both sides.
    pieces = [(half - min(first, half), half + min(first, half))] if first else []
    at = first + gap
    while at < half:
        end = min(at + piece, half)
        pieces += [(half - end, half - at), (half + at, half + end)]
        at = end + gap
    return pieces
