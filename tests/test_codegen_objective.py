"""The printed loss, optimizer and scheduler are those that the program builds: same targets, losses, rates, weights."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from random import Random
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.codegen import objective as printed
from core.layout import Layout
from core.rules.training import training_problems
from core.training import optimizers, schedulers
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.training.losses import LOSSES, answers
from core.training.objective import Objective
from tests.random_training import fitting_arguments

SAMPLES = 23
NAMES = {"torch": torch, "nn": nn, "Tensor": Tensor, "math": math}


def ran(lines: list[str], **names: Any) -> dict[str, Any]:
    known = {**NAMES, **names}
    source = "\n".join(line.removeprefix("    ") if line.startswith("    ") else line for line in lines)
    exec(source, known)
    return known


def defined(training: TrainingConfig, classes: int, features: int) -> dict[str, Any]:
    known: dict[str, Any] = dict(NAMES)
    for definition in printed.definitions(training, classes, features):
        exec(definition, known)
    return known


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_targets_losses_and_answers_are_the_programs(name: str, classes: int) -> None:
    known = LOSSES[name]
    if not (known.form if classes else known.regression):
        assert known.regression != (known.form is not None)
        return
    for features in {classes or 1, 1 if known.single else classes or 1}:
        if features == 1 and classes == 3:
            continue
        for seed in range(5):
            arguments = fitting_arguments(known.fields, Random(seed))
            training = TrainingConfig(loss=Choice(name, arguments))
            labels = torch.randint(classes, (SAMPLES,)) if classes else torch.rand(SAMPLES, features)
            outputs = torch.rand(SAMPLES, features)
            own = Objective(training, classes)
            code = ran(printed.loss_lines(training), **defined(training, classes, features))
            prepared = printed.preparation(training, classes, features)
            targets = labels if prepared is None else eval(prepared[1], {**NAMES, "labels": labels})
            assert (
                torch.equal(targets, own.prepare(labels, features))
                and targets.dtype == own.prepare(labels, features).dtype
            )
            assert torch.equal(code["loss_fn"](outputs, targets), own(outputs, targets))
            if classes:
                said = eval(printed.answers(training, features), {"outputs": outputs})
                assert torch.equal(said.long(), answers(name, outputs))


@pytest.mark.parametrize(
    ("first", "second", "third"),
    list(itertools.permutations(["CrossEntropyLoss", "MSELoss", "SoftMarginLoss", "MultiLabelMarginLoss"], 3)),
)
def test_losses_that_add_up_are_the_programs(first: str, second: str, third: str) -> None:
    added = (AddedLoss(Choice(second), 0.3), AddedLoss(Choice(third), 1.0), AddedLoss(Choice(first), 7.5))
    training = TrainingConfig(loss=Choice(first), added_losses=added)
    code = ran(printed.loss_lines(training), **defined(training, 3, 3))
    labels, outputs = torch.randint(3, (SAMPLES,)), torch.randn(SAMPLES, 3)
    own = Objective(training, 3)
    assert printed.preparation(training, 3, 3) is None
    assert torch.equal(code["loss_fn"](outputs, labels), own(outputs, own.prepare(labels, 3)))


def test_the_sum_reads_as_a_person_would_write_it() -> None:
    added = (AddedLoss(Choice("HuberLoss", {"delta": 2}), 0.5),)
    training = TrainingConfig(loss=Choice("CrossEntropyLoss"), added_losses=added)
    assert printed.definitions(training, 10, 10) == [
        '''class SummedLoss(nn.Module):
    """Several losses added up, each with its weight."""

    def __init__(self) -> None:
        super().__init__()
        self.cross_entropy = nn.CrossEntropyLoss()
        self.huber = nn.HuberLoss(delta=2.0)

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        rows = nn.functional.one_hot(targets, 10).float()
        loss = self.cross_entropy(outputs, targets)
        return loss + 0.5 * self.huber(outputs, rows)'''
    ]
    assert printed.loss_lines(training) == ["    loss_fn = SummedLoss()"]


def runs() -> list[tuple[str, TrainingConfig]]:
    found = []
    for name in (None, *schedulers.SCHEDULERS):
        for warmup, seed in itertools.product((0, 3), range(6)):
            random = Random(seed)
            optimizer = random.choice([one for one, spec in optimizers.OPTIMIZERS.items() if spec.wants == "any"])
            plain = TrainingConfig(
                optimizer=Choice(optimizer, {"lr": random.choice((0.1, 0.001, 1))}),
                epochs=4,
                batch_size=5,
                accumulate=random.choice((1, 2)),
                warmup_steps=warmup,
            )
            if name is not None:
                first = schedulers.first_choice(name, plain)
                more = {} if seed == 0 else {"eta_min": 0.01} if "Cosine" in name else {}
                plain = replace(plain, scheduler=replace(first, arguments={**first.arguments, **more}))
            if not any(one.severity == "error" for one in training_problems(replace(Layout(), training=plain))):
                found.append((f"{name}-{warmup}-{seed}", plain))
    return found


@pytest.mark.parametrize("training", [one for _, one in runs()], ids=[name for name, _ in runs()])
def test_a_printed_schedule_gives_the_rates_and_weights_of_the_program(training: TrainingConfig) -> None:
    batches = -(-SAMPLES // training.batch_size)
    steps = -(-batches // training.accumulate)
    models = [nn.Linear(3, 2) for _ in range(2)]
    models[1].load_state_dict(models[0].state_dict())
    code = ran(
        [*printed.constants(training), *printed.optimizer_lines(training), *printed.schedule_lines(training)],
        model=models[0],
        EPOCHS=training.epochs,
        BATCH_SIZE=training.batch_size,
        ACCUMULATE=training.accumulate,
        train_inputs=range(SAMPLES),
    )
    optimizer = optimizers.build(training.optimizer, models[1].parameters())
    schedule = schedulers.build(training.scheduler, training.warmup_steps, optimizer, training.epochs, steps)
    for _ in range(training.epochs):
        for _ in range(steps):
            for model, one in ((models[0], code["optimizer"]), (models[1], optimizer)):
                one.zero_grad()
                model(torch.ones(1, 3)).square().sum().backward()
                one.step()
            exec("\n".join(printed.after_step(training)), code)
            if schedule is not None:
                schedule.step()
            assert code["optimizer"].param_groups[0]["lr"] == optimizer.param_groups[0]["lr"]
        code["test_loss"] = 1.0
        exec("\n".join(printed.after_epoch(training)), code)
        if schedule is not None:
            schedule.epoch(1.0)
        assert code["optimizer"].param_groups[0]["lr"] == optimizer.param_groups[0]["lr"]
    assert all(torch.equal(one, other) for one, other in zip(*(model.parameters() for model in models), strict=True))


def test_a_schedule_reads_as_a_person_would_write_it() -> None:
    training = TrainingConfig(scheduler=Choice("CosineAnnealingLR"), warmup_steps=50)
    assert printed.constants(training) == ["WARMUP_STEPS = 50"] and printed.standard_imports(training) == []
    assert printed.schedule_lines(training) == [
        "    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS)",
        "    warmup = torch.optim.lr_scheduler.LinearLR(",
        "        optimizer, start_factor=1 / (WARMUP_STEPS + 1), total_iters=WARMUP_STEPS",
        "    )",
    ]
    assert printed.after_step(training) == ["warmup.step()"] and printed.after_epoch(training) == ["scheduler.step()"]
    training = TrainingConfig(scheduler=Choice("OneCycleLR"), accumulate=4)
    assert printed.schedule_lines(training) == [
        "    steps_per_epoch = math.ceil(len(train_inputs) / (BATCH_SIZE * ACCUMULATE))",
        "    scheduler = torch.optim.lr_scheduler.OneCycleLR(",
        "        optimizer, max_lr=0.001, epochs=EPOCHS, steps_per_epoch=steps_per_epoch",
        "    )",
    ]
    assert printed.after_step(training) == ["scheduler.step()"] and printed.after_epoch(training) == []
    assert printed.after_epoch(TrainingConfig(scheduler=Choice("ReduceLROnPlateau"))) == ["scheduler.step(test_loss)"]
