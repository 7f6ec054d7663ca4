"""The window around the desk: its menus and tool bar, what their commands do, the title, files dropped, and the end."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow

from core.datasets.facts import NO_DATA
from core.training.commands import Until
from core.training.devices import Device
from gui.actions import Actions
from gui.areas import Areas
from gui.canvas.view import CanvasView
from gui.command_palette import CommandPalette
from gui.data_files import dragged_data
from gui.desk import Desk
from gui.document import Document
from gui.documents import Documents
from gui.file_dialogs import SUFFIX, file_name
from gui.file_manager import FileManager
from gui.menus import Menus, ToolBar
from gui.new_window import step_aside
from gui.notice import NoticeArea
from gui.qt_words import QtWords
from gui.refusals import Refusals
from gui.settings import Settings
from gui.shortcut_sheet import show_sheet
from gui.theme import Theme
from gui.theme.scale import stepped
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
        self.desk.canvas_area.show_minimap(settings.minimap)
        self._areas = Areas(self)
        self._palette: CommandPalette | None = None
        theme.reduced_motion = settings.reduced_motion
        QtWords(words, self)
        Refusals(document, self.notices, self)
        self.documents = Documents(document, session, settings, words, theme, self.desk, self)
        self.files = self.documents.files
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
        self.document.changed.connect(self.tool_bar.refresh)
        self.document.selection_changed.connect(self.commands.refresh)
        self.canvas.annotations.selection_changed.connect(self.commands.refresh)
        self.document.file_changed.connect(self._show_name)
        self.desk.open_wanted.connect(self.files.open_copy)
        self.desk.train_wanted.connect(lambda: self.train())
        self.session.changed.connect(self._show_session)
        self.words.changed.connect(self._retell)
        self.theme.changed.connect(self._recolour)
        self.documents.tabs.counted.connect(self.commands.refresh)
        self.canvas.starter_chosen.connect(self.files.open_example)
        self.canvas.gallery_wanted.connect(self.commands["gallery"].trigger)
        self.canvas.layer_added.connect(self._remember_layer)
        self._show_recent_layers()

    def build_learning_panels(self) -> None:
        """What the desk leaves out until the window has been seen."""
        self.desk.build_learning_panels(self.settings)

    def _remember_layer(self, layer: str) -> None:
        self.settings.add_recent_layer(layer)
        self._show_recent_layers()

    def _show_recent_layers(self) -> None:
        self.canvas.recent_layers = self.settings.recent_layers
        self.desk.palette_panel.show_recent(self.settings.recent_layers)

    # --- what commands ask of it ---

    def train(self, until: Until = "end") -> None:
        """Train what is on the canvas, to the end or up to its first pause; else show what must be done first."""
        if self.document.root_inference.errors:
            self.desk.show_page("problems")
        elif self.document.layout.training.dataset.name == NO_DATA:
            self.desk.choose_data()
        else:
            self.desk.show_page("training")
            self.session.start(self.document.root, until)

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
        dialog.selectFile(f"{file_name(self.documents.run_name)}.safetensors")
        if dialog.exec():
            self.session.save_weights(Path(dialog.selectedFiles()[0]))
        dialog.deleteLater()

    def export_code(self) -> None:
        self.desk.show_page("code")
        self.desk.code.ask_where()

    def search_layer(self) -> None:
        self.desk.show_panel("palette", True)
        self.desk.palette_panel.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.desk.palette_panel.search.selectAll()

    def show_commands(self) -> None:
        """Offer every command by its name."""
        if self._palette is None:
            self._palette = CommandPalette(self)
        self._palette.open()

    def show_shortcuts(self) -> None:
        """The keys and gestures on one page, in a window beside this one."""
        show_sheet(self)

    def edit_arguments(self) -> None:
        self._areas.edit_arguments()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leads back to the canvas, where nothing that has the focus means something else by it."""
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)

    def next_area(self, steps: int) -> None:
        """Give the focus to the next part of the window, or the one before."""
        self._areas.step(steps)

    def scale_text(self, steps: int) -> None:
        """Larger or smaller text by so many steps, the usual size for 0; now and at the next start."""
        scale = stepped(self.theme.scale, steps) if steps else 1.0
        self.settings.text_scale = scale
        self.theme.set_scale(scale)

    def toggle_motion(self) -> None:
        self.settings.reduced_motion = self.theme.reduced_motion = not self.settings.reduced_motion

    def toggle_minimap(self) -> None:
        self.settings.minimap = not self.settings.minimap
        self.desk.canvas_area.show_minimap(self.settings.minimap)

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

    def export_picture(self) -> None:
        """Ask where, and draw the network there as SVG, PNG or PDF."""
        from gui.picture_export import export_picture

        export_picture(self)

    def print_picture(self) -> None:
        """Ask which printer, and draw the network on a sheet of paper."""
        from gui.picture_export import print_picture

        print_picture(self)

    def offer_recovery(self) -> None:
        """Say that a crash left unsaved work, if one did."""
        self.documents.offer.offer()

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
        step_aside(self)
        self.desk.resize(self.size())
        self.desk.restore_shape(self.settings)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # After this turn of the loop, in which the panels paint and the picture goes to the screen.
            QTimer.singleShot(0, self, self._tell_painted)

    def _tell_painted(self) -> None:
        # It may have been closed meanwhile: then nothing long is to begin.
        if self.isVisible():
            self.painted.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Where the system does not tell of changes, such as on a network's disk, coming back is a moment to look.
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self._was_painted:
            self.files.disk.look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) or dragged_data(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if _dropped(event) or dragged_data(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths, data = _dropped(event), dragged_data(event.mimeData())
        if data is not None:
            event.acceptProposedAction()
            QTimer.singleShot(0, self, lambda: self.desk.take_data(data))
        if paths:
            event.acceptProposedAction()
            # The program it came from waits for the answer: a question must not come before it.
            QTimer.singleShot(0, self, lambda: self.files.open(*paths))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_close():
            event.ignore()
            return
        self.settings.keep_shape("window", self.saveGeometry())
        self.desk.keep_shape(self.settings)
        self.settings.write()
        self.documents.close()
        self.desk.close_data()
        self.session.close()
        event.accept()


def _dropped(event: QDropEvent) -> list[Path]:
    """The layout files that are dragged."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == SUFFIX]
