"""The learning rate over the run to come, as a small quiet curve: what a scheduler and a warm-up will do.

It is computed with torch's own schedulers, a moment after the last edit and only while it is seen. The first optimizer
of a process imports half of torch, which a thread of its own does, so that the window never stands still for it.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.training.config import TrainingConfig
from gui.panels.ticks import short
from gui.theme import Theme
from gui.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

DELAY = 150
"""Milliseconds after an edit."""
LOOK = 100
"""Milliseconds between two looks whether torch is ready for it."""
MOST_EPOCHS = 5_000
"""Torch's schedulers walk through each epoch: of more it would be felt."""
POINTS = 400
HEIGHT = 64
MARGIN = 4
LATE = "torch._dynamo"
"""What the first optimizer imports."""


class RateCurve(QWidget):
    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._asked: tuple[TrainingConfig, int] | None = None
        self._shown: tuple[TrainingConfig, int] | None = None
        self._rates: NDArray | None = None
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._compute)
        self.setObjectName("rate-curve")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._resize)

    @property
    def rates(self) -> NDArray | None:
        """What is drawn, from the first step to the last; None while nothing is."""
        return self._rates

    @property
    def waiting(self) -> bool:
        """Whether it is about to be drawn anew, if somebody sees it."""
        return self._timer.isActive()

    def show_run(self, training: TrainingConfig | None, steps_per_epoch: int) -> None:
        """The run to be drawn; None where it cannot be: a value is refused, or torch is not here yet."""
        drawn = training is not None and training.epochs <= MOST_EPOCHS
        asked = (training, max(steps_per_epoch, 1)) if training is not None and drawn else None
        if asked == self._asked:
            return
        self._asked = asked
        self._timer.start(DELAY)

    def sizeHint(self) -> QSize:
        return QSize(160, self._theme.scaled(HEIGHT))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._asked != self._shown:
            self._timer.start(0)

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()

    def _compute(self) -> None:
        if not self.isVisible() or self._asked == self._shown:
            return
        if self._asked is not None and not self._torch_is_warm():
            self._timer.start(LOOK)
            return
        self._shown, self._rates = self._asked, None
        if self._asked is not None:
            from core.training.schedule import rates

            training, steps = self._asked
            try:
                _, self._rates = rates(training, steps, POINTS)
            # Torch refuses it; the field that is wrong says so.
            except (ValueError, TypeError, ZeroDivisionError):
                self._rates = None
        self._tell()
        self.update()

    def _torch_is_warm(self) -> bool:
        """Whether an optimizer can be made at once."""
        if self._thread is not None and self._thread.is_alive():
            return False
        if LATE in sys.modules or self._thread is not None:
            return True
        # No daemon: cut off inside an import, it would take the process with it.
        self._thread = threading.Thread(target=_warm_up, name="import optimizers", daemon=False)
        self._thread.start()
        return False

    def _tell(self) -> None:
        text = ""
        if self._rates is not None and self._shown is not None:
            first, top, last = float(self._rates[0]), float(self._rates.max()), float(self._rates[-1])
            epochs = self._shown[0].epochs
            values = {"first": short(first), "top": short(top), "last": short(last), "epochs": epochs}
            text = self._words.say("training.curve_help", **values)
        self.setAccessibleName(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        rates = self._rates
        if rates is None or self._shown is None or not len(rates):
            return
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(11, mono=True))
        words = painter.fontMetrics()
        area = QRectF(self.rect()).adjusted(1, MARGIN, -1, -MARGIN - words.height())
        top, low = float(rates.max()), float(rates.min())
        span = top - low or 1.0
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        scale = area.width() / max(len(rates) - 1, 1)
        height = area.height() - 2
        flat = top == low
        points = [
            QPointF(area.left() + place * scale, area.top() + 1 + (0.5 if flat else (top - value) / span) * height)
            for place, value in enumerate(rates.tolist())
        ]
        painter.setPen(QPen(theme.colour("accent"), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(points if len(points) > 1 else [points[0], area.topRight()]))
        painter.setPen(theme.colour("text_quiet"))
        below = QRectF(area.left(), area.bottom() + 2, area.width(), words.height())
        span_text = short(low) if flat else f"{short(low)} … {short(top)}"
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, span_text)
        epochs = self._words.say("training.curve_epochs", epochs=self._shown[0].epochs)
        painter.setFont(theme.font(11))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, epochs)
        painter.end()


def _warm_up() -> None:
    import torch

    torch.optim.SGD([torch.zeros(1, requires_grad=True)])
