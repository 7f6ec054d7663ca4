"""Every sample is in one part, shares are kept, and the same seed gives the same parts."""

from __future__ import annotations

import numpy as np
import pytest

from core.datasets.splitting import by_ratio, by_value, stratified

LABELS = np.repeat([0, 1, 2, 3], [50, 30, 15, 5])


@pytest.mark.parametrize("share", [0.01, 0.1, 0.2, 0.33, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("seed", [0, 1])
def test_both_parts_hold_each_sample_once(share: float, seed: int) -> None:
    for train, test in (by_ratio(100, share, seed), stratified(LABELS, share, seed)):
        assert sorted([*train, *test]) == list(range(100))
        assert (np.diff(train) > 0).all() and (np.diff(test) > 0).all()
        assert len(test) == max(round(100 * share), 1) or share > 0.9


@pytest.mark.parametrize("share", [0.1, 0.2, 0.4])
def test_each_class_is_tested_in_its_share(share: float) -> None:
    _, test = stratified(LABELS, share, 0)
    counts = np.bincount(LABELS[test], minlength=4)
    assert (np.abs(counts - np.array([50, 30, 15, 5]) * share) < 1).all()


def test_the_seed_decides() -> None:
    for one, again, other in (
        (by_ratio(50, 0.2, seed) for seed in (3, 3, 4)),
        (stratified(LABELS, 0.2, seed) for seed in (3, 3, 4)),
    ):
        assert np.array_equal(one[1], again[1]) and not np.array_equal(one[1], other[1])


def test_a_class_of_one_sample_trains() -> None:
    train, test = stratified(np.array([0] * 9 + [1]), 0.5, 0)
    assert 9 in train and len(test) == 5
    train, test = stratified(np.arange(10), 0.2, 0)
    assert (len(train), len(test)) == (8, 2)


@pytest.mark.parametrize("samples", [2, 3])
@pytest.mark.parametrize("share", [0.001, 0.999])
def test_neither_part_is_empty(samples: int, share: float) -> None:
    for train, test in (by_ratio(samples, share, 0), stratified(np.zeros(samples, int), share, 0)):
        assert len(train) and len(test)


def test_a_column_says_who_tests() -> None:
    train, test = by_value(np.array(["a", "b", np.nan, "b", "c"], dtype=object), ("b", "c"))
    assert (train.tolist(), test.tolist()) == ([0, 2], [1, 3, 4])
