"""What a network is trained with, as it comes in from a file: names that are known, numbers within their bounds.

`layout_reader` asks. Arguments that do not fit a name are no broken file: they become problems, which can be mended.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, cast

from core.argument_reader import OF_DATA, OF_LAYERS, Limits, read_arguments
from core.file_checks import LayoutFileError, known_keys, one_of, place, truth
from core.training.config import (
    ACCUMULATES,
    BATCH_SIZES,
    CLIPS,
    EPOCHS,
    LARGEST_EMA,
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
    Precision,
    TrainingConfig,
)

KEYS = tuple(field.name for field in fields(TrainingConfig))
HERE = "training"


def read_training(data: Mapping[str, Any]) -> TrainingConfig:
    """LayoutFileError says what is wrong and where. What is missing is as it always was."""
    from core.datasets import NAMES
    from core.training.losses import LOSSES as LOSS_NAMES
    from core.training.optimizers import OPTIMIZERS
    from core.training.schedulers import SCHEDULERS

    known_keys(data, KEYS, HERE)
    standard = TrainingConfig()
    scheduler = data.get("scheduler")
    precision = one_of(data.get("precision", standard.precision), PRECISIONS, place(HERE, "precision"))
    return TrainingConfig(
        _choice(data, "dataset", NAMES, standard.dataset, OF_DATA),
        _choice(data, "loss", LOSS_NAMES, standard.loss),
        _choice(data, "optimizer", OPTIMIZERS, standard.optimizer),
        _whole(data, "batch_size", BATCH_SIZES, standard.batch_size),
        _whole(data, "epochs", EPOCHS, standard.epochs),
        _whole(data, "seed", SEEDS, standard.seed),
        tuple(_added_loss(one, where, LOSS_NAMES) for one, where in _entries(data, "added_losses", LOSSES - 1)),
        None if scheduler is None else _chosen(scheduler, SCHEDULERS, place(HERE, "scheduler")),
        _whole(data, "warmup_steps", WARMUP_STEPS, standard.warmup_steps),
        _clip(data, "clip_norm", standard.clip_norm),
        _clip(data, "clip_value", standard.clip_value),
        _whole(data, "accumulate", ACCUMULATES, standard.accumulate),
        _whole(data, "patience", PATIENCES, standard.patience),
        _ema(data, standard.ema),
        cast(Precision, precision),
        truth(data, "compile", HERE),
        _whole(data, "threads", THREADS, standard.threads),
        _transforms(data),
    )


def _choice(
    data: Mapping[str, Any], key: str, names: Collection[str], standard: Choice, limits: Limits = OF_LAYERS
) -> Choice:
    value = data.get(key)
    return standard if value is None else _chosen(value, names, place(HERE, key), limits)


def _chosen(value: Any, names: Collection[str], where: str, limits: Limits = OF_LAYERS) -> Choice:
    if not isinstance(value, dict) or not set(value) <= {"name", "arguments"}:
        raise LayoutFileError("wrong_kind", where=where, wanted='{ "name": … }')
    return Choice(one_of(value.get("name"), names, where), read_arguments(value, where, limits))


def _added_loss(value: Any, where: str, names: Collection[str]) -> AddedLoss:
    if not isinstance(value, dict):
        raise LayoutFileError("wrong_kind", where=where, wanted='{ "name": … }')
    weight = _number(value.get("weight", 1.0))
    if weight is None or not 0 < weight <= LARGEST_WEIGHT:
        raise LayoutFileError("number_above", where=f"{where} · weight", lowest=0, highest=LARGEST_WEIGHT)
    plain = {key: part for key, part in value.items() if key != "weight"}
    return AddedLoss(_chosen(plain, names, where), weight)


def _transforms(data: Mapping[str, Any]) -> tuple[Choice, ...]:
    entries = _entries(data, "transforms", TRANSFORMS)
    if not entries:
        return ()
    from core.datasets.transforms import NAMES

    return tuple(_chosen(one, NAMES, where, OF_DATA) for one, where in entries)


def _entries(data: Mapping[str, Any], key: str, most: int) -> list[tuple[Any, str]]:
    """The entries of a list, each with the words for its place."""
    value, where = data.get(key, []), place(HERE, key)
    if not isinstance(value, list):
        raise LayoutFileError("wrong_kind", where=where, wanted="[ ]")
    if len(value) > most:
        raise LayoutFileError("too_many", where=where, count=len(value), most=most)
    return [(one, f"{where} · {index}") for index, one in enumerate(value, start=1)]


def _whole(data: Mapping[str, Any], key: str, limits: tuple[int, int], standard: int) -> int:
    value = data.get(key, standard)
    if not isinstance(value, int) or isinstance(value, bool) or not limits[0] <= value <= limits[1]:
        raise LayoutFileError("out_of_range", where=place(HERE, key), lowest=limits[0], highest=limits[1])
    return value


def _clip(data: Mapping[str, Any], key: str, standard: float) -> float:
    value = _number(data.get(key, standard))
    if value is None or not CLIPS[0] <= value <= CLIPS[1]:
        raise LayoutFileError("number_from", where=place(HERE, key), lowest=CLIPS[0], highest=CLIPS[1])
    return value


def _ema(data: Mapping[str, Any], standard: float) -> float:
    value = _number(data.get("ema", standard))
    if value is None or not 0 <= value < LARGEST_EMA:
        raise LayoutFileError("number_below", where=place(HERE, "ema"), lowest=0, highest=LARGEST_EMA)
    return value


def _number(value: Any) -> float | None:
    """A finite real; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # A whole number of hundreds of digits is none that a float can hold.
    if isinstance(value, int) and abs(value) > 2**63:
        return None
    return float(value) if math.isfinite(value) else None
