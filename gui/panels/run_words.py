"""What is said of a run while it goes and after it: its numbers, the time left, what went wrong, what fell back."""

from __future__ import annotations

from core.training.progress import Progress
from gui.panels.ticks import short
from gui.training_session import TrainingSession
from gui.words import Words

SCORES = (("test_r2", "R²"), ("test_mae", "MAE"))
"""What a regression is told by, instead of an accuracy: the first that there is."""


def numbers(session: TrainingSession, words: Words) -> str:
    """Loss and accuracy, or what suits the task; empty before the first step."""
    progress = session.progress
    if progress is None or progress.loss is None:
        return ""
    loss = steady(progress.loss)
    if progress.accuracy is not None:
        return words.say("training.numbers_accuracy", loss=loss, accuracy=f"{100 * progress.accuracy:.1f}")
    scores = session.metrics.scores
    for key, name in SCORES:
        if key in scores and len(scores[key]) and scores[key][-1] == scores[key][-1]:
            value = steady(float(scores[key][-1]))
            return words.say("training.numbers_score", loss=loss, score=name, value=value)
    return words.say("training.numbers", loss=loss)


def steady(value: float) -> str:
    """Always as many digits, so that the line stands still while the number runs."""
    return f"{value:.4f}" if 1e-3 < abs(value) < 100 else short(value)


def time_left(progress: Progress, words: Words) -> str:
    """How long it will still take; empty while nobody knows."""
    if progress.seconds_left is None:
        return ""
    whole = max(round(progress.seconds_left), 0)
    minutes, hours = whole // 60, whole // 3600
    if whole < 100:
        return words.say("training.left_seconds", seconds=whole)
    if hours < 1:
        return words.say("training.left_minutes", minutes=minutes, seconds=whole % 60)
    return words.say("training.left_hours", hours=hours, minutes=minutes % 60)


def message(session: TrainingSession, words: Words) -> str:
    """A failure; else what the run could not have as it was asked for, and what happens beside, in lines."""
    failure, notice = session.failure, session.notice
    told = [words.say(one.key, **one.values) for one in session.noticed]
    if failure is not None:
        return words.say(failure.rule, **failure.values)
    if notice is not None and notice not in session.noticed:
        told.append(words.say(notice.key, **notice.values))
    return "\n".join(told)
