"""Scikit-learn's data sets: the samples it has, in fixed parts, standardized by the training part alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn.datasets
import torch
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from core.datasets import Splits, facts, load
from core.training.config import Choice

TABLES = ("iris", "wine", "breast_cancer")


def original(name: str) -> Any:
    return getattr(sklearn.datasets, f"load_{name}")()


def inputs(splits: Splits) -> torch.Tensor:
    return torch.cat((splits.train_inputs, splits.test_inputs))


@pytest.mark.parametrize("name", [*TABLES, "diabetes"])
def test_what_is_known_is_what_scikit_learn_has(name: str) -> None:
    known, bunch, splits = facts(Choice(name)), original(name), load(Choice(name))
    assert known.features == tuple(bunch.feature_names)
    assert known.shape == bunch.data.shape[1:]
    assert known.train_size + known.test_size == len(bunch.data)
    assert tuple(splits.train_inputs.shape) == (known.train_size, *known.shape)
    assert tuple(splits.test_inputs.shape) == (known.test_size, *known.shape)
    assert splits.train_inputs.dtype == splits.test_inputs.dtype == torch.float32
    assert splits.classes == len(known.classes)
    if name == "diabetes":
        assert (known.task, known.target_shape, known.classes) == ("regression", (1,), ())
        assert splits.train_targets.dtype == torch.float32
        assert tuple(splits.train_targets.shape) == (known.train_size, 1)
        assert tuple(splits.test_targets.shape) == (known.test_size, 1)
    else:
        assert known.task == "classification" and known.classes == tuple(bunch.target_names)
        assert splits.train_targets.dtype == torch.int64 and splits.test_targets.dim() == 1


@pytest.mark.parametrize("name", TABLES)
def test_each_class_has_the_same_share_in_both_parts(name: str) -> None:
    splits = load(Choice(name))
    train, test = torch.bincount(splits.train_targets), torch.bincount(splits.test_targets)
    shares = test / (train + test)
    assert ((shares - 0.2).abs() < 0.02).all()


@pytest.mark.parametrize("name", [*TABLES, "diabetes"])
def test_columns_are_standardized_by_the_training_part(name: str) -> None:
    bunch, splits = original(name), load(Choice(name))
    stratify = None if name == "diabetes" else bunch.target
    train, test = train_test_split(bunch.data, test_size=0.2, stratify=stratify, random_state=0)
    scaler = StandardScaler().fit(train)
    np.testing.assert_allclose(splits.train_inputs, scaler.transform(train), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(splits.test_inputs, scaler.transform(test), rtol=1e-4, atol=1e-5)
    assert splits.train_inputs.mean(0).abs().max() < 1e-5
    assert (splits.train_inputs.std(0, correction=0) - 1).abs().max() < 1e-5
    # By the training part alone: the test part's own mean is another one.
    assert splits.test_inputs.mean(0).abs().max() > 1e-3


def test_a_table_may_stay_as_it_is() -> None:
    bunch, splits = original("wine"), load(Choice("wine", {"standardize": False}))
    mine = sorted(map(tuple, inputs(splits).tolist()))
    assert mine == sorted(map(tuple, bunch.data.astype("float32").tolist()))


def test_the_target_of_diabetes_is_standardized_unless_it_shall_not_be() -> None:
    scaled, plain = load(Choice("diabetes")), load(Choice("diabetes", {"standardize_target": False}))
    assert abs(scaled.train_targets.mean()) < 1e-5
    assert sorted(torch.cat((plain.train_targets, plain.test_targets)).flatten().tolist()) == sorted(
        original("diabetes").target.tolist()
    )
    mean, deviation = plain.train_targets.double().mean(), plain.train_targets.double().std(correction=0)
    np.testing.assert_allclose(scaled.test_targets, (plain.test_targets - mean) / deviation, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [*TABLES, "diabetes", "digits"])
def test_a_bundled_set_is_always_alike(name: str) -> None:
    state = torch.get_rng_state()
    first, second = load(Choice(name)), load(Choice(name))
    assert torch.equal(first.train_inputs, second.train_inputs) and torch.equal(first.test_targets, second.test_targets)
    assert torch.equal(torch.get_rng_state(), state)
