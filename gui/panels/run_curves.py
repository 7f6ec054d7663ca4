"""The numbers of a run as curves over steps, epochs or time. The plots ask here and know no metrics by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.training.metrics import Metrics
from gui.panels.chart_lines import Line
from gui.panels.curve import Bend, Series
from gui.words import Words

Across: TypeAlias = Literal["epochs", "steps", "time"]

ACROSS: tuple[Across, ...] = ("epochs", "steps", "time")
"""What x can count."""
SCORES = ("accuracy", "top5", "precision", "recall", "f1", "mae", "rmse", "r2")
"""In the order in which they are offered."""
SHARES = frozenset({"accuracy", "top5", "precision", "recall", "f1"})
"""Those that are told in percent."""
# While a run goes, the axis ends at one of these times a power of ten, so that it rarely moves.
ENDS = (1.0, 2.0, 5.0, 10.0)
UNITS = ((7200.0, "hours", 3600.0), (120.0, "minutes", 60.0), (0.0, "seconds", 1.0))
"""From how many seconds on time is told in what, and how many seconds that is."""
COLOURS = 8
"""Curves that are told apart by colour: `plot.1` and so on."""


@dataclass(frozen=True)
class Axis:
    """What x counts for one run."""

    across: Across
    metrics: Metrics
    steps_per_epoch: int

    def by_step(self, values: NDArray) -> Series:
        """The curve of something that each step has."""
        if self.across == "epochs":
            return Series(values, 1 / self.steps_per_epoch, 1 / self.steps_per_epoch)
        if self.across == "steps":
            return Series(values, 1.0, 1.0)
        steps, seconds = self.metrics.marks
        return _bent(values, np.concatenate([[0], steps]) - 1.0, np.concatenate([[0.0], seconds]))

    def by_epoch(self, values: NDArray) -> Series:
        """The curve of something that each epoch has."""
        if self.across == "time":
            return _bent(values, np.arange(len(values), dtype=np.float64), self.metrics.seconds)
        length = float(self.steps_per_epoch) if self.across == "steps" else 1.0
        return Series(values, length, length)

    @property
    def reached(self) -> float:
        """x of the last point."""
        if self.across == "time":
            seconds = (column[-1] for column in (self.metrics.marks[1], self.metrics.seconds) if len(column))
            return max(*map(float, seconds), 1e-3) if len(self.metrics.losses) else 1e-3
        epochs = max(len(self.metrics.losses) / self.steps_per_epoch, float(len(self.metrics.epochs)))
        epochs = max(epochs, 2 / self.steps_per_epoch)
        return epochs * self.steps_per_epoch if self.across == "steps" else epochs

    def epoch_at(self, x: float) -> float:
        if self.across == "epochs":
            return x
        return self.step_at(x) / self.steps_per_epoch

    def step_at(self, x: float) -> int:
        if self.across == "time":
            nearest = self.by_step(self.metrics.losses).nearest(x)
            return 1 + nearest if nearest is not None else 1
        return max(round(x * self.steps_per_epoch if self.across == "epochs" else x), 1)

    @property
    def least(self) -> float:
        """The narrowest range that can be looked at: a single step."""
        if self.across == "time":
            return self.reached / max(len(self.metrics.losses), 1)
        return 1.0 if self.across == "steps" else 1 / self.steps_per_epoch


def _bent(values: NDArray, indices: NDArray, places: NDArray) -> Series:
    count = max(len(values), 1)
    spacing = float(places[-1]) / count if len(places) else 1.0
    if not len(values) or not len(places):
        return Series(values[:0], 0.0, 1.0)
    return Series(values, 0.0, max(spacing, 1e-9), Bend(indices, places))


def epoch_length(metrics: Metrics, expected: int) -> int:
    """Steps in an epoch: as the first epoch had, `expected` until it ended."""
    return int(metrics.epoch_steps[0]) if len(metrics.epoch_steps) else max(expected, 1)


def loss_lines(axis: Axis, words: Words) -> list[Line]:
    """The loss of every step, and of every epoch on the training and on the test set."""
    metrics = axis.metrics
    whole = bool(len(metrics.epochs))
    return [
        Line(words.say("plots.step"), axis.by_step(metrics.losses), "plot.train", "faint", labelled=not whole),
        Line(words.say("plots.train"), axis.by_epoch(metrics.train_loss), "plot.train", "solid", labelled=whole),
        Line(words.say("plots.test"), axis.by_epoch(metrics.test_loss), "plot.test", "dashed", labelled=whole),
    ]


def score_lines(axis: Axis, score: str, words: Words, smooth: bool = False) -> list[Line]:
    """A score of every epoch on the training and on the test set; shares in percent."""
    return [
        Line(words.say(f"plots.{side}"), axis.by_epoch(score_values(axis.metrics, side, score)),
             f"plot.{side}", style, smooth=smooth)
        for side, style in (("train", "solid"), ("test", "dashed"))
    ]  # fmt: skip


def score_values(metrics: Metrics, side: str, score: str) -> NDArray[np.float64]:
    """(epochs,) of a side, `train` or `test`; nothing where it was not told."""
    if score == "loss":
        found = metrics.train_loss if side == "train" else metrics.test_loss
    elif score == "accuracy":
        found = metrics.train_accuracy if side == "train" else metrics.test_accuracy
    else:
        found = metrics.scores.get(f"{side}_{score}", np.empty(0))
    if not np.isfinite(found).any():
        return np.empty(0)
    return 100 * found if score in SHARES else found


def rate_lines(axis: Axis, words: Words) -> list[Line]:
    """The learning rate of every step."""
    return [Line(words.say("plots.rate_line"), axis.by_step(axis.metrics.rates), "plot.train", "solid")]


def part_lines(axis: Axis, names: Sequence[str]) -> list[Line]:
    """What each of several losses adds, at every step."""
    return [
        Line(name, axis.by_step(part), colour(index), "thin")
        for index, (name, part) in enumerate(zip(names, axis.metrics.parts, strict=False))
    ]


def offered(metrics: Metrics) -> list[str]:
    """What can be looked at beside the loss: scores, `rate`, `parts` and `confusion`."""
    found = [score for score in SCORES if len(score_values(metrics, "test", score))]
    if np.isfinite(metrics.rates[:1]).any():
        found.append("rate")
    if metrics.parts:
        found.append("parts")
    if metrics.confusion is not None:
        found.append("confusion")
    return found


def colour(index: int) -> str:
    """The token of one of several curves."""
    return f"plot.{1 + index % COLOURS}"


def last_x(axis: Axis, epochs: int | None) -> float:
    """Where the x axis ends: at the last point, or, while a run of `epochs` goes on, at a round number beyond it."""
    reached = axis.reached
    if epochs is None:
        return reached
    power = 10.0 ** np.floor(np.log10(reached))
    end = next(power * step for step in ENDS if power * step >= reached * (1 - 1e-9))
    # Beyond the last epoch there will be nothing; how long it takes nobody knows.
    last = {"epochs": float(epochs), "steps": float(epochs * axis.steps_per_epoch), "time": np.inf}[axis.across]
    return float(max(min(end, last), reached))


def unit(across: Across, end: float) -> tuple[str, float]:
    """The text key of what the numbers of x count, and how much of x one of them is."""
    if across != "time":
        return f"plots.{across}", 1.0
    return next((f"plots.{name}", length) for least, name, length in UNITS if end >= least)


def from_zero(low: float, high: float) -> tuple[float, float]:
    """A loss is seen from zero, or from below where it goes below."""
    room = max(high - min(low, 0.0), 1e-9) * 0.05
    return (min(0.0, low) - (room if low < 0 else 0.0), high + room)


def in_percent(low: float, high: float) -> tuple[float, float]:
    """A share up to 100 %, from the tens below the lowest."""
    return max(0.0, 10 * np.floor((low - 2.0) / 10)), 101.0


def up_to_one(low: float, high: float) -> tuple[float, float]:
    """R² as far as it says something: at -1 and below the network is worse than guessing the mean."""
    return min(0.0, max(low, -1.0) - 0.02), max(1.0, min(high, 1.0)) + 0.02
