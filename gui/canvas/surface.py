"""The ground that the network lies on: a view that zooms, pans and fits by wheel, touch and call, over a quiet grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsView, QPinchGesture, QWidget

from gui.canvas.boxes import area_of
from gui.canvas.look import Look
from gui.canvas.navigation import STEP, Navigation, paint_grid
from gui.canvas.scene import CanvasScene
from gui.canvas.stage import Pointer

MOST_EXPOSED = 8
"""Areas that are looked through one by one when they are painted."""


class Surface(QGraphicsView):
    def __init__(self, scene: CanvasScene, look: Look, parent: QWidget | None = None) -> None:
        # Qt scrolls while the view is built, before anything else of it is there.
        self._ready = False
        super().__init__(parent)
        self.items_scene = scene
        self.navigation = Navigation(self, look.scale)
        self.touched = False
        """Whether a person has moved or edited anything: until then the network fits itself into the window."""
        self.corner = QRect()
        """What lies over the lower right corner, in the viewport."""
        self.taken: Callable[[], int] = lambda: 0
        """How many pixels of its top something else has for a while: what is looked at stays where it is meanwhile."""
        self._taken = 0
        """At the last change of size."""
        self._look = look
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self.viewport().installEventFilter(self)
        self._ready = True

    # --- what others ask of it ---

    def fit(self) -> None:
        """Show the whole network, at most at full size."""
        self.navigation.fit(self.items_scene.content())
        self._keep_clear()
        self.moved()

    def show_beginning(self) -> None:
        """Show the whole network if it can be read at that size, else where it begins: for a layout just opened."""
        self.touched = False
        self.navigation.show_beginning(self.items_scene.content(), self.items_scene.beginning())
        self.moved()

    def _keep_clear(self) -> None:
        """Where all is seen but for a node below what covers the corner, show it all beside or above that."""
        content = self.items_scene.content()
        if self.corner.isEmpty() or content.isEmpty():
            return
        if self.items_scene.nodes_in(self.mapToScene(self.corner).boundingRect()):
            self.navigation.fit(content, self.navigation.room(self.corner, content))

    def zoom_in(self) -> None:
        self._zoom(STEP)

    def zoom_out(self) -> None:
        self._zoom(1 / STEP)

    def zoom_reset(self) -> None:
        """Show everything at its own size."""
        self._zoom(self.navigation.full / self.navigation.scale)

    def follow_text_size(self) -> None:
        """Larger text is a nearer canvas: 100 % is then another scale."""
        self.navigation.set_full(self._look.scale)
        self.moved()

    def centre_on(self, node_id: str) -> None:
        """Bring a node to the middle of the canvas; nothing if there is no such node."""
        if node_id in self.items_scene.nodes:
            self.touched = True
            self.centerOn(self.items_scene.nodes[node_id].rect.center())
            self.moved()

    def ensure_seen(self, node_id: str) -> None:
        """Move the canvas only if a node is not wholly in view."""
        rect = self.items_scene.nodes[node_id].rect
        if not self.mapToScene(self.viewport().rect()).boundingRect().contains(rect):
            self.ensureVisible(rect, 48, 48)
            self.moved()

    def moved(self) -> None:
        """Called after every zoom and pan; the canvas takes along what lies over it."""
        self.navigation.bound(self.items_scene.content())

    def pointer(self, pixel: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        inverse, _ = self.viewportTransform().inverted()
        return Pointer(inverse.map(pixel), pixel.toPoint(), modifiers)

    # --- by hand ---

    def _zoom(self, factor: float) -> None:
        self.zoom_at(QRectF(self.viewport().rect()).center(), factor)

    def zoom_at(self, pixel: QPointF, factor: float) -> None:
        self.touched = True
        self.navigation.zoom_at(pixel, factor)
        self.moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.touched = True
        self.navigation.wheel(event)
        self.moved()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A filter, and not an override of viewportEvent: Qt would call the handlers of mouse and keys from within it,
        # and PySide ends the program where one override fails within another.
        return watched is self.viewport() and self.over_viewport(event)

    def over_viewport(self, event: QEvent) -> bool:
        """Take an event of the viewport that Qt has no handler for; False leaves it to Qt."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
                return False
            self.zoom_at(event.position(), 1 + event.value())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                centre = self.viewport().mapFromGlobal(pinch.centerPoint().toPoint())
                self.zoom_at(QPointF(centre), pinch.scaleFactor())
                return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        rects = list(cast(Iterable[QRect], event.region()))
        if len(rects) <= MOST_EXPOSED:
            # Qt tells an item only the one rectangle around all that is to be painted of it.
            self.items_scene.exposed = [area_of(self.mapToScene(rect).boundingRect()) for rect in rects]
        try:
            super().paintEvent(event)
        finally:
            self.items_scene.exposed = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        taken = self.taken()
        more, self._taken = taken - self._taken, taken
        before = self.viewportTransform().dy()
        super().resizeEvent(event)
        if not self.touched:
            self.show_beginning()
            return
        self.moved()
        if more:
            self.navigation.pan(QPointF(0, before - more - self.viewportTransform().dy()))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self._ready:
            self.scrolled()

    def scrolled(self) -> None:
        """The network lies elsewhere in the window."""

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_grid(painter, QRectF(rect), self._look)
