"""Runs on the command line: every setting as an option, going on, the list of runs, and sweeps."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import main
from core.runs.folder import CHECKPOINT, WEIGHTS
from core.runs.numbers import epochs, steps
from core.runs.store import RunStore, read_entry, run_layout
from core.storage import dumps
from core.training.config import Choice
from tests.cli import program
from tests.kept_runs import digits, recorded
from tests.repository import REPOSITORY

MLP = REPOSITORY / "layouts" / "digits_mlp.json"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "network.json"
    path.write_text(dumps(digits(3)), encoding="utf-8")
    return path


class Told:
    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> None:
        try:
            self.status = main.main([str(argument) for argument in arguments])
        except SystemExit as ended:
            self.status = int(ended.code or 0)
        self.out, self.err = capsys.readouterr()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


def test_every_setting_is_an_option_that_changes_the_layout(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    options = (
        "--epochs 2 --seed 7 --batch-size 128 --accumulate 2 --warmup-steps 3 --patience 5 --threads 1 --lr 0.01 "
        "--clip-norm 1.5 --clip-value 0.5 --ema 0.5 --precision fp32 --no-compile --optimizer SGD --scheduler StepLR "
        "--set scheduler.step_size=1 --set optimizer.momentum=0.9 --set hidden.out_features=16"
    ).split()
    told = Told(capsys, "train", file, "--device", "cpu", "--run", run, "--json", *options)
    assert told.status == 0, told.err
    layout = run_layout(run)
    training = layout.training
    assert training.optimizer == Choice("SGD", {"lr": 0.01, "momentum": 0.9})
    assert training.scheduler == Choice("StepLR", {"step_size": 1})
    assert (training.epochs, training.seed, training.batch_size, training.accumulate) == (2, 7, 128, 2)
    assert (training.warmup_steps, training.patience, training.threads) == (3, 5, 1)
    assert (training.clip_norm, training.clip_value, training.ema) == (1.5, 0.5, 0.5)
    assert (training.precision, training.compile) == ("fp32", False)
    assert layout.nodes["hidden"].arguments["out_features"] == 16
    rates = steps(run, 3)[:, 1]
    assert rates[0] < 0.01 and np.unique(rates[-2:]).size == 1


@pytest.mark.parametrize(
    ("options", "status", "named"),
    [
        (["--batch-size", "0"], 2, "--batch-size"),
        (["--lr", "fast"], 2, "--lr"),
        (["--precision", "fp8"], 2, "fp32"),
        (["--set", "optimizer.lr"], 2, "PATH=VALUE"),
        (["--set", "optimizer.warp=1"], 1, "optimizer.warp"),
        (["--optimizer", "Warp"], 1, "Warp"),
        (["--set", "hidden.out_features=-1"], 1, "out_features"),
        (["--checkpoint", "soon"], 2, "--checkpoint"),
    ],
)
def test_an_option_that_does_not_fit_is_a_sentence(
    capsys: pytest.CaptureFixture[str], file: Path, options: list[str], status: int, named: str
) -> None:
    told = Told(capsys, "train", file, *options)
    assert (told.status, told.out) == (status, "")
    assert named in told.err and "Traceback" not in told.err


def test_an_interrupted_run_goes_on_to_the_same_end(tmp_path: Path, file: Path) -> None:
    """Ctrl+C, then `--resume`, in processes of their own: the losses of one that was left alone."""
    run, whole = tmp_path / "run", tmp_path / "whole"
    command = [sys.executable, str(REPOSITORY / "main.py"), "train", str(file), "--device", "cpu", "--threads", "1"]
    command += ["--epochs", "60", "--json", "--run", str(run)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130
    stopped = read_entry(run)
    assert (stopped.state, stopped.can_go_on) == ("stopped", True)
    assert stopped.step > 0
    resumed = program("train", "--resume", run, "--json")
    assert (resumed.returncode, resumed.stderr) == (0, "")
    first, *_, last = map(json.loads, resumed.stdout.splitlines())
    assert first == {"event": "resumed", "step": stopped.step, "run": str(run)}
    assert last["event"] == "finished"
    program("train", file, "--device", "cpu", "--threads", "1", "--epochs", "60", "--run", whole)
    assert np.array_equal(steps(run, 3)[:, :2], steps(whole, 3)[:, :2])
    assert [one.test_loss for one in epochs(run)] == [one.test_loss for one in epochs(whole)]
    assert (run / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()


def test_going_on_takes_the_run_as_it_was(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    recorded(run, digits(2))
    for options in (["--lr", "0.1"], ["--set", "batch_size=3"], [str(file)], ["--run", str(tmp_path / "new")]):
        told = Told(capsys, "train", *options, "--resume", run)
        assert told.status == 1
        assert options[0] in told.err
    told = Told(capsys, "train", "--resume", run, "--epochs", "3")
    assert told.status == 0
    assert [one.epoch for one in epochs(run)] == [1, 2, 3]
    assert "epoch 3/3" in told.out


def test_there_is_nothing_to_go_on_with_in_another_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = Told(capsys, "train", "--resume", tmp_path)
    assert (told.status, told.out) == (1, "")
    assert str(tmp_path) in told.err
    run = tmp_path / "run"
    recorded(run, digits(1))
    (run / CHECKPOINT).write_bytes(b"PK not a checkpoint")
    told = Told(capsys, "train", "--resume", run)
    assert told.status == 1
    assert str(run / CHECKPOINT) in told.err
    (run / "layout.json").write_text("{}")
    assert str(run / "layout.json") in Told(capsys, "train", "--resume", run).err


def test_checkpoints_come_as_often_as_they_are_asked_for(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    from core.runs import checkpoint

    run = tmp_path / "run"
    command = [sys.executable, str(REPOSITORY / "main.py"), "train", str(file), "--device", "cpu", "--epochs", "100000"]
    process = subprocess.Popen(
        [*command, "--json", "--run", str(run), "--checkpoint", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    # The line of an epoch comes after its checkpoint.
    last = [json.loads(process.stdout.readline()) for _ in range(2)][-1]
    process.kill()
    process.communicate()
    assert checkpoint.read(run / CHECKPOINT)["step"] >= last["step"]
    assert read_entry(run).state == "failed"


def test_runs_are_listed_searched_compared_and_exported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.runs.notes import write_notes

    root = tmp_path / "runs"
    monkeypatch.setenv("LAYERLOOM_RUNS", str(root))
    empty = Told(capsys, "runs")
    assert empty.status == 0 and str(root) in empty.out
    recorded(root / "slow", digits(2, optimizer=Choice("SGD", {"lr": 0.001})))
    recorded(root / "fast", digits(2, optimizer=Choice("SGD", {"lr": 0.1})))
    (root / "broken").mkdir()
    (root / "broken" / "run.json").write_text("{")
    write_notes(root / "fast", name="the fast one", tags=["lesson"])
    told = Told(capsys, "runs")
    assert told.status == 0
    assert all(word in told.out for word in ("the fast one", "slow", "broken", "finished", "2/2"))
    found = json.loads(Told(capsys, "runs", "--json", "lesson").out)
    assert [one["run"] for one in found] == [str(root / "fast")]
    assert found[0]["configuration"]["optimizer"]["arguments"] == {"lr": 0.1}
    assert (found[0]["state"], found[0]["can_go_on"], found[0]["tags"]) == ("finished", True, ["lesson"])
    broken = json.loads(Told(capsys, "runs", "--json", "broken").out)
    assert broken[0]["state"] == "broken" and "run.json" in broken[0]["message"]
    compared = json.loads(Told(capsys, "runs", "--json", "--compare", "finished").out)
    assert {one["what"]: set(one["values"]) for one in compared["differences"]} == {"optimizer.lr": {"0.001", "0.1"}}
    assert "optimizer.lr" in Told(capsys, "runs", "--compare", "finished").out
    told = Told(capsys, "runs", "lesson", "--csv", tmp_path / "csv")
    assert told.status == 0 and str(tmp_path / "csv") in told.err
    assert sorted(path.name for path in (tmp_path / "csv").iterdir()) == ["fast-epochs.csv", "fast-steps.csv"]
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("")
    refused = Told(capsys, "runs", "lesson", "--csv", in_the_way)
    assert refused.status == 1 and str(in_the_way) in refused.err


def test_without_tensorboard_the_sentence_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from core.runs.export import tensorboard_is_here

    recorded(tmp_path / "runs" / "one", digits(1))
    told = Told(capsys, "runs", "--folder", tmp_path / "runs", "--tensorboard", tmp_path / "board")
    if tensorboard_is_here():
        assert told.status == 0 and list((tmp_path / "board" / "one").iterdir())
    else:
        assert told.status == 1 and "pip install" in told.err


def test_a_sweep_fills_the_store(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    root = tmp_path / "runs"
    options = ["--folder", str(root), "--device", "cpu", "--epochs", "1", "--json"]
    told = Told(capsys, "sweep", file, *options, "--grid", "optimizer.lr=0.1,0.001", "--grid", "batch_size=64,128")
    assert told.status == 0, told.err
    names = [line["name"] for line in told.lines if line["event"] == "variant"]
    assert names == [f"optimizer.lr={rate} batch_size={size}" for rate in ("0.1", "0.001") for size in (64, 128)]
    entries = {entry.name: entry for entry in RunStore(root).runs()}
    assert set(entries) == set(names)
    assert len({entry.tags for entry in entries.values()}) == 1
    assert {entry.state for entry in entries.values()} == {"finished"}
    for line in told.lines:
        if line["event"] == "finished":
            assert Path(str(line["run"])) in {entry.folder for entry in entries.values()}
    one = entries["optimizer.lr=0.001 batch_size=128"]
    assert run_layout(one.folder).training.batch_size == 128


def test_a_variant_that_fails_does_not_end_a_sweep(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    root = tmp_path / "runs"
    options = ["--folder", str(root), "--device", "cpu", "--epochs", "2", "--loss", "MSELoss", "--optimizer", "SGD"]
    told = Told(capsys, "sweep", file, *options, "--grid", "optimizer.lr=1000,0.01")
    assert told.status == 1
    assert "optimizer.lr=1000" in told.err and "learning rate" in told.err
    assert {entry.name: entry.state for entry in RunStore(root).runs()} == {
        "optimizer.lr=1000": "failed", "optimizer.lr=0.01": "finished"
    }  # fmt: skip


def test_a_sweep_without_values_says_what_to_write(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert "--grid" in Told(capsys, "sweep", file).err
    assert "optimizer.warp" in Told(capsys, "sweep", file, "--grid", "optimizer.warp=1,2").err


def test_help_of_the_new_commands_is_in_the_readers_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYERLOOM_LANGUAGE", "ko")
    for command in ("train", "runs", "sweep"):
        told = Told(capsys, command, "--help")
        assert told.status == 0 and told.out.startswith("사용법: ")
        assert "show this" not in told.out
