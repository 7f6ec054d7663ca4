"""Icons: SVG files drawn with `currentColor`, painted in the colour that is asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent.parent.parent / "resources" / "icons"


# Where data comes in and where it leaves have one category and one hue; their icons tell them apart.
_OWN = {"Input": "layer_input", "Output": "layer_output"}


def layer_icon(layer: str, category: str) -> str:
    """The name of the icon that a layer, an operation or a block wears: its category's, or its own."""
    return _OWN.get(layer, f"category_{category}")


@lru_cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def coloured(name: str, colour: QColor) -> str:
    """The SVG text of an icon in a colour. FileNotFoundError if there is no such icon."""
    return _source(name).replace("currentColor", colour.name())


def painted(name: str, size: int, colour: QColor, ratio: float) -> QPixmap:
    """An icon of `size` × `size` units; `ratio` is the pixels per unit."""
    pixels = round(size * ratio)
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(coloured(name, colour).encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
