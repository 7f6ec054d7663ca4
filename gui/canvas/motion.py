"""Nodes glide to where an edit put them, so that a person can follow which one went where.

The edit is made before that, so whatever happens meanwhile happens to the layout as it is: the next key, click or edit
puts every node in its place at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QVariantAnimation

from core.layout import Position
from core.placement import places

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView
    from gui.theme import Theme

GLIDE_MS = 150
MOST_GLIDING = 500
"""Nodes. To move more of them in every frame would stutter, and nobody could follow."""
ENDING = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.NativeGesture,
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
    }
)
"""What a person does next, for which everything must be where it is."""


class Motion(QObject):
    def __init__(self, view: CanvasView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self._from: dict[str, Position] = {}
        self._glide = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._show)
        self._glide.finished.connect(self.finish)
        view.document.changed.connect(self._forget)
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)

    @property
    def gliding(self) -> bool:
        return bool(self._from)

    def glide_from(self, before: Mapping[str, Position]) -> None:
        """Show the nodes on their way from where they stood to where the layout says."""
        stands = places(self._view.document.layout)
        self._from = {key: at for key, at in before.items() if key in stands and stands[key] != at}
        if self._theme.reduced_motion or not 0 < len(self._from) <= MOST_GLIDING or not self._view.isVisible():
            self._from = {}
            return
        self._view.items_scene.preview(self._from)
        self._glide.start()

    def finish(self) -> None:
        """Put every node in its place at once."""
        if self._from:
            document = self._view.document
            self._forget()
            self._view.items_scene.show_layout(document.layout, document.inference)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._from and event.type() in ENDING:
            self.finish()
        return False

    def _show(self, share: float) -> None:
        stands = places(self._view.document.layout)
        self._view.items_scene.preview(
            {
                key: (x + (stands[key][0] - x) * share, y + (stands[key][1] - y) * share)
                for key, (x, y) in self._from.items()
            }
        )

    def _forget(self) -> None:
        """Nothing is on its way any more; the canvas shows the layout already, or is about to."""
        self._from = {}
        self._glide.stop()
