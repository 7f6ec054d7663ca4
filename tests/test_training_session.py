"""Training from the window's side, with the real process: every way in which a run can go and end."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from examples import chain, digits_mlp, residual
from pytestqt.qtbot import QtBot

from core.inspection.tensors import look
from core.layout import Layout, with_argument
from core.text import Text
from core.training import events
from core.training.config import Choice, TrainingConfig
from core.training.devices import devices
from core.training.events import Steps
from core.training.run import run_training
from gui.training_session import TrainingSession

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def own_session(qtbot: QtBot) -> Iterator[TrainingSession]:
    """A session for tests that end its process."""
    session = TrainingSession()
    session.start_worker()
    until(qtbot, lambda: session.devices)
    yield session
    session.close()


def digits(epochs: int = 2, **changes: object) -> Layout:
    layout = digits_mlp()
    return replace(layout, training=replace(layout.training, epochs=epochs, **changes))  # type: ignore[arg-type]


def until(qtbot: QtBot, fact: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(fact()))


def said(session: TrainingSession, language: str = "en") -> str:
    assert session.failure is not None
    sentence = Text(language)(session.failure.rule, **session.failure.values)
    assert "{" not in sentence
    return sentence


def test_a_run_tells_its_states_and_ends_with_the_numbers_of_the_same_run_here(
    session: TrainingSession, qtbot: QtBot
) -> None:
    states = []
    session.changed.connect(lambda: states.append(session.state))
    layout = digits(3)
    session.start(layout)
    assert session.busy and session.run_layout is layout
    until(qtbot, lambda: not session.busy)
    # A short run may begin and end between two looks of the session; then nobody sees it running.
    assert [state for state in dict.fromkeys(states) if state != "running"] == ["preparing", "finished"]
    record = session.record
    assert record is not None and (record.device, record.seed, record.train_size) == ("cpu", 0, 1437)
    before = torch.get_num_threads()
    expected = [event for event in run_training(layout, "cpu", threads=record.threads) if isinstance(event, Steps)]
    torch.set_num_threads(before)
    assert np.array_equal(session.metrics.losses, np.concatenate([event.losses for event in expected]))
    assert session.metrics.epochs.tolist() == [1, 2, 3]
    progress = session.progress
    assert progress is not None and (progress.fraction, progress.epoch, progress.seconds_left) == (1.0, 3, 0.0)
    assert progress.loss == session.metrics.test_loss[-1]


def test_pause_holds_still_and_go_on_goes_on(session: TrainingSession, qtbot: QtBot) -> None:
    session.start(digits(100_000))
    until(qtbot, lambda: len(session.metrics.losses) > 50)
    session.pause()
    until(qtbot, lambda: session.state == "paused")
    count = len(session.metrics.losses)
    # The process answers questions while it pauses; nothing is trained meanwhile.
    session.watch(digits(100_000), "logits")
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.node == "logits")
    assert session.snapshot is not None and session.snapshot.step == count == len(session.metrics.losses)
    session.resume()
    until(qtbot, lambda: session.state == "running" and len(session.metrics.losses) > count)
    assert np.array_equal(np.diff(session.metrics.steps), np.ones(len(session.metrics.steps) - 1))


def test_stopping_while_paused_ends_the_run(session: TrainingSession, qtbot: QtBot) -> None:
    session.start(digits(100_000))
    until(qtbot, lambda: session.state == "running" and len(session.metrics.losses))
    session.pause()
    until(qtbot, lambda: session.state == "paused")
    session.stop()
    until(qtbot, lambda: session.state == "stopped")
    assert len(session.metrics.losses) and session.has_weights


def test_stopping_keeps_the_curve_and_another_run_can_follow(session: TrainingSession, qtbot: QtBot) -> None:
    pid = session.process_id
    session.start(digits(100_000))
    until(qtbot, lambda: len(session.metrics.epochs) > 1)
    session.stop()
    until(qtbot, lambda: session.state == "stopped")
    kept = session.metrics
    session.start(digits(1))
    until(qtbot, lambda: session.state == "finished")
    assert len(kept.losses) and len(session.metrics.losses) == 23 and session.process_id == pid


def test_a_second_start_while_one_runs_is_no_second_run(session: TrainingSession, qtbot: QtBot) -> None:
    first = digits(100_000)
    session.start(first)
    until(qtbot, lambda: session.state == "running")
    session.start(digits(1))
    assert session.run_layout is first


def test_signals_come_at_most_thirty_times_a_second(session: TrainingSession, qtbot: QtBot) -> None:
    times: list[float] = []
    session.measured.connect(lambda: times.append(time.monotonic()))
    session.start(digits(100_000))
    until(qtbot, lambda: len(times) > 40)
    assert (times[-1] - times[10]) / (len(times) - 11) > 0.030


def test_a_mistake_in_the_layout_is_a_sentence_about_the_node(session: TrainingSession, qtbot: QtBot) -> None:
    session.start(with_argument(digits(), "logits", "out_features", 7))
    until(qtbot, lambda: session.state == "failed")
    assert session.failure is not None and session.failure.node == "logits"
    assert "logits" in said(session) and "logits" in said(session, "ko")
    assert not session.has_weights and session.progress is None


def test_a_loss_that_is_no_number_keeps_its_curve(session: TrainingSession, qtbot: QtBot) -> None:
    session.start(digits(5, optimizer=Choice("SGD", {"lr": 1_000.0}), loss=Choice("MSELoss")))
    until(qtbot, lambda: session.state == "failed")
    assert "learning rate" in said(session)
    assert len(session.metrics.losses) and np.isfinite(session.metrics.losses).all()


def test_weights_are_seen_before_while_and_after_training(session: TrainingSession, qtbot: QtBot) -> None:
    layout = with_argument(digits(100_000), "hidden", "out_features", 24)
    session.watch(layout, "hidden")
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.node == "hidden")
    first = session.snapshot
    assert first is not None and first.source == "initial" and first.tensors[0].shape == (24, 64)
    session.start(layout)
    until(qtbot, lambda: session.snapshot and session.snapshot.source == "training" and session.snapshot.step > 20)
    live = session.snapshot
    assert live is not None and live.tensor("weight", "gradient") is not None
    session.stop()
    until(qtbot, lambda: session.snapshot and session.snapshot.source == "trained")
    assert session.snapshot is not None and session.snapshot.step == len(session.metrics.losses)
    # A layer that is another one by now is seen as it would start.
    session.watch(with_argument(layout, "hidden", "out_features", 16), "hidden")
    until(qtbot, lambda: session.snapshot and session.snapshot.source == "initial")
    assert session.snapshot.tensors[0].shape == (16, 64)


def test_the_weights_that_are_seen_first_are_those_that_training_starts_with(
    session: TrainingSession, qtbot: QtBot
) -> None:
    from core.compiler import compile_model
    from core.shapes import infer

    layout = chain(
        ("flatten", "Flatten", {}),
        ("dropout", "Dropout", {}),
        ("first", "Linear", {"out_features": 10}),
        training=TrainingConfig(seed=11),
    )
    session.watch(layout, "first")
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.node == "first")
    torch.manual_seed(11)
    model = compile_model(infer(layout))
    assert session.snapshot is not None
    weight = session.snapshot.tensor("weight")
    assert weight is not None and np.array_equal(weight.values, model.state_dict()["first.weight"].flatten().numpy())


def test_a_layout_with_mistakes_has_no_weights_to_see(session: TrainingSession, qtbot: QtBot) -> None:
    session.watch(digits(), "hidden")
    until(qtbot, lambda: session.snapshot is not None)
    session.watch(with_argument(digits(), "hidden", "out_features", -1), "hidden")
    until(qtbot, lambda: session.snapshot is None)


def test_looking_about_quickly_ends_at_the_last_node(session: TrainingSession, qtbot: QtBot) -> None:
    layout = residual()
    for node in ("stem", "first", "second", "sum", "logits", "stem", "second"):
        session.watch(layout, node)
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.node == "second")


def test_trained_weights_are_saved_as_safetensors(session: TrainingSession, qtbot: QtBot, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    session.start(digits(1))
    until(qtbot, lambda: session.state == "finished")
    session.save_weights(tmp_path / "weights.safetensors")
    until(qtbot, lambda: session.notice is not None)
    assert session.notice is not None and session.notice.key == "session.weights_saved"
    weights = load_file(tmp_path / "weights.safetensors")
    assert {name: tuple(tensor.shape) for name, tensor in weights.items()} == {
        "hidden.weight": (32, 64), "hidden.bias": (32,), "logits.weight": (10, 32), "logits.bias": (10,)
    }  # fmt: skip
    session.save_weights(tmp_path / "not" / "there.safetensors")
    until(qtbot, lambda: session.notice is not None and session.notice.key == "session.weights_not_saved")
    assert "{" not in Text("ko")(session.notice.key, **session.notice.values)


def test_a_device_that_is_missing_says_why(session: TrainingSession, qtbot: QtBot) -> None:
    session.set_device("cuda:17")
    session.start(digits(1))
    until(qtbot, lambda: session.state == "failed")
    session.set_device("auto")
    assert session.failure is not None and session.failure.rule.startswith("device.")
    said(session)


def test_without_a_network_the_sentence_names_the_folder(qtbot: QtBot, tmp_path: Path, no_network: None) -> None:
    session = TrainingSession(tmp_path)
    try:
        states = []
        session.changed.connect(lambda: states.append(session.state))
        # Nobody started the process yet: pressing Train does.
        session.start(digits(1, dataset=Choice("FashionMNIST")))
        until(qtbot, lambda: session.state == "failed")
        assert "downloading" in states
        assert str(tmp_path / "FashionMNIST" / "raw") in said(session)
        assert list(tmp_path.iterdir()) == []
        session.start(digits(1))
        until(qtbot, lambda: session.state == "finished")
    finally:
        session.close()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_process_is_a_sentence_and_a_new_one_trains(own_session: TrainingSession, qtbot: QtBot) -> None:
    session = own_session
    for number, rule in ((signal.SIGKILL, "killed"), (signal.SIGSEGV, "process_ended")):
        session.start(digits(100_000))
        until(qtbot, lambda: session.state == "running" and len(session.metrics.losses) > 10)
        dead = session.process_id
        assert dead is not None
        os.kill(dead, number)
        until(qtbot, lambda: session.state == "failed")
        said(session)
        assert session.failure is not None and session.failure.rule == f"training_failure.{rule}"
        assert session.process_id not in (None, dead)
        assert len(session.metrics.losses) > 10
    session.start(digits(1))
    until(qtbot, lambda: session.state == "finished")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_process_that_dies_while_idle_is_replaced_without_a_word(own_session: TrainingSession, qtbot: QtBot) -> None:
    session = own_session
    session.start(digits(1))
    until(qtbot, lambda: session.state == "finished")
    dead = session.process_id
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    until(qtbot, lambda: session.process_id != dead)
    assert session.state == "finished" and session.failure is None and not session.has_weights
    session.start(digits(1))
    until(qtbot, lambda: session.state == "finished" and session.has_weights)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_process_that_does_not_answer_stop_is_ended(
    own_session: TrainingSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = own_session
    session.start(digits(100_000))
    until(qtbot, lambda: len(session.metrics.losses) > 10)
    stuck = session.process_id
    assert stuck is not None
    os.kill(stuck, signal.SIGSTOP)
    session.stop()
    until(qtbot, lambda: session.state == "stopped")
    assert session.process_id != stuck and len(session.metrics.losses) > 10
    assert session.notice is not None and session.notice.key == "session.ended_stuck"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_control_c_in_the_terminal_does_not_end_the_process_alone(session: TrainingSession, qtbot: QtBot) -> None:
    session.start(digits(2))
    pid = session.process_id
    assert pid is not None
    os.kill(pid, signal.SIGINT)
    until(qtbot, lambda: session.state == "finished")
    assert session.process_id == pid


@pytest.mark.parametrize("moment", ["cold", "running", "paused"])
def test_closing_leaves_nothing_behind_at_any_moment(qtbot: QtBot, moment: str) -> None:
    session = TrainingSession()
    session.start_worker()
    pid = session.process_id
    if moment != "cold":
        session.start(digits(100_000))
        until(qtbot, lambda: len(session.metrics.losses) > 1)
    if moment == "paused":
        session.pause()
        until(qtbot, lambda: session.state == "paused")
    began = time.monotonic()
    session.close()
    assert time.monotonic() - began < 5
    assert session.process_id is None
    # The process was waited for: its number means nothing any more.
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)
    session.close()


def test_stopping_before_the_process_is_warm_trains_nothing(qtbot: QtBot) -> None:
    session = TrainingSession()
    try:
        session.start(digits(1))
        assert session.state == "preparing"
        session.stop()
        assert session.state == "stopped"
        until(qtbot, lambda: session.devices)
        assert session.state == "stopped" and len(session.metrics.losses) == 0
    finally:
        session.close()


PROGRAM = """
    import os, sys
    from dataclasses import replace
    sys.path[:0] = [{root!r}, {tests!r}]

    def main():
        from PySide6.QtCore import QCoreApplication
        from examples import digits_mlp
        from gui.training_session import TrainingSession
        app = QCoreApplication([])
        session = TrainingSession()
        layout = digits_mlp()
        def begun():
            if len(session.metrics.losses) > 10:
                print(session.process_id, 'torch' in sys.modules, flush=True)
                {ending}
        session.measured.connect(begun)
        session.start(replace(layout, training=replace(layout.training, epochs=100_000)))
        app.exec()

    if __name__ == "__main__":
        main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(
    "ending", ["app.quit()", "os._exit(3)", "os.kill(os.getpid(), 9)", "raise SystemExit"],
    ids=["no close", "sudden exit", "killed", "an exception"],
)  # fmt: skip
def test_the_process_ends_with_a_program_that_ends_in_mid_training(tmp_path: Path, ending: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(PROGRAM.format(root=str(ROOT), tests=str(ROOT / "tests"), ending=ending)))
    ended = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=300)
    pid, torch_here = int(ended.stdout.split()[0]), ended.stdout.split()[1]
    # Reading what the process says does not import torch on this side.
    assert torch_here == "False"
    deadline = time.monotonic() + 60
    while _alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        os.sched_yield()


def _alive(pid: int) -> bool:
    """Whether a process that is no child of ours runs: a zombie in a container without an init does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_the_process_imports_no_qt(qtbot: QtBot, session: TrainingSession) -> None:
    maps = Path(f"/proc/{session.process_id}/maps")
    if not maps.exists():
        pytest.skip("no /proc here")
    loaded = maps.read_text()
    assert "torch" in loaded and "Qt6" not in loaded and "PySide6" not in loaded


def test_what_travels_between_the_processes_is_plain(qtbot: QtBot) -> None:
    """Reading it must not import torch into the window's process: a second of standstill."""
    layout = chain(("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10}))
    layout = replace(layout, training=TrainingConfig(epochs=1))
    run = run_training(layout)
    sent: list[object] = list(run)
    assert run.model is not None
    sent.append(look("logits", run.model.get_submodule("logits"), "trained", 23))
    sent.append(events.Ready(devices(), 1, str(torch.__version__), 1))
    script = "import pickle, sys; pickle.load(sys.stdin.buffer); sys.exit('torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, input=pickle.dumps(sent), capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"")
