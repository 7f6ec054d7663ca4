"""The network as a picture: SVG, PNG in two pixels for one, PDF, or a sheet of a printer. Always all of it.

It is drawn by a canvas of its own that nobody sees, so that neither the selection nor a drag is in the picture. What is
looked at is drawn: the inside of a block where a person is in one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPagedPaintDevice, QPageSize, QPaintDevice, QPainter, QPdfWriter

from core.storage import write_whole
from gui.canvas.view import CanvasView
from gui.document import Document
from gui.theme import Theme
from gui.words import Words

Kind: TypeAlias = Literal["svg", "png", "pdf"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MARGIN = 24
"""Canvas units around the network."""
RATIO = 2.0
"""Pixels of a PNG for a canvas unit."""
LONGEST_SIDE, MOST_PIXELS = 30_000, 80_000_000
"""Of a PNG. Painting stops at 32,767 pixels, and 80 million take 320 MB while they are painted."""
LONGEST_PAGE = 14_400
"""Points: longer pages are cut off by programs that show a PDF."""
UNITS_PER_INCH = 96
"""Canvas units on paper: then a hairline is a hairline, and text has the size of a book's."""


# What is told from the ground by a shade on the screen needs a line on white.
ON_PAPER = {"canvas": "raised", "line": "text_disabled"}


class Paper(Theme):
    """The light theme on white, as paper is."""

    def __init__(self) -> None:
        super().__init__("light")

    def colour(self, token: str) -> QColor:
        return super().colour(ON_PAPER.get(token, token))


class Picture:
    """`with Picture(…) as picture`: the canvas that draws it goes at the end."""

    def __init__(self, document: Document, words: Words, theme: Theme) -> None:
        # All its own: what the canvas listens to goes with it, and the person's document does not know of it.
        self._words, self._theme = Words(words.language), theme
        self._document = Document(document.layout)
        known = document.inference
        self._document.set_inference(lambda _layout: known)
        self._canvas = CanvasView(self._document, self._words, theme)
        self._canvas.items_scene.select_nodes(frozenset())
        self._title = document.root.title
        self._content = self._canvas.items_scene.content().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def __enter__(self) -> Picture:
        return self

    def __exit__(self, *_mistake: object) -> None:
        for part in (self._canvas, self._canvas.items_scene, self._document, self._words, self._theme):
            part.deleteLater()

    @property
    def size(self) -> QSizeF:
        """In canvas units."""
        return self._content.size()

    @property
    def png_ratio(self) -> float:
        """Pixels of a PNG for a canvas unit: two, or as many as there can be of a very large network."""
        width, height = self.size.width(), self.size.height()
        return min(RATIO, LONGEST_SIDE / max(width, height), (MOST_PIXELS / (width * height)) ** 0.5)

    def save(self, path: Path, kind: Kind) -> None:
        """Write the picture: whole or not at all. OSError if it cannot be written."""
        write_whole(path.resolve(), {"svg": self.svg, "png": self.png, "pdf": self.pdf}[kind]())

    def svg(self) -> bytes:
        from PySide6.QtSvg import QSvgGenerator

        content, buffer = _buffer()
        # The older version of SVG knows no clipping.
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setOutputDevice(buffer)
        generator.setTitle(self._title)
        generator.setResolution(UNITS_PER_INCH)
        size = self.size.toSize()
        generator.setSize(size)
        generator.setViewBox(QRectF(QPointF(), QSizeF(size)))
        self._paint_on(generator, QRectF(QPointF(), QSizeF(size)))
        return with_any_fonts(bytes(content.data()), self._theme)

    def png(self) -> bytes:
        ratio = self.png_ratio
        pixels = QSize(max(1, round(self.size.width() * ratio)), max(1, round(self.size.height() * ratio)))
        image = QImage(pixels, QImage.Format.Format_RGB32)
        if image.isNull():
            raise MemoryError(f"no room for a picture of {pixels.width()} × {pixels.height()} pixels")
        # Two pixels for one, as on a sharp screen: hairlines are two pixels wide then.
        image.setDevicePixelRatio(ratio)
        self._paint_on(image, QRectF(QPointF(), QSizeF(pixels) / ratio))
        content, buffer = _buffer()
        # Qt's stubs want bytes here and its code a str.
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(content.data())

    def pdf(self) -> bytes:
        """One page as large as the network."""
        points = self.size * (72 / UNITS_PER_INCH)
        points *= min(1.0, LONGEST_PAGE / max(points.width(), points.height()))
        content, buffer = _buffer()
        writer = QPdfWriter(buffer)
        writer.setTitle(self._title)
        writer.setCreator("LayerLoom")
        writer.setResolution(UNITS_PER_INCH)
        writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
        writer.setPageMargins(QMarginsF())
        self._paint_on(writer, QRectF(0, 0, writer.width(), writer.height()))
        del writer
        return bytes(content.data())

    def paint_page(self, device: QPagedPaintDevice, dots_per_inch: int) -> bool:
        """Fill one page, as far as that needs no larger text than usual. False if the printer takes nothing."""
        page = QRectF(device.pageLayout().paintRectPixels(dots_per_inch))
        page.moveTo(0, 0)
        scale = min(
            page.width() / self.size.width(), page.height() / self.size.height(), dots_per_inch / UNITS_PER_INCH
        )
        target = QRectF(QPointF(), self.size * scale)
        target.moveCenter(page.center())
        return self._paint_on(device, target)

    def _paint_on(self, device: QPaintDevice, target: QRectF) -> bool:
        painter = QPainter()
        if not painter.begin(device):
            return False
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(target, self._theme.colour("canvas"))
        self._canvas.items_scene.render(painter, target, self._content, Qt.AspectRatioMode.IgnoreAspectRatio)
        return painter.end()


def with_any_fonts(svg: bytes, theme: Theme) -> bytes:
    """Where the fonts of this machine are missing, others of their kind: letters of one width stay so."""
    mono = theme.canvas_font(mono=True).families()[0].encode()

    def widened(found: re.Match[bytes]) -> bytes:
        kind = b"monospace" if found[1] == mono else b"sans-serif"
        return b'font-family="' + found[1] + found[2] + b", " + kind + b'"'

    return re.sub(rb'font-family="([^",]+)([^"]*)"', widened, svg)


def _buffer() -> tuple[QByteArray, QBuffer]:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return content, buffer
