"""A run led by hand: single steps and epochs, another learning rate, starting over, going on with what was left."""

from __future__ import annotations

import os
import re
import signal
import sys
from dataclasses import replace

import numpy as np
import pytest
from examples import chain, digits_mlp
from learning import digits, owned, stage_for, until
from panel_stage import Stage
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.layout import Layout, with_argument, with_training
from core.runs.records import read_record
from core.text import LANGUAGES, Text
from core.training.config import Choice
from gui.panels.run_bar import RunBar
from gui.panels.training import TrainingPanel
from gui.training_session import TrainingSession

ADAM = Choice("Adam", {"lr": 0.003})

pytestmark = pytest.mark.usefixtures("own_runs")


def opened(session: TrainingSession, qtbot: QtBot, layout: Layout, **options: object) -> Stage:
    return stage_for(TrainingPanel, session, qtbot, layout, **{"size": (320, 460), **options})


def bar_of(stage: Stage) -> RunBar:
    bar = stage.panel.run
    assert isinstance(bar, RunBar)
    return bar


def steps(session: TrainingSession) -> int:
    return len(session.metrics.losses)


def diabetes(epochs: int) -> Layout:
    layout = chain(
        ("hidden", "Linear", {"out_features": 8}), ("relu", "ReLU", {}), ("out", "Linear", {"out_features": 1})
    )
    training = replace(layout.training, dataset=Choice("diabetes"), loss=Choice("MSELoss"), optimizer=ADAM)
    return with_training(layout, replace(training, epochs=epochs))


# --- steps and epochs ---


def test_a_run_is_led_step_by_step_and_epoch_by_epoch(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(3))
    bar = bar_of(stage)
    step, epoch = bar.steps.buttons["step_once"], bar.steps.buttons["epoch_once"]
    assert step.isEnabled() and epoch.isEnabled() and step.toolTip() and epoch.accessibleName() == "One epoch"
    stage.click(step)
    until(qtbot, lambda: session.state == "paused")
    assert steps(session) == 1 and bar.go.text() == "Go on" and session.run_layout is stage.document.layout
    assert bar.step.text() == "step 1"
    stage.click(step)
    until(qtbot, lambda: session.state == "paused" and steps(session) == 2)
    assert bar.step.isVisible() and bar.step.text() == "step 2"
    stage.click(epoch)
    until(qtbot, lambda: session.state == "paused" and len(session.metrics.epochs) == 1)
    stage.click(bar.go)
    until(qtbot, lambda: session.state == "finished")
    assert len(session.metrics.epochs) == 3 and step.isEnabled()


def test_one_epoch_from_a_running_training_pauses_at_its_end(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(100_000))
    bar = bar_of(stage)
    stage.click(bar.go)
    until(qtbot, lambda: session.state == "running" and steps(session))
    stage.click(bar.steps.buttons["epoch_once"])
    until(qtbot, lambda: session.state == "paused")
    assert session.metrics.epoch_steps[-1] == steps(session)


def test_what_cannot_be_trained_cannot_be_stepped(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, with_argument(digits(), "logits", "out_features", 7))
    assert stage.document.root_inference.errors
    assert not any(tool.isEnabled() for name, tool in bar_of(stage).steps.buttons.items() if name != "start_over")


def test_starting_over_begins_the_run_anew(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(100_000))
    bar = bar_of(stage)
    stage.click(bar.go)
    until(qtbot, lambda: len(session.metrics.epochs) > 1)
    first = session.run_folder
    stage.click(bar.steps.buttons["start_over"])
    until(qtbot, lambda: session.state == "running" and session.run_folder not in (None, first))
    assert session.run_layout is stage.document.layout


# --- the learning rate ---


