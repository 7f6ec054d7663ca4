"""The canvas with what lies over it: notices at the top, the find bar, and the map and the zoom in the corner."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.breadcrumb import Breadcrumb
from gui.canvas.find_bar import FindBar
from gui.canvas.minimap import Minimap
from gui.canvas.view import CanvasView
from gui.notice import NoticeArea
from gui.theme import Theme
from gui.words import Words

MARGIN = 12
GAP = 8


class ZoomBar(QFrame):
    """Out, the percentage (a click goes to 100 %), in, fit. Lies over the lower right corner of the canvas."""

    def __init__(self, canvas: CanvasView, words: Words, theme: Theme, minimap: Minimap) -> None:
        super().__init__(canvas)
        self._canvas, self._words, self._theme, self._minimap = canvas, words, theme, minimap
        self.setProperty("card", True)
        self._buttons = {name: QToolButton() for name in ("zoom_out", "zoom_reset", "zoom_in", "fit")}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for name, button in self._buttons.items():
            button.setObjectName(f"corner_{name}")
            button.setProperty("kind", "plain")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            # Of fixed heights Qt would take the least for all, and words are a little higher than icons.
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
            button.clicked.connect(getattr(canvas, name))
            row.addWidget(button)
        self.percentage = self._buttons["zoom_reset"]
        canvas.installEventFilter(self)
        canvas.zoomed.connect(self._show)
        words.changed.connect(self._retell)
        theme.changed.connect(self._recolour)
        self._retell()
        self._recolour()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        # Its buttons want another size: other words, or larger ones.
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def _show(self) -> None:
        self.percentage.setText(f"{round(100 * self._canvas.transform().m11() / self._canvas.navigation.full)} %")

    def _place(self) -> None:
        self.adjustSize()
        self.move(self._canvas.width() - self.width() - MARGIN, self._canvas.height() - self.height() - MARGIN)
        self._canvas.corner = self.geometry()
        # The map stands on it, the right sides in line.
        self._minimap.stand_at(QPoint(self.geometry().right() + 1, self.y() - GAP))

    def _retell(self) -> None:
        for name, button in self._buttons.items():
            button.setToolTip(self._words.say(f"action.{name}"))
            button.setAccessibleName(self._words.say(f"action.{name}"))

    def _recolour(self) -> None:
        self.percentage.setMinimumWidth(self._theme.scaled(60))
        for name in ("zoom_out", "zoom_in", "fit"):
            icon = {"zoom_out": "minus", "zoom_in": "plus"}.get(name, name)
            self._buttons[name].setIcon(self._theme.icon(icon))
        self._place()


class CanvasArea(QWidget):
    """Notices above the canvas take room from it; what is looked at stays where it is on the screen meanwhile."""

    def __init__(self, canvas: CanvasView, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.notices = NoticeArea(words, theme)
        self.minimap = Minimap(canvas, words, theme)
        self.zoom = ZoomBar(canvas, words, theme, self.minimap)
        self.find_bar = FindBar(canvas, words, theme)
        self.breadcrumb = Breadcrumb(canvas.document, words, theme)
        self.breadcrumb.left.connect(canvas.setFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.breadcrumb)
        # In a small window the sentences above it need what room there is.
        canvas.setMinimumHeight(24)
        column.addWidget(canvas, 1)
        self._canvas = canvas
        canvas.taken = self._taken

    def _taken(self) -> int:
        """What notices take of the canvas' room, as far as that is known when it gets another size."""
        return self._canvas.y() - (0 if self.breadcrumb.isHidden() else self.breadcrumb.height())

    def show_minimap(self, shown: bool) -> None:
        """Whether a small map is there while not everything is in view."""
        self.minimap.set_wanted(shown)
