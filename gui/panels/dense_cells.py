"""Cells and a header for tables of many short numbers: less air than the style sheet gives the other tables."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.theme import Theme

PADDING = 5
EDGE = 12
"""Before the first column, where the panel's other lines begin."""


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
        _write(painter, option.rect, index.column(), str(index.data()), index.data(Qt.ItemDataRole.TextAlignmentRole))
        painter.restore()


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
        _write(painter, rect, section, str(model.headerData(section, across)), alignment)
        painter.restore()


def _write(painter: QPainter, rect: QRect, column: int, text: str, alignment: Qt.AlignmentFlag) -> None:
    inner = rect.adjusted(EDGE if column == 0 else PADDING, 0, -PADDING, 0)
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, inner.width() + 1)
    painter.drawText(inner, alignment, shown)
