"""A choice by name, with a line about each name in the list: what the person does not know yet, it explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.panels.field_editors import CalmComboBox
from gui.theme import Theme

ROW = 44
PADDING = 8
WIDEST = 480
NOTE_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Option:
    name: str
    """What is chosen."""
    text: str
    """What stands for it."""
    note: str = ""
    """The line below it."""
    possible: bool = True


class DescribedBox(CalmComboBox):
    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._options: tuple[Option, ...] = ()
        self.setItemDelegate(_Rows(theme, self))
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def show_options(self, options: Sequence[Option], current: str) -> None:
        """Offer these; a current name that is none of them is shown all the same, so that it can be corrected."""
        shown = tuple(options)
        if current not in [option.name for option in shown]:
            shown = (*shown, Option(current, current))
        if shown != self._options:
            self._options = shown
            self._fill()
        self.setCurrentIndex(next(i for i, option in enumerate(shown) if option.name == current))
        self.setToolTip(shown[self.currentIndex()].note)

    def showPopup(self) -> None:
        small, plain = QFontMetrics(self._theme.font(11)), QFontMetrics(self._theme.font(13))
        widths = [max(small.horizontalAdvance(one.note), plain.horizontalAdvance(one.text)) for one in self._options]
        self.view().setMinimumWidth(min(max(widths, default=0) + 2 * PADDING + 32, self._theme.scaled(WIDEST)))
        super().showPopup()

    def _fill(self) -> None:
        self.clear()
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for option in self._options:
            item = QStandardItem(option.text)
            item.setData(option.name, Qt.ItemDataRole.UserRole)
            item.setData(option.note, NOTE_ROLE)
            item.setData(option.note, Qt.ItemDataRole.AccessibleDescriptionRole)
            item.setToolTip(option.note)
            item.setEnabled(option.possible)
            model.appendRow(item)


class _Rows(QStyledItemDelegate):
    """A name, and below it its line in quiet text."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._theme.scaled(ROW if index.data(NOTE_ROLE) else 28))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, rect = self._theme, option.rect.adjusted(PADDING, 0, -PADDING, 0)
        possible = bool(option.state & QStyle.StateFlag.State_Enabled)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if possible and option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selection"))
            painter.drawRoundedRect(option.rect, 4, 4)
        note = index.data(NOTE_ROLE)
        painter.setFont(theme.font(13))
        painter.setPen(theme.colour("text" if possible else "text_disabled"))
        middle = Qt.AlignmentFlag.AlignVCenter
        if not note:
            painter.drawText(rect, middle, index.data())
        else:
            upper = QRect(rect.left(), rect.top() + theme.scaled(4), rect.width(), theme.scaled(20))
            lower = QRect(rect.left(), rect.top() + theme.scaled(23), rect.width(), theme.scaled(17))
            painter.drawText(upper, middle, index.data())
            painter.setFont(theme.font(11))
            # Why a choice is missing must be read, so it is not paler than the others' lines.
            painter.setPen(theme.colour("text_quiet"))
            metrics = QFontMetrics(painter.font())
            painter.drawText(lower, middle, metrics.elidedText(note, Qt.TextElideMode.ElideRight, lower.width()))
        painter.restore()
