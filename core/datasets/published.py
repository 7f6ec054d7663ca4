"""MNIST and Fashion-MNIST as torchvision keeps them on a disk: `FOLDER/FashionMNIST/raw/train-images-idx3-ubyte` …"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets.errors import DataError
from core.datasets.facts import DatasetFacts

if TYPE_CHECKING:
    from torch import Tensor

    from core.datasets.load import Splits

# N samples, H height, W width

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
PACKED_SIZES: Mapping[str, int] = {
    "MNIST": 9_912_422 + 28_881 + 1_648_877 + 4_542,
    "FashionMNIST": 26_421_880 + 29_515 + 4_422_102 + 5_148,
}
"""Bytes that a download brings, for the progress bar."""


def raw_folder(name: str, folder: Path) -> Path:
    """Where a person can put the files."""
    return folder / name / "raw"


def missing(name: str, folder: Path) -> tuple[str, ...]:
    """The files that are not there, neither plain nor as .gz."""
    from core.datasets.idx import stored

    raw = raw_folder(name, folder)
    return tuple(file for file in FILES if stored(raw / file) is None)


def load(known: DatasetFacts, folder: Path) -> Splits:
    """Images as float32 (N, 1, H, W) from 0 to 1. DataError if a file is missing, damaged or does not fit."""
    from core.datasets.load import Splits

    absent = missing(known.name, folder)
    raw = raw_folder(known.name, folder)
    if absent:
        raise DataError("missing", dataset=known.name, folder=str(raw), files=", ".join(absent))
    train_images, train_labels, test_images, test_labels = (raw / file for file in FILES)
    train = _read(known, train_images, train_labels)
    return Splits(*train, *_read(known, test_images, test_labels), len(known.classes))


def _read(known: DatasetFacts, images: Path, labels: Path) -> tuple[Tensor, Tensor]:
    import torch

    from core.datasets.idx import read

    images_NHW, labels_N = read(images, 3), read(labels, 1)
    if images_NHW.shape[1:] != known.shape[1:]:
        raise DataError("wrong_shape", file=str(images), received=images_NHW.shape[1:], wanted=known.shape[1:])
    if len(images_NHW) != len(labels_N):
        raise DataError("lengths", file=str(images), images=len(images_NHW), labels=len(labels_N))
    if int(labels_N.max()) >= len(known.classes):
        raise DataError("labels", file=str(labels), received=int(labels_N.max()), classes=len(known.classes))
    images_N1HW = torch.from_numpy(images_NHW).unsqueeze(1).float().div_(255)
    return images_N1HW, torch.from_numpy(labels_N).long()
