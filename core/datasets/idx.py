"""The idx files of MNIST and its relatives: whole, or refused in a sentence. Torchvision asks only if they exist."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.datasets.errors import DataError

UNSIGNED_BYTES, INTEGERS = 8, 12
"""The codes for kinds of number in an idx file; integers have four bytes, the first one the largest."""
LARGEST = 2**31
"""Bytes of values; the largest of these data sets, EMNIST, has 0.6 thousand million."""


def stored(path: Path) -> Path | None:
    """The file, or the packed one that the data set's makers publish; None if neither is there."""
    return next((one for one in (path, path.with_name(path.name + ".gz")) if one.is_file()), None)


def read(path: Path, dimensions: int, kind: int = UNSIGNED_BYTES) -> NDArray[Any]:
    """The array of numbers of that kind in an idx file. DataError if the file is missing, damaged or another one."""
    found = stored(path)
    if found is None:
        raise DataError("missing", folder=str(path.parent), files=path.name)
    try:
        with gzip.open(found, "rb") if found.suffix == ".gz" else found.open("rb") as file:
            return _read(file, found, dimensions, kind)  # type: ignore[arg-type]
    # A cut .gz is an EOFError, an altered one any of the others.
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise DataError("damaged", file=str(found)) from None
    except OSError as error:
        raise DataError("unreadable", file=str(found), reason=error.strerror or str(error)) from None


def _read(file: BinaryIO, path: Path, dimensions: int, kind: int) -> NDArray[Any]:
    header = file.read(4 + 4 * dimensions)
    if len(header) < 4 + 4 * dimensions or header[:4] != bytes((0, 0, kind, dimensions)):
        raise DataError("damaged", file=str(path))
    shape = tuple(int.from_bytes(header[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(dimensions))
    numbers = np.dtype(np.uint8 if kind == UNSIGNED_BYTES else ">i4")
    expected = numbers.itemsize
    for size in shape:
        expected *= size
    if not 0 < expected <= LARGEST:
        raise DataError("damaged", file=str(path))
    # One byte more than there should be: a file that goes on is another file.
    content = bytearray(file.read(expected + 1))
    if len(content) != expected:
        raise DataError("damaged", file=str(path))
    return np.frombuffer(content, numbers).reshape(shape)
