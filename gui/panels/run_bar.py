"""How a run is begun, paused, led on by single steps and ended, and how far it is.

It stays in sight, however small the panel.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.datasets.facts import NO_DATA
from core.layout import Layout
from gui.document import Document
from gui.panels.rate_control import RateControl
from gui.panels.run_offer import RunOffer
from gui.panels.run_steps import RunSteps
from gui.panels.run_words import message, numbers, time_left
from gui.panels.styling import label, separator, set_property
from gui.panels.training_edits import trained_alike
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

WORDY = ("ready", "starting", "preparing", "downloading")
"""States that nothing has come of yet, in many words."""
GAP = 8
FINE = 1000
"""Steps of the progress bar."""


class RunBar(QWidget):
    problems_wanted = Signal()
    """Train was pressed while something must be mended first."""
    data_wanted = Signal()
    """The button was pressed while there is no data set to train on."""

    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._words, self._theme = document, session, words, theme
        self._asked: tuple[str, str] | None = None
        """The text key of what was asked of the run, and the state in which it was: a step may take long."""
        self._deed: Callable[[], None] = lambda: None
        self._compared: tuple[Layout, Layout | None, bool] | None = None
        self._look: tuple[str, str, str] | None = None
        self._compact = False
        self.go = QPushButton(self)
        self.go.setObjectName("train")
        self.stop = QPushButton(self)
        self.stop.setObjectName("stop")
        for button in (self.go, self.stop):
            button.setAutoDefault(False)
        self.steps = RunSteps(document, session, words, theme, self)
        self.state = label(self, voice="small")
        self.state.setObjectName("run-state")
        self.bar = QProgressBar(self)
        self.bar.setRange(0, FINE)
        self.bar.setTextVisible(False)
        self.numbers = label(self, voice="mono small")
        self.step, self.left = label(self, voice="quiet"), label(self, voice="quiet")
        self.message = label(self, voice="small", wrap=True)
        self.message.setObjectName("run-message")
        self.earlier = label(self, voice="quiet", wrap=True)
        self.refusal = label(self, voice="small", wrap=True)
        self.refusal.setObjectName("refusal")
        set_property(self.refusal, "tone", "bad")
        self.refusal.hide()
        self.rate = RateControl(session, words, theme, self.refusal, self)
        self.offer = RunOffer(document, session, words, self)
        self._build()
        self.go.clicked.connect(lambda: self._deed())
        self.stop.clicked.connect(self._stop)
        self.steps.pausing.connect(self._await_pause)
        session.changed.connect(self.refresh)
        document.changed.connect(self.refresh)
        words.changed.connect(self.refresh)
        theme.changed.connect(self._recolour)
        self.refresh()

    def _build(self) -> None:
        self._buttons = buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.go)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        buttons.addWidget(self.steps)
        # As wide as they come: a long word is no reason to widen the panel.
        self.numbers.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.details = QWidget(self)
        self._grid = grid = QGridLayout(self.details)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(GAP)
        grid.addWidget(self.state, 0, 0)
        grid.addWidget(self.step, 0, 1)
        grid.addWidget(self.left, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.bar, 1, 0, 1, 3)
        grid.addWidget(self.numbers, 2, 0, 1, 2)
        grid.addWidget(self.rate, 2, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        column.addWidget(separator(self))
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 0, 12, 0)
        inner.setSpacing(8)
        inner.addLayout(buttons)
        for part in (self.details, self.refusal, self.message, self.offer, self.earlier):
            inner.addWidget(part)
        column.addLayout(inner)

    def set_compact(self, compact: bool) -> None:
        """Whether there is little height: then the state stands beside the buttons, and the plots have the numbers."""
        if compact == self._compact:
            return
        self._compact = compact
        grid, middle = self._grid, Qt.AlignmentFlag.AlignRight
        for part in (self.state, self.bar, self.rate):
            grid.removeWidget(part)
        if compact:
            self._buttons.addWidget(self.state)
            grid.addWidget(self.bar, 1, 0, 1, 2)
            grid.addWidget(self.rate, 1, 2, middle)
        else:
            self._buttons.removeWidget(self.state)
            grid.addWidget(self.state, 0, 0)
            grid.addWidget(self.bar, 1, 0, 1, 3)
            grid.addWidget(self.rate, 2, 2, middle)
        self._show_steps()
        self._show_progress()

    # What is shown.

    def refresh(self) -> None:
        if self._asked is not None and self._session.state != self._asked[1]:
            self._asked = None
        self._show_go()
        self._show_stop()
        self._show_steps()
        self._show_progress()
        self._show_message()
        self.rate.refresh()
        say, elsewhere = self._words.say, self._session.elsewhere
        if elsewhere:
            _put(self.earlier, say("training.elsewhere", name=elsewhere))
        else:
            _put(self.earlier, say("training.earlier") if self._edited() else "")

    def _edited(self) -> bool:
        """Whether the layout would not give the run that is shown. Compared anew only when one of them is another."""
        layout, run = self._document.root, self._session.run_layout
        if self._compared is None or self._compared[0] is not layout or self._compared[1] is not run:
            self._compared = (layout, run, run is not None and not trained_alike(layout, run))
        return self._compared[2]

    def _show_go(self) -> None:
        session, say, errors = self._session, self._words.say, self._document.root_inference.errors
        training = self._document.root.training
        enabled = True
        if session.state == "running":
            self._wear("pause", "training.pause", "")
            tip, self._deed = say("training.pause_tip"), self._pause
            enabled = self._asked is None
        elif session.state == "paused":
            self._wear("play", "training.go_on", "primary")
            tip, self._deed = say("training.go_on_tip"), session.resume
        elif session.busy:
            self._wear("play", "training.train", "primary")
            tip, enabled = say(f"session.{session.state}"), False
        elif errors:
            self._wear("problem_error", "training.problems", "")
            tip, self._deed = say("training.problems_tip"), self.problems_wanted.emit
        elif training.dataset.name == NO_DATA:
            self._wear("table", "training.choose_data", "")
            tip, self._deed = say("training.no_data"), self.data_wanted.emit
        else:
            self._wear("play", "training.train", "primary")
            again = "train_again" if session.run_layout is not None else "train"
            key = f"training.{again}_tip" if self._document.ready else "training.not_ready_tip"
            tip = say(key, epochs=training.epochs, dataset=training.dataset.name)
            self._deed = self._start
        text = say(self._look[1]) if self._look is not None and self._look[1] != "training.problems" else ""
        count = len(errors)
        self.go.setText(text or say("training.problems_one" if count == 1 else "training.problems", count=count))
        self.go.setEnabled(enabled)
        self.go.setToolTip(tip)
        self.go.setAccessibleDescription(tip)

    def _wear(self, icon: str, key: str, kind: str) -> None:
        if self._look != (icon, key, kind):
            self._look = (icon, key, kind)
            set_property(self.go, "kind", kind)
            self._recolour()

    def _show_stop(self) -> None:
        busy = self._session.busy
        self.stop.setText(self._words.say("training.stop"))
        self.stop.setEnabled(busy and (self._asked is None or self._asked[0] != "training.stopping"))
        self.stop.setToolTip(self._words.say("training.stop_tip" if busy else "training.stop_idle_tip"))
        self.stop.setAccessibleDescription(self.stop.toolTip())

    def _show_steps(self) -> None:
        # The tool bar has them too, for where there is no room.
        self.steps.setVisible(not self._compact and not self._wordy)
        self.steps.refresh(self._asked is not None)

    @property
    def _wordy(self) -> bool:
        """Whether the first button says more than a word."""
        return self._look is not None and self._look[1] in ("training.problems", "training.choose_data")

    def _show_progress(self) -> None:
        session, say, progress = self._session, self._words.say, self._session.progress
        # Pressed before PyTorch was there: it is that which takes the time.
        waiting = session.state == "preparing" and not session.devices
        state = say("session.starting" if waiting else f"session.{session.state}")
        if progress is not None and session.state in ("running", "paused"):
            key = "training.epoch" if session.state == "running" else "training.paused_at"
            state = say(key, epoch=max(progress.epoch, 1), epochs=progress.epochs)
        if self._asked is not None:
            state = say(self._asked[0])
        self.state.setText(state)
        # Beside the buttons there is room only while these say little.
        crowded = self._compact and self._wordy
        self.state.setVisible(session.state not in (WORDY if self._compact else ("ready",)) and not crowded)
        begun = progress is not None and session.state not in ("starting", "preparing", "downloading")
        self.details.setVisible(begun if self._compact else session.state != "ready")
        self.bar.setVisible(begun)
        self.numbers.setVisible(begun and not self._compact)
        self.left.setVisible(not self._compact)
        self._show_step(begun)
        self.left.setText(time_left(progress, self._words) if progress and session.state == "running" else "")
        if progress is None or not begun:
            return
        self.bar.setValue(round(FINE * progress.fraction))
        self.bar.setAccessibleName(state)
        self.numbers.setText(numbers(session, self._words))

    def _show_step(self, begun: bool) -> None:
        """Where there is room for it beside the epoch and the time."""
        steps = self._session.metrics.steps
        self.step.setText(self._words.say("training.step", step=int(steps[-1])) if len(steps) else "")
        needed = sum(part.sizeHint().width() + GAP for part in (self.state, self.step, self.left))
        self.step.setVisible(begun and not self._compact and needed <= self.details.width())

    def _show_message(self) -> None:
        """A failure, or what happens beside: in place, in a sentence."""
        set_property(self.message, "tone", "bad" if self._session.failure is not None else "")
        _put(self.message, message(self._session, self._words))

    def _recolour(self) -> None:
        if self._look is not None:
            icon, _, kind = self._look
            token = "accent_text" if kind == "primary" else "bad" if icon == "problem_error" else "text"
            self.go.setIcon(self._theme.icon(icon, token))
        self.stop.setIcon(self._theme.icon("stop"))
        self.steps.recolour()

    # What a person does.

    def _start(self) -> None:
        self._session.start(self._document.root)

    def _pause(self) -> None:
        self._session.pause()
        self._await_pause()

    def _stop(self) -> None:
        self._asked = ("training.stopping", self._session.state)
        self._session.stop()
        self.refresh()

    def _await_pause(self) -> None:
        self._asked = ("training.pausing", self._session.state)
        self.refresh()


def _put(where: QLabel, text: str) -> None:
    where.setText(text)
    where.setVisible(bool(text))
