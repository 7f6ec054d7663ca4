"""A sentence beside the pointer while a drag is on: why a place refuses, or what a name must not be."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLabel

from gui.theme import restyle

if TYPE_CHECKING:
    from gui.theme import Theme

WIDEST = 320
PADDING = 8


class Hint(QLabel):
    """Shows the sentence, and has it as its accessible name."""

    def __init__(self, view: QAbstractScrollArea, theme: Theme) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._theme = theme
        self.setObjectName("canvas_hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setMargin(PADDING)
        self.setProperty("card", True)
        self.hide()

    def say(self, sentence: str, at: QPoint, bad: bool = True) -> None:
        """Show a sentence beside a point of the viewport, inside of it."""
        tone = "bad" if bad else ""
        if sentence != self.accessibleName() or tone != self.property("tone"):
            self.setAccessibleName(sentence)
            self.setProperty("tone", tone)
            restyle(self)
            self.setText(self._with_names(sentence))
            # A rich text is measured without its marks only once it is laid out: the plain one is a little wider.
            self.setFixedWidth(min(WIDEST, self.fontMetrics().horizontalAdvance(sentence) + 2 * PADDING + 4))
            self.setFixedHeight(self.heightForWidth(self.width()))
        area: QRect = self._view.viewport().rect().adjusted(PADDING, PADDING, -PADDING, -PADDING)
        place = QRect(at + QPoint(16, 20), self.size())
        if place.right() > area.right():
            place.moveRight(area.right())
        if place.bottom() > area.bottom():
            place.moveBottom(at.y() - 12)
        self.move(place.topLeft())
        self.show()
        self.raise_()

    def silence(self) -> None:
        self.hide()

    def _with_names(self, sentence: str) -> str:
        """What stands between backticks in the fixed-width font."""
        families = escape(", ".join(f"'{family}'" for family in self._theme.font(mono=True).families()))
        return re.sub("`([^`]+)`", rf'<span style="font-family:{families}">\1</span>', escape(sentence, quote=False))
