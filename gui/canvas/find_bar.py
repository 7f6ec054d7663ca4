"""Finding a node, a frame or a note: what fits stands out while one types, Enter goes from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton

from gui.canvas.navigation import COMFORTABLE, READABLE
from gui.finding import Finder, Hit, nodes_of
from gui.theme import Theme
from gui.words import Words

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

WIDTH = 360
"""Pixels, where the canvas has so many."""
MARGIN = 12
SETTLED = 120
"""Milliseconds without another edit after which is looked anew: a network that is dragged need not be."""


class FindBar(QFrame):
    """Lies over the upper right corner of the canvas while something is looked for."""

    def __init__(self, canvas: CanvasView, words: Words, theme: Theme) -> None:
        super().__init__(canvas)
        self._canvas, self._words, self._theme = canvas, words, theme
        self._document = canvas.document
        self._finder: Finder | None = None
        self._hits: list[Hit] = []
        self._at: int | None = None
        """Which of them was gone to."""
        self._best = 0
        self.setObjectName("find_bar")
        self.setProperty("card", True)
        self._icon = QLabel()
        self.field = QLineEdit()
        self.field.setObjectName("find_field")
        self.field.setClearButtonEnabled(False)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._search)
        self.count = QLabel()
        self.count.setObjectName("find_count")
        self.count.setProperty("quiet", True)
        self.count.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(4)
        row.addWidget(self._icon)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for name, act in (("find_previous", self.previous), ("find_next", self.next), ("find_close", self.leave)):
            button = QToolButton()
            button.setObjectName(name)
            button.setProperty("kind", "plain")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(act)
            row.addWidget(button)
            self._buttons[name] = button
        self.setFocusProxy(self.field)
        self._timer = QTimer(self, singleShot=True, interval=SETTLED)
        self._timer.timeout.connect(self._look_again)
        canvas.installEventFilter(self)
        self._document.changed.connect(self._grow_stale)
        words.changed.connect(self._retell)
        theme.changed.connect(self._recolour)
        self.hide()
        self._retell()
        self._recolour()

    @property
    def hits(self) -> list[Hit]:
        return list(self._hits)

    def open(self) -> None:
        """Show it, with what was looked for last ready to be written over."""
        self._finder = None
        self.show()
        self.raise_()
        self._place()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._search()

    def leave(self) -> None:
        """Go back to the canvas, which shows everything alike again."""
        self._timer.stop()
        self._finder = None
        self._canvas.items_scene.show_only(None)
        # Before it hides: Qt would pass the focus on as Tab does.
        self._canvas.setFocus()
        self.hide()

    def next(self) -> None:
        """Go to what fits best, and from then on to the next."""
        self._go(self._best if self._at is None else self._at + 1)

    def previous(self) -> None:
        self._go(self._best if self._at is None else self._at - 1)

    def begin_again(self) -> None:
        """Another document is looked at: nothing in it was gone to."""
        self._timer.stop()
        self._finder = None
        self._search()

    # --- looking ---

    def _search(self) -> None:
        """The letters are others."""
        self._at = None
        self._find()

    def _grow_stale(self) -> None:
        if self.isVisible():
            self._timer.start()

    def _look_again(self) -> None:
        """The network is another: what was gone to stays that, if it is still there."""
        at = self._hits[self._at] if self._at is not None else None
        self._finder = None
        self._find()
        self._at = self._hits.index(at) if at in self._hits else None
        self._count()

    def _find(self) -> None:
        if not self.isVisible():
            return
        if self._finder is None:
            self._finder = Finder(self._document, self._words)
        query = self.field.text()
        self._hits, self._best = self._finder.found(query)
        here = nodes_of(self._hits, self._document.scope)
        self._canvas.items_scene.show_only(here if query.strip() else None)
        self._count()

    def _count(self) -> None:
        total, say = len(self._hits), self._words.say
        if not self.field.text().strip():
            text = ""
        elif not total:
            text = say("canvas.find_none")
        elif self._at is None:
            text = say("canvas.find_found", count=total)
        else:
            text = say("canvas.find_at", at=self._at + 1, count=total)
        self.count.setText(text)
        self.count.setFixedWidth(self.count.sizeHint().width())
        self.field.setAccessibleDescription(text)
        for name in ("find_previous", "find_next"):
            self._buttons[name].setEnabled(total > 0)

    # --- going there ---

    def _go(self, index: int) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._look_again()
        if not self._hits:
            return
        self._at = index % len(self._hits)
        hit = self._hits[self._at]
        if hit.scope != self._document.scope:
            self._document.look_at(hit.scope)
            self._timer.stop()
            self._canvas.items_scene.show_only(nodes_of(self._hits, hit.scope))
        self._choose(hit)
        self._count()

    def _choose(self, hit: Hit) -> None:
        canvas, annotations = self._canvas, self._canvas.annotations
        if hit.kind == "node":
            if hit.name not in canvas.items_scene.nodes:
                return
            canvas.select_nothing()
            self._document.select([hit.name])
            rect = canvas.node_rect(hit.name)
        else:
            key = (hit.kind, hit.name)
            if not annotations.items.shows(key):
                return
            annotations.select({key})
            rect = annotations.items.rect(key)
        self._bring(rect)

    def _bring(self, rect: QRectF) -> None:
        """Into the middle, and near enough to be read."""
        canvas, navigation = self._canvas, self._canvas.navigation
        canvas.touched = True
        if navigation.scale < READABLE * navigation.full:
            navigation.zoom(COMFORTABLE * navigation.full / navigation.scale)
        canvas.centerOn(rect.center())
        canvas.moved()

    # --- keys, place, words ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas:
            if event.type() == QEvent.Type.Resize:
                self._place()
            return False
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            (self.previous if back else self.next)()
        elif key == Qt.Key.Key_Down:
            self.next()
        elif key == Qt.Key.Key_Up:
            self.previous()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _place(self) -> None:
        width = min(self._theme.scaled(WIDTH), self._canvas.width() - 2 * MARGIN)
        self.setFixedWidth(max(width, 160))
        self.adjustSize()
        self.move(self._canvas.width() - self.width() - MARGIN, MARGIN)

    def _retell(self) -> None:
        say = self._words.say
        self.field.setPlaceholderText(say("canvas.find_hint"))
        self.field.setAccessibleName(say("action.find"))
        self.setAccessibleName(say("action.find"))
        for name, button in self._buttons.items():
            button.setToolTip(say(f"canvas.{name}"))
            button.setAccessibleName(say(f"canvas.{name}"))
        # Problems are found by their words, and those are others now.
        self._look_again()

    def _recolour(self) -> None:
        self._icon.setPixmap(self._theme.pixmap("search", self._theme.scaled(16), "text_quiet"))
        icons = {"find_previous": "chevron_up", "find_next": "chevron_down", "find_close": "close"}
        for name, icon in icons.items():
            self._buttons[name].setIcon(self._theme.icon(icon, "text_quiet"))
        self._count()
        self._place()
