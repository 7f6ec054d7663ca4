"""A link in a note is never followed by itself: a person reads where it leads and chooses to open it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from gui.canvas.paper import may_open
from gui.words import Words

LONGEST = 80
"""Characters of an address that a menu shows: where it begins is what counts."""


def offer_link(parent: QWidget, words: Words, address: str, at: QPoint) -> None:
    menu = QMenu(parent)
    menu.setObjectName("canvas_link")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    add_link(menu, words, address)
    menu.popup(at)


def add_link(menu: QMenu, words: Words, address: str) -> None:
    """Offer to open a link where a browser takes it, and to copy any."""
    shown = (address if len(address) <= LONGEST else f"{address[: LONGEST - 1]}…").replace("&", "&&")
    if may_open(address):
        menu.addAction(words.say("canvas.link_open", address=shown)).triggered.connect(
            lambda: QDesktopServices.openUrl(QUrl(address))
        )
    menu.addAction(words.say("canvas.link_copy", address=shown)).triggered.connect(
        lambda: QGuiApplication.clipboard().setText(address)
    )