def test_another_rate_is_typed_while_it_trains_and_the_scheduler_goes_on_from_it(
    session: TrainingSession, qtbot: QtBot
) -> None:
    halving = Choice("StepLR", {"step_size": 1, "gamma": 0.5})
    stage = opened(session, qtbot, digits(20, optimizer=ADAM, scheduler=halving))
    bar = bar_of(stage)
    assert not bar.rate.isVisible()
    stage.click(bar.steps.buttons["epoch_once"])
    until(qtbot, lambda: session.state == "paused")
    stage.click(bar.steps.buttons["step_once"])
    until(qtbot, lambda: session.state == "paused" and len(session.metrics.rates) > session.metrics.epoch_steps[-1])
    assert bar.rate.isVisible() and bar.rate.line.text() == "0.0015"
    stage.enter(bar.rate.line, "0.0625")
    assert session.rate == 0.0625 and bar.rate.line.text() == "0.0625"
    stage.click(bar.steps.buttons["step_once"])
    until(qtbot, lambda: session.metrics.rates[-1] == 0.0625 and session.state == "paused")
    stage.click(bar.steps.buttons["epoch_once"])
    until(qtbot, lambda: len(session.metrics.epochs) == 2 and session.state == "paused")
    stage.click(bar.steps.buttons["step_once"])
    until(qtbot, lambda: session.metrics.rates[-1] == 0.03125 and session.state == "paused")
    assert bar.rate.line.text() == "0.03125"
    # It is the run's alone: the layout is as it was.
    assert stage.document.layout.training.optimizer == ADAM and not stage.document.dirty


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rate_that_is_none_is_refused_in_place(session: TrainingSession, qtbot: QtBot, language: str) -> None:
    stage = opened(session, qtbot, digits(100_000, optimizer=ADAM), language=language)
    bar = bar_of(stage)
    stage.click(bar.steps.buttons["step_once"])
    until(qtbot, lambda: session.state == "paused")
    for typed, rule in (("0", "above"), ("fast", "not_real"), ("", "required"), ("2000", "maximum")):
        stage.enter(bar.rate.line, typed)
        assert bar.refusal.isVisible() and session.rate == pytest.approx(0.003)
        assert bar.refusal.text().split("{")[0] and bar.refusal.text() != typed
        assert Text(language).has(f"problem.field.{rule}")
        stage.press(bar.rate.line, Qt.Key.Key_Escape)
        assert not bar.refusal.isVisible() and bar.rate.line.text() == "0.003"


def test_what_is_being_typed_is_not_overwritten_by_the_run(session: TrainingSession, qtbot: QtBot) -> None:
    falling = Choice("CyclicLR", {"max_lr": 0.1, "step_size_up": 50})
    stage = opened(session, qtbot, digits(100_000, optimizer=ADAM, scheduler=falling))
    bar = bar_of(stage)
    stage.click(bar.go)
    until(qtbot, lambda: session.state == "running" and steps(session))
    shown = bar.rate.line.text()
    until(qtbot, lambda: bar.rate.line.text() != shown)
    stage.type(bar.rate.line, "0.0")
    before = steps(session)
    until(qtbot, lambda: steps(session) > before)
    assert bar.rate.line.text() == "0.0"


# --- what is told ---


def test_a_regression_tells_its_r2_instead_of_an_accuracy(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, diabetes(3))
    assert not stage.document.root_inference.errors
    bar = bar_of(stage)
    stage.click(bar.go)
    until(qtbot, lambda: not session.busy)
    assert session.state == "finished", session.failure
    r2 = f"{session.metrics.scores['test_r2'][-1]:.4f}"
    assert bar.numbers.text().endswith(f"R² {r2}") and "%" not in bar.numbers.text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_early_end_is_said(session: TrainingSession, qtbot: QtBot, language: str) -> None:
    still = digits(50, optimizer=Choice("SGD", {"lr": 1e-12}), patience=2)
    stage = opened(session, qtbot, still, language=language)
    bar = bar_of(stage)
    stage.click(bar.go)
    until(qtbot, lambda: session.state == "finished")
    ended = len(session.metrics.epochs)
    assert ended < 50
    assert bar.message.isVisible()
    assert bar.message.text() == Text(language)("session.ended_early", epoch=ended, patience=2)


# --- going on with what was left ---


def offered(stage: Stage) -> bool:
    return bar_of(stage).offer.isVisible()


