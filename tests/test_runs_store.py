"""The store of runs: listing whatever lies in the folder, names and notes, deletion, comparison, and exports."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.layout import Node, with_argument, with_node, without_nodes
from core.runs.compare import Difference, differences, run_differences
from core.runs.export import epoch_csv, scalars, step_csv, tensorboard_is_here, write_csv, write_tensorboard
from core.runs.folder import CHECKPOINT, LAYOUT, METRICS, NOTES, RUN, STEPS, new_folder, runs_folder
from core.runs.lock import RunLock
from core.runs.notes import LONGEST_NAME, read_notes, write_notes
from core.runs.numbers import epochs, replay, steps
from core.runs.records import mark_ended, read_record, write_record
from core.runs.store import RunStore, read_entry, run_layout, search
from core.text import Text
from core.training.config import AddedLoss, Choice
from core.training.events import EpochEnded, Finished, Steps
from core.training.metrics import Metrics
from tests.examples import digits_mlp, residual
from tests.kept_runs import digits, recorded


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has come to its end."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    assert isinstance(recorded(folder, digits(3))[-1], Finished)
    return folder


@pytest.fixture
def store(tmp_path: Path, trained: Path) -> RunStore:
    """Three copies of it."""
    for name in ("one", "two", "three"):
        shutil.copytree(trained, tmp_path / "runs" / name)
    return RunStore(tmp_path / "runs")


def in_store(store: RunStore) -> set[str]:
    return {entry.folder.name for entry in store.runs()}


def change(folder: Path, **changes: object) -> None:
    write_record(folder, {**read_record(folder), **changes})


def test_the_folder_of_runs_is_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LAYERLOOM_RUNS", str(tmp_path / "here"))
    assert runs_folder() == tmp_path / "here"
    assert RunStore().runs() == []
    monkeypatch.delenv("LAYERLOOM_RUNS")
    assert runs_folder().name == "runs"


def test_folders_are_named_by_when_and_what_and_never_shared(tmp_path: Path) -> None:
    from datetime import datetime

    now = datetime(2026, 3, 4, 5, 6, 7)
    names = [
        new_folder(tmp_path, title, now).name
        for title in ("Digits / MLP!", "Digits / MLP!", "손글씨 숫자", "../..", "")
    ]
    assert names == [
        "20260304-050607-digits-mlp", "20260304-050607-digits-mlp-2", "20260304-050607-손글씨-숫자",
        "20260304-050607", "20260304-050607-2",
    ]  # fmt: skip
    assert len(new_folder(tmp_path, "x" * 500, now).name) < 80


def test_what_was_told_while_training_is_read_back_bit_for_bit(tmp_path: Path) -> None:
    layout = digits(3, added_losses=(AddedLoss(Choice("CrossEntropyLoss", {"label_smoothing": 0.2}), 0.5),))
    told = recorded(tmp_path / "run", layout)
    live, kept = Metrics(), Metrics()
    record = read_record(tmp_path / "run")
    for event in told:
        live.take(event)
    replayed = list(replay(tmp_path / "run", len(record["step_columns"]), record["steps_per_epoch"]))
    for event in replayed:
        kept.take(event)
    assert np.array_equal(live.steps, kept.steps) and np.array_equal(live.losses, kept.losses)
    assert kept.epoch_table() == live.epoch_table()
    parts = [event.parts for event in replayed if isinstance(event, Steps)]
    expected = [event.parts for event in told if isinstance(event, Steps)]
    assert np.array_equal(np.concatenate(parts, 1), np.concatenate(expected, 1))  # type: ignore[arg-type]
    ended = [event for event in told if isinstance(event, EpochEnded)]
    assert [vars(event) | {"confusion": None} for event in ended] == [
        vars(event) | {"confusion": None} for event in epochs(tmp_path / "run")
    ]
    order = [type(event).__name__ for event in replayed]
    assert order == ["Steps", "EpochEnded"] * 3


def test_numbers_that_are_cut_off_are_read_as_far_as_they_are_whole(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(trained, folder)
    whole, lines = (folder / STEPS).read_bytes(), (folder / METRICS).read_bytes()
    (folder / STEPS).write_bytes(whole[:-5])
    (folder / METRICS).write_bytes(lines[:-5])
    assert len(steps(folder, 3)) == len(whole) // 12 - 1
    assert [event.epoch for event in epochs(folder)] == [1, 2]
    (folder / METRICS).write_bytes(b"\xff\x00 what is this")
    assert epochs(folder) == []


def test_the_newest_run_comes_first(store: RunStore) -> None:
    for day, name in enumerate(("two", "three", "one"), 1):
        change(store.root / name, started=f"2026-01-0{day}T00:00:00+00:00")
    assert [entry.folder.name for entry in store.runs()] == ["one", "three", "two"]


BROKEN = {
    "no record": lambda folder: (folder / RUN).unlink(),
    "not json": lambda folder: (folder / RUN).write_text("{"),
    "another format": lambda folder: (folder / RUN).write_text('{"format": "recipe"}'),
    "a list": lambda folder: (folder / RUN).write_text("[]"),
    "newer": lambda folder: change(folder, version=99),
    "no outcome": lambda folder: change(folder, outcome="yes"),
    "not a date": lambda folder: change(folder, started="yesterday"),
    "a word for a number": lambda folder: change(folder, epochs="many"),
    "deep": lambda folder: (folder / RUN).write_text("[" * 100_000),
    "bytes": lambda folder: (folder / RUN).write_bytes(b"\xff\xfe\x00"),
    "a folder": lambda folder: ((folder / RUN).unlink(), (folder / RUN).mkdir()),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_run_is_listed_as_broken_and_stops_no_other(store: RunStore, how: str) -> None:
    BROKEN[how](store.root / "two")
    entries = {entry.folder.name: entry for entry in store.runs()}
    assert {name: entry.state for name, entry in entries.items()} == {
        "one": "finished", "two": "broken", "three": "finished"
    }  # fmt: skip
    why = entries["two"].why
    assert why is not None
    for language in ("en", "ko"):
        assert "two" in Text(language)(why.rule, **why.values)
    store.delete(store.root / "two")
    assert in_store(store) == {"one", "three"}


def test_what_is_no_run_is_not_listed_and_not_deleted(store: RunStore, tmp_path: Path) -> None:
    (store.root / "letters").mkdir()
    (store.root / "letters" / "dear.txt").write_text("dear")
    (store.root / "a file").write_text("")
    assert in_store(store) == {"one", "two", "three"}
    for folder in (
        store.root / "letters",
        store.root,
        tmp_path,
        store.root / ".." / "runs" / "one",
        store.root / "gone",
    ):
        with pytest.raises(ValueError, match="no run"):
            store.delete(folder, for_good=True)
    assert (store.root / "letters" / "dear.txt").read_text() == "dear"


def test_a_run_that_nobody_trains_any_more_is_a_failed_one_that_can_go_on(store: RunStore) -> None:
    folder = store.root / "one"
    change(folder, outcome={"state": "running", "step": 20})
    lock = RunLock(folder)
    # The lock is this process's own: another one asks.
    assert _state_elsewhere(folder) == "running"
    lock.release()
    entry = next(entry for entry in store.runs() if entry.folder == folder)
    assert (entry.state, entry.can_go_on, entry.step) == ("failed", True, 20)
    assert entry.why is not None and entry.why.rule == "run.broken_off"
    mark_ended(folder, "failed", "training_failure.killed", {"code": "SIGKILL", "shape": ("N", 3)})
    entry = read_entry(folder)
    assert entry.why is not None and entry.why.rule == "training_failure.killed"
    assert entry.why.values["shape"] == ("N", 3)
    mark_ended(folder, "stopped")
    assert read_entry(folder).state == "failed"


def _state_elsewhere(folder: Path) -> str:
    import subprocess
    import sys

    from tests.repository import REPOSITORY

    code = "import sys, pathlib; from core.runs.store import read_entry as r; print(r(pathlib.Path(sys.argv[1])).state)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_listing_needs_no_torch(store: RunStore) -> None:
    import subprocess
    import sys

    from tests.repository import REPOSITORY

    code = (
        "import sys, pathlib; from core.runs.store import RunStore; RunStore(pathlib.Path(sys.argv[1])).runs();"
        "print({'torch', 'numpy', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(store.root)], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_names_notes_and_tags_are_kept_beside_the_run_and_searched(store: RunStore) -> None:
    one, two = store.root / "one", store.root / "two"
    write_notes(
        one, name="  the  good\none ", notes="Dropout helped.\nTry more.", tags=["course", "course", " week 3 "]
    )
    write_notes(two, notes="드롭아웃 없이")
    write_notes(one, tags=["course", "week 4"])
    entries = {entry.folder.name: entry for entry in store.runs()}
    assert (entries["one"].name, entries["one"].label) == ("the good one", "the good one")
    assert entries["one"].notes == "Dropout helped.\nTry more."
    assert entries["one"].tags == ("course", "week 4")
    found = {words: {entry.folder.name for entry in search(store.runs(), words)} for words in (
        "", "dropout", "DROPOUT more", "#course", "드롭아웃", "adam", "adam course", "nothing", "finished"
    )}  # fmt: skip
    everything = {"one", "two", "three"}
    assert found == {
        "": everything, "dropout": {"one"}, "DROPOUT more": {"one"}, "#course": {"one"}, "드롭아웃": {"two"},
        "adam": everything, "adam course": {"one"}, "nothing": set(), "finished": everything,
    }  # fmt: skip
    write_notes(one, name="x" * 10_000)
    assert len(read_notes(one).name) == LONGEST_NAME
    (two / NOTES).write_text("[1, 2")
    assert read_entry(two).state == "finished"


def test_what_changed_on_the_disk_is_read_again(store: RunStore) -> None:
    assert {entry.device for entry in store.runs()} == {"cpu"}
    change(store.root / "two", device="cuda:0")
    assert sorted(entry.device for entry in store.runs()) == ["cpu", "cpu", "cuda:0"]
    shutil.rmtree(store.root / "two")
    assert in_store(store) == {"one", "three"}


def test_deleting_goes_to_the_trash_and_back_or_for_good(store: RunStore) -> None:
    trashed = store.delete(store.root / "one")
    assert trashed is not None and in_store(store) == {"two", "three"}
    assert store.restore(trashed) == store.root / "one"
    assert in_store(store) == {"one", "two", "three"}
    again = store.delete(store.root / "one")
    shutil.copytree(store.root / "two", store.root / "one")
    # Two of one name in the trash, and one of that name outside.
    assert store.delete(store.root / "one") not in (None, again)
    assert store.delete(store.root / "two", for_good=True) is None
    assert in_store(store) == {"three"}
    store.empty_trash()
    assert again is not None and not again.exists()


def test_a_linked_run_is_unlinked_and_stays_where_it_is(store: RunStore, trained: Path) -> None:
    (store.root / "link").symlink_to(trained)
    store.delete(store.root / "link", for_good=True)
    assert (trained / RUN).is_file() and "link" not in in_store(store)


def test_what_differs_is_short_and_says_the_default() -> None:
    base = digits_mlp()
    assert differences([base, replace(base, title="another"), base]) == []
    rated = digits(optimizer=Choice("Adam", {"lr": 0.01}))
    plain = digits(optimizer=Choice("Adam"))
    assert differences([rated, plain]) == [Difference("optimizer.lr", ("0.01", "0.001"))]
    wide = with_argument(rated, "hidden", "out_features", 64)
    assert differences([rated, wide]) == [Difference("hidden.out_features", ("32", "64"))]
    sgd = digits(optimizer=Choice("SGD", {"lr": 0.01, "momentum": 0.9}), batch_size=8)
    assert differences([rated, sgd]) == [
        Difference("optimizer", ("Adam", "SGD")),
        Difference("optimizer.momentum", (None, "0.9")),
        Difference("batch_size", ("64", "8")),
    ]
    scheduled = digits(optimizer=Choice("Adam", {"lr": 0.01}), scheduler=Choice("StepLR", {"step_size": 2}))
    told = {one.what: one.values for one in differences([rated, scheduled])}
    assert told == {"scheduler": (None, "StepLR"), "scheduler.step_size": (None, "2")}


def test_what_differs_in_the_network_names_nodes() -> None:
    base = residual()
    more = with_node(base, "drop", Node("Dropout", {"p": 0.1}))
    assert differences([base, more]) == [Difference("drop", (None, "Dropout(p=0.1)"))]
    assert [one.what for one in differences([base, without_nodes(base, {"relu"})])] == ["relu"]
    rewired = replace(base, edges=base.edges[:-1])
    assert differences([base, rewired]) == [Difference("wires", ("stem→sum", "–"))]
    other = replace(base, nodes={**base.nodes, "relu": replace(base.nodes["relu"], layer="Tanh")})
    assert differences([base, other]) == [Difference("relu", ("ReLU()", "Tanh()"))]


def test_what_differs_around_the_runs_is_device_threads_and_versions(store: RunStore) -> None:
    change(store.root / "two", device="cuda:0", torch="9.9")
    entries = [read_entry(store.root / name) for name in ("one", "two")]
    assert [one.what for one in run_differences(entries)] == ["device", "torch"]


def test_csv_is_read_back_to_the_same_numbers(trained: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(step_csv(trained))))
    kept = steps(trained, 3)
    assert [int(row["step"]) for row in rows] == list(range(1, len(kept) + 1))
    assert np.array_equal(np.array([float(row["loss"]) for row in rows], "f4"), kept[:, 0])
    assert [float(row["test_loss"]) for row in csv.DictReader(io.StringIO(epoch_csv(trained)))] == [
        event.test_loss for event in epochs(trained)
    ]
    written = write_csv(trained, tmp_path / "new" / "place")
    assert [path.name for path in written] == ["run-epochs.csv", "run-steps.csv"]
    assert written[1].read_text() == step_csv(trained)


def test_what_is_measured_is_told_with_its_step_and_time(trained: Path) -> None:
    told = list(scalars(trained))
    kept, ended = steps(trained, 3), epochs(trained)
    losses = [(value, step) for tag, value, step, _ in told if tag == "step/loss"]
    assert losses == [(float(value), step) for step, value in enumerate(kept[:, 0], 1)]
    accuracies = [(value, step) for tag, value, step, _ in told if tag == "epoch/test_accuracy"]
    assert accuracies == [(event.test_accuracy, event.step) for event in ended]
    assert all(seconds >= 0 for *_, seconds in told)


@pytest.mark.skipif(not tensorboard_is_here(), reason="the optional package tensorboard is not installed")
def test_tensorboard_reads_the_same_curve(trained: Path, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    place = write_tensorboard(trained, tmp_path)
    read = EventAccumulator(str(place), size_guidance={"scalars": 0}).Reload()
    assert [event.value for event in read.Scalars("step/loss")] == steps(trained, 3)[:, 0].tolist()


def test_the_layout_of_a_run_is_read_back(trained: Path) -> None:
    assert run_layout(trained) == digits(3)
    assert json.loads((trained / LAYOUT).read_text())["training"] == read_entry(trained).configuration
    assert (trained / CHECKPOINT).is_file()


@pytest.fixture(autouse=True)
def nothing_partial_is_left(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.rglob("*.part"))
