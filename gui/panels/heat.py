"""Numbers as colours: zero in the middle of the map, the farthest value at its end. Pictures and tables ask here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from gui.theme import Theme


def reach(values: NDArray[np.floating]) -> float:
    """The distance from zero of the farthest finite value, above 0."""
    with np.errstate(invalid="ignore"):
        farthest = float(np.abs(values).max()) if values.size else 0.0
    if not np.isfinite(farthest):
        finite = np.abs(values[np.isfinite(values)])
        farthest = float(finite.max()) if finite.size else 0.0
    return farthest or 1.0


def shades(values: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
    """Each value's place in a map of 256: 0 at −limit, 128 at zero, 255 at limit; NaN gets the middle."""
    with np.errstate(invalid="ignore"):
        places = np.clip(values * (127.0 / limit) + 128.0, 0, 255)
    return np.nan_to_num(places, nan=128.0).astype(np.uint8)


def image(values: NDArray[np.floating], limit: float, theme: Theme) -> QImage:
    """(rows, columns) as a picture of one pixel a value; NaN and infinity in the colour of what is bad."""
    pixels = theme.colormap("diverging")[shades(values, limit)]
    wrong = ~np.isfinite(values)
    if wrong.any():
        bad = theme.colour("bad")
        pixels[wrong] = (bad.red(), bad.green(), bad.blue(), 255)
    return of_pixels(pixels)


def of_pixels(pixels: NDArray[np.uint8]) -> QImage:
    """(rows, columns, 4) red, green, blue, alpha as a picture of its own memory."""
    rows, columns, _ = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()
