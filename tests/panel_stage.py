"""A panel in a window of its own, over a real document: what the panels' tests begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.layout import Layout
from core.shapes import infer
from gui.document import Document
from gui.theme import Theme
from gui.words import Words


@dataclass
class Stage:
    document: Document
    words: Words
    theme: Theme
    window: QWidget
    panel: Any
    qtbot: QtBot

    def type(self, widget: QWidget, text: str) -> None:
        """Click into a field, replace what stands there, and do not yet press Enter."""
        self.click(widget)
        self.qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClick(widget, Qt.Key.Key_Delete)
        self.qtbot.keyClicks(widget, text)

    def enter(self, widget: QWidget, text: str) -> None:
        self.type(widget, text)
        self.press(widget, Qt.Key.Key_Return)

    def press(
        self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.qtbot.keyClick(widget, key, modifier)

    def click(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def staged(
    qtbot: QtBot,
    make: Callable[[Document, Words, Theme], QWidget],
    layout: Layout,
    *,
    language: str = "en",
    ready: bool = True,
    size: tuple[int, int] = (320, 700),
) -> Stage:
    """The panel that `make` builds, shown in a focused window; shapes are known where `ready`."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme("light")
    theme.apply(application)
    document, words = Document(layout), Words(language)
    if ready:
        document.set_inference(infer)
    window = QWidget()
    panel = make(document, words, theme)
    panel.setParent(window)
    window.resize(*size)
    panel.resize(*size)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return Stage(document, words, theme, window, panel, qtbot)
