"""What can be looked at beside the loss, and across what: scores, rate, parts, confusion; epochs, steps, time."""

from __future__ import annotations

import numpy as np
import pytest
from learning import digits, stage_for, trained
from panel_stage import Stage
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.layout import Layout
from core.training.config import AddedLoss, Choice
from core.training.events import EpochEnded, Steps
from core.training.metrics import Metrics
from gui.panels.chart import Chart
from gui.panels.chart_lines import Line
from gui.panels.curve import Bend, Series, smoothed
from gui.panels.plot_scores import first_of
from gui.panels.plots import PlotsPanel
from gui.panels.run_curves import Axis, last_x, offered, unit
from gui.panels.ticks import short
from gui.theme import Theme
from gui.training_session import TrainingSession
from tests.examples import digits_mlp


def watched(session: TrainingSession, qtbot: QtBot, layout: Layout | None = None) -> Stage:
    stage = stage_for(PlotsPanel, session, qtbot, layout or digits(2), size=(900, 300))
    trained(session, qtbot, stage.document.layout)
    return stage


def test_accuracy_is_shown_first_and_every_score_can_be(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    button, chart = stage.panel.kind_button, stage.panel.accuracy
    assert button.text() == "Accuracy"
    assert button.kinds == ("accuracy", "top5", "precision", "recall", "f1", "rate", "confusion")
    for score in ("top5", "precision", "recall", "f1"):
        button.action_of[score].trigger()
        for line, side in zip(chart.lines, ("train", "test"), strict=True):
            assert np.array_equal(line.series.values, 100 * session.metrics.scores[f"{side}_{score}"])
    button.action_of["rate"].trigger()
    [line] = chart.lines
    assert np.array_equal(line.series.values, session.metrics.rates)


def test_what_was_chosen_is_shown_in_the_next_run_too(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    stage.panel.kind_button.action_of["f1"].trigger()
    trained(session, qtbot, stage.document.layout)
    assert stage.panel.kind_button.text() == "F1" and len(stage.panel.accuracy.lines[0].series) == 2
    stage.words.set_language("ko")
    assert stage.panel.kind_button.action_of["precision"].text().startswith("정밀도")


def test_several_losses_have_a_curve_each(session: TrainingSession, qtbot: QtBot) -> None:
    added = (AddedLoss(Choice("MultiMarginLoss"), 0.5),)
    stage = watched(session, qtbot, digits(2, added_losses=added))
    assert len(stage.panel.loss.lines) == 3
    stage.panel.kind_button.action_of["parts"].trigger()
    lines = stage.panel.accuracy.lines
    assert [line.name for line in lines] == ["CrossEntropyLoss", "MultiMarginLoss"]
    assert len({line.token for line in lines}) == 2
    together = sum(line.series.values.astype(np.float64) for line in lines)
    assert np.allclose(together, session.metrics.losses, rtol=1e-5)


def test_the_confusion_matrix_is_read_by_pointer_and_keys(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    stage.panel.kind_button.action_of["confusion"].trigger()
    view, counts = stage.panel.confusion, session.metrics.confusion
    assert view.isVisible() and not stage.panel.accuracy.isVisible()
    assert counts is not None and f"{counts.trace()} of {counts.sum()}" in view.reading
    place = view.cell_rect((3, 5)).center().toPoint()
    qtbot.mouseMove(view, place)
    share = 100 * counts[3, 5] / counts[3].sum()
    assert view.reading == f"True 3, answered 5: {counts[3, 5]} of {counts[3].sum()} ({share:.1f} %)"
    qtbot.mouseMove(view, QPoint(2, 2))
    assert "Rows" in view.reading
    view.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        stage.press(view, key)
    assert view.reading.startswith("True 1, answered 1") and view.accessibleDescription() == view.reading
    stage.press(view, Qt.Key.Key_Escape)
    assert "Rows" in view.reading


def test_right_answers_are_darker_than_wrong_ones(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot, digits(8))
    stage.panel.kind_button.action_of["confusion"].trigger()
    view = stage.panel.confusion
    image = view.grab().toImage()

    def lightness(cell: tuple[int, int]) -> float:
        corner = view.cell_rect(cell).topLeft().toPoint() + QPoint(2, 2)
        return image.pixelColor(corner * image.devicePixelRatio()).lightnessF()

    wrong = next((row, column) for row, column in np.argwhere(session.metrics.confusion == 0) if row != column)
    assert all(lightness((at, at)) < lightness(wrong) - 0.2 for at in range(10))


def test_the_curves_can_be_seen_across_steps_and_time(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    panel, metrics = stage.panel, session.metrics
    steps = len(metrics.losses)
    stage.click(panel.loss.viewport())
    panel.across_button.action_of["steps"].trigger()
    assert panel.loss.x_range == panel.accuracy.x_range == (0.0, float(steps))
    assert float(panel.loss.lines[1].series.x(1)) == steps
    panel.across_button.action_of["time"].trigger()
    assert panel.loss.x_range[1] == pytest.approx(max(metrics.seconds[-1], metrics.marks[1][-1]))
    assert [float(panel.loss.lines[2].series.x(at)) for at in range(2)] == pytest.approx(list(metrics.seconds))
    assert panel.loss._frame.axes.unit == "seconds"
    panel.loss.point_at(float(metrics.seconds[0]))
    assert "seconds" in panel.loss.reading.heading and "step" in panel.loss.reading.heading
    panel.across_button.action_of["epochs"].trigger()
    assert panel.loss.x_range == (0.0, 2.0)


def test_log_is_for_what_can_be_far_apart(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    stage.click(stage.panel.log_button)
    assert stage.panel.loss.log and not stage.panel.accuracy.log
    stage.panel.kind_button.action_of["rate"].trigger()
    assert stage.panel.accuracy.log


# Without a window.


def told(scores: dict[str, float], epochs: int = 3, accuracy: float | None = None) -> Metrics:
    metrics = Metrics()
    for epoch in range(epochs):
        losses = np.linspace(1, 0.5, 10, dtype=np.float32)
        metrics.take(Steps(10 * epoch + 1, losses, epoch + 1, 2.0 ** (epoch + 1), rates=losses))
        metrics.take(
            EpochEnded(
                epoch + 1, 10 * epoch + 10, 1.0, 1.0, accuracy, accuracy, 1.0, 2.0 ** (epoch + 1), scores, scores
            )
        )
    return metrics


def test_a_regression_is_judged_by_its_errors() -> None:
    kinds = offered(told({"mae": 0.2, "rmse": 0.3, "r2": 0.9}))
    assert kinds == ["mae", "rmse", "r2", "rate"] and first_of(kinds, None) == "mae"
    assert first_of(offered(told({"f1": 0.5}, accuracy=0.7)), digits_mlp()) == "accuracy"
    assert first_of([], digits_mlp()) == "accuracy"


def test_time_goes_as_the_training_told_it() -> None:
    metrics = told({})
    axis = Axis("time", metrics, 10)
    series = axis.by_step(metrics.losses)
    # The epochs took 2, 2 and 4 seconds of ten steps each.
    assert [float(series.x(at)) for at in (9, 19, 24, 29)] == pytest.approx([2.0, 4.0, 6.0, 8.0])
    assert [series.nearest(x) for x in (-5.0, 2.0, 6.0, 99.0)] == [0, 9, 24, 29]
    first, last = series.window(4.0, 6.0)
    assert (first, last) == (19, 25)
    assert axis.step_at(6.0) == 25 and axis.reached == 8.0
    assert last_x(axis, None) == 8.0 and last_x(axis, 20) == 10.0


@pytest.mark.parametrize(("end", "words"), [(90, "seconds"), (600, "minutes"), (90_000, "hours")])
def test_time_is_told_in_the_unit_that_fits(end: float, words: str) -> None:
    assert unit("time", end)[0] == f"plots.{words}" and unit("steps", end) == ("plots.steps", 1.0)


def test_a_bent_curve_of_a_million_steps_keeps_its_extremes(qtbot: QtBot, qapp: QApplication) -> None:
    losses = np.full(1_000_000, 0.5, np.float32)
    losses[777_777], losses[123_456] = 9.0, -3.0
    bend = Bend(np.array([0.0, 400_000.0, 999_999.0]), np.array([0.0, 10.0, 300.0]))
    chart = Chart(Theme("light"), short)
    qtbot.addWidget(chart)
    chart.resize(600, 240)
    chart.show_lines([Line("step", Series(losses, 0.0, 3e-4, bend), "plot.train", "faint")], 300.0, 1e-3)
    x, y = chart._curves[0].getData()
    assert len(x) < 3000 and (y.max(), y.min()) == (9.0, -3.0)
    assert x[y.argmax()] == pytest.approx(float(np.interp(777_777, bend.indices, bend.places)))


def test_a_little_smoothing_of_very_many_values_is_few_points() -> None:
    values = np.random.default_rng(0).standard_normal(1_000_000).astype(np.float32)
    places, means = smoothed(values, 0, 1_000_000, 500, 5)
    assert len(places) < 1100 and (np.diff(places) > 0).all()
    whole = values.reshape(-1, 5).mean(1, dtype=np.float64)
    assert (means.max(), means.min()) == (whole.max(), whole.min())
