"""The numbers of a run as curves over epochs. The plots panel asks here and knows no metrics by name."""

from __future__ import annotations

import numpy as np

from core.training.metrics import Metrics
from gui.panels.chart_lines import Line
from gui.panels.curve import Series
from gui.words import Words

# While a run goes, the axis ends at one of these times a power of ten, so that it rarely moves.
ENDS = (1.0, 2.0, 5.0, 10.0)


def epoch_length(metrics: Metrics, expected: int) -> int:
    """Steps in an epoch: as the first epoch had, `expected` until it ended."""
    return int(metrics.epoch_steps[0]) if len(metrics.epoch_steps) else max(expected, 1)


def loss_lines(metrics: Metrics, steps_per_epoch: int, words: Words) -> list[Line]:
    """The loss of every step, and of every epoch on the training and on the test set."""
    steps = Series(metrics.losses, 1 / steps_per_epoch, 1 / steps_per_epoch)
    whole = bool(len(metrics.epochs))
    return [
        Line(words.say("plots.step"), steps, "plot.train", "faint", labelled=not whole),
        Line(words.say("plots.train"), Series(metrics.train_loss, 1.0), "plot.train", "solid", labelled=whole),
        Line(words.say("plots.test"), Series(metrics.test_loss, 1.0), "plot.test", "dashed", labelled=whole),
    ]


def accuracy_lines(metrics: Metrics, words: Words) -> list[Line]:
    """The accuracy of every epoch in percent."""
    return [
        Line(words.say("plots.train"), Series(100 * metrics.train_accuracy, 1.0), "plot.train", "solid"),
        Line(words.say("plots.test"), Series(100 * metrics.test_accuracy, 1.0), "plot.test", "dashed"),
    ]


def last_x(metrics: Metrics, steps_per_epoch: int, epochs: int | None) -> float:
    """Where the x axis ends: at the last point, or, while a run of `epochs` goes on, at a round number beyond it."""
    reached = max(len(metrics.losses) / steps_per_epoch, float(len(metrics.epochs)), 2 / steps_per_epoch)
    if epochs is None:
        return reached
    power = 10.0 ** np.floor(np.log10(reached))
    end = next(power * step for step in ENDS if power * step >= reached * (1 - 1e-9))
    # Beyond the last epoch there will be nothing.
    return float(max(min(end, epochs), reached))


def from_zero(low: float, high: float) -> tuple[float, float]:
    """A loss is seen from zero, or from below where it goes below."""
    room = max(high - min(low, 0.0), 1e-9) * 0.05
    return (min(0.0, low) - (room if low < 0 else 0.0), high + room)


def in_percent(low: float, high: float) -> tuple[float, float]:
    """An accuracy up to 100 %, from the tens below the lowest."""
    return max(0.0, 10 * np.floor((low - 2.0) / 10)), 101.0
