"""Shapes and arguments in monospace, with narrow signs between the numbers: `N × 32 × 14`, `1→32 · 3×3`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

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
        for run in self.runs:
            painter.setFont(look.fonts[run.font])
            painter.setPen(look.tones[run.emphasis])
            painter.drawText(QPointF(left + run.left, baseline), run.text)


def set_line(parts: Iterable[tuple[str, Emphasis]], look: Look, room: float | None = None) -> Runs:
    """Lay out text; what does not fit into `room` gives way to an ellipsis."""
    runs: list[Run] = []
    left = 0.0
    ellipsis = look.advance("…", "text_font")
    for text, font, margin, width, emphasis in _pieces(parts, look):
        if room is not None and left + margin + width > room:
            while runs and left + ellipsis > room:
                left = runs.pop().left
            runs.append(Run(left, "…", "text_font", "quiet"))
            return Runs(tuple(runs), left + ellipsis)
        runs.append(Run(left + margin, text, font, emphasis))
        left += 2 * margin + width
    return Runs(tuple(runs), left)


def line_width(parts: Iterable[tuple[str, Emphasis]], look: Look) -> float:
    """How wide the text is, all of it."""
    return sum(2 * margin + width for _, _, margin, width, _ in _pieces(parts, look))


def _pieces(parts: Iterable[tuple[str, Emphasis]], look: Look) -> Iterator[tuple[str, str, float, float, Emphasis]]:
    """The text cut at its signs: each piece with its font, the room on both sides of it, and its width."""
    for part, emphasis in parts:
        for piece in _PIECES.split(part):
            if not piece:
                continue
            if piece in SIGNS:
                sign, margin = SIGNS[piece]
                yield sign, "text_font", margin, look.advance(sign, "text_font"), "quiet"
            else:
                font = "strong_font" if emphasis == "changed" else "mono_font"
                yield piece, font, 0.0, look.advance(piece, font), emphasis
