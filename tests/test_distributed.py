"""Training in several processes: what one process learns, to 1e-5, and one voice for all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.torch import load_file

import main
from core.datasets.table_choice import choice_from
from core.datasets.table_survey import survey
from core.layout import Layout
from core.runs import checkpoint
from core.runs.folder import BEST, CHECKPOINT, WEIGHTS
from core.runs.numbers import confusion, epochs, steps
from core.runs.records import read_record
from core.storage import save
from core.text import Text
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.training.parts import Part
from core.training.place import place
from core.training.run import run_training
from tests.examples import chain, digits_mlp
from tests.launched import PATIENCE, SETTINGS, Launched, command, launched
from tests.repository import REPOSITORY

SAY = Text("en")
CLOSE: dict[str, Any] = {"rtol": 1e-5, "atol": 1e-5}
SGD = Choice("SGD", {"lr": 0.1, "momentum": 0.9})
LAUNCHED = {"RANK": "1", "WORLD_SIZE": "4", "MASTER_ADDR": "localhost", "MASTER_PORT": "29500"}


def written(folder: Path, layout: Layout) -> Path:
    path = folder / "network.json"
    save(layout, path)
    return path


def trained(layout: Layout, **changes: object) -> Layout:
    return replace(layout, training=replace(layout.training, **changes))  # type: ignore[arg-type]


def numbers(run: Path) -> NDArray[np.float32]:
    """What each step of a kept run says, but for the time that it took."""
    columns = read_record(run)["step_columns"]
    return np.delete(steps(run, len(columns)), columns.index("seconds"), axis=1)


def same_learned(one: Path, several: Path) -> None:
    """Two kept runs with the same losses, rates, scores and weights."""
    mine, theirs = numbers(one), numbers(several)
    assert mine.shape == theirs.shape and len(mine)
    assert np.allclose(mine, theirs, equal_nan=True, **CLOSE)
    for ours, other in zip(epochs(one), epochs(several), strict=True):
        assert (ours.epoch, ours.step) == (other.epoch, other.step)
        assert np.allclose((ours.train_loss, ours.test_loss), (other.train_loss, other.test_loss), **CLOSE)
        for scores, others in ((ours.train_scores, other.train_scores), (ours.test_scores, other.test_scores)):
            assert scores.keys() == others.keys()
            assert np.allclose(list(scores.values()), list(others.values()), **CLOSE), (scores, others)
    table = confusion(one)
    assert (table is None) == (confusion(several) is None)
    if table is not None:
        assert np.array_equal(table, confusion(several))
    for name in (WEIGHTS, BEST):
        weights, others = load_file(one / name), load_file(several / name)
        assert weights.keys() == others.keys()
        for key, weight in weights.items():
            assert torch.allclose(weight, others[key], **CLOSE), key


EVERYTHING = TrainingConfig(
    loss=Choice("CrossEntropyLoss", {"label_smoothing": 0.1}),
    added_losses=(AddedLoss(Choice("MultiMarginLoss"), 0.5), AddedLoss(Choice("MSELoss"), 0.01)),
    optimizer=Choice("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    scheduler=Choice("ReduceLROnPlateau", {"patience": 0, "factor": 0.5, "threshold": 0.5}),
    warmup_steps=5,
    clip_norm=1.0,
    clip_value=0.05,
    accumulate=4,
    ema=0.9,
    patience=3,
    epochs=4,
    batch_size=50,
)
NUMBERS = TrainingConfig(Choice("diabetes"), Choice("MSELoss"), Choice("SGD", {"lr": 0.01}), batch_size=20, epochs=3)
NETWORKS = {
    # Three processes with parts of 120, 120 and 119, and a last batch of a single sample.
    "uneven": (trained(digits_mlp(), optimizer=SGD, batch_size=359, epochs=3), 3),
    # 28 batches of 50, one of 37: steps of four, and a last one of a single short batch.
    "everything": (trained(digits_mlp(), **vars(EVERYTHING)), 2),
    "numbers": (
        chain(("hidden", "Linear", {"out_features": 8}), ("answer", "Linear", {"out_features": 1}), training=NUMBERS),
        2,
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_several_processes_learn_what_one_learns(name: str, tmp_path: Path) -> None:
    layout, processes = NETWORKS[name]
    file, one, several = written(tmp_path, layout), tmp_path / "one", tmp_path / "several"
    assert main.main(["train", str(file), "--device", "cpu", "--run", str(one)]) == 0
    done = launched("train", file, "--device", "cpu", "--run-dir", several, "--json", processes=processes)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in told] == ["epoch"] * len(epochs(one)) + ["finished"]
    assert done.stderr == ""
    same_learned(one, several)


def test_an_interrupted_training_goes_on_with_the_same_random_numbers(tmp_path: Path) -> None:
    layout = chain(
        ("flatten", "Flatten", {}),
        ("hidden", "Linear", {"out_features": 32}),
        ("norm", "BatchNorm1d", {}),
        ("drop", "Dropout", {"p": 0.5}),
        ("logits", "Linear", {"out_features": 10}),
        training=TrainingConfig(epochs=100_000, batch_size=50),
    )
    broken_off, whole = tmp_path / "broken off", tmp_path / "whole"
    with Launched("train", written(tmp_path, layout), "--device", "cpu", "--run-dir", broken_off, "--json") as running:
        while (first := json.loads(running.line()))["event"] != "epoch":
            assert first["message"] == SAY("training_notice.batch_norm", processes=2)
        running.interrupt()
        status, out, err = running.end()
    assert status != 0
    assert err.count(SAY("cli.interrupted_kept", run=broken_off)) == 1
    assert all(json.loads(line)["event"] == "epoch" for line in out.splitlines())
    record = read_record(broken_off)
    assert record["outcome"]["state"] == "stopped"
    state = checkpoint.read(broken_off / CHECKPOINT)
    assert state["step"] == record["outcome"]["step"] > 0
    first_random, second_random = (process["random"]["cpu"] for process in state["trainer"]["processes"])
    assert not torch.equal(first_random, second_random)
    ends = str(state["trainer"]["epoch"] + 1)
    gone_on = launched("train", "--resume", broken_off, "--epochs", ends)
    assert gone_on.returncode == 0, gone_on.stderr
    assert gone_on.stderr.count(SAY("training_notice.batch_norm", processes=2)) == 1
    assert SAY("cli.resumed", step=state["step"], run=broken_off) in gone_on.stdout
    in_one_go = launched("train", tmp_path / "network.json", "--device", "cpu", "--run-dir", whole, "--epochs", ends)
    assert in_one_go.returncode == 0, in_one_go.stderr
    assert np.array_equal(numbers(broken_off), numbers(whole))
    weights, others = load_file(broken_off / WEIGHTS), load_file(whole / WEIGHTS)
    assert all(torch.equal(weight, others[key]) for key, weight in weights.items())


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are listed in /proc")
@pytest.mark.parametrize("rank", [0, 1])
def test_a_process_that_dies_ends_all(rank: int, tmp_path: Path) -> None:
    file, run = written(tmp_path, trained(digits_mlp(), epochs=100_000)), tmp_path / "run"
    with Launched("train", file, "--device", "cpu", "--run-dir", run, "--checkpoint", "0", "--json") as running:
        assert json.loads(running.line())["event"] == "epoch"
        running.kill(rank)
        status, _, err = running.end()
    assert status != 0
    # The first process is the only voice.
    assert err.count(SAY("training_failure.process_lost")) == rank
    record = read_record(run)
    assert record["outcome"]["state"] == ("failed" if rank else "running")
    assert 0 < checkpoint.read(run / CHECKPOINT)["step"] <= record["outcome"]["step"]
    gone_on = run_training(trained(digits_mlp(), epochs=1), "cpu", resume=checkpoint.read(run / CHECKPOINT))
    assert [type(event).__name__ for event in gone_on][-1] == "Finished"


def test_what_fails_in_one_process_is_said_once(tmp_path: Path) -> None:
    """Each process has data of its own, as on two machines; the file is missing on the second one."""
    for rank in "01":
        (tmp_path / rank).mkdir()
    table = "width,height,kind\n" + "".join(f"{row % 7},{row % 5},{'ab'[row % 2]}\n" for row in range(40))
    (tmp_path / "0" / "table.csv").write_text(table, encoding="utf-8")
    choice = choice_from(survey(tmp_path / "0" / "table.csv"), folder=tmp_path / "0")
    layout = chain(("logits", "Linear", {"out_features": 2}), training=TrainingConfig(choice, epochs=3))
    file = written(tmp_path, layout)
    script = f'exec "{sys.executable}" "{REPOSITORY / "main.py"}" train "{file}" --json --data "{tmp_path}/$RANK"'
    launcher = command("--no-python", "sh", "-c", script)
    done = subprocess.run(
        launcher,
        env={**os.environ, **SETTINGS},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode != 0
    (told,) = (json.loads(line) for line in done.stdout.splitlines())
    assert told["event"] == "failed"
    assert str(tmp_path / "1" / "table.csv") in told["message"]
    assert done.stderr.count(told["message"]) == 1


def test_wrong_usage_is_said_once() -> None:
    done = launched("train", "nothing.json", "--epoch", "3")
    assert done.returncode != 0
    assert done.stderr.count("--epoch") == 1 + done.stderr.count("--epochs")


def test_a_sweep_is_no_work_for_several_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**LAUNCHED, "RANK": "0"}.items():
        monkeypatch.setenv(name, value)
    assert main.main(["sweep", str(written(tmp_path, digits_mlp())), "--grid", "seed=1,2"]) == 1
    assert capsys.readouterr().err.strip() == SAY("cli.launch_train_only")


def test_a_launcher_s_variable_that_is_no_number_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**LAUNCHED, "RANK": "first"}.items():
        monkeypatch.setenv(name, value)
    assert main.main(["train", str(written(tmp_path, digits_mlp()))]) == 1
    assert capsys.readouterr().err.strip() == SAY("cli.launch_unreadable", name="RANK", received="first")


def test_the_environment_tells_which_process_this_is() -> None:
    assert place({}) is None
    assert place({name: value for name, value in LAUNCHED.items() if name != "MASTER_PORT"}) is None
    here = place({**LAUNCHED, "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "1", "GROUP_RANK": "1"})
    assert here is not None
    assert (here.rank, here.count, here.local_rank, here.local_count, here.node) == (1, 4, 0, 1, "1")


@given(st.integers(1, 9), st.integers(1, 60), st.integers(1, 200))
def test_every_sample_is_trained_and_counted_once(processes: int, batch_size: int, samples: int) -> None:
    parts = [Part(rank, processes) for rank in range(processes)]
    order = torch.randperm(samples)
    owned = [torch.cat(part.order(order, batch_size)) for part in parts]
    used = [0] * processes
    for start in range(0, samples, batch_size):
        batch = order[start : start + batch_size]
        seen, mean = [], 0.0
        for part, own in zip(parts, owned, strict=True):
            size = part.size(len(batch))
            mine = own[used[part.rank] : used[part.rank] + size]
            used[part.rank] += size
            # BatchNorm wants two.
            assert size >= min(2, len(batch))
            seen += mine[: part.counted(len(batch))].tolist()
            mean += part.weight(len(batch)) * mine.double().mean().item() / processes
        assert sorted(seen) == sorted(batch.tolist())
        assert mean == pytest.approx(batch.double().mean().item())
    assert used == [len(own) for own in owned]
