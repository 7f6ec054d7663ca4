"""Where a training gets its batches from: samples that the trainer asks for by their numbers. Importing needs no torch.

`Resident` keeps all of them as tensors on the device. Pictures of bytes stay bytes there and become numbers from 0 to 1
batch by batch: a quarter of the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from core.training.batches import batches

if TYPE_CHECKING:
    import torch
    from torch import Tensor

# N samples, B batch

BYTE = 255.0


class Samples(Protocol):
    """The samples of one split, in a fixed order, and what is right for each."""

    @property
    def targets_N(self) -> Tensor:
        """All of them: int64 (N,) class numbers, or float32 (N, *target_shape)."""

    def __len__(self) -> int: ...

    def to(self, device: torch.device) -> Samples:
        """The same samples, whose batches come on that device."""

    def with_targets(self, targets_N: Tensor) -> Samples:
        """The same inputs with other targets."""

    def batches(self, order_N: Tensor, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """(inputs_B, targets_B) in the given order; the last one may be short. Inputs as the network takes them."""

    def parts(self, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """The same in the samples' own order."""


@dataclass(frozen=True)
class Resident:
    """Samples that stay in memory as two tensors."""

    inputs_N: Tensor
    """(N, *shape): as the network takes them, or uint8, which it gets as float32 from 0 to 1."""
    targets_N: Tensor

    def __len__(self) -> int:
        return len(self.targets_N)

    def to(self, device: torch.device) -> Resident:
        return Resident(self.inputs_N.to(device), self.targets_N.to(device))

    def with_targets(self, targets_N: Tensor) -> Resident:
        return replace(self, targets_N=targets_N)

    def batches(self, order_N: Tensor, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        return self._scaled(batches(self.inputs_N, self.targets_N, order_N, batch_size))

    def parts(self, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        return self._scaled(zip(self.inputs_N.split(batch_size), self.targets_N.split(batch_size), strict=True))

    def _scaled(self, cut: Iterator[tuple[Tensor, Tensor]]) -> Iterator[tuple[Tensor, Tensor]]:
        import torch

        if self.inputs_N.dtype != torch.uint8:
            return cut
        # A number of the processor would be divided by on an accelerator through its reciprocal: other last bits.
        byte = torch.tensor(BYTE, device=self.inputs_N.device)
        return ((inputs_B.float().div_(byte), targets_B) for inputs_B, targets_B in cut)


def transformed(
    cut: Iterator[tuple[Tensor, Tensor]],
    transform: Callable[[Tensor, torch.Generator], Tensor] | None,
    generator: torch.Generator,
) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches with every input put through a transform."""
    if transform is None:
        return cut
    return ((transform(inputs_B, generator), targets_B) for inputs_B, targets_B in cut)
