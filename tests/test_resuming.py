"""A run that was stopped anywhere and goes on in a new trainer is the run that was never stopped, to the last bit."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import nn

from core.datasets import load
from core.datasets.load import Splits
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.training.events import EpochEnded, Failed, Finished, Noticed, Pulse, RunEvent, Steps
from core.training.trainer import Trainer

POINTS = Choice("spiral", {"samples": 300})
ADAM = Choice("Adam", {"lr": 0.01})
MOMENTUM = Choice("SGD", {"lr": 0.05, "momentum": 0.9})


def config(**changes: object) -> TrainingConfig:
    values = {"dataset": POINTS, "optimizer": ADAM, "epochs": 3, "batch_size": 16, "seed": 7, **changes}
    return TrainingConfig(**values)  # type: ignore[arg-type]


def net(training: TrainingConfig) -> nn.Module:
    """Something of everything that has a state: random numbers, buffers, weights."""
    torch.manual_seed(training.seed)
    return nn.Sequential(nn.Linear(2, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.4), nn.Linear(16, 3))


def through_a_file(state: dict[str, object]) -> dict[str, object]:
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)  # type: ignore[no-any-return]


class Told:
    """What a run says, in a form that does not depend on when it reported."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.rates: list[float] = []
        self.parts: list[tuple[float, ...]] = []
        self.epochs: list[tuple[object, ...]] = []
        self.end: RunEvent | None = None

    def take(self, event: RunEvent) -> None:
        if isinstance(event, Steps):
            assert event.first_step == len(self.losses) + 1 and event.rates is not None
            self.losses += event.losses.tolist()
            self.rates += event.rates.tolist()
            if event.parts is not None:
                self.parts += [tuple(column) for column in event.parts.T.tolist()]
        elif isinstance(event, EpochEnded):
            scores = (event.train_scores, event.test_scores)
            self.epochs.append((event.epoch, event.step, event.train_loss, event.test_loss, *scores))
        self.end = event


def uninterrupted(training: TrainingConfig, splits: Splits) -> tuple[Told, Trainer]:
    told, trainer = Told(), Trainer(net(training), splits, training)
    for event in trainer.events():
        told.take(event)
    assert isinstance(told.end, Finished), told.end
    return told, trainer


def interrupted(
    training: TrainingConfig, splits: Splits, chance: random.Random, rates: dict[int, float] | None = None
) -> tuple[Told, Trainer, int]:
    """The same run, put away at random events and gone on with by a new trainer, which knows the state alone."""
    told, state, stops = Told(), None, 0
    while True:
        # Another seed: weights and random numbers must come out of the state.
        model = net(training if state is None else replace(training, seed=99))
        trainer = Trainer(model, splits, training, resume=state)
        trainer.report_every_step = True
        for event in trainer.events():
            told.take(event)
            if rates and isinstance(event, Steps) and trainer.step in rates:
                trainer.set_rate(rates[trainer.step])
            if not isinstance(event, (Finished, Noticed)) and chance.random() < 0.08:
                state = through_a_file(trainer.state())
                stops += 1
                break
        else:
            return told, trainer, stops


def assert_the_same(one: nn.Module, other: nn.Module) -> None:
    ours, theirs = one.state_dict(), other.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


