"""The row of tabs above the canvas, there while more than one document is open.

Click looks at one, middle click or its cross closes it, dragging puts it elsewhere. A dot in place of the cross marks
unsaved work, a sign in front a file that others changed.
"""

from __future__ import annotations

from collections import Counter
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QIcon, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QToolButton, QWidget

from gui.sheets import name_of
from gui.tabs import Tab, Tabs
from gui.theme import Theme
from gui.words import Words

DOT = 3.5
"""Radius of the mark of unsaved work, in pixels."""
LEAST_WIDTH = 120
"""Pixels of a tab with a longer name in a full row."""


class TabBar(QTabBar):
    close_wanted = Signal(object)
    """A tab is to be closed: the `Tab`."""

    def __init__(self, tabs: Tabs, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs, self._words, self._theme = tabs, words, theme
        self._shown: list[Tab] = []
        """The tabs in the order of the row."""
        self._training: Tab | None = None
        self._pressed = -1
        self.setObjectName("document_tabs")
        self.setProperty("kind", "documents")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMovable(True)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        # A long row of tabs scrolls; it must not make the window wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.currentChanged.connect(self._choose)
        self.tabMoved.connect(self._move)
        tabs.changed.connect(self._follow)
        words.changed.connect(self._retell)
        theme.changed.connect(self._recolour)
        self._retell()
        self._recolour()

    def set_training(self, tab: Tab | None) -> None:
        """The tab whose network is being trained now."""
        if tab is not self._training:
            self._training = tab
            self._follow()

    def tab_close_button(self, index: int) -> CloseButton:
        button = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
        assert isinstance(button, CloseButton)
        return button

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Names are shortened as far as they can still be told apart; then the row scrolls."""
        whole = self.tabSizeHint(index)
        return QSize(min(whole.width(), self._theme.scaled(LEAST_WIDTH)), whole.height())

    # --- what a person does ---

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._shown):
            self._tabs.show(self._shown[index])

    def _move(self, start: int, end: int) -> None:
        self._shown.insert(end, self._shown.pop(start))
        self._tabs.move(start, end)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pressed = self.tabAt(event.position().toPoint())
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            pressed, self._pressed = self._pressed, -1
            if 0 <= pressed == self.tabAt(event.position().toPoint()):
                self.close_wanted.emit(self._shown[pressed])
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    # --- keeping up ---

    def _follow(self) -> None:
        """Take the tabs as they are. Most of the time only one of them has changed, or none of what is shown."""
        tabs = list(self._tabs)
        if tabs != self._shown:
            self._rebuild(tabs)
        names = Counter(name_of(self._tabs.sheet(tab), self._words) for tab in tabs)
        for index, tab in enumerate(tabs):
            self._dress(index, tab, names)
        self._look_at(tabs.index(self._tabs.current))
        self.setVisible(len(tabs) > 1)

    def _rebuild(self, tabs: list[Tab]) -> None:
        self.blockSignals(True)
        while self.count():
            self.removeTab(0)
        for tab in tabs:
            index = self.addTab("")
            button = CloseButton(self._theme, self)
            button.clicked.connect(partial(self.close_wanted.emit, tab))
            self.setTabButton(index, QTabBar.ButtonPosition.RightSide, button)
        self._shown = tabs
        self.blockSignals(False)

    def _look_at(self, index: int) -> None:
        if self.currentIndex() != index:
            self.blockSignals(True)
            self.setCurrentIndex(index)
            self.blockSignals(False)

    def _dress(self, index: int, tab: Tab, names: Counter[str]) -> None:
        say, sheet = self._words.say, self._tabs.sheet(tab)
        name, path = name_of(sheet, self._words), sheet.path
        # Two files of one name are told apart by their folders.
        text = f"{name} — {path.parent.name}" if path is not None and names[name] > 1 else name
        text = text.replace("&", "&&")
        if self.tabText(index) != text:
            self.setTabText(index, text)
        state = tab.disk.state if tab.disk is not None else "same"
        notes = [str(path) if path is not None else name]
        notes += [say("window.tab_unsaved")] if sheet.dirty else []
        notes += [say(f"window.tab_{state}")] if state != "same" else []
        notes += [say("window.tab_trains")] if tab is self._training else []
        tip = "\n".join(notes)
        if self.tabToolTip(index) != tip:
            self.setTabToolTip(index, tip)
            self.setAccessibleTabName(index, ", ".join([name, *notes[1:]]))
            sign = ("problem_warning", "warn") if state != "same" else ("play", "good")
            worn = state != "same" or tab is self._training
            self.setTabIcon(index, self._theme.icon(*sign) if worn else QIcon())
        button = self.tab_close_button(index)
        button.set_unsaved(sheet.dirty)
        button.setToolTip(say("action.close_tab"))
        button.setAccessibleName(say("window.close_tab_named", name=name))

    def _retell(self) -> None:
        self.setAccessibleName(self._words.say("window.documents"))
        self._undress()

    def _recolour(self) -> None:
        side = self._theme.scaled(16)
        self.setIconSize(QSize(side, side))
        self._undress()

    def _undress(self) -> None:
        """Words or colours are others: dress every tab anew."""
        for index in range(self.count()):
            self.setTabToolTip(index, "")
        self._follow()


class CloseButton(QToolButton):
    """A cross; while the pointer is elsewhere, a dot if there is unsaved work."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._unsaved = False
        self.setProperty("kind", "small")
        # The keyboard closes a tab by the command.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        theme.changed.connect(self._recolour)
        self._recolour()

    @property
    def unsaved(self) -> bool:
        return self._unsaved

    def set_unsaved(self, unsaved: bool) -> None:
        if unsaved != self._unsaved:
            self._unsaved = unsaved
            self.update()

    def _recolour(self) -> None:
        side = self._theme.scaled(20)
        self.setFixedSize(side, side)
        self.setIcon(self._theme.icon("close", "text_quiet"))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._unsaved or self.underMouse():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("text_quiet"))
        radius = self._theme.scale * DOT
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), radius, radius)
        painter.end()
