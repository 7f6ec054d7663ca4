"""The main window as a person has it: with settings of its own, used by mouse and keyboard, closed at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.layout import Layout
from core.storage import load
from gui.document import Document
from gui.examples import LAYOUTS
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

StandardButton = QMessageBox.StandardButton


def open_window(
    qtbot: QtBot, folder: Path, layout: Layout | None = None, *, language: str = "en", shown: bool = True
) -> MainWindow:
    """A window with a layout (the digits network if None) and its settings and copies in `folder`. No torch yet."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme("light")
    theme.apply(application)
    document = Document(load(LAYOUTS / "digits_mlp.json") if layout is None else layout)
    settings = Settings(folder / "settings.ini")
    window = MainWindow(document, TrainingSession(), Words(language), theme, settings)
    qtbot.addWidget(window, before_close_func=_settle)
    if shown:
        with qtbot.waitExposed(window):
            window.show()
    return window


def _settle(window: QWidget) -> None:
    """Leave no question to be answered when the test is over."""
    assert isinstance(window, MainWindow)
    for tab in window.files.tabs:
        window.files.tabs.show(tab)
        window.document.open(Layout(), None)


def trigger(window: MainWindow, name: str) -> None:
    """Choose a command in the menu."""
    action = window.commands[name]
    assert action.isEnabled(), f"{name} cannot be used now"
    action.trigger()


def texts(actions: list[QAction]) -> list[str]:
    return [action.text() for action in actions if action.isVisible() and not action.isSeparator()]


def when_asked(*answers: Callable[[QDialog], None]) -> QTimer:
    """Answer the next dialogs that stop everything else, as soon as they are there. Keep what is returned until then.

    It is active until the last is answered.
    """
    timer = QTimer(interval=5)
    waiting = list(answers)

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            answer = waiting.pop(0)
            if not waiting:
                timer.stop()
            try:
                answer(dialog)
            except BaseException:
                # Nobody else will close it, and the test would wait for ever.
                dialog.reject()
                raise

    timer.timeout.connect(look)
    timer.start()
    return timer


def press(button: StandardButton) -> Callable[[QDialog], None]:
    """Press a button of a question."""

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, QMessageBox), f"asked with {dialog}"
        dialog.button(button).click()

    return answer


def choose(path: Path) -> Callable[[QDialog], None]:
    """Choose a path in a file dialog and accept it."""

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog), f"asked with {dialog}"
        dialog.selectFile(str(path))
        accept = next(b for b in dialog.findChildren(QPushButton) if b.isDefault() or b.text() in ("&Save", "&Open"))
        accept.click()

    return answer


def notices(window: MainWindow) -> list[str]:
    """What is said above the canvas."""
    return [notice.text.text() for notice in window.notices.notices]
