"""The plots of a run as a person uses them: watch, zoom, read, smooth, save."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learning import digits, stage_for, trained, until
from panel_stage import Stage
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from core.layout import Layout
from core.training.config import Choice
from core.training.metrics import Metrics
from gui.panels.chart import Chart
from gui.panels.chart_lines import Line
from gui.panels.chart_marks import LABEL_HEIGHT, EndLabel, spread
from gui.panels.curve import Series, smoothed, thinned
from gui.panels.plots import PlotsPanel
from gui.panels.ticks import compact, log_ticks, short, ticks
from gui.theme import Theme
from gui.training_session import TrainingSession


def opened(session: TrainingSession, qtbot: QtBot, layout: Layout | None = None, language: str = "en") -> Stage:
    return stage_for(PlotsPanel, session, qtbot, layout or digits(), language=language, size=(900, 280))


def watched(session: TrainingSession, qtbot: QtBot, epochs: int = 2) -> Stage:
    """The panel after a whole run that it has seen."""
    stage = opened(session, qtbot, digits(epochs))
    trained(session, qtbot, stage.document.layout)
    return stage


def wheel(chart: Chart, notches: int) -> None:
    """Turn the wheel in the middle of the curves."""
    place = chart.plot_rect().center()
    viewport = chart.viewport()
    event = QWheelEvent(
        place, QPointF(viewport.mapToGlobal(place.toPoint())), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def mouse(chart: Chart, kind: QEvent.Type, place: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    """One event as the window system sends it; QTest remembers buttons from one test to the next."""
    viewport = chart.viewport()
    where = QPointF(place)
    event = QMouseEvent(kind, where, QPointF(viewport.mapToGlobal(place)), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def double_click(chart: Chart) -> None:
    place = chart.plot_rect().center().toPoint()
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, held in (
        (QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none),
        (QEvent.Type.MouseButtonDblClick, left), (QEvent.Type.MouseButtonRelease, none),
    ):  # fmt: skip
        mouse(chart, kind, place, left, held)


def drag(chart: Chart, button: Qt.MouseButton, distance: int) -> None:
    """To the left."""
    start = chart.plot_rect().center().toPoint()
    none = Qt.MouseButton.NoButton
    mouse(chart, QEvent.Type.MouseButtonPress, start, button, button)
    for step in range(1, 6):
        mouse(chart, QEvent.Type.MouseMove, start - QPoint(distance * step // 5, 0), none, button)
    mouse(chart, QEvent.Type.MouseButtonRelease, start - QPoint(distance, 0), button, none)


def point(qtbot: QtBot, chart: Chart, x: float) -> None:
    """Move the pointer over a place."""
    qtbot.mouseMove(chart.viewport(), QPoint(round(chart.pixel(x, 0).x()), round(chart.plot_rect().center().y())))


def span(chart: Chart) -> float:
    low, high = chart.x_range
    return high - low


def test_before_a_run_it_says_what_will_appear_and_how_to_make_it(qtbot: QtBot) -> None:
    fresh = TrainingSession()
    stage = opened(fresh, qtbot)
    empty = stage.panel.empty
    assert empty.isVisible() and "Train" in empty.text.text()
    stage.words.set_language("ko")
    assert "학습" in empty.text.text()


def test_the_curves_are_the_numbers_of_the_run(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    metrics = session.metrics
    steps, train, test = stage.panel.loss.lines
    per_epoch = len(metrics.losses) // 2
    assert np.array_equal(steps.series.values, metrics.losses)
    assert steps.series.x(per_epoch - 1) == pytest.approx(1.0) and steps.series.x(2 * per_epoch - 1) == pytest.approx(2)
    assert np.array_equal(train.series.values, metrics.train_loss)
    assert np.array_equal(test.series.values, metrics.test_loss)
    assert (train.style, test.style) == ("solid", "dashed")
    accuracy = [line.series.values for line in stage.panel.accuracy.lines]
    assert np.array_equal(accuracy[0], 100 * metrics.train_accuracy)
    assert np.array_equal(accuracy[1], 100 * metrics.test_accuracy)
    assert stage.panel.loss.x_range == (0.0, 2.0)


def test_it_grows_while_training_and_the_axis_ends_beyond_the_last_point(
    session: TrainingSession, qtbot: QtBot
) -> None:
    stage = opened(session, qtbot, digits(100_000))
    session.start(stage.document.layout)
    until(qtbot, lambda: session.record is not None and len(stage.panel.loss.lines[0].series) > 20)
    reached = len(session.metrics.losses) / session.record.steps_per_epoch
    assert not stage.panel.empty.isVisible() and stage.panel.loss.x_range[1] >= reached * 0.99
    until(qtbot, lambda: len(session.metrics.epochs) > 3)
    assert stage.panel.loss.x_range[1] in (5, 10, 20, 50, 100, 200, 500)
    session.stop()
    until(qtbot, lambda: not session.busy)
    last = len(session.metrics.losses) / session.record.steps_per_epoch
    assert stage.panel.loss.x_range[1] == pytest.approx(last)


def test_the_curve_stays_until_the_next_run_begins(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    stage.document.open(digits(5), None)
    assert len(stage.panel.loss.lines[1].series) == 2
    session.start(stage.document.layout)
    assert not stage.panel.empty.isVisible() and len(stage.panel.loss.lines[1].series) == 2
    until(qtbot, lambda: len(stage.panel.loss.lines[1].series) == 5)


def test_a_panel_that_nobody_sees_draws_nothing_and_catches_up(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    stage.window.hide()
    trained(session, qtbot, stage.document.layout)
    assert not stage.panel.loss.lines or len(stage.panel.loss.lines[1].series) != 2
    stage.window.show()
    assert len(stage.panel.loss.lines[1].series) == 2


def test_the_wheel_zooms_both_and_a_double_click_shows_everything(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    loss, accuracy = stage.panel.loss, stage.panel.accuracy
    reset = stage.panel.commands.reset
    assert loss.following and not reset.isEnabled()
    wheel(loss, 3)
    assert span(loss) < 1.5 and accuracy.x_range == pytest.approx(loss.x_range)
    assert not loss.following and reset.isEnabled()
    double_click(accuracy)
    assert loss.x_range == accuracy.x_range == (0.0, 2.0)
    assert loss.following and not reset.isEnabled()


def test_a_drag_moves_and_the_right_button_does_not_zoom(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    loss = stage.panel.loss
    drag(loss, Qt.MouseButton.RightButton, 100)
    assert loss.x_range == (0.0, 2.0)
    drag(loss, Qt.MouseButton.LeftButton, 100)
    assert loss.x_range[0] > 0.3 and span(loss) == pytest.approx(2.0)


def test_the_pointer_reads_the_nearest_step_and_epoch(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    loss, accuracy, metrics = stage.panel.loss, stage.panel.accuracy, session.metrics
    step = 30
    x = step / session.record.steps_per_epoch
    point(qtbot, loss, x)
    reading = loss.reading
    assert reading is not None and f"step {step}" in reading.heading
    assert [row[3] for row in reading.rows] == [
        short(float(metrics.losses[step - 1])), short(metrics.train_loss[0]), short(metrics.test_loss[0]),
    ]  # fmt: skip
    other = accuracy.reading
    assert other is not None and other.rows[0][3] == f"{100 * metrics.train_accuracy[0]:.1f} %"
    qtbot.mouseMove(loss.viewport(), QPoint(2, 2))
    assert loss.reading is None and accuracy.reading is None


def test_the_keys_read_zoom_and_show_everything(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot, 3)
    loss, metrics = stage.panel.loss, session.metrics
    loss.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(loss, Qt.Key.Key_Right)
    stage.press(loss, Qt.Key.Key_Right)
    assert loss.reading.rows[1][3] == short(metrics.train_loss[1])
    assert short(metrics.test_loss[1]) in loss.accessibleDescription()
    stage.press(loss, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert loss.reading.rows[0][3] == short(float(metrics.losses[metrics.epoch_steps[1]]))
    stage.press(loss, Qt.Key.Key_Plus)
    assert span(loss) == pytest.approx(3 / 1.25) and not loss.following
    for _ in range(30):
        stage.press(loss, Qt.Key.Key_Plus)
    assert span(loss) >= 1 / session.record.steps_per_epoch
    stage.press(loss, Qt.Key.Key_0)
    assert loss.x_range == (0.0, 3.0)
    stage.press(loss, Qt.Key.Key_Escape)
    assert loss.reading is None


def test_a_logarithmic_axis_names_the_losses_themselves(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    loss = stage.panel.loss
    stage.click(stage.panel.log_button)
    low, high = loss.y_range
    losses = session.metrics.losses
    assert 10**low < losses.min() and losses.max() < 10**high
    named = [float(words) for _, words in loss._frame.axes.vertical]
    assert named and min(losses.min(), *session.metrics.test_loss) / 2 < min(named) <= max(named) <= losses.max() * 2


def test_smoothing_draws_a_mean_that_stays_within_the_values(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    slider = stage.panel.smoothing.slider
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3):
        stage.press(slider, Qt.Key.Key_Right)
    assert stage.panel.smoothing.span == 25 and "25" in slider.toolTip()
    mean = stage.panel.loss._curves[1]
    _, values = mean.getData()
    assert mean.isVisible() and np.ptp(values) < np.ptp(session.metrics.losses)


def saved_as(stage: Stage, action: object, path: Path) -> None:
    """Choose a place in the dialog that an action opens."""
    action.trigger()  # type: ignore[attr-defined]
    [dialog] = [one for one in stage.panel.findChildren(QFileDialog, "save-plot") if one.isVisible()]
    stage.qtbot.waitExposed(dialog)
    name = dialog.findChild(QLineEdit)
    name.setText(str(path))
    stage.press(name, Qt.Key.Key_Return)
    until(stage.qtbot, lambda: stage.panel.message.isVisible())


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_saved_tables_hold_the_numbers_of_the_run_to_the_last_bit(
    session: TrainingSession, qtbot: QtBot, tmp_path: Path
) -> None:
    stage = watched(session, qtbot)
    actions, metrics = stage.panel.commands, session.metrics
    saved_as(stage, actions.epochs, tmp_path / "epochs.csv")
    assert str(tmp_path / "epochs.csv") in stage.panel.message.text()
    rows = table(tmp_path / "epochs.csv")
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        assert [float(row[name]) for row in rows] == getattr(metrics, name).tolist()
    assert [int(row["epoch"]) for row in rows] == [1, 2]
    saved_as(stage, actions.steps, tmp_path / "steps")
    rows = table(tmp_path / "steps.csv")
    assert np.array_equal(np.array([row["loss"] for row in rows], np.float32), metrics.losses)
    assert [int(row["step"]) for row in rows] == metrics.steps.tolist()


def test_the_saved_picture_is_twice_as_sharp_and_shows_both_curves(
    session: TrainingSession, qtbot: QtBot, tmp_path: Path
) -> None:
    stage = watched(session, qtbot)
    point(qtbot, stage.panel.loss, 1.0)
    saved_as(stage, stage.panel.commands.picture, tmp_path / "run.png")
    image = QImage(str(tmp_path / "run.png"))
    assert image.width() > 2 * (stage.panel.loss.width() + stage.panel.accuracy.width())
    colours = {image.pixel(x, y) for x in range(0, image.width(), 1) for y in range(0, image.height(), 2)}
    for token in ("plot.train", "plot.test", "panel"):
        assert stage.theme.colour(token).rgb() in colours
    # Drawn twice as large, the second plot begins beyond the middle.
    right = {image.pixel(x, y) for x in range(image.width() * 3 // 4, image.width()) for y in range(image.height())}
    assert stage.theme.colour("plot.test").rgb() in right


def test_a_place_that_cannot_be_written_is_named_in_place(
    session: TrainingSession, qtbot: QtBot, tmp_path: Path
) -> None:
    stage = watched(session, qtbot)
    path = tmp_path / "missing" / "run.csv"
    stage.panel.saver.save_table("epochs", path)
    assert stage.panel.message.isVisible() and str(path) in stage.panel.message.text()
    assert stage.panel.message.property("tone") == "bad"
    stage.panel.saver.save_picture(tmp_path / "missing" / "run.png")
    assert "run.png" in stage.panel.message.text()
    stage.panel.saver.save_table("epochs", tmp_path / "run.csv")
    assert stage.panel.message.property("tone") != "bad"


def test_the_menu_is_ours_in_the_chosen_language(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    stage.words.set_language("ko")
    viewport = stage.panel.loss.viewport()
    place = QPoint(100, 80)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    menu = stage.panel.findChild(QMenu)
    assert menu is not None
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        stage.words.say(f"plots.{key}")
        for key in ("reset", "log", "x_axis", "save_picture", "save_epochs", "save_steps")
    ]
    menu.close()


def test_words_and_colours_follow_the_menu(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)
    stage.words.set_language("ko")
    assert [line.name for line in stage.panel.loss.lines] == ["스텝", "학습", "테스트"]
    assert stage.panel.loss.accessibleName() == stage.words.say("plots.loss_name")
    stage.theme.set_choice("dark")
    loss = stage.panel.loss
    image = loss.grab().toImage()
    assert image.pixelColor(1, 1) == stage.theme.colour("panel")
    colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    assert stage.theme.colour("plot.test").rgb() in colours


def test_a_narrow_panel_puts_one_plot_below_the_other(session: TrainingSession, qtbot: QtBot) -> None:
    stage = watched(session, qtbot)

    def corner(chart: Chart) -> QPoint:
        return chart.mapTo(stage.panel, QPoint(0, 0))

    assert corner(stage.panel.loss).y() == corner(stage.panel.accuracy).y()
    assert stage.panel.loss.width() == stage.panel.accuracy.width()
    stage.window.resize(380, 420)
    stage.panel.resize(380, 420)
    until(qtbot, lambda: corner(stage.panel.accuracy).y() > corner(stage.panel.loss).y() + 100)
    assert stage.panel.loss.width() > 300


def test_a_nan_loss_leaves_the_rest_of_the_curve(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(optimizer=Choice("SGD", {"lr": 1000.0}), loss=Choice("MSELoss")))
    session.start(stage.document.layout)
    until(qtbot, lambda: session.state == "failed")
    losses = session.metrics.losses
    low, high = stage.panel.loss.y_range
    assert np.isfinite([low, high]).all() and high >= losses[np.isfinite(losses)].max()
    stage.panel.grab()


# The curves themselves, without a window.


@given(
    st.integers(0, 400), st.integers(1, 400), st.integers(2, 60),
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=400, max_size=400),
)  # fmt: skip
def test_thinning_keeps_the_extremes_the_ends_and_the_order(
    first: int, length: int, buckets: int, numbers: list[float]
) -> None:
    values = np.array(numbers, np.float32)
    last = min(first + length, 400)
    chosen = thinned(values, first, last, buckets)
    if first == last:
        assert not len(chosen)
        return
    assert (np.diff(chosen) > 0).all() and chosen[0] == first and chosen[-1] == last - 1
    assert values[chosen].min() == values[first:last].min() and values[chosen].max() == values[first:last].max()
    assert len(chosen) <= 2 * buckets + 6


def test_one_step_among_a_million_is_still_seen(qtbot: QtBot, qapp: QApplication) -> None:
    losses = np.full(1_000_000, 0.5, np.float32)
    losses[777_777] = 9.0
    chart = Chart(Theme("light"), short)
    qtbot.addWidget(chart)
    chart.resize(600, 240)
    chart.show_lines([Line("step", Series(losses, 1e-3, 1e-3), "plot.train", "faint")], 1000.0, 1e-3)
    x, y = chart._curves[0].getData()
    assert len(x) < 3000 and y.max() == 9.0
    assert x[y.argmax()] == pytest.approx(777.778)


def test_smoothing_is_the_mean_over_the_span() -> None:
    values = np.arange(1000, dtype=np.float32)
    places, means = smoothed(values, 0, 1000, 10_000, 9)
    middle = (places > 20) & (places < 980)
    assert np.allclose(means[middle], places[middle]) and len(places) >= 100
    assert np.allclose(smoothed(np.full(1000, 3.0), 0, 1000, 50, 100)[1], 3.0)


def test_a_growing_curve_keeps_the_points_it_has_chosen() -> None:
    """Else a live curve shimmers."""
    values = np.random.default_rng(0).standard_normal(10_000).astype(np.float32)
    before, after = thinned(values, 0, 9_000, 300), thinned(values, 0, 9_500, 300)
    settled = before[before < 8_900]
    assert np.array_equal(settled, after[after < 8_900])


@pytest.mark.parametrize(
    ("low", "high", "most", "words"),
    [
        (0, 20, 4, ["0", "5", "10", "15", "20"]),
        (0, 2.4, 5, ["0", "0.5", "1.0", "1.5", "2.0"]),
        (0, 100_000, 2, ["0", "50,000", "100,000"]),
        (-0.3, 0.3, 5, ["−0.2", "0", "0.2"]),
        (0, 3e-6, 3, ["0", "1e−6", "2e−6", "3e−6"]),
        (1, 1, 5, []),
    ],
)
def test_an_axis_has_round_numbers(low: float, high: float, most: int, words: list[str]) -> None:
    assert [text for _, text in ticks(low, high, most)] == words


def test_a_logarithmic_axis_has_round_numbers() -> None:
    assert [text for _, text in log_ticks(-3, 1, 4)] == ["0.001", "0.01", "0.1", "1", "10"]
    assert [text for _, text in log_ticks(-0.7, 0.4, 4)] == ["0.2", "0.5", "1", "2"]


def test_short_numbers() -> None:
    shown = [short(value) for value in (0.21341, -0.00012, 1.3e-9, 12_345.6, 3e7, float("nan"), float("-inf"), 0.0)]
    assert shown == ["0.2134", "−0.00012", "1.3e−9", "12,346", "3e7", "NaN", "−∞", "0"]
    assert [compact(value, 2) for value in (0.0731, -0.128, 12.34, 0.0, -3e-5)] == [
        "0.07",
        "−0.13",
        "12.3",
        "0.00",
        "−3e−5",
    ]


def test_the_labels_of_two_ends_that_meet_are_moved_apart() -> None:
    labels = [EndLabel(QPointF(0, y), str(y), "plot.train") for y in (50.0, 52.0, 199.0)]
    heights = [label.place.y() for label in spread(labels, 0, 200)]
    assert heights[1] - heights[0] >= LABEL_HEIGHT and heights[0] < 50 < 52 < heights[1]
    assert heights[2] == 199.0


def test_an_empty_run_has_no_curves(qtbot: QtBot, qapp: QApplication) -> None:
    from gui.panels.run_curves import ACROSS, Axis, last_x, loss_lines
    from gui.words import Words

    for across in ACROSS:
        axis = Axis(across, Metrics(), 10)
        lines = loss_lines(axis, Words("en"))
        assert not any(len(line.series) for line in lines) and last_x(axis, 20) > 0
