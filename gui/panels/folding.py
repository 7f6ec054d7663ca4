"""A part of a form that is folded away behind its title until somebody wants it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.theme import Theme


class FoldingSection(QWidget):
    """A title with a chevron, and below it `column` while it is open. It stays as it was left for the next node."""

    folded = Signal()
    """It was opened or closed."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = QToolButton(self)
        self.title.setObjectName(name)
        self.title.setProperty("kind", "link")
        self.title.setProperty("flush", True)
        self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.title.setCheckable(True)
        self.title.setCursor(Qt.CursorShape.PointingHandCursor)
        self.body = QWidget(self)
        self.body.hide()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.head = head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addWidget(self.body)
        self.title.toggled.connect(self._fold)
        self.recolour()

    @property
    def open(self) -> bool:
        return self.title.isChecked()

    def recolour(self) -> None:
        self.title.setIcon(self._theme.icon("chevron_down" if self.open else "chevron_right", "accent"))

    def _fold(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self.recolour()
        self.folded.emit()
