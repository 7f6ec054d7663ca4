"""Cells and a header for tables of many short numbers: less air than the style sheet gives the other tables."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from gui.theme import Theme

PADDING = 5
KEPT = 2
"""Characters at the beginning of a text that is cut."""
EDGE = 12
"""Before the first column and behind the last, where the panel's other lines begin and end."""


class DenseCells(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, 0)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self._theme.colour("selection"))
        if index.column() == 0 and option.state & QStyle.StateFlag.State_HasFocus:
            # The row that the keys move, for those who see no other sign of it.
            painter.fillRect(
                QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), self._theme.colour("focus")
            )
        painter.setFont(index.data(Qt.ItemDataRole.FontRole))
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(colour if colour is not None else self._theme.colour("text"))
        inner = _inner(option.rect, index.column(), self._last(index.column()))
        _write(painter, inner, str(index.data()), index.data(Qt.ItemDataRole.TextAlignmentRole))
        painter.restore()

    def _last(self, column: int) -> bool:
        table = self.parent()
        return isinstance(table, QTableView) and is_last(table.horizontalHeader(), column)


class DenseHeader(QHeaderView):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setSectionsClickable(False)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        painter.fillRect(rect, self._theme.colour("panel"))
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(self._theme.font(11))
        painter.setPen(self._theme.colour("text_quiet"))
        model, across = self.model(), Qt.Orientation.Horizontal
        alignment = model.headerData(section, across, Qt.ItemDataRole.TextAlignmentRole)
        inner = _inner(rect, section, is_last(self, section))
        _write(painter, inner, str(model.headerData(section, across)), alignment)
        painter.restore()


def is_last(header: QHeaderView, column: int) -> bool:
    """Whether no column is shown behind this one."""
    return all(header.isSectionHidden(behind) for behind in range(column + 1, header.count()))


def _inner(rect: QRect, column: int, last: bool) -> QRect:
    return rect.adjusted(EDGE if column == 0 else PADDING, 0, -EDGE if last else -PADDING, 0)


def _write(painter: QPainter, inner: QRect, text: str, alignment: Qt.AlignmentFlag) -> None:
    painter.drawText(inner, alignment, shortened(text, QFontMetrics(painter.font()), inner.width() + 1))


def shortened(text: str, metrics: QFontMetrics, width: int) -> str:
    """The text cut behind its beginning: `0.layer.conv1.weight` has what tells it from others at both ends."""
    if metrics.horizontalAdvance(text) <= width:
        return text
    head, tail = text[:KEPT], text[KEPT:]
    return head + metrics.elidedText(tail, Qt.TextElideMode.ElideLeft, width - metrics.horizontalAdvance(head))
