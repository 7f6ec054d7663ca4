"""What lies inside the window: which panel stands where, how wide it is, and whose wish goes to whom.

    palette │ canvas    │ inspector
    ────────┴────────── │ ──────────
    training, problems… │ parameters

Panels know the document and not each other. The right side has the whole height: weights are watched beside the curves.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gui.bottom_area import BottomArea
from gui.canvas import blocks
from gui.canvas.view import CanvasView
from gui.canvas_area import CanvasArea
from gui.document import Document
from gui.panels.code import CodePanel
from gui.panels.history import HistoryPanel
from gui.panels.inspector import InspectorPanel
from gui.panels.palette import PalettePanel
from gui.panels.problems import ProblemsPanel
from gui.progress_strip import ProgressStrip
from gui.settings import Settings
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

FIRST_SIZES = {
    "across": (1, 0.23, 300, 340),
    "upper": (0, 0.20, 204, 224),
    "down": (1, 0.34, 240, 300),
    "training": (0, 0.30, 280, 336),
    "right": (0, 0.52, 200, 520),
}
"""A splitter at the first start: which part is sized, its share of the whole, its least and its most pixels."""


class Desk(QWidget):
    open_wanted = Signal(object)
    """A layout is to become a document."""
    train_wanted = Signal()

    canvas: CanvasView
    canvas_area: CanvasArea

    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._words, self._theme = document, session, words, theme
        self.canvas = CanvasView(document, words, theme)
        self.canvas_area = CanvasArea(self.canvas, words, theme)
        self.notices = self.canvas_area.notices
        self.palette_panel = PalettePanel(document, words, theme)
        self.inspector = InspectorPanel(document, words, theme)
        self.problems = ProblemsPanel(document, words, theme)
        self.code = CodePanel(document, words, theme)
        self.history = HistoryPanel(document, words, theme)
        self.bottom = BottomArea(ProgressStrip(session, words, theme), words)

        self._training = _splitter("training", Qt.Orientation.Horizontal)
        self._data_page = QStackedWidget()
        self.bottom.add_page("training", self._training)
        self.bottom.add_page("data", self._data_page)
        self._runs_page = QStackedWidget()
        self.bottom.add_page("runs", self._runs_page)
        self.bottom.add_page("problems", self.problems)
        self.bottom.add_page("code", self.code)
        self.bottom.add_page("history", self.history)
        self._right = _splitter("right", Qt.Orientation.Vertical, self.inspector)
        self._upper = _splitter("upper", Qt.Orientation.Horizontal, self.palette_panel, self.canvas_area)
        self._down = _splitter("down", Qt.Orientation.Vertical, self._upper, self.bottom)
        self._across = _splitter("across", Qt.Orientation.Horizontal, self._down, self._right)
        # The canvas takes what the window has more or less.
        self._upper.setStretchFactor(1, 1)
        self._down.setStretchFactor(0, 1)
        self._across.setStretchFactor(0, 1)
        self._keep_widths()
        theme.changed.connect(self._keep_widths)
        self.canvas_area.setMinimumSize(240, 160)
        self._panels: dict[str, QWidget] = {"palette": self.palette_panel, "right": self._right, "bottom": self.bottom}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._across)

        self.palette_panel.layer_chosen.connect(self.canvas.add_layer)
        self.problems.node_chosen.connect(self.show_node)
        self.code.node_chosen.connect(self.show_node)
        self.inspector.unpack_wanted.connect(lambda: blocks.unpack(document))
        self.problems.count_changed.connect(self._count_problems)

    def build_learning_panels(self, settings: Settings) -> None:
        """Data, training form, plots, runs and parameters: importing what they draw with takes a while."""
        from gui.panels.data import DataPanel
        from gui.panels.parameters import ParametersPanel
        from gui.panels.plots import PlotsPanel
        from gui.panels.runs import RunsPanel
        from gui.panels.training import TrainingPanel

        seams = (self._document, self._session, self._words, self._theme)
        self.training_panel = TrainingPanel(*seams)
        self.plots = PlotsPanel(*seams)
        self.runs = RunsPanel(*seams)
        self.parameters = ParametersPanel(*seams)
        self.training_panel.problems_wanted.connect(lambda: self.show_page("problems"))
        self.data = DataPanel(self._document, self._words, self._theme)
        self._data_page.addWidget(self.data)
        self._training.addWidget(self.training_panel)
        self.runs.training_wanted.connect(lambda: self.show_page("training"))
        self.runs.open_wanted.connect(self.open_wanted)
        self.runs.train_wanted.connect(self.train_wanted)
        self._runs_page.addWidget(self.runs)
        self._training.addWidget(self.plots)
        self._right.addWidget(self.parameters)
        for splitter in (self._training, self._right):
            self._restore(splitter, settings)

    def show_node(self, node_id: str) -> None:
        """Select a node and bring it into view."""
        self.canvas.items_scene.select_wires(frozenset())
        self._document.select([node_id])
        self.canvas.centre_on(node_id)
        self.canvas.setFocus()

    def show_page(self, name: str) -> None:
        """Bring a page of the bottom into view: training, problems or code."""
        self.bottom.show()
        self.bottom.show_page(name)

    def choose_data(self) -> None:
        """Show the training page with its data sets opened."""
        self.show_page("training")
        if self._training.count():
            self.training_panel.choose_data()

    def take_data(self, path: Path) -> None:
        """Make a person's own file or folder the data set, on the data page."""
        self.show_page("data")
        if self._data_page.count():
            self.data.take(path)

    def close_data(self) -> None:
        """End the process that reads data, if there is one."""
        if self._data_page.count():
            self.data.close_reader()

    def panel_shown(self, name: str) -> bool:
        """Whether palette, right or bottom is shown."""
        return not self._panels[name].isHidden()

    def show_panel(self, name: str, shown: bool) -> None:
        self._panels[name].setVisible(shown)

    def restore_shape(self, settings: Settings) -> None:
        """Divide the room as it was the last time, or as it is best at this size."""
        for splitter in (self._across, self._upper, self._down):
            self._restore(splitter, settings)

    def keep_shape(self, settings: Settings) -> None:
        for splitter in (self._across, self._upper, self._down, self._training, self._right):
            # One that is still without its panels has no shape to keep.
            if splitter.count() > 1:
                settings.keep_shape(splitter.objectName(), splitter.saveState())

    def _keep_widths(self) -> None:
        """The least that the panels' words need at the size of text of now."""
        self.palette_panel.setMinimumWidth(self._theme.scaled(168))
        self._right.setMinimumWidth(self._theme.scaled(240))

    def _restore(self, splitter: QSplitter, settings: Settings) -> None:
        shape = settings.shape(splitter.objectName())
        if shape is not None and splitter.restoreState(shape):
            return
        part, share, least, most = FIRST_SIZES[splitter.objectName()]
        across = splitter.orientation() == Qt.Orientation.Horizontal
        whole = self.width() if across else self.height()
        if splitter is self._upper or splitter is self._training:
            whole -= self._across.sizes()[1]
        # Larger words need wider panels, but the canvas stays the largest.
        least, most = (max(size, min(self._theme.scaled(size), round(0.36 * whole))) for size in (least, most))
        size = max(least, min(most, round(share * whole)))
        splitter.setSizes([size, whole - size] if part == 0 else [whole - size, size])

    def _count_problems(self, errors: int, warnings: int) -> None:
        self.bottom.set_count("problems", errors + warnings)


def _splitter(name: str, orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setObjectName(name)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter
