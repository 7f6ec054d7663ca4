"""What the window says above the canvas, a sentence each: a file could not be read, work can be restored.

A notice asks for nothing: the person reads it, takes one of its offers or closes it, and goes on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.panels.styling import plain
from gui.theme import Theme
from gui.words import Words

ICONS = {"info": ("info", "accent"), "good": ("problem_good", "good"), "warn": ("problem_warning", "warn")}
ICONS["bad"] = ("problem_error", "bad")
ICON = 16
READABLE = 300
"""Pixels that a sentence has beside its offers, its icon and its cross included."""


@dataclass(frozen=True)
class Offer:
    """A button on a notice; pressing it closes the notice."""

    key: str
    act: Callable[[], object] = field(compare=False)


class Notice(QFrame):
    """One sentence with an icon, its offers, and a cross to close it."""

    closed = Signal()

    def __init__(
        self, words: Words, theme: Theme, tone: str, key: str, values: Mapping[str, object], offers: Sequence[Offer]
    ) -> None:
        super().__init__()
        self.key = key
        self._words, self._theme, self._tone, self._values = words, theme, tone, values
        self.setObjectName("notice")
        self.setProperty("card", True)
        self._icon = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.buttons = {offer.key: QPushButton() for offer in offers}
        self.close_button = QToolButton()
        self.close_button.setProperty("kind", "plain")
        self.close_button.clicked.connect(self.closed)
        self._offers = QWidget()
        row = QHBoxLayout(self._offers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for offer in offers:
            self.buttons[offer.key].clicked.connect(lambda _checked=False, chosen=offer: self._take(chosen))
            row.addWidget(self.buttons[offer.key])
        row.addStretch(1)
        self._offers.setVisible(bool(offers))
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 8, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._icon, 0, 0)
        grid.addWidget(self.text, 0, 1)
        grid.addWidget(self._offers, 0, 2)
        grid.addWidget(self.close_button, 0, 3)
        words.changed.connect(self._retell)
        theme.changed.connect(self._recolour)
        self._retell()
        self._recolour()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the sentence would have too little room beside its offers, they stand below it."""
        super().resizeEvent(event)
        below = event.size().width() < self._offers.sizeHint().width() + READABLE
        if below != (self._grid.itemAtPosition(0, 2) is None):
            self._grid.removeWidget(self._offers)
            self._grid.addWidget(self._offers, *((1, 1) if below else (0, 2)))
        self._take_height()

    def _take_height(self) -> None:
        """As high as the words need: it is the canvas that gives way."""
        self.setFixedHeight(self._grid.totalHeightForWidth(self.width()))

    def _take(self, offer: Offer) -> None:
        self.closed.emit()
        offer.act()

    def _retell(self) -> None:
        say = self._words.say
        self.text.setText(plain(say(self.key, **self._values)))
        for key, button in self.buttons.items():
            button.setText(say(key))
        self.close_button.setToolTip(say("window.close_notice"))
        self.close_button.setAccessibleName(say("window.close_notice"))
        self._take_height()

    def _recolour(self) -> None:
        side = self._theme.scaled(ICON)
        self._icon.setFixedSize(side, side)
        self._icon.setPixmap(self._theme.pixmap(ICONS[self._tone][0], side, ICONS[self._tone][1]))
        self.close_button.setIcon(self._theme.icon("close", "text_quiet"))


class NoticeArea(QWidget):
    """The notices that stand now, oldest first. A new one with the same sentence takes the old one's place."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._notices: list[Notice] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 0)
        self._column.setSpacing(8)
        self.hide()

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(self._notices)

    def tell(self, tone: str, key: str, offers: Sequence[Offer] = (), **values: object) -> Notice:
        """Show the sentence of a text key. `tone` is info, good, warn or bad."""
        self.withdraw(key)
        notice = Notice(self._words, self._theme, tone, key, values, offers)
        notice.closed.connect(lambda: self._remove(notice))
        self._notices.append(notice)
        self._column.addWidget(notice)
        self.show()
        return notice

    def withdraw(self, *keys: str) -> None:
        """Take back sentences that no longer hold."""
        for notice in self.notices:
            if notice.key in keys:
                self._remove(notice)

    def _remove(self, notice: Notice) -> None:
        self._notices.remove(notice)
        self._column.removeWidget(notice)
        notice.hide()
        notice.deleteLater()
        self.setVisible(bool(self._notices))
