"""How a person moves about the canvas: zoom to the pointer, pan, fit; and the grid that makes movement visible."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform, QWheelEvent
from PySide6.QtWidgets import QGraphicsView

from gui.canvas.look import Look
from gui.canvas.stage import Pointer

SMALLEST, LARGEST = 0.1, 3.0
TINIEST = 0.02
"""A network that is larger than can be seen at the smallest zoom can be seen whole down to this one."""
STEP = 1.25
"""Zoom of one press of a key or button."""
FIT_MARGIN = 24
"""Pixels around the content."""
READABLE, COMFORTABLE = 0.6, 0.85
"""Zooms at which text can still, and can well, be read."""
DOT_DISTANCE = 24
EDGE = 16
"""Pixels from the viewport's edge at which a drag begins to move the canvas."""
SEEN = 64
"""Pixels of the content that panning always leaves in view."""


class Navigation:
    """Moves a view about; the view keeps the transformation itself."""

    def __init__(self, view: QGraphicsView, full: float = 1.0) -> None:
        self._view = view
        self._full = full
        self._least = SMALLEST

    @property
    def scale(self) -> float:
        return self._view.transform().m11()

    @property
    def full(self) -> float:
        """The scale of 100 %: 1, or nearer where text is to be larger."""
        return self._full

    def set_full(self, full: float) -> None:
        """Let 100 % be another scale, with everything that is seen in the same proportion to it."""
        factor, self._full = full / self._full, full
        if factor != 1.0:
            self.zoom(factor)

    def zoom_at(self, pixel: QPointF, factor: float) -> None:
        """Zoom so that what is under a pixel of the viewport stays there."""
        wanted = min(max(self.scale * factor, self._least), LARGEST * self._full)
        before = self._scene_point(pixel)
        self._view.setTransform(QTransform.fromScale(wanted, wanted))
        after = self._view.viewportTransform().map(before)
        self.pan(QPointF(pixel - after))

    def zoom(self, factor: float) -> None:
        self.zoom_at(QRectF(self._view.viewport().rect()).center(), factor)

    def pan(self, way: QPointF) -> None:
        """Move the content by pixels."""
        horizontal, vertical = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        horizontal.setValue(horizontal.value() - round(way.x()))
        vertical.setValue(vertical.value() - round(way.y()))

    def room(self, covered: QRect | None = None, content: QRectF | None = None) -> QRect:
        """The part of the viewport that content is fitted into: beside what covers a lower right corner, or above it,
        wherever the content is larger then."""
        room = self._view.viewport().rect().adjusted(FIT_MARGIN, FIT_MARGIN, -FIT_MARGIN, -FIT_MARGIN)
        if covered is None or content is None:
            return room
        above, beside = QRect(room), QRect(room)
        above.setBottom(min(room.bottom(), covered.top() - FIT_MARGIN // 2))
        beside.setRight(min(room.right(), covered.left() - FIT_MARGIN // 2))
        return max(above, beside, key=lambda one: min(one.width() / content.width(), one.height() / content.height()))

    def fit(self, content: QRectF, room: QRect | None = None) -> None:
        """Show all of the content, at most at full size, in the middle of a part of the viewport or of all of it."""
        if content.isEmpty():
            self._view.setTransform(QTransform.fromScale(self._full, self._full))
            self._view.centerOn(0, 0)
            return
        room = self.room() if room is None else room
        scale = min(room.width() / content.width(), room.height() / content.height(), self._full)
        scale = max(scale, TINIEST)
        self._view.setTransform(QTransform.fromScale(scale, scale))
        self.bound(content)
        self._view.centerOn(content.center())
        self.pan(QRectF(room).center() - QRectF(self._view.viewport().rect()).center())

    def show_beginning(self, content: QRectF, start: QRectF) -> None:
        """Show all of the content if it can be read then, else in a size that can: the upper part of what is too high.

        `start` is what is then seen in any case, where the upper part too is wider than the view.
        """
        self.fit(content)
        if content.isEmpty() or self.scale >= READABLE * self._full:
            return
        room = self._view.viewport().rect()
        # One way all of it is to be seen, if that can be read: across the flow, whichever way that goes.
        whole = max(
            (room.width() - 2 * FIT_MARGIN) / content.width(), (room.height() - 2 * FIT_MARGIN) / content.height()
        )
        scale = min(self._full, max(READABLE * self._full, whole), COMFORTABLE * self._full)
        self._view.setTransform(QTransform.fromScale(scale, scale))
        self.bound(content)
        # What is not too high stands in the middle, as a network that flows to the right does.
        down = min(content.center().y(), content.top() - FIT_MARGIN / scale + room.height() / scale / 2)
        half = room.width() / scale / 2
        least, most = content.left() - FIT_MARGIN / scale + half, content.right() + FIT_MARGIN / scale - half
        # As far towards the start as the content goes.
        across = min(max(start.center().x(), least), most) if least < most else content.center().x()
        self._view.centerOn(across, down)

    def bound(self, content: QRectF) -> None:
        """Let panning go as far as the last of the content, and no further."""
        across = self._view.viewport().width() / self.scale
        down = self._view.viewport().height() / self.scale
        seen = SEEN / self.scale
        room = self._view.viewport().rect()
        if not content.isEmpty():
            whole = min(room.width() / content.width(), room.height() / content.height()) * 0.9
            self._least = min(SMALLEST, max(whole, TINIEST))
        self._view.setSceneRect(content.adjusted(seen - across, seen - down, across - seen, down - seen))

    def wheel(self, event: QWheelEvent) -> None:
        angle, pixels = event.angleDelta(), event.pixelDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # One notch of a wheel is 120 eighths of a degree; touchpads send fractions of it.
            self.zoom_at(event.position(), STEP ** (angle.y() / 120))
            return
        way = QPointF(pixels) if not pixels.isNull() else QPointF(angle) * 0.5
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not way.x():
            way = QPointF(way.y(), 0)
        self.pan(way)

    def _scene_point(self, pixel: QPointF) -> QPointF:
        inverse, _ = self._view.viewportTransform().inverted()
        return inverse.map(pixel)


class PanGesture:
    def __init__(self, navigation: Navigation, start: Pointer) -> None:
        self._navigation = navigation
        self._last: QPoint = start.pixel

    def move(self, pointer: Pointer) -> None:
        self._navigation.pan(QPointF(pointer.pixel - self._last))
        self._last = pointer.pixel

    def release(self, pointer: Pointer) -> None:
        pass

    def cancel(self) -> None:
        pass


class Autoscroll(QObject):
    """Moves the canvas on while something is held against an edge of the viewport, and tells after each move."""

    def __init__(self, navigation: Navigation, moved: Callable[[QPoint], None]) -> None:
        super().__init__()
        self._navigation = navigation
        self._moved = moved
        self._way = QPointF()
        self._pixel = QPoint()
        self._timer = QTimer(self, interval=16)
        self._timer.timeout.connect(self._step)

    def watch(self, pixel: QPoint, area: QRect) -> None:
        """The pointer is here now."""
        self._pixel = pixel
        inner = area.adjusted(EDGE, EDGE, -EDGE, -EDGE)
        beyond_x = pixel.x() - min(max(pixel.x(), inner.left()), inner.right())
        beyond_y = pixel.y() - min(max(pixel.y(), inner.top()), inner.bottom())
        self._way = QPointF(-beyond_x, -beyond_y) * 0.4
        if self._way.isNull():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _step(self) -> None:
        self._navigation.pan(self._way)
        self._moved(self._pixel)


def paint_grid(painter: QPainter, area: QRectF, look: Look) -> None:
    """Dots that fade as they come closer together, so that a zoomed-out canvas is calm."""
    transform = painter.worldTransform()
    scale = transform.m11()
    painter.fillRect(area, look.canvas)
    strength = min(1.0, (scale - 0.35) / 0.4)
    if strength <= 0:
        return
    colour = QColor(look.grid)
    colour.setAlphaF(colour.alphaF() * strength)
    columns = range(ceil(area.left() / DOT_DISTANCE), int(area.right() // DOT_DISTANCE) + 1)
    rows = range(ceil(area.top() / DOT_DISTANCE), int(area.bottom() // DOT_DISTANCE) + 1)
    if not columns or not rows:
        return
    # One row is drawn and copied to all others: thousands of points would take longer than the network. Each dot stands
    # on whole pixels, and on the same ones again when the canvas has moved by some.
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    across = [round((column * DOT_DISTANCE * scale + transform.dx()) * ratio) for column in columns]
    down = [round((row * DOT_DISTANCE * scale + transform.dy()) * ratio) for row in rows]
    side = max(1, round(2 * ratio))
    row = QPixmap(across[-1] - across[0] + side, side)
    row.fill(Qt.GlobalColor.transparent)
    brush = QPainter(row)
    for x in across:
        brush.fillRect(x - across[0], 0, side, side, colour)
    brush.end()
    row.setDevicePixelRatio(ratio)
    painter.resetTransform()
    for y in down:
        painter.drawPixmap(QPointF((across[0] - side // 2) / ratio, (y - side // 2) / ratio), row)
    painter.setWorldTransform(transform)
