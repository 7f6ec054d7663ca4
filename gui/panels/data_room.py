"""How the data page is divided: what the data are at the left, to be scrolled, and a view of them beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.panels.scroll_page import ScrollPage


def arrange(panel: QWidget, side: QWidget, views: QWidget, pages: QWidget) -> QScrollArea:
    """Lay them out in the panel. The scroll area of the side, whose width is the panel's to set."""
    body = ScrollPage()
    inner = QVBoxLayout(body)
    inner.setContentsMargins(0, 0, 0, 0)
    inner.addWidget(side)
    scroll = QScrollArea(panel)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(body)
    rule = QFrame(panel)
    rule.setProperty("rule", "vertical")
    take_the_rest(pages)
    head = QHBoxLayout()
    head.setContentsMargins(8, 6, 8, 4)
    head.addWidget(views)
    head.addStretch(1)
    right = QVBoxLayout()
    right.setContentsMargins(0, 0, 0, 0)
    right.setSpacing(2)
    right.addLayout(head)
    right.addWidget(pages, 1)
    row = QHBoxLayout(panel)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(scroll)
    row.addWidget(rule)
    row.addLayout(right, 1)
    return scroll


def take_the_rest(*below: QWidget) -> None:
    """Let them take the height that the row above them leaves: where that is less than they would like to have, a
    layout would take from the row as well, and cut its words."""
    for widget in below:
        policy = widget.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Ignored)
        widget.setSizePolicy(policy)
