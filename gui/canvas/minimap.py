"""The whole network small, in a corner of the canvas, with a frame around what is seen: drag it to look elsewhere.

It is hidden while everything is in view. The network is painted into a picture, at most a few times a second and only
when it has changed; moving about moves the frame alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.placement import WIDTH
from gui.canvas.look import hairline, mixed
from gui.theme import Theme
from gui.words import Words

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

SMALLEST, LARGEST = QSize(72, 56), QSize(184, 152)
"""As the network is wide or tall, with the border."""
PADDING = 8
RADIUS = 8
EVERY = 250
"""Milliseconds between two pictures while the network changes."""
SMALLEST_CANVAS = QSize(560, 360)
"""On a smaller canvas it would be in the way."""
SMALLEST_MARK = 1.5
"""Pixels: every node is seen, and a problem twice as large."""


class Minimap(QWidget):
    def __init__(self, canvas: CanvasView, words: Words, theme: Theme) -> None:
        super().__init__(canvas)
        self._canvas, self._words, self._theme = canvas, words, theme
        self._wanted = True
        self._corner = QPoint()
        """Its lower right one, on the canvas."""
        self._picture: QPixmap | None = None
        self._content = QRectF()
        """What the picture shows, in canvas units."""
        self._grip: QPointF | None = None
        """From the middle of what is seen to where it was taken."""
        self.setObjectName("minimap")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The canvas below need not be painted whenever the map is.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.hide()
        self._timer = QTimer(self, singleShot=True, interval=EVERY)
        self._timer.timeout.connect(self._renew)
        canvas.document.changed.connect(self._grow_stale)
        canvas.zoomed.connect(self.follow)
        for bar in (canvas.horizontalScrollBar(), canvas.verticalScrollBar()):
            bar.valueChanged.connect(self.follow)
        words.changed.connect(self._retell)
        theme.changed.connect(self._recolour)
        self._retell()
        self._recolour()

    @property
    def picture_key(self) -> int:
        """Which picture of the network it holds; another one has another key. 0 before the first."""
        return self._picture.cacheKey() if self._picture is not None else 0

    def set_wanted(self, wanted: bool) -> None:
        """Whether a person wants it at all."""
        self._wanted = wanted
        self.follow()

    def stand_at(self, corner: QPoint) -> None:
        """Have the lower right corner there."""
        self._corner = corner
        self.move(corner.x() - self.width(), corner.y() - self.height())
        self.follow()

    def follow(self) -> None:
        """The canvas shows another part of the network, or has another size."""
        content, seen = self._canvas.items_scene.content(), self._seen()
        room = self._canvas.viewport().size()
        roomy = room.width() >= SMALLEST_CANVAS.width() and room.height() >= SMALLEST_CANVAS.height()
        # While it is dragged it stays, even over the moment in which everything is in view.
        shown = self._wanted and roomy and not content.isEmpty() and not seen.contains(content)
        self.setVisible(shown or (self._wanted and self._grip is not None))
        if self.isVisible():
            self.update()

    # --- the picture ---

    def _grow_stale(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _renew(self) -> None:
        if self._grip is not None:
            self._timer.start()
            return
        self._picture = None
        self._content = self._canvas.items_scene.content()
        self.setFixedSize(_size(self._content))
        self.stand_at(self._corner)

    def _made(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        # Marks of a pixel or two need no smooth edges, which would cost most of the time.
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, rects in self._marks():
            painter.setBrush(colour)
            painter.drawRects(rects)
        painter.end()
        return picture

    def _marks(self) -> Iterator[tuple[QColor, list[QRectF]]]:
        """What is painted: frames, notes, nodes in the colour of what they do, and mistakes on top."""
        scene, annotations, ground = self._canvas.items_scene, self._canvas.annotations, self._theme.colour("panel")
        look, (scale, left, top) = scene.look, self._fitted()
        for rect, colour in annotations.items.shades():
            yield mixed(colour, ground, 0.3), [_small(rect, scale, left, top)]
        marks: dict[str, list[QRectF]] = {}
        bad: list[QRectF] = []
        width = max(WIDTH * scale, SMALLEST_MARK)
        for item in scene.nodes.values():
            height = max(item.height * scale, SMALLEST_MARK)
            rect = QRectF(left + item.x * scale, top + item.y * scale, width, height)
            marks.setdefault(item.body.category, []).append(rect)
            if item.body.severity == "error":
                bad.append(rect.adjusted(-1, -1, 1, 1))
        for category, rects in marks.items():
            yield mixed(look.categories[category], ground, 0.65), rects
        if bad:
            yield look.bad, bad

    def _fitted(self) -> tuple[float, float, float]:
        """The scale of the picture, and where the canvas' origin lies in it."""
        area = QRectF(self.rect()).adjusted(PADDING, PADDING, -PADDING, -PADDING)
        content = self._content
        if content.isEmpty():
            return 1.0, area.left(), area.top()
        scale = min(area.width() / content.width(), area.height() / content.height())
        corner = area.center() - content.center() * scale
        return scale, corner.x(), corner.y()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None or self._picture.size() != self.size() * self.devicePixelRatioF():
            self._picture = self._made()
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("canvas"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(hairline(self._theme.colour("line")))
        painter.setBrush(self._theme.colour("panel"))
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        painter.drawPixmap(0, 0, self._picture)
        scale, left, top = self._fitted()
        seen = self._seen()
        place = QRectF(left + seen.x() * scale, top + seen.y() * scale, seen.width() * scale, seen.height() * scale)
        accent = self._theme.colour("accent")
        painter.setPen(hairline(accent))
        accent.setAlphaF(0.12)
        painter.setBrush(accent)
        painter.drawRoundedRect(place.intersected(card.adjusted(2, 2, -2, -2)), 3, 3)

    # --- the mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        point, seen = self._point(event.position()), self._seen()
        # Taken inside, it moves along; elsewhere it jumps to the pointer first.
        self._grip = point - seen.center() if seen.contains(point) else QPointF()
        self._look_at(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._look_at(self._point(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.follow()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer and further away, around the middle of what is seen."""
        middle = QRectF(self._canvas.viewport().rect()).center()
        self._canvas.zoom_at(middle, 1.25 ** (event.angleDelta().y() / 120))
        event.accept()

    def _look_at(self, point: QPointF) -> None:
        self._canvas.touched = True
        self._canvas.centerOn(point - (self._grip or QPointF()))
        self._canvas.moved()

    def _point(self, pixel: QPointF) -> QPointF:
        """A point of the map on the canvas."""
        scale, left, top = self._fitted()
        return QPointF((pixel.x() - left) / scale, (pixel.y() - top) / scale)

    def _seen(self) -> QRectF:
        return self._canvas.mapToScene(self._canvas.viewport().rect()).boundingRect()

    # --- words and colours ---

    def _retell(self) -> None:
        self.setAccessibleName(self._words.say("canvas.minimap"))
        self.setToolTip(self._words.say("canvas.minimap_tip"))

    def _recolour(self) -> None:
        self._renew()


def _size(content: QRectF) -> QSize:
    """As large as the network needs, of what it may have."""
    if content.isEmpty():
        return SMALLEST
    room = LARGEST - QSize(2 * PADDING, 2 * PADDING)
    scale = min(room.width() / content.width(), room.height() / content.height())
    wanted = QSize(round(content.width() * scale), round(content.height() * scale))
    return (wanted + QSize(2 * PADDING, 2 * PADDING)).expandedTo(SMALLEST)


def _small(rect: QRectF, scale: float, left: float, top: float) -> QRectF:
    width, height = max(rect.width() * scale, SMALLEST_MARK), max(rect.height() * scale, SMALLEST_MARK)
    return QRectF(left + rect.x() * scale, top + rect.y() * scale, width, height)
