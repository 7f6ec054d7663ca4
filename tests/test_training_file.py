"""The training in a layout file: what is written comes back, older programs read what they can, errors say where."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest

from core.file_checks import LayoutFileError
from core.layout import Layout
from core.layout_reader import loads
from core.layout_writer import dumps, version
from core.text import Text
from core.training.config import AddedLoss, Choice, TrainingConfig
from tests.examples import digits_mlp
from tests.random_training import random_training


def with_training(**changes: object) -> Layout:
    layout = digits_mlp()
    return replace(layout, training=replace(layout.training, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(300))
def test_every_training_comes_back_as_it_was_written(seed: int) -> None:
    layout = replace(digits_mlp(), training=random_training(Random(seed)))
    text = dumps(layout)
    assert loads(text) == layout
    assert dumps(loads(text)) == text


NEW = {
    "added_losses": (AddedLoss(Choice("MSELoss"), 0.5), AddedLoss(Choice("HuberLoss", {"delta": 2.0}))),
    "scheduler": Choice("StepLR", {"step_size": 5}),
    "warmup_steps": 100,
    "clip_norm": 1.0,
    "clip_value": 0.5,
    "accumulate": 4,
    "patience": 3,
    "ema": 0.999,
    "precision": "bf16",
    "compile": True,
    "threads": 2,
    "transforms": (Choice("Normalize", {"mean": (0.5,), "std": (0.25,)}), Choice("RandomHorizontalFlip")),
}


def test_nothing_new_is_written_where_nothing_new_is_used() -> None:
    layout = digits_mlp()
    training = json.loads(dumps(layout))["training"]
    assert list(training) == ["dataset", "loss", "optimizer", "batch_size", "epochs", "seed"]
    assert version(layout) == 1


@pytest.mark.parametrize("key", NEW)
def test_a_new_key_is_written_alone_and_for_a_newer_program(key: str) -> None:
    layout = with_training(**{key: NEW[key]})
    data = json.loads(dumps(layout))
    assert data["version"] == 3 and list(data["training"])[6:] == [key]
    assert loads(dumps(layout)) == layout


def test_losses_stand_with_their_weights() -> None:
    data = json.loads(dumps(with_training(added_losses=NEW["added_losses"])))
    assert data["training"]["added_losses"] == [
        {"name": "MSELoss", "weight": 0.5},
        {"name": "HuberLoss", "arguments": {"delta": 2.0}},
    ]


@pytest.mark.parametrize(
    ("training", "rule", "where"),
    [
        ({"added_losses": {}}, "wrong_kind", "training · added_losses"),
        ({"added_losses": [1]}, "wrong_kind", "training · added_losses · 1"),
        ({"added_losses": [{"name": "MSELoss"}, {"name": "CTCLoss"}]}, "unknown_choice", "training · added_losses · 2"),
        ({"added_losses": [{"name": "MSELoss"}] * 8}, "too_many", "training · added_losses"),
        ({"added_losses": [{"name": "MSELoss", "weight": 0}]}, "number_above", "training · added_losses · 1 · weight"),
        (
            {"added_losses": [{"name": "MSELoss", "weight": "1"}]},
            "number_above",
            "training · added_losses · 1 · weight",
        ),
        ({"added_losses": [{"name": "MSELoss", "size": 1}]}, "wrong_kind", "training · added_losses · 1"),
        ({"scheduler": "StepLR"}, "wrong_kind", "training · scheduler"),
        ({"scheduler": {"name": "LambdaLR"}}, "unknown_choice", "training · scheduler"),
        ({"scheduler": {"name": "StepLR", "arguments": []}}, "wrong_kind", "training · scheduler · arguments"),
        ({"warmup_steps": -1}, "out_of_range", "training · warmup_steps"),
        ({"warmup_steps": 1.5}, "out_of_range", "training · warmup_steps"),
        ({"clip_norm": -1}, "number_from", "training · clip_norm"),
        ({"clip_norm": 10**400}, "number_from", "training · clip_norm"),
        ({"clip_value": True}, "number_from", "training · clip_value"),
        ({"accumulate": 0}, "out_of_range", "training · accumulate"),
        ({"patience": "3"}, "out_of_range", "training · patience"),
        ({"ema": 1}, "number_below", "training · ema"),
        ({"ema": None}, "number_below", "training · ema"),
        ({"precision": "fp8"}, "unknown_choice", "training · precision"),
        ({"precision": ["fp16"]}, "unknown_choice", "training · precision"),
        ({"compile": 1}, "wrong_kind", "training · compile"),
        ({"threads": 5_000}, "out_of_range", "training · threads"),
        ({"transforms": [{"name": "LambdaTransform"}]}, "unknown_choice", "training · transforms · 1"),
        ({"transforms": 1}, "wrong_kind", "training · transforms"),
        ({"transforms": [{"name": "Resize"}] * 33}, "too_many", "training · transforms"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(training: dict[str, object], rule: str, where: str) -> None:
    text = json.dumps({"format": "layerloom-layout", "version": 3, "training": training})
    with pytest.raises(LayoutFileError) as caught:
        loads(text)
    error = caught.value
    assert (error.rule, error.values["where"]) == (rule, where)
    for language in ("en", "ko"):
        said = Text(language)(f"file.{rule}", **error.values)
        assert where in said and "{" not in said.replace("{ ", "")


def test_arguments_that_do_not_fit_are_no_broken_file() -> None:
    layout = with_training(scheduler=Choice("StepLR", {"step_size": -1}), optimizer=Choice("Adam", {"betas": 3}))
    assert loads(dumps(layout)) == layout


def test_a_data_set_may_keep_more_than_a_layer() -> None:
    names = tuple(f"class {index}" for index in range(500))
    layout = with_training(dataset=Choice("digits", {"classes": names}))
    assert loads(dumps(layout)) == layout


def test_the_plain_training_is_what_a_file_without_one_has() -> None:
    assert loads('{"format": "layerloom-layout", "version": 1}').training == TrainingConfig()
