"""Which samples of every batch each of several processes trains on, and how much they weigh. Importing needs no torch.

All processes draw the same order of samples and each takes its own part of every batch, as a DistributedSampler does
for whole epochs. So a step sees the same samples as in one process. The mean over all of them is the mean over the
processes of each one's mean, where a process with more samples weighs more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.training.objective import Objective

if TYPE_CHECKING:
    from torch import Tensor

    from core.training.config import TrainingConfig

# N samples, B of a batch, K of this process's part, F features that leave the network


@dataclass(frozen=True)
class Part:
    """The part of one process."""

    rank: int
    count: int
    """Processes."""

    def shared(self, batch: int) -> bool:
        """Whether a batch is divided. Of a small one every process trains on all: BatchNorm wants two samples."""
        return batch >= 2 * self.count

    def bounds(self, samples: int) -> tuple[int, int]:
        """From where to where this process's part goes; the first processes take one more where it does not divide."""
        least, more = divmod(samples, self.count)
        start = self.rank * least + min(self.rank, more)
        return start, start + least + (self.rank < more)

    def slice(self, batch: int) -> tuple[int, int]:
        """From where to where in a batch this process trains."""
        return self.bounds(batch) if self.shared(batch) else (0, batch)

    def size(self, batch: int) -> int:
        """How many samples of a batch this process trains on."""
        start, stop = self.slice(batch)
        return stop - start

    def weight(self, batch: int) -> float:
        """Times what this process's mean loss counts in the mean over the processes."""
        return self.size(batch) * self.count / batch if self.shared(batch) else 1.0

    def counted(self, batch: int) -> int:
        """How many of its samples this process counts, so that every sample is counted once."""
        return self.size(batch) if self.shared(batch) or not self.rank else 0

    def order(self, order_N: Tensor, batch_size: int) -> tuple[Tensor, Tensor]:
        """This process's samples of all whole batches, one after the other, and of the shorter one at the end."""
        whole = len(order_N) - len(order_N) % batch_size
        start, stop = self.slice(batch_size)
        own_K = order_N[:whole].view(-1, batch_size)[:, start:stop].reshape(-1)
        start, stop = self.slice(len(order_N) - whole)
        return own_K, order_N[whole + start : whole + stop]


class PartObjective(Objective):
    """The losses of a part of each batch, times its weight."""

    def __init__(self, config: TrainingConfig, classes: int) -> None:
        super().__init__(config, classes)
        self.weight = 1.0
        """Of the batch at hand."""
        if not self.parts:
            self.function = self._only

    def values(self, outputs_KF: Tensor, targets_K: Tensor) -> list[Tensor]:
        return [self._weighed(value) for value in super().values(outputs_KF, targets_K)]

    def _only(self, outputs_KF: Tensor, targets_K: Tensor) -> Tensor:
        value: Tensor = self.modules[0](outputs_KF, targets_K)
        return self._weighed(value)

    def _weighed(self, value: Tensor) -> Tensor:
        return value if self.weight == 1 else self.weight * value
