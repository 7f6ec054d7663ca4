"""The window: what stands where, and which panel's wish goes to which other. Panels know the document, not each other."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QSplitter, QVBoxLayout, QWidget

from core.graph import arranged
from core.layout import with_positions
from core.training.devices import Device
from gui.actions import Actions
from gui.bottom_area import BottomArea
from gui.canvas.view import CanvasView
from gui.canvas_area import CanvasArea
from gui.document import Document
from gui.file_manager import FileManager, file_name
from gui.menus import Menus, ToolBar
from gui.notice import Offer
from gui.panels.code import CodePanel
from gui.panels.inspector import InspectorPanel
from gui.panels.palette import PalettePanel
from gui.panels.problems import ProblemsPanel
from gui.progress_strip import ProgressStrip
from gui.recovery import Leftover, Recovery, leftovers
from gui.settings import Settings
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words, system_language

SMALLEST = QSize(960, 600)
USUAL = QSize(1440, 900)
SIZES = {"across": (232, 760, 316), "right": (420, 300), "training": (360, 800)}
"""Pixels of each splitter's parts at the first start; the canvas takes what the window has more or less."""
BOTTOM_SHARE, BOTTOM_HEIGHTS = 0.34, (208, 300)
"""Of the window's height at the first start, and the least and the most of it in pixels."""


