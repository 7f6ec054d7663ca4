"""What a scroll area shows: as high as its words need at the width they get."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class ScrollPage(QWidget):
    """Qt would hold the page to the height of its words at their narrowest, and let people scroll into nothing."""

    def minimumSizeHint(self) -> QSize:
        # The scroll area asks for the height at the real width besides, and takes the larger of the two.
        return QSize(super().minimumSizeHint().width(), 0)
