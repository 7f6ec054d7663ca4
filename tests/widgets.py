"""The whole program's widgets as a screen reader and an eye find them: who takes the keyboard, and whose words fit."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTabBar, QToolButton, QWidget

OWN = ("qt_", "ScrollLeftButton", "ScrollRightButton")
"""What Qt calls its own."""


def inside(top: QWidget) -> Iterator[QWidget]:
    yield top
    yield from top.findChildren(QWidget)


def private(widget: QWidget) -> bool:
    """Whether it is a part of another one of Qt's, which speaks for it: the list of a combo box, the arrows of
    a tab bar."""
    parent: QWidget | None = widget
    while parent is not None:
        if parent.metaObject().className().startswith("QComboBoxPrivate") or parent.objectName().startswith(OWN):
            return True
        parent = parent.parentWidget()
    return False


def takes_keys(widget: QWidget) -> bool:
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None and not private(widget)


def name_of(widget: QWidget) -> str:
    """What a screen reader says: the accessible name, the text of a button, or the label whose buddy it is."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return "" if interface is None else interface.text(QAccessible.Text.Name).strip()


def path_of(widget: QWidget) -> str:
    """Where a widget is, to be read in a failure."""
    parts: list[str] = []
    at: QWidget | None = widget
    while at is not None:
        parts.append(at.objectName() or type(at).__name__)
        at = at.parentWidget()
    return " < ".join(parts)


def cut(widget: QWidget) -> bool:
    """Whether a person reads less of a widget's words than there are."""
    if isinstance(widget, QLabel):
        if (widget.pixmap() is not None and not widget.pixmap().isNull()) or not widget.text():
            return False
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) > widget.height() + 1
        return widget.sizeHint().width() > widget.width() + 1 or widget.sizeHint().height() > widget.height() + 1
    if isinstance(widget, QAbstractButton):
        shown = not isinstance(widget, QToolButton) or (
            widget.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly or widget.icon().isNull()
        )
        hint = widget.sizeHint()
        return bool(shown and widget.text()) and (
            hint.width() > widget.width() + 1 or hint.height() > widget.height() + 1
        )
    if isinstance(widget, QTabBar):
        return any(widget.tabSizeHint(at).width() > widget.tabRect(at).width() + 1 for at in range(widget.count()))
    if isinstance(widget, QComboBox):
        return _line_height(widget) > widget.height()
    if isinstance(widget, QLineEdit):
        return _line_height(widget) > widget.height()
    return False


def _line_height(widget: QWidget) -> int:
    return QFontMetrics(widget.font()).height()
