"""A chosen data set becomes tensors that stay in memory. Importing this imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets.errors import DataError
from core.datasets.facts import TEST_SHARE, DatasetFacts, arguments, facts
from core.datasets.folder import data_folder
from core.training.config import Choice

if TYPE_CHECKING:
    from torch import Tensor

    from core.datasets.download import Download

# N samples, B another number of samples, H height, W width


@dataclass(frozen=True)
class Splits:
    """Resident tensors: inputs float32 (N, *shape), targets int64 (N,), the numbers of the classes."""

    train_inputs: Tensor
    train_targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor
    classes: int


def fetch(choice: Choice, folder: Path | None = None) -> Iterator[Download]:
    """Download what is missing, saying how far it is; nothing if it is there. Close the iterator to cancel.

    DataError if it cannot be had, OSError never.
    """
    from core.datasets import published
    from core.datasets.download import download

    if choice.name in published.PACKED_SIZES and published.missing(choice.name, folder or data_folder()):
        yield from download(choice.name, folder or data_folder())


def load(choice: Choice, folder: Path | None = None, progress: Callable[[Download], None] | None = None) -> Splits:
    """Read a data set, downloading it first where it must be. DataError if that fails. Imports torch."""
    from core.datasets import published

    for step in fetch(choice, folder):
        if progress is not None:
            progress(step)
    known = facts(choice)
    if known.kind == "points":
        return _points(choice, known)
    if known.name == "digits":
        return _digits()
    return published.load(known, folder or data_folder())


def _digits() -> Splits:
    """Scikit-learn's own 1,797 digits: 1,437 to train and 360 to test, each class in the same share."""
    import torch
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images_NHW, labels_N = load_digits(return_X_y=True)
    # Values are whole numbers from 0 to 16, so that dividing is exact in float32.
    images_NHW = images_NHW.reshape(-1, 1, 8, 8).astype("float32") / 16
    split = train_test_split(
        images_NHW, labels_N.astype("int64"), test_size=TEST_SHARE, stratify=labels_N, random_state=0
    )
    train_inputs, test_inputs, train_targets, test_targets = (torch.from_numpy(part) for part in split)
    return Splits(train_inputs, train_targets, test_inputs, test_targets, 10)


def _points(choice: Choice, known: DatasetFacts) -> Splits:
    import torch

    from core.datasets import points

    inputs, labels = getattr(points, known.name)(**arguments(choice))
    inputs_N, labels_N = torch.from_numpy(inputs), torch.from_numpy(labels)
    train = known.train_size
    classes = len(known.classes)
    return Splits(inputs_N[:train], labels_N[:train], inputs_N[train:], labels_N[train:], classes)


__all__ = ["DataError", "Splits", "fetch", "load"]
