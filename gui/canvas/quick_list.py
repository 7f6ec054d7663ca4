"""A search field with a list of choices below it, at a point of the canvas: the quick add and the connecting ask here.

Arrows choose, Enter takes, Esc or a press elsewhere closes. Nothing needs the mouse, and a click takes too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from gui.canvas.quick_choices import Choice, Choices
from gui.canvas.quick_rows import GAP, QuickRows
from gui.focus import lent
from gui.theme import Theme

WIDTH = 440
ROWS = 8
"""Choices that are seen at once."""
SHADOW = 10
"""Pixels around the card, into which its shadow falls."""
INSIDE = 8
"""Between the card and the canvas' edge, at least."""


Find: TypeAlias = Callable[[str], Sequence[Choice]]


class Field(QLineEdit):
    """The search field. It keeps all plain keys to itself: no shortcut of the window is meant while it is open."""

    left = Signal()
    """The keyboard went elsewhere."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if not event.modifiers() & plain:
                event.accept()
                return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab and Shift+Tab go through the choices."""
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not lent(event):
            self.left.emit()


class QuickList(QFrame):
    """Lies over the canvas while it is open. What is taken goes to the `taken` that it was opened with."""

    closed = Signal()

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._ground, self._theme = parent, theme
        self._find: Find = lambda _text: ()
        self._taken: Callable[[object], None] = lambda _key: None
        self._at = QPoint()
        self._none: Callable[[str], str] = lambda text: text
        self.setObjectName("quick_list")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)
        self.field = Field(self)
        self.field.setObjectName("quick_field")
        self.field.setFrame(False)
        self._magnifier = QAction(self)
        self.field.addAction(self._magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self.caption = QLabel(self)
        self.caption.setObjectName("quick_caption")
        self.caption.setProperty("quiet", True)
        self.caption.setWordWrap(True)
        self.caption.setContentsMargins(GAP, 0, GAP, 6)
        self.nothing = QLabel(self)
        self.nothing.setProperty("quiet", True)
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(GAP, 4, GAP, 8)
        self.choices = Choices(self)
        self.list = QListView(self)
        self.list.setObjectName("quick_choices")
        self.list.setModel(self.choices)
        self.list.setItemDelegate(QuickRows(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        column = self._column = QVBoxLayout(self)
        edge = SHADOW + 6
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(0)
        for widget in (self.field, self.caption, self.list, self.nothing):
            column.addWidget(widget)
        self.field.textChanged.connect(self._search)
        self.field.left.connect(self.close)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.selectionModel().currentChanged.connect(self._read_out)
        self.hide()

    def open(
        self,
        at: QPoint,
        find: Find,
        taken: Callable[[object], None],
        *,
        caption: str = "",
        hint: str = "",
        none: Callable[[str], str] = lambda text: text,
        name: str = "",
        text: str = "",
    ) -> None:
        """Show the choices at a point of the canvas, with a text to begin with. `none` says that there are none."""
        self._find, self._taken, self._none, self._at = find, taken, none, at
        self._magnifier.setIcon(self._theme.icon("search", "text_quiet"))
        # The card is its frame: a field in a frame in a card would be one line too many.
        self.field.setStyleSheet(
            f"QLineEdit {{ background: transparent; border: 0; padding: 4px; font-size: {self._theme.scaled(14)}px; }}"
        )
        self.list.setStyleSheet("QListView { background: transparent; border: 0; }")
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(name)
        self.list.setAccessibleName(name)
        self.field.blockSignals(True)
        self.field.setText(text)
        self.field.blockSignals(False)
        self._search()
        self.show()
        self.raise_()

    def refresh(self, caption: str) -> None:
        """Search once more for what is typed: something else is known now."""
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
        self._search()

    def close(self) -> bool:
        """Put it away; True if it was open."""
        if not self.isVisible():
            return False
        had_focus = self.field.hasFocus()
        if had_focus:
            # Before it hides: Qt would pass the focus on as Tab does.
            self.field.blockSignals(True)
            self._ground.setFocus()
            self.field.blockSignals(False)
        self.hide()
        self.closed.emit()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field that mean the list."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        steps = {
            Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_PageDown: ROWS - 1, Qt.Key.Key_PageUp: 1 - ROWS,
        }  # fmt: skip
        if key in steps:
            self._step(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the field has no use for ends here: below lies the canvas, which gives the field what it gets."""
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self.rect().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        shade = QColor(0, 0, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        dark = self._theme.name == "dark"
        for grown in range(SHADOW, 0, -2):
            shade.setAlphaF((0.05 if dark else 0.02) * (1 - grown / (SHADOW + 2)) + 0.008)
            painter.setBrush(shade)
            painter.drawRoundedRect(card.adjusted(-grown, 2 - grown, grown, grown), 10 + grown, 10 + grown)
        painter.setPen(self._theme.colour("line"))
        painter.setBrush(self._theme.colour("raised"))
        painter.drawRoundedRect(card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)

    # --- the choices ---

    def _search(self) -> None:
        self.choices.show(self._find(self.field.text()))
        found = self.choices.rowCount()
        self.list.setCurrentIndex(self.choices.index(0, 0))
        self.list.scrollToTop()
        self.list.setVisible(found > 0)
        self.nothing.setVisible(found == 0)
        self.nothing.setText(self._none(self.field.text().strip()))
        self._place()

    def _read_out(self) -> None:
        """The keyboard stays in the field: what is chosen below is said there."""
        index = self.list.currentIndex()
        spoken = (index.data(), index.data(Qt.ItemDataRole.AccessibleDescriptionRole)) if index.isValid() else ()
        self.field.setAccessibleDescription(". ".join(filter(None, spoken)))

    def _step(self, by: int) -> None:
        count, at = self.choices.rowCount(), self.list.currentIndex().row()
        if count:
            # A single step goes round, a page stops at the end.
            row = (at + by) % count if abs(by) == 1 else min(max(at + by, 0), count - 1)
            self.list.setCurrentIndex(self.choices.index(row, 0))

    def _take(self, row: int) -> None:
        if 0 <= row < self.choices.rowCount():
            key, taken = self.choices.choices[row].key, self._taken
            self.close()
            taken(key)

    def _place(self) -> None:
        """At the point it was opened for, but wholly within the canvas."""
        rows = min(ROWS, self.choices.rowCount())
        row = self.list.sizeHintForRow(0) if rows else 0
        ground = self._ground.rect().adjusted(INSIDE - SHADOW, INSIDE - SHADOW, SHADOW - INSIDE, SHADOW - INSIDE)
        width = min(self._theme.scaled(WIDTH), ground.width() - 2 * SHADOW) + 2 * SHADOW
        self.list.setFixedHeight(rows * row)
        self.setFixedWidth(width)
        self._column.activate()
        height = self._column.totalHeightForWidth(width)
        if height < 0:
            height = self._column.totalSizeHint().height()
        spare = height - ground.height()
        if spare > 0 and rows:
            self.list.setFixedHeight(max(row, rows * row - spare))
            height -= spare
        place = QRect(self._at - QPoint(SHADOW + 20, SHADOW + 12), self.size())
        place.setHeight(height)
        if place.right() > ground.right():
            place.moveRight(ground.right())
        # Its largest height counts, so that it does not jump while the choices become fewer.
        if place.bottom() > ground.bottom():
            place.moveBottom(ground.bottom())
        place.moveLeft(max(place.left(), ground.left()))
        place.moveTop(max(place.top(), ground.top()))
        self.setFixedHeight(height)
        self.move(place.topLeft())
