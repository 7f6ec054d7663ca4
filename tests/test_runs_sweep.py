"""Settings by their path, and the layouts that a sweep makes of their values."""

from __future__ import annotations

import json

import pytest

from core.runs.settings import SettingError, assigned
from core.runs.sweep import drawn, grid, split_values
from core.storage import dumps
from core.text import Text
from core.training.config import Choice
from tests.examples import digits_mlp
from tests.graphs import little_resnet
from tests.kept_runs import digits


@pytest.mark.parametrize(
    ("path", "text", "read"),
    [
        ("batch_size", "32", lambda layout: layout.training.batch_size == 32),
        ("optimizer.lr", "1e-2", lambda layout: layout.training.optimizer == Choice("Adam", {"lr": 0.01})),
        ("optimizer", "SGD", lambda layout: layout.training.optimizer.name == "SGD"),
        ("scheduler", "CosineAnnealingLR", lambda layout: layout.training.scheduler.name == "CosineAnnealingLR"),
        ("scheduler", "none", lambda layout: layout.training.scheduler is None),
        ("precision", "bf16", lambda layout: layout.training.precision == "bf16"),
        ("compile", "True", lambda layout: layout.training.compile is True),
        ("clip_norm", "1", lambda layout: layout.training.clip_norm == 1.0),
        ("loss.label_smoothing", "0.1", lambda layout: layout.training.loss.arguments["label_smoothing"] == 0.1),
        ("hidden.out_features", "64", lambda layout: layout.nodes["hidden"].arguments["out_features"] == 64),
        ("nodes.hidden.bias", "false", lambda layout: layout.nodes["hidden"].arguments["bias"] is False),
        ("hidden.frozen", "true", lambda layout: layout.nodes["hidden"].frozen),
        ("added_losses", '[{"name": "NLLLoss", "weight": 0.5}]',
         lambda layout: layout.training.added_losses[0].weight == 0.5),
    ],
)  # fmt: skip
def test_a_setting_is_changed_and_nothing_else(path: str, text: str, read: object) -> None:
    before = digits()
    after = assigned(before, path, text)
    assert read(after)  # type: ignore[operator]
    one, other = (json.loads(dumps(layout)) for layout in (before, after))
    top = path.split(".")[0]
    for table in ("nodes", "training"):
        same = {key: value for key, value in one[table].items() if key not in (top, path.split(".")[-2:][0])}
        assert all(other[table].get(key) == value for key, value in same.items())


def test_the_same_name_keeps_its_arguments_and_another_loses_them() -> None:
    layout = digits(optimizer=Choice("Adam", {"lr": 0.5}))
    assert assigned(layout, "optimizer", "Adam").training.optimizer == Choice("Adam", {"lr": 0.5})
    assert "lr" not in assigned(layout, "optimizer", "SGD").training.optimizer.arguments


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("nonsense", "1", "setting.unknown"),
        ("", "1", "setting.unknown"),
        ("optimizer.warp", "1", "setting.unknown"),
        ("optimizer.lr", "fast", "problem.field.not_real"),
        ("hidden.out_features", "many", "problem.field.not_integer"),
        ("hidden.out_features", "-3", "problem.field.minimum"),
        ("batch_size", "0", "file.out_of_range"),
        ("batch_size", "many", "file.out_of_range"),
        ("batch_size.lr", "1", "setting.no_arguments"),
        ("scheduler.gamma", "1", "setting.nothing_chosen"),
        ("optimizer", "Warp", "file.unknown_choice"),
        ("nodes.gone.p", "1", "setting.no_node"),
        ("dataset", "none.such", "file.unknown_choice"),
    ],
)
def test_what_does_not_fit_is_a_sentence(path: str, text: str, rule: str) -> None:
    with pytest.raises(SettingError) as error:
        assigned(digits(), path, text)
    assert error.value.rule == rule
    for language in ("en", "ko"):
        assert "{" not in Text(language)(error.value.rule, **error.value.values)


def test_an_argument_of_a_block_is_set() -> None:
    layout = little_resnet()
    node = next(key for key, node in layout.nodes.items() if node.layer in layout.blocks)
    assert assigned(layout, f"{node}.repeat", "3").nodes[node].repeat == 3


def test_a_grid_is_every_combination_with_its_name() -> None:
    variants = grid(digits(), {"optimizer.lr": ["0.1", "0.01"], "batch_size": ["8", "16", "32"]})
    assert [one.name for one in variants] == [
        f"optimizer.lr={rate} batch_size={size}" for rate in ("0.1", "0.01") for size in (8, 16, 32)
    ]
    assert [one.layout.training.batch_size for one in variants] == [8, 16, 32] * 2
    assert [one.layout.training.optimizer.arguments["lr"] for one in variants] == [0.1] * 3 + [0.01] * 3


def test_names_are_set_before_their_arguments_whatever_the_order() -> None:
    variants = grid(digits(), {"optimizer.lr": ["0.1"], "optimizer": ["SGD", "Adam"]})
    assert [one.layout.training.optimizer for one in variants] == [
        Choice("SGD", {"lr": 0.1}), Choice("Adam", {"lr": 0.1})
    ]  # fmt: skip


def test_random_combinations_are_the_same_for_the_same_seed_and_within_their_ranges() -> None:
    values = {"optimizer.lr": ["0.0001..0.1"], "batch_size": ["8..64"], "hidden.out_features": ["16", "32"]}
    variants = drawn(digits(), values, 40, seed=5)
    assert [one.name for one in variants] == [one.name for one in drawn(digits(), values, 40, seed=5)]
    assert [one.name for one in variants] != [one.name for one in drawn(digits(), values, 40, seed=6)]
    assert len({one.name for one in variants}) == 40
    rates = [one.layout.training.optimizer.arguments["lr"] for one in variants]
    assert all(0.0001 <= rate <= 0.1 for rate in rates)
    # By orders of magnitude: as many below the geometric middle as above, about.
    assert 8 <= sum(rate < 0.00316 for rate in rates) <= 32
    assert all(8 <= one.layout.training.batch_size <= 64 for one in variants)
    assert {one.layout.nodes["hidden"].arguments["out_features"] for one in variants} == {16, 32}


def test_a_few_values_have_few_random_combinations() -> None:
    assert len(drawn(digits(), {"batch_size": ["8", "16"]}, 10, seed=0)) == 2


def test_too_many_and_none_are_refused() -> None:
    many = [str(size) for size in range(1, 50)]
    with pytest.raises(SettingError, match="too_many"):
        grid(digits(), {"batch_size": many, "seed": many})
    for values in ({}, {"batch_size": []}):
        with pytest.raises(SettingError, match="nothing_to_sweep"):
            grid(digits(), values)


def test_values_in_brackets_stay_together() -> None:
    assert split_values("3, (3,5),[1,2] , x,") == ["3", "(3,5)", "[1,2]", "x"]


def test_the_layout_itself_stays_as_it_was() -> None:
    layout = digits_mlp()
    before = layout.training
    assigned(layout, "batch_size", "8")
    assert layout.training is before and before.batch_size == 64
