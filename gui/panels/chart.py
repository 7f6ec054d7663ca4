"""One chart that a person zooms, moves and reads. What the curves mean, the plots panel knows.

The wheel zooms around the pointer, a drag moves, a double click shows everything again; the arrow keys read from point
to point. As long as nobody has zoomed, the view follows the curves as they grow.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.panels.chart_drawing import DrawnChart
from gui.panels.chart_lines import neighbour
from gui.theme import Theme

ZOOM_STEP = 1.25
"""Of a key."""


class Chart(DrawnChart):
    following_changed = Signal(bool)
    """Whether the view follows the curves, or a person has zoomed or moved it."""
    moved = Signal(float, float)
    """A person moved or zoomed the view: its x range."""
    pointed = Signal(object)
    """The x under the pointer or the reading key, or None."""
    menu_wanted = Signal(object)
    """The global position at which a menu is asked for."""

    def __init__(
        self, theme: Theme, show: Callable[[float], str], suffix: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, show, suffix, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Before the range changes: a view that follows would at once go back.
        self._view.taken.connect(self._let_go)
        self._view.sigRangeChangedManually.connect(lambda *_: self.moved.emit(*self.x_range))

    def reset(self) -> None:
        """Show everything, and follow from now on."""
        was = self._following
        self.follow()
        if not was:
            self.following_changed.emit(True)

    def show_x(self, low: float, high: float) -> None:
        """Show this x range, as a person did in a chart beside this one."""
        self._let_go()
        self._view.setXRange(low, high, padding=0)

    def _let_go(self) -> None:
        """From now on a person decides what is seen."""
        if self._following:
            self._following = False
            self.following_changed.emit(False)

    def _move_to(self, low: float, high: float) -> None:
        """As the mouse does it."""
        self.show_x(low, high)
        self.moved.emit(*self.x_range)

    def _point_at_pixel(self, place: QPointF) -> None:
        inside = self.plot_rect().adjusted(-4, 0, 4, 0).contains(place)
        self._read_at(float(self._view.mapSceneToView(place).x()) if inside else None)

    def _read_at(self, x: float | None) -> None:
        if x is not None or self._reading_x is not None:
            self.point_at(x)
            self.pointed.emit(x)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point_at_pixel(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._read_at(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # A click shows where one is by itself.
        self._frame.focused = event.reason() != Qt.FocusReason.MouseFocusReason
        self._frame.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._frame.focused = False
        self._frame.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(
                1 if key == Qt.Key.Key_Right else -1, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            )
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_Home):
            self.reset()
        elif key == Qt.Key.Key_Escape and self._reading_x is not None:
            self._read_at(None)
        else:
            event.ignore()

    def zoom(self, factor: float) -> None:
        """Zoom x in (above 1) or out around what is read, else around the middle."""
        left, right = self.x_range
        centre = self._reading_x if self._reading_x is not None else (left + right) / 2
        self._move_to(centre - (centre - left) / factor, centre + (right - centre) / factor)

    def _step(self, direction: int, fine: bool) -> None:
        """Read the next point: of the coarsest curve (epochs), or of the finest (steps)."""
        x = neighbour(self._lines, self._reading_x, direction, fine)
        if x is None:
            return
        left, right = self.x_range
        if not left <= x <= right:
            # Keep the reading in sight.
            self._move_to(x - (right - left) / 2, x + (right - left) / 2)
        self._read_at(x)
        reading = self._marks.reading
        if reading is not None:
            spoken = ", ".join(f"{name} {number}" for _, _, name, number in reading.rows)
            self.setAccessibleDescription(f"{reading.heading}: {spoken}")
