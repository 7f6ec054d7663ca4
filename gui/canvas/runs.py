"""Shapes and arguments in monospace, with narrow signs between the numbers: `N × 32 × 14`, `1→32 · 3×3`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

from gui.canvas.faces import Emphasis
from gui.canvas.look import Look

# Signs are set in the interface font with a little room of their own: in monospace an arrow is tiny, a blank wide.
SIGNS = {" × ": ("×", 3.0), "→": ("→", 1.5), " · ": ("·", 3.5)}
_PIECES = re.compile("(" + "|".join(SIGNS) + ")")


@dataclass(frozen=True)
class Run:
    left: float
    text: str
    font: str
    """Of the look."""
    emphasis: Emphasis


@dataclass(frozen=True)
class Runs:
    """A line of text, measured."""

    runs: tuple[Run, ...] = ()
    width: float = 0.0

    def paint(self, painter: QPainter, left: float, baseline: float, look: Look) -> None:
        colours: dict[Emphasis, QColor] = {"quiet": look.quiet, "plain": look.text, "changed": look.accent}
        for run in self.runs:
            painter.setFont(getattr(look, run.font))
            painter.setPen(colours[run.emphasis])
            painter.drawText(QPointF(left + run.left, baseline), run.text)


def set_line(parts: Iterable[tuple[str, Emphasis]], look: Look, room: float | None = None) -> Runs:
    """Lay out text; what does not fit into `room` gives way to an ellipsis."""
    runs: list[Run] = []
    left = 0.0
    ellipsis = look.text_metrics.horizontalAdvance("…")
    for part, emphasis in parts:
        for piece in filter(None, _PIECES.split(part)):
            text, margin = SIGNS.get(piece, (piece, 0.0))
            font = "text_font" if piece in SIGNS else "strong_font" if emphasis == "changed" else "mono_font"
            metrics = {
                "text_font": look.text_metrics,
                "strong_font": look.strong_metrics,
                "mono_font": look.mono_metrics,
            }
            width = metrics[font].horizontalAdvance(text)
            if room is not None and left + margin + width > room:
                while runs and left + ellipsis > room:
                    left = runs.pop().left
                runs.append(Run(left, "…", "text_font", "quiet"))
                return Runs(tuple(runs), left + ellipsis)
            runs.append(Run(left + margin, text, font, "quiet" if piece in SIGNS else emphasis))
            left += 2 * margin + width
    return Runs(tuple(runs), left)
