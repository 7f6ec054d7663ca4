"""The files of the picture sets of torchvision: where they lie, which are missing, and what has to be downloaded.

Where torchvision's classes say it (addresses, checksums), they are asked; sizes, which they do not know, stand here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from core.datasets.source import Arguments

SIZES: Mapping[str, Mapping[str, int]] = {
    "MNIST": {
        "train-images-idx3-ubyte.gz": 9_912_422,
        "train-labels-idx1-ubyte.gz": 28_881,
        "t10k-images-idx3-ubyte.gz": 1_648_877,
        "t10k-labels-idx1-ubyte.gz": 4_542,
    },
    "FashionMNIST": {
        "train-images-idx3-ubyte.gz": 26_421_880,
        "train-labels-idx1-ubyte.gz": 29_515,
        "t10k-images-idx3-ubyte.gz": 4_422_102,
        "t10k-labels-idx1-ubyte.gz": 5_148,
    },
    "KMNIST": {
        "train-images-idx3-ubyte.gz": 18_165_135,
        "train-labels-idx1-ubyte.gz": 29_497,
        "t10k-images-idx3-ubyte.gz": 3_041_136,
        "t10k-labels-idx1-ubyte.gz": 5_120,
    },
    "EMNIST": {"gzip.zip": 561_753_746},
    "QMNIST": {
        "qmnist-train-images-idx3-ubyte.gz": 9_704_059,
        "qmnist-train-labels-idx2-int.gz": 463_024,
        "qmnist-test-images-idx3-ubyte.gz": 9_742_279,
        "qmnist-test-labels-idx2-int.gz": 526_800,
    },
    "USPS": {"usps.bz2": 6_579_383, "usps.t.bz2": 1_831_726},
    "SVHN": {"train_32x32.mat": 182_040_794, "test_32x32.mat": 64_275_384},
    "CIFAR10": {"cifar-10-python.tar.gz": 170_498_071},
    "CIFAR100": {"cifar-100-python.tar.gz": 169_001_437},
    "STL10": {"stl10_binary.tar.gz": 2_640_397_119},
}
"""Bytes of each file that a download brings."""

_PARTS: Mapping[str, tuple[str, ...]] = {
    "MNIST": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
    "EMNIST": tuple(
        f"emnist-{{split}}-{part}" for part in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                               "test-images-idx3-ubyte", "test-labels-idx1-ubyte")
    ),
    "QMNIST": tuple(name.removesuffix(".gz") for name in SIZES["QMNIST"]),
    "USPS": ("usps.bz2", "usps.t.bz2"),
    "SVHN": ("train_32x32.mat", "test_32x32.mat"),
    "CIFAR10": tuple(f"cifar-10-batches-py/{part}_batch{number}" for part, number in (
        *(("data", f"_{number}") for number in range(1, 6)), ("test", ""))),
    "CIFAR100": ("cifar-100-python/train", "cifar-100-python/test"),
    "STL10": tuple(f"stl10_binary/{part}.bin" for part in ("train_X", "train_y", "test_X", "test_y")),
}  # fmt: skip
_IN_RAW = frozenset({"MNIST", "FashionMNIST", "KMNIST", "EMNIST", "QMNIST"})


@dataclass(frozen=True)
class Packed:
    """A file to download. What comes of it follows from its name: a .gz one file, .tar.gz and .zip several."""

    name: str
    urls: tuple[str, ...]
    """The same file at several places, to be tried one after the other."""
    md5: str
    place: str
    """The folder that it and what it contains lie in, below the data folder."""
    gives: tuple[str, ...]
    """What is read of it, below the data folder."""
    size: int


def home(name: str, folder: Path) -> Path:
    """Where a person can put the files."""
    return folder / _place(name)


def wanted(name: str, arguments: Arguments) -> tuple[str, ...]:
    """The files that are read, below the data folder: images and labels to train with, then those to test with."""
    parts = _PARTS.get(name, _PARTS["MNIST"])
    split = arguments.get("split", "")
    return tuple(str(PurePosixPath(_place(name), part.format(split=split))) for part in parts)


def missing(name: str, arguments: Arguments, folder: Path) -> tuple[str, ...]:
    """The files that are not there, neither plain nor as .gz."""
    from core.datasets.idx import stored

    return tuple(file for file in wanted(name, arguments) if stored(folder / file) is None)


def to_download(name: str, arguments: Arguments, folder: Path) -> dict[str, int]:
    """The files whose content is missing, with their bytes."""
    absent = set(missing(name, arguments, folder))
    return {file: size for file, size in SIZES[name].items() if absent & set(_gives(name, arguments, file))}


def packed(name: str, arguments: Arguments, files: Mapping[str, int]) -> tuple[Packed, ...]:
    """Where these files come from. Imports torchvision."""
    from torchvision import datasets

    return tuple(
        Packed(file, urls, md5, _place(name), _gives(name, arguments, file), files[file])
        for file, urls, md5 in _resources(name, getattr(datasets, name))
        if file in files
    )


def _gives(name: str, arguments: Arguments, file: str) -> tuple[str, ...]:
    """What is read of a file: a .gz holds the one of its name, what is read as it comes is its own."""
    files = wanted(name, arguments)
    return tuple(one for one in files if PurePosixPath(one).name in (file, file.removesuffix(".gz"))) or files


def _place(name: str) -> str:
    return f"{name}/raw" if name in _IN_RAW else ""


def _resources(name: str, kind: Any) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """File, addresses and checksum, as torchvision's class has them."""
    if name == "QMNIST":
        for url, md5 in (*kind.resources["train"], *kind.resources["test"]):
            yield url.rpartition("/")[2], (url,), md5
    elif name == "EMNIST":
        yield kind.url.rpartition("/")[2], (kind.url,), kind.md5
    elif name in ("USPS", "SVHN"):
        for part in ("train", "test"):
            url, file, md5 = kind.split_list[part]
            yield file, (url,), md5
    elif name in ("CIFAR10", "CIFAR100", "STL10"):
        yield kind.filename, (kind.url,), kind.tgz_md5
    else:
        for file, md5 in kind.resources:
            yield file, tuple(mirror + file for mirror in kind.mirrors), md5
