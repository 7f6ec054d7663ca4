"""The losses and scores of an epoch's steps in one of several processes: each counts a part, all know the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from core.training.config import TrainingConfig
from core.training.parts import Part
from core.training.scores import Scores
from core.training.state import kept
from core.training.tally import MOST_KEPT, Counted, Tally

if TYPE_CHECKING:
    from torch import Tensor

# N samples, K of this process's part, P parts of the loss, S batches


class SharedTally(Tally):
    """What is kept of a batch is this process's part of it. All processes flush after the same batch."""

    def __init__(
        self,
        scores: Scores,
        targets_N: Tensor,
        order_N: Tensor,
        config: TrainingConfig,
        parts: Callable[[], Sequence[Tensor]] | None,
        part: Part,
        new_scores: Callable[[], Scores],
        exchange: Callable[[dict[str, Any]], list[dict[str, Any]]],
    ) -> None:
        """`exchange` tells the other processes something, and gives what each of them told, by rank."""
        super().__init__(scores, targets_N, order_N, config.batch_size, config.accumulate, parts)
        self._samples_in_all = len(order_N)
        self._batch_size = config.batch_size
        self._part = part
        self._new_scores = new_scores
        self._exchange = exchange
        self._own_K = order_N[:0]
        self._used = 0

    def take_order(self, whole_K: Tensor, last_K: Tensor) -> None:
        """This process's samples that are still to come: of whole batches, and of a shorter one."""
        import torch

        self._own_K, self._used = torch.cat((whole_K, last_K)), 0

    @property
    def waiting(self) -> int:
        """Batches that are kept and not counted."""
        return len(self._losses)

    @property
    def most(self) -> int:
        """Batches like those that are kept, so that memory stays small."""
        return MOST_KEPT * self.waiting // max(1, self._values)

    @property
    def weight(self) -> float:
        """Of this process's part of the batch at hand."""
        return self._part.weight(self._size(self.batches + self.waiting))

    def flush(self) -> Counted:
        import numpy as np
        import torch

        count = self.waiting
        if not count:
            return Counted(np.empty(0, np.float32), None)
        values = torch.stack([*self._losses, *self._parts]).double().cpu()
        mine = self._new_scores()
        sizes = [self._size(self.batches + index) for index in range(count)]
        self._count(mine, sizes)
        heard = self._exchange({"values": values, "scores": kept(mine.state_dict())})
        mean = torch.stack([said["values"] for said in heard]).mean(0)
        for said in heard:
            self._scores.merge(said["scores"])
        for loss, size in zip(mean[:count].tolist(), sizes, strict=True):
            self._total += loss * size
        self.samples += sum(sizes)
        self.batches += count
        self._forget()
        return self._counted(mean.float().numpy(), count)

    def _count(self, mine: Scores, sizes: Sequence[int]) -> None:
        """The answers of this process's parts; of a batch that every process trains on, the first one's."""
        import torch

        outputs, orders = [], []
        for outputs_K, size in zip(self._outputs, sizes, strict=True):
            counted = self._part.counted(size)
            outputs.append(outputs_K[:counted])
            orders.append(self._own_K[self._used : self._used + counted])
            self._used += len(outputs_K)
        mine.add(torch.cat(outputs), self._targets_N[torch.cat(orders)])

    def _size(self, batch: int) -> int:
        """Samples of a batch of the epoch, in all processes."""
        return min(self._batch_size, self._samples_in_all - batch * self._batch_size)
