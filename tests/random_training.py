"""Random training configurations whose values all fit: what a file must bring back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from core import datasets
from core.datasets import transforms
from core.fields import Field
from core.training import losses, optimizers, schedulers
from core.training.config import (
    ACCUMULATES,
    BATCH_SIZES,
    CLIPS,
    EPOCHS,
    LARGEST_WEIGHT,
    LOSSES,
    PATIENCES,
    PRECISIONS,
    SEEDS,
    THREADS,
    TRANSFORMS,
    WARMUP_STEPS,
    AddedLoss,
    Choice,
    TrainingConfig,
)
from core.values import Value
from tests.at_bounds import at_bounds


def random_training(random: Random) -> TrainingConfig:
    def number(limits: tuple[int, int], standard: int) -> int:
        return random.choice((standard, standard, limits[0], limits[1], random.randint(*limits)))

    def clip() -> float:
        return random.choice((0.0, 0.0, 1.0, 0.1, 1 / 3, float(CLIPS[1]), random.random()))

    plain = TrainingConfig()
    scheduler = random.choice((None, *schedulers.SCHEDULERS))
    return TrainingConfig(
        dataset=_choice(random.choice(datasets.NAMES), datasets.fields, random),
        loss=_choice(random.choice(tuple(losses.LOSSES)), losses.fields, random),
        optimizer=_choice(random.choice(tuple(optimizers.OPTIMIZERS)), optimizers.fields, random),
        batch_size=number(BATCH_SIZES, plain.batch_size),
        epochs=number(EPOCHS, plain.epochs),
        seed=number(SEEDS, plain.seed),
        added_losses=tuple(
            AddedLoss(
                _choice(random.choice(tuple(losses.LOSSES)), losses.fields, random),
                random.choice((1.0, 0.5, 1e-300, float(LARGEST_WEIGHT), random.uniform(1e-9, 10))),
            )
            for _ in range(random.choice((0, 0, 1, 2, LOSSES - 1)))
        ),
        scheduler=None if scheduler is None else _choice(scheduler, schedulers.fields, random),
        warmup_steps=number(WARMUP_STEPS, plain.warmup_steps),
        clip_norm=clip(),
        clip_value=clip(),
        accumulate=number(ACCUMULATES, plain.accumulate),
        patience=number(PATIENCES, plain.patience),
        ema=random.choice((0.0, 0.0, 0.9, 0.999, 1 - 2**-53)),
        precision=random.choice(PRECISIONS),
        compile=random.random() < 0.3,
        threads=number(THREADS, plain.threads),
        transforms=tuple(
            _choice(random.choice(transforms.NAMES), transforms.fields, random)
            for _ in range(random.choice((0, 0, 1, 3, TRANSFORMS)))
        ),
    )


def _choice(name: str, fields: object, random: Random) -> Choice:
    assert callable(fields)
    arguments: Mapping[str, Value] = fitting_arguments(fields(name), random)
    return Choice(name, arguments)


def fitting_arguments(fields: tuple[Field, ...], random: Random) -> dict[str, Value]:
    """Some of the arguments, all that are required among them, each at or near a bound."""
    found: dict[str, Value] = {}
    for field in fields:
        values = [value for _, value in at_bounds([field]) if field.check(value) is None]
        if values and (field.required or random.random() < 0.4):
            found[field.name] = random.choice(values)
    return found
