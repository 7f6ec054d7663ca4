"""What lies below the canvas: tabs at the left, how training goes at the right, and the page of the chosen tab.

The training page says itself how training goes, so the strip at the right is there on the other pages.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui.progress_strip import ProgressStrip
from gui.words import Words


class BottomArea(QWidget):
    """Pages by name; the title of a tab is `window.tab_<name>`."""

    def __init__(self, strip: ProgressStrip, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.strip = strip
        self._names: list[str] = []
        self._counts: dict[str, int] = {}
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self._pages = QStackedWidget()
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(strip, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._show)
        words.changed.connect(self._retell)

    def add_page(self, name: str, page: QWidget) -> None:
        self._names.append(name)
        self._pages.addWidget(page)
        self.tabs.addTab(name)
        self._retell()

    def show_page(self, name: str) -> None:
        self.tabs.setCurrentIndex(self._names.index(name))

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return self._names[self.tabs.currentIndex()]

    def set_count(self, name: str, count: int) -> None:
        """Show a number behind a tab's title, none for 0."""
        self._counts[name] = count
        self._retell()

    def _show(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self.strip.setVisible(self._names[index] != "training")

    def _retell(self) -> None:
        for index, name in enumerate(self._names):
            title, count = self._words.say(f"window.tab_{name}"), self._counts.get(name, 0)
            self.tabs.setTabText(index, f"{title}  {count}" if count else title)
