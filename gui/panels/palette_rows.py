"""How the palette's rows look, and the small node that hangs on the pointer while a layer is dragged."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.panels.palette_model import RECENT, Role
from gui.theme import Theme
from gui.theme.icons import layer_icon
from gui.theme.lines import draw_line

ROW_HEIGHT = 28
SECTION_HEIGHT = 32
CHEVRON = 12
DOT = 8
ICON = 16
SMALL_ICON = 14
MARGIN = 8
ROOM_FOR_DESCRIPTION = 400
"""Pixels of row width from which the one-line description stands beside the name."""


class PaletteRows(QStyledItemDelegate):
    """A section: chevron, icon, title, count. A layer: the dot or icon of its category, name, and what it does."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        is_section = index.data(Role.LAYER) is None
        return QSize(0, self._theme.scaled(SECTION_HEIGHT if is_section else ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect.adjusted(4, 0, -4, 0)
        self._paint_background(painter, option, row)
        if index.data(Role.LAYER) is None:
            is_open = bool(option.state & QStyle.StateFlag.State_Open)
            self._paint_section(painter, row, index, is_open)
        else:
            self._paint_layer(painter, row, index)
        painter.restore()

    def _paint_background(self, painter: QPainter, option: QStyleOptionViewItem, row: QRect) -> None:
        state = option.state
        shape = QRectF(row).adjusted(0.5, 1.5, -0.5, -1.5)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(self._theme.colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self._theme.colour("hover"))
        else:
            return
        focused = state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QPen(self._theme.colour("focus"), 1) if focused else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(shape, 6, 6)

    def _paint_section(
        self, painter: QPainter, row: QRect, index: QModelIndex | QPersistentModelIndex, is_open: bool
    ) -> None:
        theme, category = self._theme, index.data(Role.CATEGORY)
        chevron, icon = theme.scaled(CHEVRON), theme.scaled(ICON)
        x = row.left() + 4
        name = "chevron_down" if is_open else "chevron_right"
        painter.drawPixmap(x, _centred(row, chevron), theme.pixmap(name, chevron, "text_quiet"))
        x += chevron + 4
        token = "accent" if category in (None, RECENT) else f"category.{category}"
        painter.drawPixmap(x, _centred(row, icon), theme.pixmap(category_icon(category), icon, token))
        x += icon + MARGIN
        count = str(index.model().rowCount(index))
        painter.setFont(theme.font(11))
        painter.setPen(theme.colour("text_quiet"))
        count_width = QFontMetrics(painter.font()).horizontalAdvance(count)
        painter.drawText(row.adjusted(0, 0, -MARGIN, 0), _RIGHT, count)
        painter.setFont(theme.font(13, weight=600))
        painter.setPen(theme.colour("text"))
        room = QRect(x, row.top(), row.right() - MARGIN * 2 - count_width - x, row.height())
        draw_line(painter, room, index.data())

    def _paint_layer(self, painter: QPainter, row: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        theme, category = self._theme, index.data(Role.CATEGORY)
        dot, icon, small = (theme.scaled(side) for side in (DOT, ICON, SMALL_ICON))
        # Below a section the sign stands under the section's icon; a match has nothing above it.
        x = row.left() + (4 + theme.scaled(CHEVRON) + 4 if index.parent().isValid() else MARGIN - 4)
        middle = x + icon // 2
        if index.parent().isValid() and index.parent().data(Role.CATEGORY) == category:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(f"category.{category}"))
            painter.drawRoundedRect(QRect(middle - dot // 2, _centred(row, dot), dot, dot), 2, 2)
        else:
            # Among layers of other categories the hue alone would not tell.
            sign = theme.pixmap(layer_icon(index.data(Role.LAYER), category), small, f"category.{category}")
            painter.drawPixmap(middle - small // 2, _centred(row, small), sign)
        x += icon + MARGIN
        painter.setFont(theme.font(13))
        painter.setPen(theme.colour("text"))
        room = QRect(x, row.top(), row.right() - MARGIN - x, row.height())
        used = draw_line(painter, room, index.data())
        if row.width() >= theme.scaled(ROOM_FOR_DESCRIPTION):
            painter.setFont(theme.font(11))
            painter.setPen(theme.colour("text_quiet"))
            draw_line(painter, room.adjusted(used + 12, 0, 0, 0), index.data(Role.DESCRIPTION))


def category_icon(category: str | None) -> str:
    """The name of a category's icon; of the essentials' for None."""
    return {None: "essentials", RECENT: RECENT}.get(category, f"category_{category}")


def node_pixmap(layer: str, category: str, theme: Theme, ratio: float) -> QPixmap:
    """A small node named after a layer, as it will stand on the canvas; `ratio` is the screen's pixels per unit."""
    font = theme.font(13, weight=600)
    width = max(120, 38 + QFontMetrics(font).horizontalAdvance(layer) + 12)
    size = QSize(width, theme.scaled(40))
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    body = QRectF(2, 2, width - 4, size.height() - 4)
    outline = QPainterPath()
    outline.addRoundedRect(body, 8, 8)
    painter.setOpacity(0.94)
    painter.fillPath(outline, theme.colour("raised"))
    painter.setClipPath(outline)
    painter.fillRect(QRectF(body.left(), body.top(), 4, body.height()), theme.colour(f"category.{category}"))
    painter.setClipping(False)
    painter.setPen(QPen(theme.colour("accent"), 1.5))
    painter.drawPath(outline)
    icon = theme.pixmap(layer_icon(layer, category), ICON, f"category.{category}")
    painter.drawPixmap(QPointF(14, (size.height() - ICON) / 2), icon)
    painter.setFont(font)
    painter.setPen(theme.colour("text"))
    painter.drawText(QRectF(38, 0, width - 42, size.height()), Qt.AlignmentFlag.AlignVCenter, layer)
    painter.end()
    return pixmap


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _centred(row: QRect, height: int) -> int:
    return row.top() + (row.height() - height) // 2
