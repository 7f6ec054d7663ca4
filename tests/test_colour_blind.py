"""Whether the categories of layers can be told apart by people who see other colours, or none.

How colours look to them is simulated as in Machado, Oliveira and Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency" (IEEE Transactions on Visualization and Computer Graphics, 2009), whose matrices
for the full deficiency are used in linear light: tests/test_theme.py has them.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from core.catalogue import CATEGORIES
from core.placement import TALL
from gui.canvas.geometry import HEIGHT
from gui.theme import Theme
from gui.theme.stripes import PATTERNS, STRIPES, stripe_pieces
from gui.theme.tokens import PALETTES
from tests.test_theme import EYES, THEMES, seen

STEP = 0.08
"""Of Oklab's lightness, from 0 for black to 1 for white: Okabe and Ito's eight colours, made to be told apart, differ
by 0.076 where they are nearest, hue and lightness together."""
PAIRS = list(itertools.combinations(CATEGORIES, 2))


def drawn(category: str, height: int) -> np.ndarray:
    """(height,) whether the stripe is drawn, pixel by pixel."""
    rows = np.zeros(height, bool)
    for top, bottom in stripe_pieces(category, height):
        rows[round(top) : round(bottom)] = True
    return rows


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eye", EYES)
def test_any_two_categories_differ_in_more_than_hue(theme: str, eye: str) -> None:
    colours = PALETTES[theme]
    for one, other in PAIRS:
        lightness = abs(seen(colours[f"category.{one}"], eye)[0] - seen(colours[f"category.{other}"], eye)[0])
        if lightness < STEP:
            for height in (HEIGHT, TALL):
                assert (drawn(one, height) != drawn(other, height)).sum() >= 6, (one, other)


def test_lightness_alone_would_not_do() -> None:
    """Otherwise the patterns would be ornament."""
    colours = PALETTES["light"]
    steps = [
        abs(seen(colours[f"category.{a}"], "full")[0] - seen(colours[f"category.{b}"], "full")[0]) for a, b in PAIRS
    ]
    assert min(steps) < STEP


@pytest.mark.parametrize("height", [HEIGHT, TALL, 96])
@pytest.mark.parametrize("category", CATEGORIES)
def test_a_stripe_is_symmetrical_and_mostly_there(category: str, height: int) -> None:
    rows = drawn(category, height)
    assert (rows == rows[::-1]).all()
    assert rows.mean() >= 0.45


def test_every_pattern_is_used_and_differs_from_the_others() -> None:
    assert set(STRIPES) == set(CATEGORIES) and set(STRIPES.values()) == set(PATTERNS)


@pytest.mark.parametrize("category", CATEGORIES)
def test_icons_differ_in_their_shape(category: str, qapp: QApplication) -> None:
    theme = Theme("light")
    shapes = {}
    for name in CATEGORIES:
        image = theme.pixmap(f"category_{name}", 16, "text", 4.0).toImage()
        shapes[name] = np.array([[image.pixelColor(x, y).alphaF() for x in range(64)] for y in range(64)])
    for name in CATEGORIES:
        if name != category:
            assert np.abs(shapes[name] - shapes[category]).mean() > 0.05, name
