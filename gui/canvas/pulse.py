"""The thin line on each node that learns, which breathes while training is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.canvas.scene import CanvasScene

if TYPE_CHECKING:
    from gui.theme import Theme

PULSE_MS = 700
"""Half a beat. Slow, so that drawing it costs the training nothing."""


class Pulse(QObject):
    def __init__(self, scene: CanvasScene, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scene, self._theme = scene, theme
        self._bright = True
        self._timer = QTimer(self, interval=PULSE_MS)
        self._timer.timeout.connect(self._beat)

    def set_on(self, training: bool) -> None:
        self._bright = True
        if training:
            self._timer.start()
        else:
            self._timer.stop()
        self.show()

    def show(self) -> None:
        """Tell the nodes; after any of them came."""
        self._scene.show_training(self._timer.isActive(), self._bright)

    def _beat(self) -> None:
        # With reduced motion it stands there and does not breathe.
        self._bright = self._theme.reduced_motion or not self._bright
        self.show()
