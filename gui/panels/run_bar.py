"""How a run is begun, paused and ended, and how far it is. It stays in sight, however small the panel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.datasets.facts import NO_DATA
from core.layout import Layout
from core.training.progress import Progress
from gui.document import Document
from gui.panels.styling import label, separator, set_property
from gui.panels.ticks import short
from gui.panels.training_edits import trained_alike
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

WORDY = ("ready", "starting", "preparing", "downloading")
"""States that nothing has come of yet, in many words."""
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
        self.state = label(self, voice="small")
        self.state.setObjectName("run-state")
        self.bar = QProgressBar(self)
        self.bar.setRange(0, FINE)
        self.bar.setTextVisible(False)
        self.numbers, self.left = label(self, voice="mono small"), label(self, voice="quiet")
        self.message = label(self, voice="small", wrap=True)
        self.message.setObjectName("run-message")
        self.earlier = label(self, voice="quiet", wrap=True)
        self._build()
        self.go.clicked.connect(lambda: self._deed())
        self.stop.clicked.connect(self._stop)
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
        buttons.addWidget(self.left)
        self.details = QWidget(self)
        self._grid = grid = QGridLayout(self.details)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.state, 0, 0)
        grid.addWidget(self.numbers, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.bar, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        column.addWidget(separator(self))
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 0, 12, 0)
        inner.setSpacing(8)
        inner.addLayout(buttons)
        for part in (self.details, self.message, self.earlier):
            inner.addWidget(part)
        column.addLayout(inner)

    def set_compact(self, compact: bool) -> None:
        """Whether there is little height: then the state stands beside the buttons, and the plots have the numbers."""
        if compact == self._compact:
            return
        self._compact = compact
        if compact:
            self._grid.removeWidget(self.state)
            self._buttons.addWidget(self.state)
        else:
            self._buttons.removeWidget(self.state)
            self._grid.addWidget(self.state, 0, 0)
        self._show_progress()

    # What is shown.

    def refresh(self) -> None:
        if self._asked is not None and self._session.state != self._asked[1]:
            self._asked = None
        self._show_go()
        self._show_stop()
        self._show_progress()
        self._show_message()
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
        wordy = self._look is not None and self._look[1] in ("training.problems", "training.choose_data")
        crowded = self._compact and wordy
        self.state.setVisible(session.state not in (WORDY if self._compact else ("ready",)) and not crowded)
        begun = progress is not None and session.state not in ("starting", "preparing", "downloading")
        self.details.setVisible(begun if self._compact else session.state != "ready")
        self.bar.setVisible(begun)
        self.numbers.setVisible(begun and not self._compact)
        self.left.setVisible(not self._compact)
        self.left.clear()
        if progress is None or not begun:
            return
        self.bar.setValue(round(FINE * progress.fraction))
        self.bar.setAccessibleName(state)
        self.numbers.setText(self._numbers(progress))
        if progress.seconds_left is not None and session.state == "running":
            self.left.setText(self._time(progress.seconds_left))

    def _numbers(self, progress: Progress) -> str:
        if progress.loss is None:
            return ""
        # Always as many digits, so that the line stands still while the number runs.
        loss = f"{progress.loss:.4f}" if 1e-3 < abs(progress.loss) < 100 else short(progress.loss)
        if progress.accuracy is None:
            return self._words.say("training.numbers", loss=loss)
        return self._words.say("training.numbers_accuracy", loss=loss, accuracy=f"{100 * progress.accuracy:.1f}")

    def _time(self, seconds: float) -> str:
        whole = max(round(seconds), 0)
        minutes, hours = whole // 60, whole // 3600
        if whole < 100:
            return self._words.say("training.left_seconds", seconds=whole)
        if hours < 1:
            return self._words.say("training.left_minutes", minutes=minutes, seconds=whole % 60)
        return self._words.say("training.left_hours", hours=hours, minutes=minutes % 60)

    def _show_message(self) -> None:
        """A failure, or what happens beside: in place, in a sentence."""
        failure, notice = self._session.failure, self._session.notice
        bad = failure is not None
        set_property(self.message, "tone", "bad" if bad else "")
        if failure is not None:
            _put(self.message, self._words.say(failure.rule, **failure.values))
        elif notice is not None:
            _put(self.message, self._words.say(notice.key, **notice.values))
        else:
            _put(self.message, "")

    def _recolour(self) -> None:
        if self._look is not None:
            icon, _, kind = self._look
            token = "accent_text" if kind == "primary" else "bad" if icon == "problem_error" else "text"
            self.go.setIcon(self._theme.icon(icon, token))
        self.stop.setIcon(self._theme.icon("stop"))

    # What a person does.

    def _start(self) -> None:
        self._session.start(self._document.root)

    def _pause(self) -> None:
        self._asked = ("training.pausing", self._session.state)
        self._session.pause()
        self.refresh()

    def _stop(self) -> None:
        self._asked = ("training.stopping", self._session.state)
        self._session.stop()
        self.refresh()


def _put(where: QLabel, text: str) -> None:
    where.setText(text)
    where.setVisible(bool(text))
