"""Control of a kept run through the real training process: pause, single steps, another rate, death, and going on.

Whatever happened in between, a run that goes on ends with the very numbers of one that was never disturbed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from core.layout import Layout
from core.runs.folder import BEST, CHECKPOINT, STEPS, WEIGHTS
from core.runs.numbers import epochs, steps
from core.runs.records import read_record
from core.runs.store import RunStore, read_entry
from core.training import commands, events
from core.training.config import AddedLoss, Choice
from tests.examples import chain, residual
from tests.kept_runs import Owner, digits, owned

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def shared(runs: Path) -> Iterator[Owner]:
    with owned(runs) as owner:
        yield owner


@pytest.fixture
def owner(shared: Owner) -> Owner:
    return shared


def demanding(epochs: int = 4) -> Layout:
    """Everything that has a state of its own: dropout, BatchNorm, Adam, a schedule, warm-up, an average, two losses."""
    layout = chain(
        ("flatten", "Flatten", {}),
        ("hidden", "Linear", {"out_features": 32}),
        ("norm", "BatchNorm1d", {}),
        ("relu", "ReLU", {}),
        ("dropout", "Dropout", {"p": 0.3}),
        ("logits", "Linear", {"out_features": 10}),
    )
    changes = {
        "scheduler": Choice("StepLR", {"step_size": 1, "gamma": 0.5}),
        "warmup_steps": 10,
        "ema": 0.9,
        "accumulate": 2,
        "clip_norm": 1.0,
        "added_losses": (AddedLoss(Choice("CrossEntropyLoss", {"label_smoothing": 0.1}), 0.5),),
    }
    training = digits(epochs, **changes).training
    return Layout(layout.title, layout.nodes, layout.edges, training)


def undisturbed(owner: Owner, layout: Layout) -> Path:
    owner.train(layout)
    folder = owner.kept()
    assert isinstance(owner.ended(), events.Finished)
    return folder


def assert_same_run(folder: Path, other: Path) -> None:
    """The numbers of every step and epoch, and the weights, to the last bit; times may differ."""
    ours, theirs = read_record(folder), read_record(other)
    columns = len(ours["step_columns"])
    timeless = [column for column in range(columns) if column != 2]
    our_steps, their_steps = steps(folder, columns), steps(other, columns)
    assert np.array_equal(our_steps[:, timeless], their_steps[:, timeless], equal_nan=True)
    assert (np.diff(our_steps[:, 2]) >= 0).all(), "the clock went back"
    assert [plain(event) for event in epochs(folder)] == [plain(event) for event in epochs(other)]
    for name in (BEST, WEIGHTS):
        assert (folder / name).read_bytes() == (other / name).read_bytes(), name
    assert ours["best"] == theirs["best"]
    timed = {"seconds"}
    for key in set(ours["outcome"]) | set(theirs["outcome"]):
        assert key in timed or ours["outcome"][key] == theirs["outcome"][key], key


def plain(event: events.EpochEnded) -> dict[str, object]:
    return {key: value for key, value in vars(event).items() if key not in ("samples_per_second", "seconds")}


@pytest.fixture(scope="module")
def reference(shared: Owner) -> Path:
    """The demanding run as it goes when nobody disturbs it."""
    return undisturbed(shared, demanding())


def test_a_kept_run_is_all_there(owner: Owner, reference: Path) -> None:
    entry = read_entry(reference)
    assert (entry.state, entry.epoch, entry.epochs, entry.device, entry.threads) == ("finished", 4, 4, "cpu", 1)
    assert entry.can_go_on and entry.best_loss == min(event.test_loss for event in epochs(reference))
    assert entry.versions["torch"] == str(torch.__version__)
    assert [one.folder for one in RunStore(owner.runs).runs()].count(reference) == 1
    told = np.concatenate([event.losses for event in owner.said if isinstance(event, events.Steps)])
    kept = steps(reference, len(read_record(reference)["step_columns"]))
    assert np.array_equal(told, kept[:, 0])
    assert not np.isnan(kept).any()


def test_stopping_and_going_on_in_a_new_process_is_as_never_having_stopped(owner: Owner, reference: Path) -> None:
    owner.train(demanding(), until="epoch")
    folder = owner.kept()
    # In the middle of the second epoch, which is over before anybody could say stop.
    owner.wait(events.Paused)
    owner.send(commands.StepOnce())
    owner.wait(events.Steps, lambda event: event.epoch == 2)
    owner.send(commands.Stop())
    stopped = owner.ended()
    assert isinstance(stopped, events.Stopped) and read_entry(folder).state == "stopped"
    with owned(owner.runs) as tomorrow:
        tomorrow.train(demanding(), resume=str(folder))
        assert isinstance(tomorrow.ended(), events.Finished)
        # Its owner hears the whole run, not only what came after.
        told = np.concatenate([event.losses for event in tomorrow.said if isinstance(event, events.Steps)])
        assert np.array_equal(told, steps(reference, len(read_record(reference)["step_columns"]))[:, 0])
        assert [event.epoch for event in tomorrow.said if isinstance(event, events.EpochEnded)] == [1, 2, 3, 4]
    assert_same_run(folder, reference)
    record = read_record(folder)
    assert [change["step"] for change in record["resumed"]] == [stopped.step]
    assert record["outcome"]["seconds"] > 0


@POSIX
def test_a_process_that_dies_at_random_moments_loses_nothing(runs: Path, reference: Path) -> None:
    """Killed again and again, and gone on with, until it has come to its end: the same numbers as undisturbed."""
    chance = random.Random(11)
    folder: Path | None = None
    deaths = 0
    while True:
        with owned(runs) as owner:
            owner.train(demanding(), **({"resume": str(folder)} if folder else {}))
            folder = owner.kept()
            # So many more events, as many as nobody knows: in a step, an evaluation, or while a file is written.
            for _ in range(chance.randrange(1, 12)):
                if isinstance(owner.next(), events.Finished):
                    break
            if isinstance(owner.said[-1], events.Finished) or deaths == 5:
                break
            number = (signal.SIGKILL, signal.SIGSEGV)[deaths % 2]
            os.kill(owner.pid, number)
            assert owner.death() == -number
            deaths += 1
            entry = read_entry(folder)
            assert (entry.state, entry.can_go_on) == ("failed", True)
    with owned(runs) as owner:
        if read_entry(folder).state != "finished":
            owner.train(demanding(), resume=str(folder))
            assert isinstance(owner.ended(), events.Finished)
    assert deaths > 1
    assert_same_run(folder, reference)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a running process")
def test_memory_that_runs_out_keeps_the_last_good_checkpoint(runs: Path) -> None:
    import resource

    wide = chain(("flatten", "Flatten", {}), ("hidden", "Linear", {"out_features": 20_000}), ("relu", "ReLU", {}),
                 ("logits", "Linear", {"out_features": 10}), training=digits(2).training)  # fmt: skip
    with owned(runs) as tight:
        tight.train(wide)
        folder = paused(tight)
        kept = (folder / CHECKPOINT).read_bytes()
        taken = int(Path(f"/proc/{tight.pid}/statm").read_text().split()[0]) * resource.getpagesize()
        resource.prlimit(tight.pid, resource.RLIMIT_AS, (taken + 2**20, resource.RLIM_INFINITY))
        tight.send(commands.Resume())
        failed = tight.ended()
        assert isinstance(failed, events.Failed) and failed.rule.startswith("training_failure.memory")
        assert (folder / CHECKPOINT).read_bytes() == kept
        entry = read_entry(folder)
        assert entry.state == "failed" and entry.can_go_on
        assert entry.why is not None and entry.why.rule == failed.rule
        resource.prlimit(tight.pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        tight.train(wide, resume=str(folder))
        assert isinstance(tight.ended(), events.Finished)
        assert_same_run(folder, undisturbed(tight, wide))


def paused(owner: Owner) -> Path:
    """Pause a run that has just begun, as a person does; its folder, with a checkpoint in it."""
    folder = owner.kept()
    owner.wait(events.Steps)
    owner.send(commands.Pause())
    owner.wait(events.Paused)
    answered(owner)
    return folder


def answered(owner: Owner) -> None:
    """Wait until the process takes commands again: what it writes at a pause is on the disk."""
    owner.send(commands.Inspect("hidden", None, 1))
    owner.wait(events.Inspected, lambda event: event.request == 1)


def test_single_steps_and_epochs_are_the_same_training(owner: Owner, reference: Path) -> None:
    owner.train(demanding(), until="step")
    folder = owner.kept()
    assert owner.wait(events.Paused).step == 1
    for step in (2, 3, 4):
        owner.send(commands.StepOnce())
        owner.wait(events.Resumed)
        assert len(owner.wait(events.Steps).losses) == 1
        assert owner.wait(events.Paused).step == step
    per_epoch = read_record(folder)["steps_per_epoch"]
    for epoch in (1, 2):
        owner.send(commands.EpochOnce())
        assert owner.wait(events.EpochEnded).epoch == epoch
        assert owner.wait(events.Paused).step == epoch * per_epoch
    # In the middle of an epoch: to its end, not a whole one more.
    owner.send(commands.StepOnce())
    assert owner.wait(events.Paused).step == 2 * per_epoch + 1
    owner.send(commands.EpochOnce())
    assert owner.wait(events.Paused).step == 3 * per_epoch
    # After the last one there is nothing to wait for.
    owner.send(commands.EpochOnce())
    assert isinstance(owner.ended(), events.Finished)
    assert_same_run(folder, reference)


def test_a_run_that_goes_on_its_way_pauses_after_one_step_or_epoch(owner: Owner) -> None:
    owner.train(digits(100_000))
    owner.wait(events.EpochEnded)
    owner.send(commands.EpochOnce())
    paused = owner.wait(events.Paused)
    last = [event for event in owner.said if isinstance(event, (events.Steps, events.EpochEnded))][-1]
    assert isinstance(last, events.EpochEnded) and last.step == paused.step
    owner.send(commands.Resume())
    owner.wait(events.EpochEnded, lambda event: event.epoch > last.epoch + 1)
    owner.send(commands.StepOnce())
    owner.wait(events.Paused)
    owner.send(commands.Stop())
    assert isinstance(owner.ended(), events.Stopped)


def test_another_learning_rate_is_taken_kept_and_gone_on_with(owner: Owner) -> None:
    owner.train(digits(2), until="step")
    folder = owner.kept()
    owner.wait(events.Paused)
    owner.send(commands.SetRate(0.25))
    owner.send(commands.StepOnce())
    rates = owner.wait(events.Steps).rates
    assert rates is not None and rates.tolist() == [0.25]
    owner.send(commands.Stop())
    owner.ended()
    assert read_record(folder)["rates"] == [{"step": 1, "rate": 0.25}]
    owner.train(digits(2), resume=str(folder), until="step")
    new = owner.wait(events.Steps, lambda event: event.first_step == 3).rates
    assert new is not None and new[0] == 0.25
    owner.send(commands.Stop())
    owner.ended()
    assert read_record(folder)["rates"] == [{"step": 1, "rate": 0.25}]


def test_a_finished_run_goes_on_for_more_epochs(owner: Owner) -> None:
    folder = undisturbed(owner, digits(2))
    owner.train(digits(4), resume=str(folder))
    assert isinstance(owner.ended(), events.Finished)
    longer = undisturbed(owner, digits(4))
    assert_same_run(folder, longer)


def test_a_run_without_a_checkpoint_yet_goes_on_from_its_beginning(owner: Owner, runs: Path) -> None:
    folder = undisturbed(owner, digits(2))
    expected = steps(folder, 3)
    (folder / CHECKPOINT).unlink()
    owner.train(digits(2), resume=str(folder))
    assert isinstance(owner.ended(), events.Finished)
    assert np.array_equal(steps(folder, 3)[:, :2], expected[:, :2])
    assert len(epochs(folder)) == 2


def test_a_run_goes_on_in_one_process_only(owner: Owner, runs: Path) -> None:
    owner.train(digits(100_000))
    folder = owner.kept()
    owner.wait(events.Steps)
    owner.send(commands.Pause())
    owner.wait(events.Paused)
    entry = read_entry(folder)
    assert (entry.state, entry.can_go_on) == ("running", False)
    with pytest.raises(BlockingIOError):
        RunStore(runs).delete(folder)
    with owned(runs) as other:
        other.train(digits(100_000), resume=str(folder))
        failed = other.ended()
        assert isinstance(failed, events.Failed) and failed.rule == "run.in_training"
    owner.send(commands.Stop())
    owner.ended()
    assert read_entry(folder).state == "stopped"


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign"])
def test_a_damaged_checkpoint_is_a_sentence_and_nothing_is_lost(owner: Owner, damage: str) -> None:
    folder = undisturbed(owner, digits(2))
    path = folder / CHECKPOINT
    content = bytearray(path.read_bytes())
    if damage == "cut":
        del content[len(content) // 2 :]
    elif damage == "flipped":
        content[len(content) // 2] ^= 1
    else:
        torch.save({"weights": torch.ones(3)}, path)
        content = bytearray(path.read_bytes())
    path.write_bytes(content)
    before = {name.name: name.read_bytes() for name in folder.iterdir()}
    owner.train(digits(4), resume=str(folder))
    failed = owner.ended()
    assert isinstance(failed, events.Failed)
    assert failed.rule == ("run.foreign_checkpoint" if damage == "foreign" else "run.damaged_checkpoint")
    assert failed.values["file"] == str(path)
    assert {name.name: name.read_bytes() for name in folder.iterdir()} == before


def test_a_checkpoint_of_another_network_is_a_failure_and_not_a_new_run(owner: Owner) -> None:
    folder = undisturbed(owner, digits(2))
    before = (folder / STEPS).read_bytes()
    other = residual()
    owner.train(Layout(other.title, other.nodes, other.edges, digits(2).training), resume=str(folder))
    assert isinstance(owner.ended(), events.Failed)
    assert (folder / STEPS).read_bytes() == before
    assert read_entry(folder).state == "finished"


@POSIX
def test_a_folder_that_cannot_be_written_stops_no_training(owner: Owner, tmp_path: Path) -> None:
    taken = tmp_path / "a file"
    taken.write_text("in the way")
    owner.said.clear()
    from core.storage import dumps

    owner.send(commands.Train(dumps(digits(2)), "cpu", str(tmp_path), str(taken / "runs"), threads=1))
    assert isinstance(owner.ended(), events.Finished)
    noticed = [event for event in owner.said if isinstance(event, events.Noticed)]
    assert [event.rule for event in noticed] == ["run.not_kept"]
    assert noticed[0].values["folder"] == str(taken / "runs")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a running process")
def test_a_disk_that_is_full_for_a_while_costs_nothing(runs: Path, reference: Path) -> None:
    """No file may grow beyond a few bytes for a time, as on a full disk; then there is room again."""
    import resource

    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    with owned(runs) as owner:
        owner.train(demanding())
        folder = paused(owner)
        kept = (folder / CHECKPOINT).read_bytes()
        resource.prlimit(owner.pid, resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        owner.send(commands.StepOnce())
        owner.wait(events.Paused)
        # The person's own pause writes a checkpoint, whatever it costs.
        owner.send(commands.Resume())
        owner.send(commands.Pause())
        owner.wait(events.Paused)
        owner.wait(events.Noticed, lambda event: event.rule == "run.not_kept")
        answered(owner)
        assert (folder / CHECKPOINT).read_bytes() == kept
        owner.send(commands.EpochOnce())
        owner.wait(events.Paused)
        resource.prlimit(owner.pid, resource.RLIMIT_FSIZE, unlimited)
        owner.send(commands.Resume())
        assert isinstance(owner.ended(), events.Finished)
        assert len([event for event in owner.said if isinstance(event, events.Noticed)]) == 1
    assert_same_run(folder, reference)
    assert not [path for path in folder.iterdir() if path.name.endswith(".part")]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a running process")
def test_a_disk_that_stays_full_is_said_at_the_end_and_keeps_the_last_checkpoint(runs: Path) -> None:
    import resource

    with owned(runs) as owner:
        # Long enough for the pause to come in time on a busy machine.
        owner.train(digits(60))
        folder = paused(owner)
        kept = (folder / CHECKPOINT).read_bytes()
        resource.prlimit(owner.pid, resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        owner.send(commands.Resume())
        assert isinstance(owner.ended(), events.Finished)
        owner.wait(events.Noticed, lambda event: event.rule == "run.end_not_kept")
        assert (folder / CHECKPOINT).read_bytes() == kept
    entry = read_entry(folder)
    assert entry.state == "failed" and entry.can_go_on
    assert entry.why is not None and entry.why.rule == "run.broken_off"


def test_a_run_whose_folder_vanishes_is_trained_to_its_end(owner: Owner) -> None:
    import shutil

    owner.train(digits(3), until="epoch")
    folder = owner.kept()
    owner.wait(events.Paused)
    answered(owner)
    shutil.rmtree(folder)
    owner.send(commands.Resume())
    assert isinstance(owner.ended(), events.Finished)
    owner.wait(events.Noticed, lambda event: event.rule == "run.end_not_kept")
