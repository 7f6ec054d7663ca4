"""Cards and shapes drawn once and then copied: most nodes of a network look like another one, but for their text.

Copying pixels is ten times quicker than drawing round corners. It happens on whole pixels, so that a card stays sharp
wherever it stands and however large it is; where a drawing is printed or saved as curves, nothing is copied.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import ceil

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap, QTransform

MOST_BYTES = 24_000_000
"""Of all pictures together. Those that were not seen for longest go first."""
MOST_PIXELS = 1_000_000
"""Of one picture: what is larger, zoomed in, is drawn."""


class Sprites:
    """Pictures by what they show and how many pixels a unit has."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> QPixmap | None:
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def keep(self, key: Hashable, picture: QPixmap) -> None:
        self._known[key] = picture
        self._bytes += picture.width() * picture.height() * 4
        while self._bytes > MOST_BYTES and len(self._known) > 1:
            _, gone = self._known.popitem(last=False)
            self._bytes -= gone.width() * gone.height() * 4


class Easel:
    """A painter that draws things at places, each on whole pixels. `done` leaves the painter as it was."""

    def __init__(self, painter: QPainter, sprites: Sprites) -> None:
        self.painter = painter
        self._sprites = sprites
        self._base = painter.worldTransform()
        self.scale = self._base.m11()
        self._dx, self._dy = self._base.dx(), self._base.dy()
        device = painter.device()
        self._ratio = device.devicePixelRatio() if device is not None else 1.0
        engine = painter.paintEngine()
        straight = not self._base.m12() and not self._base.m21() and self._base.m22() == self.scale
        self._copies = straight and engine is not None and engine.type() == QPaintEngine.Type.Raster
        self._left = self._top = 0.0

    def go_to(self, x: float, y: float) -> None:
        """From now on this is the origin."""
        if not self._copies:
            self.painter.setWorldTransform(QTransform.fromTranslate(x, y) * self._base)
            return
        ratio, scale = self._ratio, self.scale
        self._left = round((self._dx + x * scale) * ratio) / ratio
        self._top = round((self._dy + y * scale) * ratio) / ratio
        self.painter.setWorldTransform(QTransform(scale, 0, 0, scale, self._left, self._top))

    def copy(self, key: Hashable, margin: float, width: float, height: float, draw: Callable[[QPainter], None]) -> None:
        """Draw something of that size, and what it has around itself, at the origin."""
        density = self.scale * self._ratio
        edge = ceil(margin * density)
        across, down = 2 * edge + ceil(width * density), 2 * edge + ceil(height * density)
        if not self._copies or across * down > MOST_PIXELS:
            draw(self.painter)
            return
        key = (key, density)
        picture = self._sprites.get(key)
        if picture is None:
            picture = QPixmap(across, down)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setWorldTransform(QTransform(density, 0, 0, density, edge, edge))
            draw(painter)
            painter.end()
            picture.setDevicePixelRatio(self._ratio)
            self._sprites.keep(key, picture)
        # Where the painter only shifts, pixels are copied as they are.
        painter, transform = self.painter, self.painter.worldTransform()
        painter.resetTransform()
        painter.drawPixmap(QPointF(self._left - edge / self._ratio, self._top - edge / self._ratio), picture)
        painter.setWorldTransform(transform)

    def done(self) -> None:
        self.painter.setWorldTransform(self._base)
