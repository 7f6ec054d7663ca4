"""A read-only page of Python with line numbers and colours. New text keeps the place that is being read."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.panels.highlighter import PythonHighlighter
from gui.theme import Theme

PADDING = 12


class CodeView(QPlainTextEdit):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._numbers = LineNumbers(self)
        self._highlighter = PythonHighlighter(self.document(), theme)
        self.setObjectName("code-view")
        self.setReadOnly(True)
        # Read-only, but a cursor lets the keyboard select.
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setProperty("kind", "page")
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scrolled)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_code(self, code: str) -> None:
        # The line behind the last line break is no line of code.
        code = code.rstrip("\n")
        if code == self.toPlainText():
            return
        bars = (self.verticalScrollBar(), self.horizontalScrollBar())
        places = [bar.value() for bar in bars]
        self.setPlainText(code)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        area = self.contentsRect()
        self._numbers.setGeometry(QRect(area.left(), area.top(), self.numbers_width(), area.height()))

    def numbers_width(self) -> int:
        digits = max(2, len(str(self.blockCount())))
        return 2 * PADDING + digits * QFontMetrics(self.font()).horizontalAdvance("0")

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Called by the strip at the left, which has the same height."""
        painter = QPainter(self._numbers)
        painter.setFont(self.font())
        painter.setPen(self._theme.colour("text_quiet"))
        block = self.firstVisibleBlock()
        height = QFontMetrics(self.font()).height()
        while block.isValid():
            top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
            if top > event.rect().bottom():
                break
            box = QRect(0, top, self._numbers.width() - PADDING, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            block = block.next()
        painter.end()

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)

    def _scrolled(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def _recolour(self) -> None:
        self.setFont(self._theme.font(13, mono=True))
        self._make_room()
        self._numbers.update()


class LineNumbers(QWidget):
    """The strip at the left of a code view."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        return QSize(self._view.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_numbers(event)
