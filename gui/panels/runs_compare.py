"""The curves of the chosen runs in one plot, and one line that says what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from core.runs.store import RunEntry
from gui.panels import run_curves
from gui.panels.chart import Chart
from gui.panels.plot_scores import LOGARITHMIC, KindButton, numbers_of
from gui.panels.plot_tools import SmoothingSlider, button_for
from gui.panels.runs_curves import (
    MOST_RUNS,
    Compared,
    Numbers,
    differing,
    lines_of,
    measures,
    read_layout,
    read_numbers,
)
from gui.panels.runs_reader import Reader
from gui.panels.runs_words import difference_text, differences_text, names, reason
from gui.panels.styling import label, set_property
from gui.panels.ticks import short
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

HEAD = 32
ROOMY = 420
"""Pixels of width from which what x counts has a button of its own, and smoothing is named."""
LOSSES = frozenset({"loss", "step_loss"})


class RunsCompare(QWidget):
    coloured = Signal(object)
    """Which run has which colour token: a mapping from folders."""

    def __init__(
        self, session: TrainingSession, reader: Reader, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._reader, self._words, self._theme = session, reader, words, theme
        self._wanted: tuple[RunEntry, ...] = ()
        self._left_out = 0
        self._compared = Compared((), ())
        self._known: dict[Path, tuple[RunEntry, Numbers]] = {}
        self._measure = self._wish = "loss"
        self._across: run_curves.Across = "epochs"
        self._unit = ("", 0.0)
        self._end = 1.0
        self.chart = Chart(theme, short, parent=self)
        self.chart.setObjectName("runs-chart")
        self.chart.set_floor(run_curves.from_zero)
        self.chart.set_labels_aside(True)
        self.measure_button = KindButton(words, self)
        self.measure_button.setObjectName("runs-measure")
        self.across_button = KindButton(words, self)
        self.across_button.show_kinds(run_curves.ACROSS, self._across)
        self.smoothing = SmoothingSlider(words, self, "plots.smooth_values")
        self.log, self.reset = QAction(self), QAction(self)
        self.log.setCheckable(True)
        self.reset.setEnabled(False)
        self.log_button, self.reset_button = button_for(self.log, self, icon=False), button_for(self.reset, self)
        self.line = label(self, voice="small", wrap=True)
        self.line.setObjectName("runs-difference")
        self._build()
        self.measure_button.chosen.connect(self.show_measure)
        self.across_button.chosen.connect(self.show_across)
        self.smoothing.chosen.connect(self.chart.set_smoothing)
        self.log.toggled.connect(self.chart.set_log)
        self.reset.triggered.connect(self.chart.reset)
        self.chart.following_changed.connect(lambda following: self.reset.setEnabled(not following))
        self.chart.menu_wanted.connect(self._open_menu)
        session.measured.connect(self._measured)
        words.changed.connect(self.retranslate)
        theme.changed.connect(self._recolour)
        self.retranslate()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 8, 0)
        head.setSpacing(4)
        head.addWidget(self.measure_button)
        head.addStretch(1)
        for tool in (self.across_button, self.smoothing, self.log_button, self.reset_button):
            head.addWidget(tool)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 6)
        foot.addWidget(self.line, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.chart, 1)
        column.addLayout(foot)

    @property
    def compared(self) -> Compared:
        """What is drawn now."""
        return self._compared

    # What is drawn.

    def show_runs(self, entries: Sequence[RunEntry]) -> None:
        """Read these runs, if they are not known yet, and draw them; the first ones, if there are too many."""
        wanted = tuple(entries[:MOST_RUNS])
        self._left_out = len(entries) - len(wanted)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        live = self._session.run_folder
        known = {entry.folder: self._known[entry.folder][1] for entry in wanted if self._is_known(entry)}

        def read() -> Compared:
            numbers = tuple(
                Numbers() if entry.folder == live else known.get(entry.folder) or read_numbers(entry.folder)
                for entry in wanted
            )
            layouts = tuple(read_layout(entry.folder) for entry in wanted)
            return Compared(wanted, numbers, layouts, differing(wanted, layouts))

        self._reader.ask(read, partial(self._show, wanted))

    def _is_known(self, entry: RunEntry) -> bool:
        known = self._known.get(entry.folder)
        # What a person writes about a run changes none of its numbers.
        return known is not None and replace(known[0], name="", notes="", tags=()) == replace(
            entry, name="", notes="", tags=()
        )

    def _show(self, wanted: tuple[RunEntry, ...], compared: Compared) -> None:
        # Meanwhile others may have been chosen.
        if wanted != self._wanted:
            return
        live = self._session.run_folder
        pairs = zip(compared.entries, compared.numbers, strict=True)
        self._known = {entry.folder: (entry, numbers) for entry, numbers in pairs if entry.folder != live}
        other = [one.folder for one in compared.entries] != [one.folder for one in self._compared.entries]
        self._compared = compared
        if other:
            self.chart.reset()
        self.refresh()

    def _measured(self) -> None:
        if self.isVisible() and self._session.run_folder in [entry.folder for entry in self._compared.entries]:
            self.refresh()

    def _numbers(self) -> list[Numbers]:
        """Of the run that goes on what the session knows: it is newer than what is on the disk."""
        session, found = self._session, []
        for entry, numbers in zip(self._compared.entries, self._compared.numbers, strict=True):
            if entry.folder == session.run_folder:
                record = session.record
                numbers = Numbers(session.metrics, record.steps_per_epoch if record is not None else 1)
            found.append(numbers)
        return found

    def refresh(self) -> None:
        """Draw what is known."""
        entries, numbers = self._compared.entries, self._numbers()
        called = names(entries, self._compared.differences, datetime.now().astimezone())
        offered = measures(numbers)
        self._set_measure(self._wish if self._wish in offered else "loss", offered)
        axes = [one.axis(self._across) for one in numbers if len(one.metrics.losses)]
        self._end = max((axis.reached for axis in axes), default=1.0)
        key, factor = run_curves.unit(self._across, self._end)
        if (key, factor) != self._unit:
            self._unit = (key, factor)
            self.chart.set_words(self._words.say(key), self._heading, factor)
        lines = lines_of(numbers, called, self._measure, self._across, self._words)
        self.chart.show_lines(lines, self._end, min((axis.least for axis in axes), default=0.01))
        # Of a run that cannot be read there is only a sentence.
        self.chart.setVisible(not entries or any(len(line.series) for line in lines))
        single = len(lines) == 2 and len(entries) == 1
        self.coloured.emit({} if single else {entry.folder: run_curves.colour(at) for at, entry in enumerate(entries)})
        self._tell()

    def _set_measure(self, measure: str, offered: Sequence[str]) -> None:
        self.measure_button.show_kinds(offered, measure)
        # It decides what can be shown logarithmically.
        can = measure in LOSSES or measure in LOGARITHMIC
        self.log.setEnabled(can)
        self.chart.set_log(can and self.log.isChecked())
        if measure != self._measure:
            self._measure = measure
            numbers = numbers_of(measure)
            self.chart.show_lines([], self._end, 0.01)
            self.chart.set_numbers(numbers.show, numbers.suffix)
            self.chart.set_floor(numbers.floor)

    def _heading(self, x: float) -> str:
        key, factor = self._unit
        return f"{short(round(x / factor, 2))} {self._words.say(key)}"

    def _tell(self) -> None:
        """What differs, or of a single run what went wrong with it and what a person wrote about it."""
        entries, say = self._compared.entries, self._words.say
        bad = False
        tip = ""
        if len(entries) > 1:
            text = differences_text(self._compared.differences, self._words)
            if self._left_out:
                text = f"{text} {say('runs.left_out', shown=len(entries), chosen=len(entries) + self._left_out)}"
            tip = "\n".join(difference_text(one, self._words) for one in self._compared.differences)
        else:
            text = " ".join(filter(None, (reason(one.why, self._words) for one in entries)))
            bad = bool(text)
            text = text or " ".join(one.notes for one in entries)
        set_property(self.line, "tone", "bad" if bad else "")
        self.line.setText(text)
        self.line.setToolTip(tip)
        self.line.setVisible(bool(text))

    # What a person does.

    def show_measure(self, measure: str) -> None:
        self._wish = measure
        self.refresh()

    def show_across(self, across: run_curves.Across) -> None:
        self._across = across
        self.across_button.show_kinds(run_curves.ACROSS, across)
        self.refresh()
        self.chart.reset()

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.reset, self.log])
        menu.addMenu(self.across_button.menu())
        menu.popup(place)

    # Language, theme, size.

    def retranslate(self) -> None:
        say = self._words.say
        for key, action in (("log", self.log), ("reset", self.reset)):
            action.setText(say(f"plots.{key}"))
            action.setToolTip(say(f"plots.{key}_tip"))
        self.across_button.menu().setTitle(say("plots.x_axis"))
        self.chart.setAccessibleName(say("runs.curves"))
        self._unit = ("", 0.0)
        self._recolour()
        self.refresh()

    def _recolour(self) -> None:
        self.reset.setIcon(self._theme.icon("fit", "text_quiet"))
        self.measure_button.setFont(self._theme.font(13, weight=600))
        for tool in (self.measure_button, self.across_button, self.log_button, self.reset_button):
            tool.setFixedHeight(self._theme.scaled(HEAD))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= self._theme.scaled(ROOMY)
        self.across_button.setVisible(roomy)
        self.smoothing.show_name(roomy)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140)
