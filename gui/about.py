"""What the Help menu shows: the program and its versions, first steps, the folder of data sets."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from core.datasets import data_folder

if TYPE_CHECKING:
    from gui.main_window import MainWindow

WIDTH = 480
STEPS = ("layer", "wire", "shape", "train", "look", "save")
"""The keys of the first steps, in order."""


def show_about(window: MainWindow) -> QDialog:
    """The program's name, what it is, its licence, and the versions to name in a report."""
    say = window.words.say
    dialog, column = _dialog(window, "dialog.about_title")
    picture = QLabel()
    picture.setPixmap(window.theme.pixmap("layerloom", 64))
    name = QLabel(f"LayerLoom {version('layerloom')}")
    name.setProperty("heading", True)
    what = QLabel(say("dialog.about_text"))
    what.setWordWrap(True)
    words = QVBoxLayout()
    words.addWidget(name)
    words.addWidget(what)
    words.addStretch(1)
    head = QHBoxLayout()
    head.setSpacing(16)
    head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    head.addLayout(words, 1)
    versions = QLabel(
        f"PyTorch {version('torch')} · Qt {qVersion()} · PySide {version('PySide6-Essentials')}"
        f" · Python {platform.python_version()}"
    )
    versions.setProperty("quiet", True)
    versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    licence = QLabel(say("dialog.licence"))
    licence.setProperty("quiet", True)
    licence.setWordWrap(True)
    column.insertLayout(0, head)
    column.insertWidget(1, versions)
    column.insertWidget(2, licence)
    return _shown(dialog)


def show_first_steps(window: MainWindow) -> QDialog:
    """Six sentences to begin with. The window beside it can be used meanwhile."""
    say = window.words.say
    dialog, column = _dialog(window, "dialog.steps_title")
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(1, 1)
    for row, step in enumerate(STEPS):
        number = QLabel(str(row + 1))
        number.setProperty("heading", True)
        number.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        text = QLabel(say(f"dialog.step_{step}"))
        text.setWordWrap(True)
        grid.addWidget(number, row, 0)
        grid.addWidget(text, row, 1)
    column.insertLayout(0, grid)
    return _shown(dialog)


def open_data_folder(window: MainWindow) -> None:
    """Show the folder of data sets in the system's file browser; it is made if it is not there yet."""
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shown = QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
    except OSError:
        shown = False
    if not shown:
        window.notices.tell("info", "window.data_folder", folder=str(folder))


def version(distribution: str) -> str:
    """The installed version, without importing what it belongs to; `?` if it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "?"


def _dialog(window: MainWindow, title: str) -> tuple[QDialog, QVBoxLayout]:
    """A window of its own beside the main window, with a button that closes it below whatever is inserted."""
    dialog = QDialog(window)
    dialog.setWindowTitle(window.words.say(title))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFixedWidth(window.theme.scaled(WIDTH))
    column = QVBoxLayout(dialog)
    column.setContentsMargins(24, 24, 24, 16)
    column.setSpacing(16)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setText(window.words.say("dialog.close"))
    buttons.rejected.connect(dialog.close)
    column.addWidget(buttons)
    return dialog, column


def _shown(dialog: QDialog) -> QDialog:
    """As high as its words are at its width, which is known once the style sheet has given them their sizes."""
    dialog.show()
    layout = dialog.layout()
    assert layout is not None
    dialog.setFixedHeight(layout.heightForWidth(dialog.width()))
    return dialog
