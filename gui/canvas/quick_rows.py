"""How a choice of the quick list looks: icon, name or the call that it makes, and a quiet line about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.theme import Theme
from gui.theme.lines import draw_line

if TYPE_CHECKING:
    from gui.canvas.quick_choices import Choice

ROW = 40
ICON = 16
GAP = 10
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class QuickRows(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._theme.scaled(ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._theme
        choice: Choice = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selection"))
            painter.drawRoundedRect(QRectF(row).adjusted(0, 0.5, 0, -0.5), 6, 6)
        icon = theme.scaled(ICON)
        room = row.adjusted(GAP, theme.scaled(3), -GAP, -theme.scaled(3))
        if choice.icon:
            pixmap = theme.pixmap(choice.icon, icon, choice.tint)
            painter.setOpacity(0.5 if choice.aside else 1)
            painter.drawPixmap(room.left(), row.top() + (row.height() - icon) // 2, pixmap)
            painter.setOpacity(1)
        room.setLeft(room.left() + icon + GAP)
        if choice.aside:
            painter.setFont(theme.font(11))
            painter.setPen(theme.colour("text_quiet"))
            width = QFontMetrics(painter.font()).horizontalAdvance(choice.aside)
            right = QRect(room.right() - width, room.top(), width + 1, room.height() // 2)
            painter.drawText(right, RIGHT, choice.aside)
            upper = room.adjusted(0, 0, -width - GAP, 0)
        else:
            upper = QRect(room)
        if choice.detail:
            upper.setHeight(room.height() // 2)
        painter.setPen(theme.colour("text_quiet" if choice.aside else "text"))
        painter.setFont(theme.font(12, mono=True) if choice.code else theme.font(13, weight=500))
        draw_line(painter, upper, choice.code or choice.title)
        if choice.detail:
            painter.setFont(theme.font(11))
            painter.setPen(theme.colour("text_quiet"))
            draw_line(painter, room.adjusted(0, room.height() // 2, 0, 0), choice.detail)
        painter.restore()
