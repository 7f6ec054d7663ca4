"""How far training is, in one line: epoch, a bar, the time left, loss and accuracy. Stands beside the tabs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.panels.run_words import steady
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

BAR_WIDTH = 160


class ProgressStrip(QWidget):
    def __init__(self, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._words = session, words
        self.state = QLabel()
        self.state.setObjectName("training_state")
        self._bar = _Bar(theme)
        self.left = QLabel()
        self.numbers = QLabel()
        for label in (self.left, self.numbers):
            label.setProperty("quiet", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(12)
        for part in (self.state, self._bar, self.left, self.numbers):
            row.addWidget(part)
        session.changed.connect(self._show)
        words.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        session, say, progress = self._session, self._words.say, self._session.progress
        running = session.state in ("running", "paused")
        state = say(f"session.{session.state}")
        if running and progress is not None:
            # The state goes without saying while the bar moves.
            epoch = say("window.epoch", epoch=max(1, progress.epoch), epochs=progress.epochs)
            state = epoch if session.state == "running" else f"{epoch} · {state}"
        elif session.state == "downloading" and session.notice is not None:
            state = say(session.notice.key, **session.notice.values)
        self.state.setText(state)
        self._bar.setVisible(running)
        self._bar.show_fraction(progress.fraction if progress is not None else 0.0)
        seconds = progress.seconds_left if progress is not None and session.state == "running" else None
        self.left.setText("" if seconds is None else say("window.time_left", time=duration(self._words, seconds)))
        self.left.setVisible(bool(self.left.text()))
        numbers = []
        if progress is not None and progress.loss is not None:
            numbers.append(say("window.loss", loss=steady(progress.loss)))
        if progress is not None and progress.accuracy is not None:
            numbers.append(say("window.accuracy", percent=f"{100 * progress.accuracy:.1f}"))
        self.numbers.setText("   ".join(numbers))
        self.numbers.setVisible(bool(numbers))


def duration(words: Words, seconds: float) -> str:
    """`12 s`, `3 min 20 s`, `2 h 05 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return words.say("window.seconds", seconds=whole)
    if whole < 3600:
        return words.say("window.minutes", minutes=whole // 60, seconds=f"{whole % 60:02d}")
    return words.say("window.hours", hours=whole // 3600, minutes=f"{whole % 3600 // 60:02d}")


class _Bar(QWidget):
    """A thin line that fills. Painted here, because QProgressBar repaints more than it needs to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._filled = 0
        self.setFixedSize(QSize(BAR_WIDTH, 4))
        theme.changed.connect(self.update)

    def show_fraction(self, fraction: float) -> None:
        filled = round(BAR_WIDTH * min(1.0, max(0.0, fraction)))
        if filled != self._filled:
            self._filled = filled
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(self.rect(), 2, 2)
        painter.setBrush(self._theme.colour("accent"))
        painter.drawRoundedRect(QRectF(0, 0, self._filled, 4), 2, 2)
        painter.end()
