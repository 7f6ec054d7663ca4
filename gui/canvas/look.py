"""The theme's colours, pens and fonts as the canvas paints with them, looked up once and not at every stroke."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPaintEngine,
    QPainter,
    QPen,
    QPixmap,
    QStaticText,
    QTransform,
)

from core.catalogue import CATEGORIES
from core.layout import Colour
from gui.canvas.sprites import Sprites
from gui.theme.icons import layer_icon, painted

if TYPE_CHECKING:
    from gui.theme import Theme

ICON = 16
"""Side of a category's icon in canvas units."""
ICON_PIXELS = 64
"""Side of an icon that is not painted for one size: on paper, or where it is carried by the pointer."""
MOST_ICONS = 600
"""Icons in their sizes that are remembered."""
MOST_TEXTS = 20_000
"""Texts that are remembered, laid out and measured."""


class Look:
    """Shared by all items; `refresh` after the theme changed, then repaint."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.version = 0
        """Rises with every refresh: what was laid out for an older one is stale."""
        self.refresh()

    def refresh(self) -> None:
        theme = self._theme
        self.version += 1
        self.scale = theme.scale
        """How much nearer the canvas is at 100 %, because text is to be larger."""
        self.canvas = theme.colour("canvas")
        self.raised = QBrush(theme.colour("raised"))
        self.text = theme.colour("text")
        self.quiet = theme.colour("text_quiet")
        self.accent = theme.colour("accent")
        self.bad = theme.colour("bad")
        self.warn = theme.colour("warn")
        self.grid = theme.colour("grid")
        self.line = theme.colour("line")
        self.halo = _faded(self.accent, 0.25)
        self.faint = mixed(self.quiet, self.canvas, 0.4)
        """For what steps back during a drag."""
        self.wire = mixed(self.quiet, self.canvas, 0.7)
        self.categories = {name: theme.colour(f"category.{name}") for name in CATEGORIES}
        self.frames = {name: theme.colour(f"frame.{name}") for name in get_args(Colour)}
        self.note, self.note_line = theme.colour("note"), theme.colour("note_line")
        self._icons: dict[tuple[str, str, int], QPixmap] = {}
        self._texts: dict[tuple[str, str], QStaticText] = {}
        self._advances: dict[tuple[str, str], float] = {}
        self.sprites = Sprites()

        self.name_font = _scalable(theme.canvas_font(13, weight=QFont.Weight.Medium))
        self.text_font = _scalable(theme.canvas_font(11))
        self.mono_font = _scalable(theme.canvas_font(11, mono=True))
        self.strong_font = _scalable(theme.canvas_font(11, mono=True, weight=QFont.Weight.DemiBold))
        self.name_metrics = QFontMetricsF(self.name_font)
        self.text_metrics = QFontMetricsF(self.text_font)
        self.mono_metrics = QFontMetricsF(self.mono_font)
        self.strong_metrics = QFontMetricsF(self.strong_font)

        self.fonts = {
            "name_font": self.name_font,
            "text_font": self.text_font,
            "mono_font": self.mono_font,
            "strong_font": self.strong_font,
        }
        self._metrics = {
            "name_font": self.name_metrics,
            "text_font": self.text_metrics,
            "mono_font": self.mono_metrics,
            "strong_font": self.strong_metrics,
        }
        self.tones = {
            "plain": self.text,
            "quiet": self.quiet,
            "changed": self.accent,
            "bad": self.bad,
            "warn": self.warn,
        }
        self.border = hairline(self.line)
        self.hover_border = hairline(self.wire)
        self.selected_border = QPen(self.accent, 2)
        # The ends of a wire lie below its ports; round ones would take several times as long to draw.
        self.wire_pen = QPen(self.wire, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
        self.halo_border = QPen(self.halo, 6)

    def advance(self, text: str, font: str) -> float:
        """How wide a text is."""
        key = (text, font)
        width = self._advances.get(key)
        if width is None:
            if len(self._advances) > MOST_TEXTS:
                self._advances.clear()
            width = self._advances[key] = self._metrics[font].horizontalAdvance(text)
        return width

    def metrics(self, font: str) -> QFontMetricsF:
        return self._metrics[font]

    def static(self, text: str, font: str) -> QStaticText:
        """A text whose glyphs are found once, however often it is painted: networks repeat themselves."""
        key = (text, font)
        known = self._texts.get(key)
        if known is None:
            if len(self._texts) > MOST_TEXTS:
                self._texts.clear()
            known = self._texts[key] = QStaticText(text)
            known.setTextFormat(Qt.TextFormat.PlainText)
            known.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            known.prepare(QTransform(), self.fonts[font])
        return known

    def paint_layer_icon(self, painter: QPainter, place: QRectF, layer: str, category: str) -> None:
        self.paint_icon(painter, place, layer_icon(layer, category), f"category.{category}")

    def paint_icon(self, painter: QPainter, place: QRectF, name: str, token: str) -> None:
        """An icon in a token's colour, drawn for just the pixels that it gets: made smaller it would be jagged."""
        engine, device, transform = painter.paintEngine(), painter.device(), painter.worldTransform()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        if engine is None or engine.type() != QPaintEngine.Type.Raster or not transform.isAffine():
            icon = self.icon(name, token)
            painter.drawPixmap(place, icon, QRectF(icon.rect()))
            return
        side = max(1, round(place.width() * transform.m11() * ratio))
        icon = self.icon(name, token, side)
        if ratio != 1.0:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, icon, QRectF(icon.rect()))
            return
        # On whole pixels, where it is as sharp as it was drawn.
        corner = transform.map(place.topLeft()).toPoint()
        painter.resetTransform()
        painter.drawPixmap(corner, icon)
        painter.setWorldTransform(transform)

    def icon(self, name: str, token: str, pixels: int = ICON_PIXELS) -> QPixmap:
        """An icon in a token's colour and so many pixels."""
        key = (name, token, pixels)
        icon = self._icons.get(key)
        if icon is None:
            if len(self._icons) > MOST_ICONS:
                self._icons.clear()
            icon = self._icons[key] = painted(name, pixels, self._theme.colour(token), 1.0)
        return icon

    def layer_icon(self, layer: str, category: str) -> QPixmap:
        return self.icon(layer_icon(layer, category), f"category.{category}")


def hairline(colour: QColor) -> QPen:
    """One pixel wide at every zoom."""
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    return pen


def thick(colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    return QPen(colour, width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """An opaque colour between two: `share` of the first."""
    red = share * colour.redF() + (1 - share) * ground.redF()
    green = share * colour.greenF() + (1 - share) * ground.greenF()
    blue = share * colour.blueF() + (1 - share) * ground.blueF()
    return QColor.fromRgbF(red, green, blue)


def _faded(colour: QColor, alpha: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(alpha)
    return faded


def _scalable(font: QFont) -> QFont:
    # Hinted glyphs jump from pixel to pixel while zooming.
    font = QFont(font)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
