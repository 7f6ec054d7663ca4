"""Reading the picture sets of torchvision from its files: whole, or refused in a sentence that names the file.

Every set becomes images uint8 (N, C, H, W) and labels int64 (N,). Nothing in a file is run: the pickles of CIFAR may
hold arrays, lists, text and numbers, and nothing else.
"""

from __future__ import annotations

import bz2
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.datasets.errors import DataError
from core.datasets.idx import INTEGERS, stored
from core.datasets.idx import read as read_idx
from core.datasets.published_files import home, missing, wanted
from core.datasets.source import Arguments, DatasetFacts

# N samples, C channels, H height, W width

Images: TypeAlias = NDArray[np.uint8]
Labels: TypeAlias = NDArray[np.int64]

LARGEST = 2**27
"""Bytes of unpacked USPS, whose training part has 18 million."""


def read(name: str, arguments: Arguments, known: DatasetFacts, folder: Path) -> tuple[Images, Labels, Images, Labels]:
    """Images and labels to train with, then those to test with. DataError if a file is missing, damaged or misfits."""
    absent = missing(name, arguments, folder)
    if absent:
        names = ", ".join(Path(one).name for one in absent)
        raise DataError("missing", dataset=name, folder=str(home(name, folder)), files=names)
    files = [folder / file for file in wanted(name, arguments)]
    half = max(len(files) - 1, 1) if name.startswith("CIFAR") else len(files) // 2
    train = _part(name, known, files[:half])
    return *train, *_part(name, known, files[half:])


def _part(name: str, known: DatasetFacts, files: list[Path]) -> tuple[Images, Labels]:
    """What training or test files hold: the first names the images, the last one the labels."""
    images, labels = _READERS.get(name, _read_mnist)(*files)
    if images.shape[1:] != known.shape:
        received = images.shape[2:] if images.shape[1] == known.shape[0] == 1 else images.shape[1:]
        expected = known.shape[1:] if len(received) == 2 else known.shape
        raise DataError("wrong_shape", file=str(files[0]), received=received, wanted=expected)
    if len(images) != len(labels):
        raise DataError("lengths", file=str(files[0]), images=len(images), labels=len(labels))
    if len(labels) == 0:
        raise DataError("damaged", file=str(files[0]))
    if labels.min() < 0 or labels.max() >= len(known.classes):
        wrong = int(labels.min() if labels.min() < 0 else labels.max())
        raise DataError("labels", file=str(files[-1]), received=wrong, classes=len(known.classes))
    return np.ascontiguousarray(images), np.ascontiguousarray(labels, dtype=np.int64)


def _read_mnist(images: Path, labels: Path) -> tuple[Images, NDArray[Any]]:
    return read_idx(images, 3)[:, np.newaxis], read_idx(labels, 1)


def _read_emnist(images: Path, labels: Path) -> tuple[Images, NDArray[Any]]:
    images_N1HW, labels_N = _read_mnist(images, labels)
    # They are stored lying on their side.
    return images_N1HW.transpose(0, 1, 3, 2), labels_N


def _read_qmnist(images: Path, labels: Path) -> tuple[Images, NDArray[Any]]:
    # Beside the class, who wrote it and where it comes from.
    return read_idx(images, 3)[:, np.newaxis], read_idx(labels, 2, INTEGERS)[:, 0]


def _read_usps(file: Path) -> tuple[Images, NDArray[Any]]:
    """Lines of text: the class from 1, then 256 pairs `index:value` from -1 to 1."""
    try:
        with bz2.open(file) as packed:
            content = packed.read(LARGEST)
        rows = [line.split() for line in content.decode("ascii").splitlines()]
        values = np.asarray([[pair.split(":")[-1] for pair in row[1:]] for row in rows], dtype=np.float32)
        labels = np.asarray([int(row[0]) - 1 for row in rows])
        # As torchvision computes it: to the last bit.
        return ((values.reshape(-1, 1, 16, 16) + 1) / 2 * 255).astype(np.uint8), labels
    except (ValueError, IndexError, EOFError):
        raise DataError("damaged", file=str(file)) from None
    except OSError as error:
        raise _unreadable(file, error) from None


