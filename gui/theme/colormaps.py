"""Colour maps for pictures of numbers, as tables of 256 colours. Needs numpy, so it is imported when first asked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Blue for negative, orange for positive: told apart with every common kind of colour blindness. The middle is the
# neutral of the surface, so that zero recedes. Lightness falls (rises, in the dark) evenly away from zero.
STOPS = {
    ("diverging", "light"): ("#123f7a", "#3f82c6", "#a9cbe8", "#f4f4f3", "#f3c196", "#d9772f", "#84380a"),
    ("diverging", "dark"): ("#a6d4ff", "#4f97dc", "#2a5686", "#24282f", "#7d4a22", "#d98038", "#ffd0a3"),
    ("sequential", "light"): ("#fafafb", "#cfd9ee", "#93b1dd", "#5585c4", "#2b5a9e", "#152f5e"),
    ("sequential", "dark"): ("#14171c", "#1d3558", "#2f629c", "#5a97cf", "#a0cbea", "#f1f7fb"),
}


def table(kind: str, theme: str) -> NDArray[np.uint8]:
    """(256, 4) red, green, blue, alpha of a `diverging` or `sequential` map. KeyError for another kind."""
    stops = np.array([_rgb(colour) for colour in STOPS[kind, theme]])
    places = np.linspace(0, 255, len(stops))
    channels = [np.interp(np.arange(256), places, stops[:, channel]) for channel in range(3)]
    return np.stack([*channels, np.full(256, 255.0)], axis=1).round().astype(np.uint8)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
