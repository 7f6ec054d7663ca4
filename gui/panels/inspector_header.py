"""The top of the inspector: the name, edited in place and refused there in words, and what kind of thing it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.panels.commit_line import CommitLine
from gui.panels.styling import label, set_property
from gui.theme import Theme

ICON = 16


class InspectorHeader(QWidget):
    """An icon, a name, a kind in the fixed-width font, and a line about it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._enter: Callable[[str], str | None] = lambda name: None
        self._icon = QLabel(self)
        self.name = CommitLine(self)
        self.name.setObjectName("inspector-name")
        self.name.setProperty("kind", "heading")
        self._refusal = label(self, voice="small", wrap=True)
        self._refusal.setProperty("tone", "bad")
        self._refusal.setObjectName("inspector-refusal")
        self._kind = label(self, voice="mono")
        self._about = label(self, voice="quiet", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._icon, 0, 0)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self._refusal, 1, 0, 1, 2)
        grid.addWidget(self._kind, 2, 0, 1, 2)
        grid.addWidget(self._about, 3, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self.name.entered.connect(self._read)
        self.name.taken_back.connect(lambda: self._refuse(None))
        self._refuse(None)

    def on_entered(self, enter: Callable[[str], str | None]) -> None:
        """What to do with an entered name: it gives the sentence why not, or None when it is done."""
        self._enter = enter

    def show_name(self, name: str, placeholder: str, described: str) -> None:
        if name != self.name.document_text:
            self._refuse(None)
        self.name.show_text(name)
        self.name.setPlaceholderText(placeholder)
        self.name.setAccessibleName(described)
        self.name.setToolTip(described)

    def show_kind(self, icon: str, token: str, kind: str, about: str) -> None:
        side = self._theme.scaled(ICON)
        self._icon.setFixedSize(side, side)
        self._icon.setPixmap(self._theme.pixmap(icon, side, token))
        self._kind.setText(kind)
        self._kind.setVisible(bool(kind))
        self._about.setText(about)
        self._about.setVisible(bool(about))

    def drop(self) -> None:
        """Take back what was typed and refused: another name is to be shown."""
        self.name.take_back()
        self._refuse(None)

    def _read(self, text: str) -> None:
        refusal = self._enter(text)
        self._refuse(refusal)
        if refusal is None:
            self.name.take_back()

    def _refuse(self, sentence: str | None) -> None:
        set_property(self.name, "wrong", sentence is not None)
        self._refusal.setText(sentence or "")
        self._refusal.setVisible(sentence is not None)
        self.name.setAccessibleDescription(sentence or "")