class MainWindow(QMainWindow):
    painted = Signal()
    """The window has been seen for the first time. What takes long begins now."""

    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, settings: Settings
    ) -> None:
        super().__init__()
        self.document, self.session, self.words, self.theme, self.settings = document, session, words, theme, settings
        self.setObjectName("main_window")
        self.setWindowIcon(theme.icon("layerloom"))
        self.setAcceptDrops(True)
        self._was_painted = False
        self._session_state: tuple[object, ...] = ()
        self._devices: tuple[Device, ...] = ()

        self.canvas = CanvasView(document, words, theme)
        self.canvas_area = CanvasArea(self.canvas, words, theme)
        self.notices = self.canvas_area.notices
        self.files = FileManager(document, settings, words, self.notices, self)
        self.recovery = Recovery(document, settings.folder / "recovery", self)
        self.palette_panel = PalettePanel(document, words, theme)
        self.inspector = InspectorPanel(document, words, theme)
        self.problems = ProblemsPanel(document, words, theme)
        self.code = CodePanel(document, words, theme)
        self.bottom = BottomArea(ProgressStrip(session, words, theme), words)
        self._build()
        self.commands = Actions(self)
        self._menus = Menus(self, self.commands)
        self.tool_bar = ToolBar(self, self.commands)
        self.addToolBar(self.tool_bar)
        self._connect()
        self._restore_shape()
        self._retell()
        self.canvas.setFocus()

    # --- building ---

    def _build(self) -> None:
        self._right = _splitter("right", Qt.Orientation.Vertical, self.inspector)
        self._across = _splitter(
            "across", Qt.Orientation.Horizontal, self.palette_panel, self.canvas_area, self._right
        )
        self._across.setStretchFactor(1, 1)
        self._training = _splitter("training", Qt.Orientation.Horizontal)
        self.bottom.add_page("training", self._training)
        self.bottom.add_page("problems", self.problems)
        self.bottom.add_page("code", self.code)
        self._down = _splitter("down", Qt.Orientation.Vertical, self._across, self.bottom)
        self._down.setStretchFactor(0, 1)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._down)
        self.setCentralWidget(central)
        self.palette_panel.setMinimumWidth(168)
        self._right.setMinimumWidth(240)
        self.canvas_area.setMinimumSize(240, 160)
        self._panels: dict[str, QWidget] = {
            "palette": self.palette_panel, "right": self._right, "bottom": self.bottom,
        }  # fmt: skip

    def build_learning_panels(self) -> None:
        """The training form, the plots and the parameters: they need what takes long to import."""
        from gui.panels.parameters import ParametersPanel
        from gui.panels.plots import PlotsPanel
        from gui.panels.training import TrainingPanel

        self.training_panel = TrainingPanel(self.document, self.session, self.words, self.theme)
        self.plots = PlotsPanel(self.document, self.session, self.words, self.theme)
        self.parameters = ParametersPanel(self.document, self.session, self.words, self.theme)
        self.training_panel.problems_wanted.connect(self.show_problems)
        self._training.addWidget(self.training_panel)
        self._training.addWidget(self.plots)
        self._right.addWidget(self.parameters)
        for splitter in (self._training, self._right):
            self._restore_splitter(splitter)

    def _connect(self) -> None:
        document, session = self.document, self.session
        document.changed.connect(self.commands.refresh)
        document.selection_changed.connect(self.commands.refresh)
        document.file_changed.connect(self._show_name)
        session.changed.connect(self._show_session)
        self.words.changed.connect(self._retell)
        self.theme.changed.connect(self._recolour)
        self.files.opened.connect(self.canvas.show_beginning)
        self.canvas.starter_chosen.connect(self.files.open_example)
        self.palette_panel.layer_chosen.connect(self.canvas.add_layer)
        self.problems.node_chosen.connect(self.show_node)
        self.code.node_chosen.connect(self.show_node)
        self.problems.count_changed.connect(
            lambda errors, warnings: self.bottom.set_count("problems", errors + warnings)
        )

    # --- what commands ask of it ---

    def show_node(self, node_id: str) -> None:
        """Select a node and bring it into view."""
        self.document.select([node_id])
        self.canvas.centre_on(node_id)
        self.canvas.setFocus()

    def train(self) -> None:
        """Train what is on the canvas; where that cannot be, show why."""
        if self.document.inference.errors:
            self.show_problems()
        else:
            self._show_panel("bottom", True)
            self.bottom.show_page("training")
            self.session.start(self.document.layout)

    def show_problems(self) -> None:
        self._show_panel("bottom", True)
        self.bottom.show_page("problems")

    def pause_or_resume(self) -> None:
        if self.session.state == "paused":
            self.session.resume()
        else:
            self.session.pause()

    def save_weights(self) -> None:
        dialog = QFileDialog(self, self.words.say("dialog.weights_title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{self.words.say('dialog.weights_files')} (*.safetensors)"])
        dialog.setDefaultSuffix("safetensors")
        dialog.selectFile(f"{file_name(self.files.name)}.safetensors")
        if dialog.exec():
            self.session.save_weights(Path(dialog.selectedFiles()[0]))
        dialog.deleteLater()

    def export_code(self) -> None:
        self._show_panel("bottom", True)
        self.bottom.show_page("code")
        self.code.ask_where()

    def arrange(self) -> None:
        """Put every node where the order of the network says, as one edit."""
        self.document.apply("action.edit_arrange", lambda layout: with_positions(layout, arranged(layout)))
        self.canvas.show_beginning()

    def search_layer(self) -> None:
        self._show_panel("palette", True)
        self.palette_panel.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.palette_panel.search.selectAll()

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

    def panel_shown(self, name: str) -> bool:
        return not self._panels[name].isHidden()

    def toggle_panel(self, name: str) -> None:
        self._show_panel(name, not self.panel_shown(name))

    def offer_recovery(self) -> None:
        """Say that a crash left unsaved work, if one did."""
        for leftover in leftovers(self.settings.folder / "recovery")[:1]:
            name = leftover.path.name if leftover.path is not None else leftover.layout.title
            offers = (
                Offer("window.restore", lambda: self._restore(leftover)),
                Offer("window.discard", leftover.discard),
            )
            self.notices.tell("info", "window.recovered", offers, name=name or self.words.say("window.untitled"))

    # --- keeping up ---

    def _show_panel(self, name: str, shown: bool) -> None:
        self._panels[name].setVisible(shown)
        self.commands.refresh()

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
        """Progress comes 30 times a second and is the strip's affair; here only what changes commands counts."""
        session = self.session
        if session.devices != self._devices:
            self._devices = session.devices
            kept = self.settings.device
            if any(device.name == kept and device.available for device in session.devices):
                session.set_device(kept)
        elif session.device != self.settings.device:
            self.settings.device = session.device
        state = (session.state, session.has_weights)
        if state == self._session_state:
            return
        self._session_state = state
        self.commands.refresh()
        self.tool_bar.refresh()
        self.canvas.set_training(session.state == "running")

    def _retell(self) -> None:
        self.commands.retell()
        self._menus.retell()
        self.tool_bar.retell()
        self.tool_bar.setWindowTitle(self.words.say("window.tool_bar"))
        self._show_name()

    def _recolour(self) -> None:
        self.commands.recolour()
        self.tool_bar.recolour()

    def _restore(self, leftover: Leftover) -> None:
        """Put the copy over the file that it belongs to, as an edit that can be undone."""
        if not self.files.may_leave():
            self.offer_recovery()
            return
        self.files.restore(leftover.layout, leftover.path)
        leftover.discard()

    # --- shape, files dropped, the end ---

    def _restore_shape(self) -> None:
        self.setMinimumSize(SMALLEST)
        self.resize(USUAL)
        shape = self.settings.shape("window")
        if shape is None or not self.restoreGeometry(shape):
            room = self.screen().availableSize()
            self.resize(USUAL.boundedTo(room - QSize(0, 32)))
        for splitter in (self._across, self._down):
            self._restore_splitter(splitter)

    def _restore_splitter(self, splitter: QSplitter) -> None:
        shape = self.settings.shape(splitter.objectName())
        if shape is not None and splitter.restoreState(shape):
            return
        if splitter is self._down:
            least, most = BOTTOM_HEIGHTS
            bottom = max(least, min(most, round(BOTTOM_SHARE * self.height())))
            splitter.setSizes([self.height() - bottom, bottom])
        else:
            splitter.setSizes(SIZES[splitter.objectName()])

    def _keep_shape(self) -> None:
        self.settings.keep_shape("window", self.saveGeometry())
        for splitter in (self._across, self._down, self._training, self._right):
            if splitter.count() > 1:
                self.settings.keep_shape(splitter.objectName(), splitter.saveState())
        self.settings.write()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # After this turn of the loop, in which the children paint and the picture goes to the screen.
            QTimer.singleShot(0, self.painted.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            # The other program waits for the answer to its drop: the question comes after it.
            QTimer.singleShot(0, lambda: self.files.open(path))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_leave():
            event.ignore()
            return
        self._keep_shape()
        self.recovery.close()
        self.session.close()
        event.accept()


def _splitter(name: str, orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setObjectName(name)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter


def _dropped(event: QDropEvent) -> Path | None:
    """The one layout file that is dragged, else None."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() == ".json" else None
