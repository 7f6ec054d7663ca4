"""The window around the desk: its menus and tool bar, what their commands do, the title, files dropped, and the end."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow

from core.datasets.facts import NO_DATA
from core.graph import arranged
from core.layout import with_positions
from core.training.devices import Device
from gui.actions import Actions
from gui.canvas.view import CanvasView
from gui.desk import Desk
from gui.document import Document
from gui.file_manager import FileManager, file_name
from gui.menus import Menus, ToolBar
from gui.notice import NoticeArea, Offer
from gui.qt_words import QtWords
from gui.recovery import Leftover, Recovery, leftovers
from gui.settings import Settings
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words, system_language

SMALLEST = QSize(960, 600)
USUAL = QSize(1440, 900)


class MainWindow(QMainWindow):
    painted = Signal()
    """The window has been seen for the first time. What takes long begins now."""

    document: Document
    session: TrainingSession
    words: Words
    theme: Theme
    settings: Settings
    desk: Desk
    canvas: CanvasView
    notices: NoticeArea
    files: FileManager

    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, settings: Settings
    ) -> None:
        super().__init__()
        self.document, self.session, self.words, self.theme, self.settings = document, session, words, theme, settings
        self._was_painted = False
        self._session_state: tuple[object, ...] = ()
        self._devices: tuple[Device, ...] = ()
        self.setObjectName("main_window")
        self.setWindowIcon(theme.icon("layerloom"))
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)

        self.desk = Desk(document, session, words, theme)
        self.canvas, self.notices = self.desk.canvas, self.desk.notices
        QtWords(words, self)
        self.files = FileManager(document, settings, words, self.notices, self)
        self.recovery = Recovery(document, settings.folder / "recovery", self)
        self.commands = Actions(self)
        self._menus = Menus(self, self.commands)
        self.tool_bar = ToolBar(self, self.commands)
        self.addToolBar(self.tool_bar)
        self.setCentralWidget(self.desk)
        self._connect()
        self._restore_shape()
        self._retell()
        self.canvas.setFocus()

    def _connect(self) -> None:
        self.document.changed.connect(self.commands.refresh)
        self.document.changed.connect(lambda: self.tool_bar.refresh())
        self.document.selection_changed.connect(self.commands.refresh)
        self.document.file_changed.connect(self._show_name)
        self.session.changed.connect(self._show_session)
        self.words.changed.connect(self._retell)
        self.theme.changed.connect(self._recolour)
        self.files.opened.connect(self.canvas.show_beginning)
        self.canvas.starter_chosen.connect(self.files.open_example)
        self.canvas.gallery_wanted.connect(self.commands["gallery"].trigger)

    def build_learning_panels(self) -> None:
        """What the desk leaves out until the window has been seen."""
        self.desk.build_learning_panels(self.settings)

    # --- what commands ask of it ---

    def train(self) -> None:
        """Train what is on the canvas; where that cannot be, show what must be done first."""
        if self.document.inference.errors:
            self.desk.show_page("problems")
        elif self.document.layout.training.dataset.name == NO_DATA:
            self.desk.choose_data()
        else:
            self.desk.show_page("training")
            self.session.start(self.document.layout)

    def pause_or_resume(self) -> None:
        if self.session.state == "paused":
            self.session.resume()
        else:
            self.session.pause()

    def save_weights(self) -> None:
        """Ask where, and have the training process write them there."""
        dialog = QFileDialog(self, self.words.say("dialog.weights_title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{self.words.say('dialog.weights_files')} (*.safetensors)"])
        dialog.setDefaultSuffix("safetensors")
        dialog.selectFile(f"{file_name(self.files.name)}.safetensors")
        if dialog.exec():
            self.session.save_weights(Path(dialog.selectedFiles()[0]))
        dialog.deleteLater()

    def export_code(self) -> None:
        self.desk.show_page("code")
        self.desk.code.ask_where()

    def arrange(self) -> None:
        """Put every node where the order of the network says, as one edit."""
        self.document.apply("action.edit_arrange", lambda layout: with_positions(layout, arranged(layout)))
        self.canvas.show_beginning()

    def search_layer(self) -> None:
        self.desk.show_panel("palette", True)
        self.desk.palette_panel.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.desk.palette_panel.search.selectAll()

    def toggle_panel(self, name: str) -> None:
        self.desk.show_panel(name, not self.desk.panel_shown(name))

    def set_language(self, choice: str) -> None:
        """`system`, `en` or `ko`, now and at the next start."""
        self.settings.language = choice
        self.words.set_language(system_language() if choice == "system" else choice)

    def toggle_language(self) -> None:
        self.set_language("en" if self.words.language == "ko" else "ko")

    def set_appearance(self, choice: str) -> None:
        """`system`, `light` or `dark`, now and at the next start."""
        self.settings.appearance = choice
        self.theme.set_choice(choice)

    def toggle_appearance(self) -> None:
        self.set_appearance("light" if self.theme.name == "dark" else "dark")

    # --- work that a crash left ---

    def offer_recovery(self) -> None:
        """Say that a crash left unsaved work, if one did."""
        found = leftovers(self.settings.folder / "recovery")
        if not found:
            return
        newest = found[0]
        name = newest.path.name if newest.path is not None else newest.layout.title
        offers = (
            Offer("window.restore", lambda: self._restore_work(newest)),
            Offer("window.discard", newest.discard),
        )
        self.notices.tell("info", "window.recovered", offers, name=name or self.words.say("window.untitled"))

    def _restore_work(self, leftover: Leftover) -> None:
        if self.files.may_leave():
            self.files.restore(leftover.layout, leftover.path)
            leftover.discard()
        else:
            self.offer_recovery()

    # --- keeping up ---

    def _show_name(self) -> None:
        name, dirty = self.files.name, self.document.dirty
        if sys.platform == "darwin":
            # A Mac marks unsaved work in the window's close button.
            self.setWindowTitle(f"{name}[*] — LayerLoom")
            self.setWindowModified(dirty)
        else:
            self.setWindowTitle(f"{name} ● — LayerLoom" if dirty else f"{name} — LayerLoom")
        self.commands.refresh()

    def _show_session(self) -> None:
        """Progress comes 30 times a second and is the panels' affair; here only what changes commands counts."""
        session = self.session
        if session.devices != self._devices:
            self._devices = session.devices
            self._take_kept_device()
        elif session.device != self.settings.device:
            self.settings.device = session.device
        state = (session.state, session.has_weights)
        if state != self._session_state:
            self._session_state = state
            self.commands.refresh()
            self.tool_bar.refresh()
            self.canvas.set_training(session.state == "running")

    def _take_kept_device(self) -> None:
        """The device that was chosen the last time, if it is still there."""
        kept = self.settings.device
        if any(device.name == kept and device.available for device in self._devices):
            self.session.set_device(kept)

    def _retell(self) -> None:
        self.commands.retell()
        self._menus.retell()
        self.tool_bar.retell()
        self._show_name()

    def _recolour(self) -> None:
        self.commands.recolour()
        self.tool_bar.recolour()

    # --- shape, first paint, files dropped, the end ---

    def _restore_shape(self) -> None:
        shape = self.settings.shape("window")
        if shape is None or not self.restoreGeometry(shape):
            # A little is left for the frame and a task bar.
            self.resize(USUAL.boundedTo(self.screen().availableSize() - QSize(0, 32)))
        self.desk.resize(self.size())
        self.desk.restore_shape(self.settings)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # After this turn of the loop, in which the panels paint and the picture goes to the screen.
            QTimer.singleShot(0, self.painted.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            # The program it came from waits for the answer: a question must not come before it.
            QTimer.singleShot(0, lambda: self.files.open(path))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_leave():
            event.ignore()
            return
        self.settings.keep_shape("window", self.saveGeometry())
        self.desk.keep_shape(self.settings)
        self.settings.write()
        self.recovery.close()
        self.session.close()
        event.accept()


def _dropped(event: QDropEvent) -> Path | None:
    """The one layout file that is dragged, else None."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() == ".json" else None
