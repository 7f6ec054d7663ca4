"""A run as it goes: its loss and its accuracy over the epochs. The last run stays until the next one begins."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from core.storage import write_whole
from core.training.metrics import Metrics
from gui.document import Document
from gui.panels import plot_export, run_curves
from gui.panels.chart import Chart
from gui.panels.plot_tools import PlotActions, SmoothingSlider, button_for
from gui.panels.plots_empty import PlotsEmpty
from gui.panels.styling import label, set_property
from gui.panels.ticks import short
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

SIDE_BY_SIDE = 480
"""Width from which the two plots stand beside each other."""


class PlotsPanel(QWidget):
    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document, self._session, self._words, self._theme = document, session, words, theme
        self._metrics: Metrics | None = None
        self._stale = True
        self._was_busy = session.busy
        self._message: Callable[[], str] | None = None
        self.actions_of_plots = PlotActions(words, theme, self)
        self.loss = Chart(theme, short, parent=self)
        self.accuracy = Chart(theme, lambda value: f"{value:.1f} %", " %", self)
        self.loss.set_floor(run_curves.from_zero)
        self.accuracy.set_floor(run_curves.in_percent)
        self.smoothing = SmoothingSlider(words, self)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        actions = self.actions_of_plots
        self._titles = {chart: label(self) for chart in (self.loss, self.accuracy)}
        self._loss_name = label(self, voice="quiet")
        self.log_button = button_for(actions.log, self, icon=False)
        self.reset_button = button_for(actions.reset, self)
        self.save_button = QToolButton(self)
        self.save_button.setProperty("kind", "plain")
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save_button.addActions(actions.saving)
        self.message = label(self, voice="quiet", wrap=True)
        self.message.hide()
        self._charts = QWidget(self)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._charts)
        self._sides.setContentsMargins(12, 4, 4, 4)
        self._sides.setSpacing(8)
        self._sides.addLayout(self._column(self.loss, [self._loss_name], [self.smoothing, self.log_button]), 1)
        self._sides.addLayout(self._column(self.accuracy, [], [self.reset_button, self.save_button]), 1)
        self.empty = PlotsEmpty(self._session, self._words, self._theme, self)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._charts, 1)
        column.addWidget(self.message)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)

    def _column(self, chart: Chart, notes: list[QWidget], tools: list[QWidget]) -> QVBoxLayout:
        title = self._titles[chart]
        title.setFont(self._theme.font(13, weight=600))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        for note in notes:
            head.addWidget(note)
        head.addStretch(1)
        for tool in tools:
            head.addWidget(tool)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(chart, 1)
        return column

    def _connect(self) -> None:
        actions = self.actions_of_plots
        actions.reset.setEnabled(False)
        actions.log.toggled.connect(self.loss.set_log)
        actions.reset.triggered.connect(self._reset)
        actions.picture.triggered.connect(self._ask_for_picture)
        actions.epochs.triggered.connect(partial(self._ask_for_table, "epochs"))
        actions.steps.triggered.connect(partial(self._ask_for_table, "steps"))
        self.smoothing.chosen.connect(self.loss.set_smoothing)
        for chart, other in ((self.loss, self.accuracy), (self.accuracy, self.loss)):
            chart.moved.connect(other.show_x)
            chart.pointed.connect(other.point_at)
            chart.menu_wanted.connect(partial(actions.open_menu, self))
            chart.following_changed.connect(self._following_changed)
        self._session.measured.connect(self._measured)
        self._session.changed.connect(self._session_changed)
        self._words.changed.connect(self.retranslate)
        self._theme.changed.connect(self._recolour)

    # What is drawn.

    def _measured(self) -> None:
        # A panel that nobody sees draws nothing; it catches up when it is shown.
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _session_changed(self) -> None:
        # The axis ends elsewhere once the run has ended; progress alone is no reason to draw.
        if self._session.busy != self._was_busy:
            self._was_busy = self._session.busy
            self._measured()

    def refresh(self) -> None:
        """Draw what the session has measured."""
        self._stale = False
        metrics = self._session.metrics
        there = bool(len(metrics.losses) or len(metrics.epochs))
        if not there:
            # What the last run has drawn stays until the next one has its first step.
            self._pages.setCurrentIndex(1 if self._metrics is not None else 0)
            return
        if metrics is not self._metrics:
            self._metrics = metrics
            self._begin_run()
        self._pages.setCurrentIndex(1)
        steps, end = self._steps_per_epoch(), self._end()
        # Both zoom as far as to a single step.
        self.loss.show_lines(run_curves.loss_lines(metrics, steps, self._words), end, 1 / steps)
        self.accuracy.show_lines(run_curves.accuracy_lines(metrics, self._words), end, 1 / steps)
        self._describe()

    def _begin_run(self) -> None:
        self._reset()
        self._say(None)
        layout = self._session.run_layout
        self._loss_name.setText(layout.training.loss.name if layout is not None else "")

    def _steps_per_epoch(self) -> int:
        record = self._session.record
        return run_curves.epoch_length(self._session.metrics, record.steps_per_epoch if record is not None else 1)

    def _end(self) -> float:
        layout = self._session.run_layout
        going = self._session.busy and layout is not None
        epochs = layout.training.epochs if going and layout is not None else None
        return run_curves.last_x(self._session.metrics, self._steps_per_epoch(), epochs)

    def _heading(self, x: float) -> str:
        """Step and epoch at a place."""
        step = max(round(x * self._steps_per_epoch()), 1)
        return self._words.say("plots.reading", step=step, epoch=short(round(x, 2)))

    def _describe(self) -> None:
        """The newest numbers in words, for those who hear the plots."""
        for chart in (self.loss, self.accuracy):
            if not chart.hasFocus():
                ends = (
                    f"{line.name} {short(float(line.series.values[-1]))}" for line in chart.lines if len(line.series)
                )
                chart.setAccessibleDescription(", ".join(ends))

    # What a person does.

    def _reset(self) -> None:
        self.loss.reset()
        self.accuracy.reset()

    def _following_changed(self, following: bool) -> None:
        if following:
            self._reset()
        self.actions_of_plots.reset.setEnabled(not following)

    def save_picture(self, path: Path) -> None:
        """Save both plots as a PNG; whether it worked is said below them."""
        charts = [(self._titles[chart].text(), chart) for chart in (self.loss, self.accuracy)]
        layout = self._session.run_layout
        image = plot_export.picture(layout.title if layout is not None else "", charts, self._theme)
        self._save(path, partial(plot_export.save_picture, image))

    def save_table(self, table: str, path: Path) -> None:
        """Save the numbers of all `epochs` or all `steps` as CSV; whether it worked is said below the plots."""
        metrics = self._session.metrics
        text = metrics.epoch_table() if table == "epochs" else metrics.step_table()
        self._save(path, partial(write_whole, content=text.encode()))

    def _save(self, path: Path, write: Callable[[Path], None]) -> None:
        try:
            write(path)
        except OSError as error:
            reason = error.strerror or str(error)
            self._say(lambda: self._words.say("plots.not_saved", path=str(path), reason=reason), bad=True)
        else:
            self._say(lambda: self._words.say("plots.saved", path=str(path)))

    def _ask_for_picture(self) -> None:
        self._ask("plots.save_picture", f"{self._stem()}.png", "PNG (*.png)", self.save_picture)

    def _ask_for_table(self, table: str) -> None:
        name = f"{self._stem()}-{table}.csv"
        self._ask(f"plots.save_{table}", name, "CSV (*.csv)", partial(self.save_table, table))

    def _ask(self, key: str, name: str, kinds: str, save: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, self._words.say(key), name, kinds)
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

    def _say(self, message: Callable[[], str] | None, bad: bool = False) -> None:
        self._message = message
        set_property(self.message, "tone", "bad" if bad else "")
        self.message.setVisible(message is not None)
        self.message.setText(message() if message is not None else "")

    # Language, theme, size.

    def retranslate(self) -> None:
        say = self._words.say
        for chart, name in ((self.loss, "loss"), (self.accuracy, "accuracy")):
            self._titles[chart].setText(say(f"plots.{name}"))
            chart.setAccessibleName(say(f"plots.{name}_name"))
            chart.setToolTip("")
            chart.set_words(say("plots.epochs"), self._heading)
        self.save_button.setToolTip(say("plots.save"))
        self.save_button.setAccessibleName(say("plots.save"))
        if self._message is not None:
            self.message.setText(self._message())
        self._recolour()
        self._measured()

    def _recolour(self) -> None:
        self.save_button.setIcon(self._theme.icon("save", "text_quiet"))
        for title in self._titles.values():
            title.setFont(self._theme.font(13, weight=600))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= SIDE_BY_SIDE or self.width() > 2 * self.height()
        sides = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._sides.setDirection(sides)
