"""Where a person looks, while that is inside a block: a quiet line above the canvas, each step on the way a button.

digits  ›  stage2 Stage  ›  first ResidualBlock        Edits count at all 3 uses
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from core.scopes import Scope
from gui.document import Document
from gui.panels.flow_layout import FlowLayout
from gui.panels.styling import label
from gui.sheets import name_of
from gui.theme import Theme
from gui.words import Words

CHEVRON = 12
MARGIN = 8


class Breadcrumb(QWidget):
    left = Signal()
    """A step was pressed: the keyboard goes back to the canvas."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._shown: tuple[tuple[str, ...], str] | None = None
        self.crumbs: list[Crumb] = []
        self.setObjectName("breadcrumb")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = FlowLayout(self, spacing=2)
        self._flow.setContentsMargins(MARGIN, 4, MARGIN, 4)
        self.note = label(self, voice="quiet", wrap=True)
        self.note.setObjectName("breadcrumb-note")
        self.note.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        # It has the size that `_fit` gives it.
        self.note.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        document.changed.connect(self._refresh)
        document.scope_changed.connect(self._refresh)
        document.file_changed.connect(self._refresh)
        words.changed.connect(self._refresh)
        theme.changed.connect(self._redraw)
        self._refresh()

    def _redraw(self) -> None:
        self._shown = None
        self._refresh()

    def _refresh(self) -> None:
        scope = self._document.scope
        self.setVisible(bool(scope))
        if not scope:
            return
        self.setAccessibleName(self._words.say("canvas.way"))
        steps = tuple(self._text(scope[:depth]) for depth in range(len(scope) + 1))
        note = self._uses()
        if (steps, note) == self._shown:
            return
        self._shown = (steps, note)
        self._fill(scope, steps, note)
        self._fit()

    def _fill(self, scope: Scope, steps: tuple[str, ...], note: str) -> None:
        for crumb in self.crumbs:
            # The one that was pressed is still at work: it goes when that is over.
            crumb.hide()
            crumb.deleteLater()
        while self._flow.takeAt(0) is not None:
            pass
        self.crumbs = []
        for depth, text in enumerate(steps):
            crumb = Crumb(text, first=depth == 0, last=depth == len(scope), theme=self._theme, parent=self)
            crumb.button.setToolTip(self._words.say("canvas.way_here" if depth == len(scope) else "canvas.way_to"))
            crumb.button.clicked.connect(lambda _checked=False, place=scope[:depth]: self._go(place))
            self._flow.addWidget(crumb)
            crumb.show()
            self.crumbs.append(crumb)
        self.note.setText(note)
        self._flow.addWidget(self.note)

    def _text(self, scope: Scope) -> str:
        """What a step is called: the file, or the use and its block, once where both are called alike."""
        if not scope:
            return name_of(self._document.sheet, self._words)
        use, block = scope[-1], self._document.block_at(scope)
        return use if use == block else f"{use}  {block}"

    def _uses(self) -> str:
        count = self._document.uses
        return self._words.say("canvas.way_uses" if count > 1 else "canvas.way_one_use", count=count)

    def _go(self, scope: Scope) -> None:
        if scope == self._document.scope:
            self._document.select(())
        else:
            inner = self._document.scope
            self._document.look_at(scope)
            # As when one leaves step by step: the block that one comes out of is selected.
            self._document.select([inner[len(scope)]])
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Nothing is wider than the line: a long name is shortened in its middle, the note takes several lines."""
        room = self.width() - 2 * MARGIN
        for crumb in self.crumbs:
            crumb.fit(room)
        metrics = self.note.fontMetrics()
        width = min(metrics.horizontalAdvance(self.note.text()) + 2 * MARGIN, max(room, 64))
        height = max(self.note.heightForWidth(width), self.crumbs[-1].sizeHint().height() if self.crumbs else 0)
        self.note.setContentsMargins(MARGIN, 0, 0, 0)
        self.note.setFixedSize(width, height)
        self.updateGeometry()


class Crumb(QWidget):
    """One step on the way, behind a chevron."""

    def __init__(self, text: str, first: bool, last: bool, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        self.button = QToolButton(self)
        self.button.setObjectName("breadcrumb-step")
        self.button.setProperty("kind", "plain")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setFont(theme.font(13, weight=600 if last else 400))
        self.button.setAccessibleName(text)
        self._chevron = QLabel(self)
        self._chevron.setVisible(not first)
        self._chevron.setPixmap(theme.pixmap("chevron_right", theme.scaled(CHEVRON), "text_quiet"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._chevron)
        row.addWidget(self.button)
        self.button.setText(text)

    @property
    def text(self) -> str:
        return self._text

    def fit(self, room: int) -> None:
        """Take no more than `room` pixels."""
        self.button.setText(self._text)
        beyond = self.sizeHint().width() - room
        if beyond > 0:
            metrics = self.button.fontMetrics()
            wanted = metrics.horizontalAdvance(self._text) - beyond
            self.button.setText(metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, max(wanted, 24)))
