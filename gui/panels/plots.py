"""A run as it goes: its loss, and beside it its accuracy or whatever else a person chooses to look at.

The last run stays until the next one begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from core.training.metrics import Metrics
from gui.document import Document
from gui.panels import run_curves
from gui.panels.chart import Chart
from gui.panels.chart_confusion import ConfusionView
from gui.panels.chart_lines import Line
from gui.panels.plot_saver import PlotSaver
from gui.panels.plot_scores import LOGARITHMIC, KindButton, class_names, first_of, loss_names, numbers_of
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
        self.accuracy = Chart(theme, short, parent=self)
        self.confusion = ConfusionView(words, theme, self)
        self.loss.set_floor(run_curves.from_zero)
        self._wish = self._kind = ""
        """What a person wants to see beside the loss, and what is shown there."""
        self._across: run_curves.Across = "epochs"
        self._unit = ("", 0.0)
        """The words of x, and how much of it one of its numbers is."""
        self.kind_button = KindButton(words, self)
        self.kind_button.setObjectName("plot-kind")
        self.across_button = KindButton(words, self)
        self.across_button.setObjectName("plot-across")
        self.across_button.show_kinds(run_curves.ACROSS, self._across)
        self.commands.further = (self.across_button.menu(),)
        self.smoothing = SmoothingSlider(words, self)
        self.saver = PlotSaver(document, session, words, theme, self._titled_charts, self)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        actions = self.commands
        self._title = label(self)
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
        second = QWidget(self)
        self._second = QStackedLayout(second)
        self._second.setContentsMargins(0, 0, 0, 0)
        self._second.addWidget(self.accuracy)
        self._second.addWidget(self.confusion)
        tools = [self.across_button, self.reset_button, self.save_button]
        first = self._column(self.loss, [self._title, self._loss_name], [self.smoothing, self.log_button])
        self._sides.addWidget(first, 1)
        self._sides.addWidget(self._column(second, [self.kind_button], tools), 1)
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

    def _column(self, plot: QWidget, notes: Sequence[QWidget], tools: Sequence[QWidget]) -> QWidget:
        # Of one height, so that both plots begin on the same line.
        bar = QWidget(self)
        bar.setFixedHeight(self._theme.scaled(HEAD))
        self._bars.append(bar)
        head = QHBoxLayout(bar)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
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
        column.addWidget(plot, 1)
        return holder

    def _connect(self) -> None:
        actions = self.commands
        actions.reset.setEnabled(False)
        actions.log.toggled.connect(self._set_log)
        self.kind_button.chosen.connect(self.show_kind)
        self.across_button.chosen.connect(self.show_across)
        actions.reset.triggered.connect(self._reset)
        actions.picture.triggered.connect(self.saver.ask_for_picture)
        actions.epochs.triggered.connect(partial(self.saver.ask_for_table, "epochs"))
        actions.steps.triggered.connect(partial(self.saver.ask_for_table, "steps"))
        self.saver.told.connect(self._say)
        self.smoothing.chosen.connect(self.loss.set_smoothing)
        self.smoothing.chosen.connect(self.accuracy.set_smoothing)
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
        axis, end = self._axis(), self._end()
        self._name_axis(end)
        # Both zoom as far as to a single step.
        self.loss.show_lines(run_curves.loss_lines(axis, self._words), end, axis.least)
        self._choose_kind()
        if self._kind == "confusion":
            assert metrics.confusion is not None
            self.confusion.show_counts(metrics.confusion, class_names(self._session.run_layout))
        else:
            self.accuracy.show_lines(self._second_lines(axis), end, axis.least)
        self._describe()

    def _second_lines(self, axis: run_curves.Axis) -> list[Line]:
        if self._kind == "rate":
            return run_curves.rate_lines(axis, self._words)
        if self._kind == "parts":
            return run_curves.part_lines(axis, loss_names(self._session.run_layout))
        return run_curves.score_lines(axis, self._kind, self._words)

    def _choose_kind(self) -> None:
        """What is beside the loss: what a person wants, as soon as the run tells it."""
        offered = run_curves.offered(self._session.metrics)
        kind = self._wish if self._wish in offered else first_of(offered, self._session.run_layout)
        self.kind_button.show_kinds(offered if kind in offered else [kind, *offered], kind)
        if kind == self._kind:
            return
        self._kind = kind
        self._second.setCurrentWidget(self.confusion if kind == "confusion" else self.accuracy)
        numbers = numbers_of(kind)
        # The lines of before are of other numbers.
        self.accuracy.show_lines([], self._end(), self._axis().least)
        self.accuracy.set_numbers(numbers.show, numbers.suffix)
        self.accuracy.set_floor(numbers.floor)
        self.accuracy.set_log(kind in LOGARITHMIC and self.commands.log.isChecked())
        self.accuracy.setAccessibleName(self._words.say("plots.over", what=self.kind_button.text()))

    def _name_axis(self, end: float) -> None:
        key, factor = run_curves.unit(self._across, end)
        if (key, factor) != self._unit:
            self._unit = (key, factor)
            for chart in (self.loss, self.accuracy):
                chart.set_words(self._words.say(key), self._heading, factor)

    def _axis(self) -> run_curves.Axis:
        return run_curves.Axis(self._across, self._session.metrics, self._steps_per_epoch())

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
        return run_curves.last_x(self._axis(), epochs)

    def _heading(self, x: float) -> str:
        """Step and epoch at a place."""
        axis = self._axis()
        epoch = short(round(axis.epoch_at(x), 2))
        text = self._words.say("plots.reading", step=axis.step_at(x), epoch=epoch)
        if self._across != "time":
            return text
        key, factor = self._unit
        return f"{short(round(x / factor, 2))} {self._words.say(key)} · {text}"

    def _describe(self) -> None:
        """The newest numbers in words, for those who hear the plots."""
        for chart in (self.loss, self.accuracy):
            if not chart.hasFocus():
                ends = (
                    f"{line.name} {short(float(line.series.values[-1]))}" for line in chart.lines if len(line.series)
                )
                chart.setAccessibleDescription(", ".join(ends))

    def _titled_charts(self) -> list[tuple[str, Chart | ConfusionView]]:
        second = self.confusion if self._kind == "confusion" else self.accuracy
        return [(self._title.text(), self.loss), (self.kind_button.text(), second)]

    # What a person does.

    def show_kind(self, kind: str) -> None:
        """Look at something else beside the loss, in this run and in the next ones."""
        self._wish = kind
        self.refresh()

    def show_across(self, across: run_curves.Across) -> None:
        """Let x count epochs, steps or time."""
        self._across = across
        self.across_button.show_kinds(run_curves.ACROSS, across)
        self.refresh()
        self._reset()

    def _set_log(self, log: bool) -> None:
        self.loss.set_log(log)
        self.accuracy.set_log(log and self._kind in LOGARITHMIC)

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
        self._title.setText(say("plots.loss"))
        self.across_button.menu().setTitle(say("plots.x_axis"))
        self.loss.setAccessibleName(say("plots.loss_name"))
        self.accuracy.setAccessibleName(say("plots.over", what=self.kind_button.text() or say("plots.accuracy")))
        self._unit = ("", 0.0)
        self._name_axis(self._end())
        self.save_button.setToolTip(say("plots.save"))
        self.save_button.setAccessibleName(say("plots.save"))
        key, values = self._message
        self.message.setText(say(key, **values) if key else "")
        self._recolour()
        self._measured()

    def _recolour(self) -> None:
        self.save_button.setIcon(self._theme.icon("save", "text_quiet"))
        self._title.setFont(self._theme.font(13, weight=600))
        self.kind_button.setFont(self._theme.font(13, weight=600))
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
        room = self.width() / 2 if wide else self.width()
        self._loss_name.setVisible(room >= self._theme.scaled(NAMED))
        self.across_button.setVisible(room >= self._theme.scaled(NAMED))

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 160)
