"""Which samples train and which test. Each function stands by itself, so that a printed script can contain it.

They give two arrays of numbers of samples, in the samples' own order, and both hold at least one wherever there are two
samples. The same seed gives the same split.
"""

from __future__ import annotations

import numpy as np


def by_ratio(
    samples: int,
    test_share: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Drawn from all, whatever they are."""
    test = min(max(round(samples * test_share), 1), samples - 1)
    order = np.random.default_rng(seed).permutation(samples)
    return np.sort(order[test:]), np.sort(order[:test])


def stratified(
    labels: np.ndarray,
    test_share: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Drawn from each class by itself, so that both parts hold the classes in the same shares.

    As many in all as `by_ratio` takes; what rounding leaves over goes to the classes that lost most by it. A class
    with a single sample trains.
    """
    random = np.random.default_rng(seed)
    test = min(max(round(len(labels) * test_share), 1), len(labels) - 1)
    _, numbers, counts = np.unique(labels, return_inverse=True, return_counts=True)
    wanted = counts * (test / len(labels))
    taken = np.minimum(np.floor(wanted).astype(np.int64), counts - 1)
    order = np.argsort(taken - wanted, kind="stable")
    # A class keeps a sample to train with, as long as others have some to test with.
    while taken.sum() < test and (taken < counts - 1).any():
        open_ones = [place for place in order if taken[place] < counts[place] - 1]
        taken[open_ones[: test - taken.sum()]] += 1
    if not taken.any():
        return by_ratio(len(labels), test_share, seed)
    shuffled = [random.permutation(np.flatnonzero(numbers == place)) for place in order]
    chosen = [one[: taken[place]] for one, place in zip(shuffled, order, strict=True)]
    part = np.sort(np.concatenate(chosen))
    return np.setdiff1d(np.arange(len(labels)), part), part


def by_value(
    values: np.ndarray,
    tested: tuple[str, ...],
) -> tuple[np.ndarray, np.ndarray]:
    """By what a column says of each sample, or the folder that it lies in."""
    test = np.isin(values, tested)
    return np.flatnonzero(~test), np.flatnonzero(test)
