"""Kept runs from the window's side: control, going on after a stop, a death or a new start of the program, sweeps."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from learning import digits, owned, until
from pytestqt.qtbot import QtBot

from core.runs.numbers import epochs, steps
from core.runs.records import read_record
from core.runs.store import RunStore, read_entry, run_layout
from core.runs.sweep import grid
from core.text import Text
from core.training.config import Choice
from gui.training_session import TrainingSession

RATE = {"optimizer": Choice("Adam", {"lr": 0.003})}

pytestmark = pytest.mark.usefixtures("own_runs")


@pytest.fixture
def own_session(qtbot: QtBot, tmp_path: Path) -> Iterator[TrainingSession]:
    """A session for tests that end its process."""
    session = TrainingSession(runs=tmp_path)
    session.start_worker()
    until(qtbot, lambda: session.devices)
    yield session
    session.close()


def finished(session: TrainingSession, qtbot: QtBot) -> None:
    until(qtbot, lambda: not session.busy)
    assert session.state == "finished", session.failure


def test_every_run_is_kept_where_the_session_says(session: TrainingSession, qtbot: QtBot, tmp_path: Path) -> None:
    session.start(digits(2))
    assert session.run_folder is None
    finished(session, qtbot)
    folder = session.run_folder
    assert folder is not None and folder.parent == tmp_path
    assert run_layout(folder) == session.run_layout
    assert [entry.folder for entry in RunStore(tmp_path).runs()] == [folder]
    kept = steps(folder, len(read_record(folder)["step_columns"]))
    assert np.array_equal(kept[:, 0], session.metrics.losses)
    session.start(digits(2))
    finished(session, qtbot)
    assert session.run_folder != folder and len(RunStore(tmp_path).runs()) == 2


def test_a_run_that_cannot_begin_leaves_nothing_behind(session: TrainingSession, qtbot: QtBot, tmp_path: Path) -> None:
    session.start(digits(2, dataset=Choice("none")))
    until(qtbot, lambda: session.state == "failed")
    assert session.run_folder is None and list(tmp_path.iterdir()) == []


def test_steps_and_epochs_one_by_one(session: TrainingSession, qtbot: QtBot) -> None:
    session.start(digits(3), until="step")
    until(qtbot, lambda: session.state == "paused")
    assert session.metrics.steps.tolist() == [1]
    session.step_once()
    until(qtbot, lambda: len(session.metrics.steps) == 2 and session.state == "paused")
    session.epoch_once()
    until(qtbot, lambda: session.metrics.epochs.tolist() == [1] and session.state == "paused")
    session.epoch_once()
    until(qtbot, lambda: session.metrics.epochs.tolist() == [1, 2] and session.state == "paused")
    session.resume()
    finished(session, qtbot)
    alone = session.metrics.losses.copy()
    session.start(digits(3))
    finished(session, qtbot)
    assert np.array_equal(session.metrics.losses, alone)


def test_the_learning_rate_changes_while_it_trains(session: TrainingSession, qtbot: QtBot) -> None:
    session.start(digits(100_000, **RATE), until="step")
    until(qtbot, lambda: session.state == "paused")
    assert session.rate == pytest.approx(0.003)
    session.set_rate(0.0625)
    assert session.rate == 0.0625
    session.step_once()
    until(qtbot, lambda: len(session.metrics.steps) == 2 and session.state == "paused")
    assert session.rate == 0.0625
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="learning rate"):
            session.set_rate(wrong)
    session.stop()
    until(qtbot, lambda: session.state == "stopped")
    assert session.run_folder is not None
    assert steps(session.run_folder, 3)[:, 1].tolist() == [np.float32(0.003), 0.0625]


def test_closing_the_program_and_going_on_tomorrow_is_as_never_having_stopped(
    qtbot: QtBot, tmp_path: Path, own_runs: None
) -> None:
    layout = digits(40, **RATE)
    with owned() as today:
        today.start(layout)
        until(qtbot, lambda: len(today.metrics.epochs) > 2)
        folder = today.run_folder
    # Closed in the middle of training.
    assert folder is not None
    left = read_entry(folder)
    assert (left.state, left.can_go_on) == ("stopped", True) and 0 < left.step < 40 * 23
    with owned() as tomorrow:
        tomorrow.resume_run(folder)
        assert tomorrow.run_layout == layout
        finished(tomorrow, qtbot)
        assert tomorrow.run_folder == folder
        resumed, epoch_table = tomorrow.metrics, [vars(one) for one in epochs(folder)]
        assert (np.diff(resumed.seconds) > 0).all()
        tomorrow.start(layout)
        finished(tomorrow, qtbot)
        assert np.array_equal(tomorrow.metrics.steps, resumed.steps)
        assert np.array_equal(tomorrow.metrics.losses, resumed.losses)
        assert np.array_equal(tomorrow.metrics.test_loss, resumed.test_loss)
        assert np.array_equal(tomorrow.metrics.train_accuracy, resumed.train_accuracy)
        assert len(epoch_table) == 40 and len(RunStore(tmp_path).runs()) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_run_is_marked_failed_and_goes_on(own_session: TrainingSession, qtbot: QtBot) -> None:
    session = own_session
    layout = digits(30, **RATE)
    session.start(layout)
    until(qtbot, lambda: len(session.metrics.epochs) > 1)
    assert session.process_id is not None and session.run_folder is not None
    folder = session.run_folder
    os.kill(session.process_id, signal.SIGKILL)
    until(qtbot, lambda: session.state == "failed")
    entry = read_entry(folder)
    assert (entry.state, entry.can_go_on) == ("failed", True)
    assert entry.why is not None and entry.why.rule == "training_failure.killed"
    assert "{" not in Text("ko")(entry.why.rule, **entry.why.values)
    session.resume_run(folder)
    finished(session, qtbot)
    resumed = session.metrics.losses.copy()
    session.start(layout)
    finished(session, qtbot)
    assert np.array_equal(session.metrics.losses, resumed)


def test_starting_over_stops_keeps_and_begins_anew(session: TrainingSession, qtbot: QtBot, tmp_path: Path) -> None:
    session.start(digits(100_000))
    until(qtbot, lambda: len(session.metrics.epochs) > 1)
    first = session.run_folder
    states: list[str] = []
    session.changed.connect(lambda: states.append(session.state))
    session.start_over()
    until(qtbot, lambda: session.run_folder not in (None, first) and session.state == "running")
    assert "stopped" in states and first is not None and read_entry(first).state == "stopped"
    session.stop()
    until(qtbot, lambda: session.state == "stopped")
    # A stop while starting over means stop.
    session.start_over()
    session.stop()
    until(qtbot, lambda: not session.busy)
    assert session.state == "stopped"


def test_a_run_that_cannot_go_on_says_why(session: TrainingSession, qtbot: QtBot, tmp_path: Path) -> None:
    session.resume_run(tmp_path / "nowhere")
    assert session.state == "failed" and session.failure is not None
    for language in ("en", "ko"):
        assert "nowhere" in Text(language)(session.failure.rule, **session.failure.values)
    session.start(digits(1))
    finished(session, qtbot)


def test_a_sweep_trains_one_after_the_other_under_their_names(
    session: TrainingSession, qtbot: QtBot, tmp_path: Path
) -> None:
    variants = grid(digits(1, **RATE), {"optimizer.lr": ["0.1", "0.01"], "batch_size": ["128", "256"]})
    session.start_sweep(variants)
    assert session.busy and session.sweep_left == 3
    until(qtbot, lambda: not session.busy and not session.sweep_left)
    entries = RunStore(tmp_path).runs()
    assert {entry.name for entry in entries} == {variant.name for variant in variants}
    assert len({entry.tags for entry in entries}) == 1
    # The run that fails is one of the table; the others follow.
    doomed = {"loss": ["MSELoss"], "optimizer": ["SGD"], "optimizer.lr": ["1000", "0.01"]}
    session.start_sweep(grid(digits(2), doomed))
    until(qtbot, lambda: not session.busy and not session.sweep_left)
    assert sorted(entry.state for entry in RunStore(tmp_path).runs()) == ["failed", *["finished"] * 5]
    session.start_sweep(grid(digits(100_000), {"batch_size": ["32", "64"]}))
    until(qtbot, lambda: session.state == "running")
    session.stop()
    until(qtbot, lambda: session.state == "stopped")
    assert not session.sweep_left and len(RunStore(tmp_path).runs()) == 7


def test_a_folder_of_runs_that_cannot_be_written_is_a_notice(
    session: TrainingSession, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("")
    monkeypatch.setenv("LAYERLOOM_RUNS", str(in_the_way / "runs"))
    session.start(digits(2))
    finished(session, qtbot)
    assert [notice.key for notice in session.noticed] == ["run.not_kept"]
    assert "{" not in Text("ko")(session.noticed[0].key, **session.noticed[0].values)
