"""Images that do not fit into memory: read from the disk batch by batch, ahead of the training, by other processes.

The same values in the same order as if all of them were in memory. The processes are torch's DataLoader workers; they
stay from epoch to epoch and end with the samples.
"""

from __future__ import annotations

import math
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.utils.data import DataLoader, Dataset

from core.datasets.errors import DataError
from core.training.samples import BYTE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

# N samples, B batch

WORKERS = min(4, max(2, (os.cpu_count() or 2) - 1))
AHEAD = 4
"""Batches that each process reads ahead."""
PIECE = 64
"""Images that a process reads in one go: of a large batch, each reads a part."""
SHARED = 2**20
"""Bytes of a piece from which on it comes through shared memory: to set that up takes longer than to copy a few."""


class _Batches(Dataset[Any]):
    """Asked for a list of numbers, it reads these images (B, C, H, W)."""

    def __init__(self, root: Path, files: Sequence[str], shape: tuple[int, int, int], fit: str) -> None:
        self._root, self._files, self._shape, self._fit = root, files, shape, fit

    def bytes_of(self, numbers: Sequence[int]) -> int:
        return len(numbers) * math.prod(self._shape)

    def __getitem__(self, numbers: list[int]) -> tuple[NDArray[Any], str, str]:
        """The images; if one cannot be read, its name and why."""
        import numpy as np

        from core.datasets.image_reading import read_image
        from core.datasets.images import reason

        images = np.empty((len(numbers), *self._shape), dtype=np.uint8)
        for place, number in enumerate(numbers):
            file = self._root / self._files[number]
            try:
                images[place] = read_image(str(file), self._shape[0], self._shape[1:], self._fit)
            # An exception would come out of its process as another one.
            except Exception as error:
                return images, str(file), reason(error)
        return images, "", ""


def _as_it_is(read: Any) -> Any:
    return read


class _Order:
    """The numbers of the next epoch's batches, set anew before each."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.batches)

    def __len__(self) -> int:
        return len(self.batches)


class _Reader:
    """The processes, which begin with the first batch that is asked for."""

    def __init__(self, images: _Batches, pinned: bool) -> None:
        self._images, self._pinned = images, pinned
        self._order = _Order()
        self._loader: DataLoader[Any] | None = None

    def read(self, batches: list[list[int]]) -> Iterator[tuple[Tensor, str, str]]:
        self._order.batches = batches
        if self._loader is None:
            # The training process is a daemon, so that it ends with the window; it may have children all the same,
            # which end with it by themselves.
            process = multiprocessing.current_process()
            if process.daemon:
                process.daemon = False
            self._loader = DataLoader(
                self._images,
                batch_size=None,
                sampler=self._order,
                num_workers=WORKERS,
                prefetch_factor=AHEAD,
                persistent_workers=True,
                pin_memory=self._pinned,
                # It draws the seeds of its processes; torch's own numbers stay as they are.
                generator=torch.Generator(),
                collate_fn=_as_it_is if self._images.bytes_of(batches[0]) < SHARED else None,
            )
        return iter(self._loader)

    def close(self) -> None:
        """End the processes; the next batch that is asked for begins new ones."""
        self._loader = None


@dataclass(frozen=True)
class Streamed:
    """Samples (core/training/samples.py) that stay on the disk."""

    root: Path
    files: tuple[str, ...]
    """Of each sample, from the root."""
    shape: tuple[int, int, int]
    fit: str
    targets_N: Tensor
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    reader: _Reader | None = field(default=None, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.files)

    def to(self, device: torch.device) -> Streamed:
        images = _Batches(self.root, self.files, self.shape, self.fit)
        reader = _Reader(images, pinned=device.type == "cuda")
        return replace(self, device=device, targets_N=self.targets_N.to(device), reader=reader)

    def with_targets(self, targets_N: Tensor) -> Streamed:
        return replace(self, targets_N=targets_N)

    def batches(self, order_N: Tensor, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """DataError if an image can no longer be read."""
        reader = self.reader or _Reader(_Batches(self.root, self.files, self.shape, self.fit), pinned=False)
        parts = order_N.split(batch_size)
        byte = torch.tensor(BYTE, device=self.device)
        wrong: dict[str, str] = {}
        # No name for what is read: an exception would keep it, and with it the processes.
        for (images, broken, why), order_B in zip(_joined(reader, parts, self.device), parts, strict=True):
            if broken:
                wrong = {"file": broken, "reason": why}
                break
            yield images.float().div_(byte), self.targets_N[order_B]
        if wrong:
            reader.close()
            raise DataError("own_broken_image", **wrong)

    def parts(self, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        return self.batches(torch.arange(len(self), device=self.device), batch_size)


def _joined(reader: _Reader, parts: Sequence[Tensor], device: torch.device) -> Iterator[tuple[Tensor, str, str]]:
    """The batches as bytes on the device, each read in pieces by all of the processes."""
    pieces = [[piece.tolist() for piece in part.split(PIECE)] for part in parts]
    read = reader.read([piece for part in pieces for piece in part])
    for part in pieces:
        got = []
        for _ in part:
            images, broken, why = next(read)
            if broken:
                yield images, broken, why
                return
            got.append(torch.as_tensor(images).to(device, non_blocking=True))
        yield got[0] if len(got) == 1 else torch.cat(got), "", ""