CASES = {
    "adam": config(),
    "momentum": config(optimizer=MOMENTUM),
    "accumulated": config(accumulate=4, optimizer=MOMENTUM),
    "accumulated, an odd rest": config(accumulate=7, batch_size=11),
    "averaged": config(ema=0.9, clip_norm=0.5),
    "schedule after epochs": config(scheduler=Choice("StepLR", {"step_size": 1}), warmup_steps=5),
    "schedule after steps": config(scheduler=Choice("OneCycleLR"), optimizer=MOMENTUM, clip_value=0.1),
    "schedule by the test loss": config(
        scheduler=Choice("ReduceLROnPlateau", {"patience": 0, "threshold": 0.5}), epochs=6
    ),
    "several losses": config(added_losses=(AddedLoss(Choice("MSELoss"), 0.5), AddedLoss(Choice("L1Loss"), 2.0))),
    "patience": config(optimizer=Choice("SGD", {"lr": 3.0}), patience=2, epochs=40),
    "bf16": config(precision="bf16"),
    "fp16": config(precision="fp16", accumulate=2, clip_norm=1.0),
    "everything": config(
        optimizer=Choice("AdamW", {"lr": 0.02}), scheduler=Choice("CosineAnnealingLR"), warmup_steps=9, clip_norm=0.4,
        clip_value=0.3, accumulate=3, ema=0.95, patience=3, precision="bf16", epochs=4,
        added_losses=(AddedLoss(Choice("MultiMarginLoss"), 0.1),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("training", CASES.values(), ids=CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_stopping_anywhere_and_going_on_changes_nothing(training: TrainingConfig, seed: int) -> None:
    splits = load(training.dataset)
    whole, first = uninterrupted(training, splits)
    parts, last, stops = interrupted(training, splits, random.Random(seed))
    assert stops > 2
    assert parts.losses == whole.losses
    assert parts.rates == whole.rates
    assert parts.parts == whole.parts
    assert parts.epochs == whole.epochs
    assert isinstance(parts.end, Finished) and isinstance(whole.end, Finished)
    assert (parts.end.step, parts.end.test_loss, parts.end.early) == (
        whole.end.step, whole.end.test_loss, whole.end.early
    )  # fmt: skip
    assert_the_same(last.model, first.model)
    assert_the_same(last.tested, first.tested)
    # The next random numbers are the same too.
    assert all(torch.equal(one, other) for one, other in zip(*map(randoms, (last, first)), strict=True))


def randoms(trainer: Trainer) -> Iterator[torch.Tensor]:
    state = trainer.state()
    yield state["shuffle"]
    yield state["transform"]


class Noisy(nn.Module):
    """Draws random numbers in a test too."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 3)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return nn.functional.dropout(self.linear(inputs), 0.5)


def noisy() -> nn.Module:
    torch.manual_seed(0)
    return Noisy()


def test_stopping_in_a_test_does_the_test_again_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.evaluation.INTERVAL", 0.0)
    training = config(dataset=Choice("spiral", {"samples": 12_000}), batch_size=512, epochs=2)
    splits = load(training.dataset)
    whole = [event for event in Trainer(noisy(), splits, training).events() if isinstance(event, EpochEnded)]
    ends: list[EpochEnded] = []
    state, pulses = None, 0
    # Stopped at the second pulse of the first test, and at the first one of the second.
    for stop in (2, 1, 100):
        for event in (trainer := Trainer(noisy(), splits, training, resume=state)).events():
            if isinstance(event, EpochEnded):
                ends.append(event)
                pulses = 0
            pulses += isinstance(event, Pulse)
            if pulses == stop and len(ends) == 2 - stop:
                state, pulses = through_a_file(trainer.state()), 0
                break
    assert [(end.train_loss, end.test_loss, end.test_accuracy) for end in ends] == [
        (end.train_loss, end.test_loss, end.test_accuracy) for end in whole
    ]


@pytest.mark.parametrize("scheduler", [None, Choice("CosineAnnealingLR"), Choice("OneCycleLR")], ids=str)
def test_a_rate_that_was_changed_stays_changed(scheduler: Choice | None) -> None:
    training = config(scheduler=scheduler, optimizer=MOMENTUM)
    splits, rates = load(training.dataset), {4: 0.3, 20: 0.004}
    whole, first, _ = interrupted(training, splits, Never(), rates)
    parts, last, stops = interrupted(training, splits, random.Random(3), rates)
    assert stops > 2 and whole.rates[4] == pytest.approx(0.3)
    assert (parts.rates, parts.losses, parts.epochs) == (whole.rates, whole.losses, whole.epochs)
    assert_the_same(last.model, first.model)


class Never(random.Random):
    def random(self) -> float:
        return 1.0


def test_a_finished_run_goes_on_with_more_epochs() -> None:
    splits = load(POINTS)
    state = uninterrupted(config(epochs=2), splits)[1].state()
    longer, _ = uninterrupted(config(epochs=4), splits)
    again = list(Trainer(net(config()), splits, config(epochs=2), resume=state).events())
    assert isinstance(again[-1], Finished) and not any(isinstance(event, Steps) for event in again)
    told = [event for event in Trainer(net(config()), splits, config(epochs=4), resume=state).events()]
    losses = [loss for event in told if isinstance(event, Steps) for loss in event.losses.tolist()]
    assert losses == longer.losses[30:]
    seconds = [event.seconds for event in told if isinstance(event, (Steps, EpochEnded))]
    assert seconds == sorted(seconds) and seconds[0] > state["epoch_seconds"]


@pytest.mark.parametrize(
    ("other", "model"),
    [
        (config(dataset=Choice("spiral", {"samples": 500})), None),
        (config(optimizer=MOMENTUM, ema=0.9), None),
        (config(), nn.Linear(2, 3)),
    ],
    ids=["other data", "other settings", "another network"],
)
def test_a_state_of_another_run_is_refused(other: TrainingConfig, model: nn.Module | None) -> None:
    _, trainer = uninterrupted(config(), load(POINTS))
    events = list(Trainer(model or net(other), load(other.dataset), other, resume=trainer.state()).events())
    assert [type(event) for event in events] == [Failed]
    assert events[0].rule == "run.other_checkpoint"  # type: ignore[union-attr]


def test_there_is_no_state_of_spoilt_weights() -> None:
    training = config(optimizer=Choice("SGD", {"lr": 1e20}), loss=Choice("MSELoss"))
    trainer = Trainer(net(training), load(POINTS), training)
    with pytest.raises(RuntimeError):
        trainer.state()
    assert isinstance(list(trainer.events())[-1], Failed)
    assert not trainer.sound
    with pytest.raises(RuntimeError):
        trainer.state()
