"""The numbers of a run, and what is told of it, from its events alone."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from examples import digits_mlp

from core.training import events
from core.training.devices import Device
from core.training.metrics import Metrics
from core.training.progress import Estimate
from core.training.story import Story


def steps(first: int, count: int, seconds: float = 0.0, epoch: int = 1) -> events.Steps:
    return events.Steps(first, np.arange(first, first + count, dtype=np.float32) / 10, epoch, seconds)


def epoch(number: int, step: int, seconds: float = 0.0) -> events.EpochEnded:
    return events.EpochEnded(number, step, 0.5 / number, 0.6, 0.7, 0.1 + 0.2, 1_000.0, seconds)


def started(epochs: int = 2, steps_per_epoch: int = 50) -> events.Started:
    return events.Started("cpu", 1, 0, epochs, steps_per_epoch, 100, 20, 10, "2", "3")


def test_metrics_grow_and_what_was_read_stays() -> None:
    metrics = Metrics()
    assert len(metrics.losses) == len(metrics.steps) == len(metrics.test_loss) == 0
    assert metrics.take(steps(1, 3))
    early = metrics.losses
    for first in range(4, 10_004, 100):
        metrics.take(steps(first, 100))
    assert early.tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert metrics.steps.tolist() == list(range(1, 10_004))
    assert np.array_equal(metrics.losses, (np.arange(1, 10_004, dtype=np.float32) / 10))
    with pytest.raises(ValueError):
        metrics.losses[0] = 1.0


def test_growing_copies_seldom() -> None:
    metrics = Metrics()
    metrics.take(steps(1, 1))
    bases = set()
    for first in range(2, 20_000):
        metrics.take(steps(first, 1))
        bases.add(id(metrics.losses.base))
    assert len(bases) < 10


def test_epochs_have_one_length_and_only_numbers_are_taken() -> None:
    metrics = Metrics()
    assert metrics.take(epoch(1, 23)) and metrics.take(epoch(2, 46))
    assert not metrics.take(events.Paused(3)) and not metrics.take(started())
    columns = (metrics.epochs, metrics.epoch_steps, metrics.train_loss, metrics.test_loss, metrics.train_accuracy)
    assert {len(column) for column in (*columns, metrics.test_accuracy, metrics.samples_per_second)} == {2}
    assert metrics.epoch_steps.tolist() == [23, 46] and metrics.train_loss.tolist() == [0.5, 0.25]


def test_tables_give_the_same_numbers_back() -> None:
    metrics = Metrics()
    metrics.take(steps(1, 5))
    metrics.take(epoch(1, 5))
    row = next(csv.DictReader(io.StringIO(metrics.epoch_table())))
    assert float(row["test_accuracy"]) == metrics.test_accuracy[0] == 0.1 + 0.2
    rows = list(csv.reader(io.StringIO(metrics.step_table())))
    assert rows[0] == ["step", "loss"] and [int(one[0]) for one in rows[1:]] == [1, 2, 3, 4, 5]
    assert np.float32(rows[5][1]) == metrics.losses[4]


def test_progress_is_told_from_the_pace() -> None:
    estimate = Estimate()
    assert estimate.progress is None
    estimate.take(started())
    progress = estimate.progress
    assert progress is not None and (progress.fraction, progress.seconds_left, progress.loss) == (0.0, None, None)
    estimate.take(steps(1, 25, seconds=1.0))
    estimate.take(epoch(1, 50, seconds=2.0))
    estimate.take(steps(51, 25, seconds=3.0, epoch=2))
    progress = estimate.progress
    assert progress is not None
    assert (progress.fraction, progress.epoch, progress.epochs) == (0.75, 2, 2)
    assert progress.seconds_left == pytest.approx(1.0)
    assert (progress.loss, progress.accuracy) == (pytest.approx(7.5), pytest.approx(0.3))
    estimate.take(events.Finished(100, 0.1, 0.9, 4.0))
    progress = estimate.progress
    assert progress is not None and (progress.fraction, progress.seconds_left) == (1.0, 0.0)


def test_the_time_left_follows_a_pace_that_changes() -> None:
    estimate = Estimate()
    estimate.take(started(1, 10_000))
    for second in range(1, 21):
        estimate.take(steps(10 * second - 9, 10, seconds=float(second)))
    for second in range(21, 41):
        estimate.take(steps(201 + 100 * (second - 21), 100, seconds=float(second)))
    progress = estimate.progress
    assert progress is not None and progress.seconds_left == pytest.approx((10_000 - 2_200) / 100)


def test_a_story_goes_from_start_to_end() -> None:
    story, states = Story(), []
    layout = digits_mlp()
    assert not story.busy
    story.take(events.Ready((Device("cpu", True),), 1, "2", 1))
    states.append(story.state)
    story.begin(layout)
    for event in (
        events.Preparing(),
        events.Downloading("MNIST", "/data", 5_500_000, 11_000_000),
        started(),
        steps(1, 5),
        events.Paused(5),
        events.Resumed(5),
        epoch(1, 50),
        events.Finished(100, 0.1, 0.9, 4.0),
    ):
        news = story.take(event)
        assert news
        states.append(story.state)
        if isinstance(event, events.Downloading):
            assert story.notice is not None and story.notice.values["received"] == "5.5"
    assert states == [
        "ready", "preparing", "downloading", "running", "running", "paused", "running", "running", "finished"
    ]  # fmt: skip
    assert story.layout is layout and story.has_weights and story.notice is None and story.record == started()


def test_a_new_run_forgets_the_failure_and_the_numbers_of_the_last() -> None:
    story = Story()
    story.begin(digits_mlp())
    story.take(started())
    story.take(steps(1, 5))
    story.take(events.Failed("hidden", "training_failure.node", {"node": "hidden"}))
    assert story.state == "failed" and story.failure is not None and story.failure.node == "hidden"
    kept = story.metrics
    story.begin(digits_mlp())
    assert story.busy and story.failure is None and len(story.metrics.losses) == 0 and len(kept.losses) == 5