def test_a_stopped_run_is_gone_on_with_and_loses_nothing(session: TrainingSession, qtbot: QtBot) -> None:
    layout = digits(25, optimizer=ADAM)
    stage = opened(session, qtbot, layout)
    bar = bar_of(stage)
    stage.click(bar.go)
    until(qtbot, lambda: len(session.metrics.epochs) > 1)
    stage.click(bar.stop)
    until(qtbot, lambda: session.state == "stopped")
    folder, left = session.run_folder, steps(session)
    until(qtbot, lambda: offered(stage))
    assert re.search(rf"step {left:,}\b", bar.offer.sentence.text())
    # It is a run of this network, and of no other.
    stage.document.apply("x", lambda one: with_argument(one, "hidden", "out_features", 8))
    until(qtbot, lambda: not offered(stage))
    stage.document.undo()
    until(qtbot, lambda: offered(stage))
    stage.click(bar.offer.button)
    assert not offered(stage)
    until(qtbot, lambda: session.state == "finished")
    assert session.run_folder == folder
    resumed = session.metrics.losses.copy()
    session.start(layout)
    until(qtbot, lambda: session.state == "finished")
    assert len(resumed) == 25 * 23 and np.array_equal(session.metrics.losses, resumed)
    until(qtbot, lambda: not session.busy and not offered(stage))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_after_a_crash_the_last_checkpoint_is_offered(qtbot: QtBot) -> None:
    with owned() as session:
        until(qtbot, lambda: session.devices)
        stage = opened(session, qtbot, digits(30, optimizer=ADAM))
        bar = bar_of(stage)
        stage.click(bar.go)
        until(qtbot, lambda: len(session.metrics.epochs) > 1)
        assert session.process_id is not None
        os.kill(session.process_id, signal.SIGKILL)
        until(qtbot, lambda: session.state == "failed" and offered(stage))
        assert session.failure is not None
        assert bar.message.text() == stage.words.say(session.failure.rule, **session.failure.values)
        stage.click(bar.offer.button)
        until(qtbot, lambda: session.state == "finished")
        assert not bar.message.isVisible() and len(session.metrics.losses) == 30 * 23


@pytest.mark.parametrize("paused", [False, True])
def test_a_run_that_was_left_when_the_program_ended_is_offered_the_next_time(qtbot: QtBot, paused: bool) -> None:
    layout = digits(100_000, optimizer=ADAM)
    with owned() as today:
        stage = opened(today, qtbot, layout)
        bar = bar_of(stage)
        stage.click(bar.go)
        until(qtbot, lambda: len(today.metrics.epochs) > 1)
        if paused:
            stage.click(bar.go)
            until(qtbot, lambda: today.state == "paused")
        folder = today.run_folder
    assert folder is not None
    with owned() as tomorrow:
        stage = opened(tomorrow, qtbot, digits_mlp())
        until(qtbot, lambda: not bar_of(stage).offer.runs.waiting)
        assert not offered(stage)
        stage.document.open(replace(layout, title="of another name"), None)
        until(qtbot, lambda: offered(stage))
        left = read_record(folder)["outcome"]["step"]
        stage.click(bar_of(stage).offer.button)
        until(qtbot, lambda: tomorrow.state == "running" and steps(tomorrow) > left)
        assert tomorrow.run_folder == folder and not bar_of(stage).earlier.isVisible()


# --- how it looks ---


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(300, 460), (300, 210)])
def test_while_it_trains_everything_is_inside_the_panel(
    session: TrainingSession, qtbot: QtBot, language: str, size: tuple[int, int]
) -> None:
    stage = opened(session, qtbot, digits(100_000, optimizer=ADAM), language=language, size=size)
    bar = bar_of(stage)
    stage.click(bar.go)
    until(qtbot, lambda: session.state == "running" and len(session.metrics.epochs))
    until(qtbot, lambda: bar.rate.isVisible() and bar.bar.isVisible())
    stage.panel.resize(*size)
    QApplication.processEvents()
    assert stage.panel.minimumSizeHint().width() <= size[0] and stage.panel.width() == size[0]
    inside = QRect(QPoint(0, 0), stage.panel.size())
    tools = [tool for tool in bar.steps.buttons.values() if tool.isVisible()]
    assert bool(tools) == (size[1] > 240)
    parts: list[QWidget] = [bar.go, bar.stop, bar.bar, bar.rate.line, bar.state, *tools]
    for part in (*parts, bar.numbers, bar.left):
        if part.isVisible():
            assert inside.contains(QRect(part.mapTo(stage.panel, QPoint(0, 0)), part.size())), part.objectName()
            assert part.width() >= min(part.minimumSizeHint().width(), part.sizeHint().width())
    assert bar.bar.width() > 60
