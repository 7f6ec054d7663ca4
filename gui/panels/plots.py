"""A run as it goes: its loss and its accuracy over the epochs. The last run stays until the next one begins."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from core.training.metrics import Metrics
from gui.document import Document
from gui.panels import run_curves
from gui.panels.chart import Chart
from gui.panels.plot_saver import PlotSaver
from gui.panels.plot_tools import PlotActions, SmoothingSlider, button_for
from gui.panels.plots_empty import PlotsEmpty
from gui.panels.styling import label, set_property
from gui.panels.ticks import short
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

SIDE_BY_SIDE = 520
"""Width from which the two plots stand beside each other."""
HEAD = 32
"""Height of the titles and tools."""
STACKED = 340
"""Height from which they may stand one above the other: lower, neither could be read."""
NAMED = 320
"""Width of a plot from which the name of the loss stands beside its title."""


class PlotsPanel(QWidget):
    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session, self._words, self._theme = session, words, theme
        self._metrics: Metrics | None = None
        self._stale = True
        self._was_busy = session.busy
        self._message: tuple[str, dict[str, object]] = ("", {})
        self.commands = PlotActions(words, theme, self)
        self.loss = Chart(theme, short, parent=self)
        self.accuracy = Chart(theme, lambda value: f"{value:.1f} %", " %", self)
        self.loss.set_floor(run_curves.from_zero)
        self.accuracy.set_floor(run_curves.in_percent)
        self.smoothing = SmoothingSlider(words, self)
        self.saver = PlotSaver(document, session, words, theme, self._titled_charts, self)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        actions = self.commands
        self._titles = {chart: label(self) for chart in (self.loss, self.accuracy)}
        self._bars: list[QWidget] = []
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
        self._sides.addWidget(self._column(self.loss, [self._loss_name], [self.smoothing, self.log_button]), 1)
        self._sides.addWidget(self._column(self.accuracy, [], [self.reset_button, self.save_button]), 1)
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

    def _column(self, chart: Chart, notes: list[QWidget], tools: list[QWidget]) -> QWidget:
        title = self._titles[chart]
        title.setFont(self._theme.font(13, weight=600))
        # Of one height, so that both plots begin on the same line.
        bar = QWidget(self)
        bar.setFixedHeight(self._theme.scaled(HEAD))
        self._bars.append(bar)
        head = QHBoxLayout(bar)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(title)
        for note in notes:
            head.addWidget(note)
        head.addStretch(1)
        for tool in tools:
            head.addWidget(tool)
        holder = QWidget(self)
        # Both plots are as wide as each other, whatever stands above them.
        holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(chart, 1)
        return holder

    def _connect(self) -> None:
        actions = self.commands
        actions.reset.setEnabled(False)
        actions.log.toggled.connect(self.loss.set_log)
        actions.reset.triggered.connect(self._reset)
        actions.picture.triggered.connect(self.saver.ask_for_picture)
        actions.epochs.triggered.connect(partial(self.saver.ask_for_table, "epochs"))
        actions.steps.triggered.connect(partial(self.saver.ask_for_table, "steps"))
        self.saver.told.connect(self._say)
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
        self._say("", {}, False)
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

    def _titled_charts(self) -> list[tuple[str, Chart]]:
        return [(self._titles[chart].text(), chart) for chart in (self.loss, self.accuracy)]

    # What a person does.

    def _reset(self) -> None:
        self.loss.reset()
        self.accuracy.reset()

    def _following_changed(self, following: bool) -> None:
        if following:
            self._reset()
        self.commands.reset.setEnabled(not following)

    def _say(self, key: str, values: dict[str, object], bad: bool) -> None:
        """A sentence below the plots; an empty key takes it away."""
        self._message = (key, values)
        set_property(self.message, "tone", "bad" if bad else "")
        self.message.setVisible(bool(key))
        self.message.setText(self._words.say(key, **values) if key else "")

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
        key, values = self._message
        self.message.setText(say(key, **values) if key else "")
        self._recolour()
        self._measured()

    def _recolour(self) -> None:
        self.save_button.setIcon(self._theme.icon("save", "text_quiet"))
        for title in self._titles.values():
            title.setFont(self._theme.font(13, weight=600))
        for bar in self._bars:
            bar.setFixedHeight(self._theme.scaled(HEAD))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= SIDE_BY_SIDE or self.height() < STACKED
        sides = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._sides.setDirection(sides)
        self._loss_name.setVisible((self.width() / 2 if wide else self.width()) >= NAMED)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 160)