def _read_svhn(file: Path) -> tuple[Images, NDArray[Any]]:
    from scipy.io import loadmat  # type: ignore[import-untyped]

    try:
        held = loadmat(str(file), variable_names=["X", "y"])
    except OSError as error:
        if error.errno is not None:
            raise _unreadable(file, error) from None
        raise DataError("damaged", file=str(file)) from None
    # Whatever a damaged file makes of the reader.
    except Exception:
        raise DataError("damaged", file=str(file)) from None
    images, labels = held.get("X"), held.get("y")
    fits = isinstance(images, np.ndarray) and images.ndim == 4 and images.dtype == np.uint8
    if not fits or not isinstance(labels, np.ndarray) or labels.dtype.kind not in "iu":
        raise DataError("damaged", file=str(file))
    labels = labels.astype(np.int64).reshape(-1)
    # The digit 0 is stored as class 10.
    return images.transpose(3, 2, 0, 1), np.where(labels == 10, 0, labels)


class _PlainUnpickler(pickle.Unpickler):
    """Builds arrays; whatever else a pickle asks for is refused."""

    _ALLOWED: Mapping[tuple[str, str], str] = {
        ("numpy.core.multiarray", "_reconstruct"): "_reconstruct",
        ("numpy._core.multiarray", "_reconstruct"): "_reconstruct",
        ("numpy", "ndarray"): "ndarray",
        ("numpy", "dtype"): "dtype",
        ("_codecs", "encode"): "encode",
    }

    def find_class(self, module: str, name: str) -> Any:
        found = self._ALLOWED.get((module, name))
        if found == "_reconstruct":
            return np.ndarray.__reduce__(np.empty(0))[0]
        if found == "encode":
            return _encode
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a data set")
        return getattr(np, found)


def _encode(text: str, _: str) -> bytes:
    return text.encode("latin1")


def _read_cifar(*files: Path) -> tuple[Images, NDArray[Any]]:
    parts = [_read_batch(file) for file in files]
    images = np.concatenate([images for images, _ in parts])
    return images, np.concatenate([labels for _, labels in parts])


def _read_batch(file: Path) -> tuple[Images, NDArray[Any]]:
    try:
        with file.open("rb") as content:
            entry = _PlainUnpickler(content, encoding="latin1").load()
        labels = np.asarray(entry["labels" if "labels" in entry else "fine_labels"])
        images = entry["data"]
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or labels.dtype.kind not in "iu":
            raise ValueError
        images = images.reshape(-1, 3, 32, 32)
    except OSError as error:
        raise _unreadable(file, error) from None
    # An altered pickle can be anything.
    except Exception:
        raise DataError("damaged", file=str(file)) from None
    if len(images) != len(labels):
        raise DataError("lengths", file=str(file), images=len(images), labels=len(labels))
    return images, labels


def _read_stl10(images: Path, labels: Path) -> tuple[Images, NDArray[Any]]:
    """Pixels column by column, a colour after the other; classes from 1."""
    try:
        values, classes = (np.fromfile(file, dtype=np.uint8) for file in (images, labels))
    except OSError as error:
        raise _unreadable(images, error) from None
    if values.size == 0 or values.size % (3 * 96 * 96):
        raise DataError("damaged", file=str(images))
    return values.reshape(-1, 3, 96, 96).transpose(0, 1, 3, 2), classes.astype(np.int64) - 1


def _unreadable(file: Path, error: OSError) -> DataError:
    # What is no bz2 at all is an OSError without a number.
    if error.errno is None:
        return DataError("damaged", file=str(file))
    return DataError("unreadable", file=str(stored(file) or file), reason=error.strerror or str(error))


_READERS: Mapping[str, Callable[..., tuple[Images, NDArray[Any]]]] = {
    "EMNIST": _read_emnist,
    "QMNIST": _read_qmnist,
    "USPS": _read_usps,
    "SVHN": _read_svhn,
    "CIFAR10": _read_cifar,
    "CIFAR100": _read_cifar,
    "STL10": _read_stl10,
}
