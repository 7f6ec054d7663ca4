"""Where the plots and their numbers are saved: asks for a file, writes it whole, and tells how that went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.storage import write_whole
from gui.document import Document
from gui.panels import plot_export
from gui.panels.chart import Chart
from gui.panels.chart_confusion import ConfusionView
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words


class PlotSaver(QObject):
    told = Signal(str, dict, bool)
    """The text key of a sentence, its values, and whether it went wrong."""

    def __init__(
        self,
        document: Document,
        session: TrainingSession,
        words: Words,
        theme: Theme,
        charts: Callable[[], Sequence[tuple[str, Chart | ConfusionView]]],
        window: QWidget,
    ) -> None:
        """`charts` gives what a picture shows, each with its title."""
        super().__init__(window)
        self._document, self._session, self._words, self._theme = document, session, words, theme
        self._charts, self._window = charts, window

    def save_picture(self, path: Path) -> None:
        """Save the plots as a PNG."""
        layout = self._session.run_layout
        image = plot_export.picture(layout.title if layout is not None else "", self._charts(), self._theme)
        self._save(path, partial(plot_export.save_picture, image))

    def save_table(self, table: str, path: Path) -> None:
        """Save the numbers of all `epochs` or all `steps` as CSV."""
        metrics = self._session.metrics
        text = metrics.epoch_table() if table == "epochs" else metrics.step_table()
        self._save(path, partial(write_whole, content=text.encode()))

    def ask_for_picture(self) -> None:
        self._ask("plots.save_picture", f"{self._stem()}.png", "PNG (*.png)", self.save_picture)

    def ask_for_table(self, table: str) -> None:
        name = f"{self._stem()}-{table}.csv"
        self._ask(f"plots.save_{table}", name, "CSV (*.csv)", partial(self.save_table, table))

    def _save(self, path: Path, write: Callable[[Path], None]) -> None:
        try:
            write(path)
        except OSError as error:
            values = {"path": str(path), "reason": error.strerror or str(error)}
            self.told.emit("plots.not_saved", values, True)
        else:
            self.told.emit("plots.saved", {"path": str(path)}, False)

    def _ask(self, key: str, name: str, kinds: str, save: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._window, self._words.say(key), name, kinds)
        dialog.setObjectName("save-plot")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(name).suffix)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: save(Path(path)))
        # Open, not exec: a run goes on and the plots with it.
        dialog.open()

    def _stem(self) -> str:
        path = self._document.path
        return path.stem if path is not None else self._words.say("plots.file_name")
