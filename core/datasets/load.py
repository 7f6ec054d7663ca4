"""A chosen data set becomes tensors that stay in memory. Importing this imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets.errors import DataError
from core.datasets.facts import arguments, source
from core.datasets.folder import data_folder
from core.training.config import Choice

if TYPE_CHECKING:
    from torch import Tensor

    from core.datasets.download import Download
    from core.training.samples import Samples

# N samples


@dataclass(frozen=True)
class Splits:
    """Resident tensors: inputs (N, *shape), float32, uint8 for images from 0 to 255, or int64 for tokens.

    Targets are int64 (N,), the numbers of the classes, or float32 (N, *target_shape) for regression.
    """

    train_inputs: Tensor
    train_targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor
    classes: int
    """0 for regression."""
    streamed: tuple[Samples, Samples] | None = None
    """To train and to test with, where not all fits into memory: the tensors hold only some of them, for a look."""
    skipped: tuple[tuple[str, str], ...] = ()
    """Files that could not be read and were left out, each with what was wrong."""


def fetch(choice: Choice, folder: Path | None = None) -> Iterator[Download]:
    """Download what is missing, saying how far it is; nothing if it is there. Close the iterator to cancel.

    DataError if it cannot be had, OSError never.
    """
    fetching = source(choice.name).fetch
    if fetching is not None:
        yield from fetching(arguments(choice), folder or data_folder())


def load(choice: Choice, folder: Path | None = None, progress: Callable[[Download], None] | None = None) -> Splits:
    """Read a data set, downloading it first where it must be. DataError if that fails. Imports torch."""
    for step in fetch(choice, folder):
        if progress is not None:
            progress(step)
    return source(choice.name).load(arguments(choice), folder or data_folder())


__all__ = ["DataError", "Splits", "fetch", "load"]
