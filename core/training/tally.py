"""The losses and scores of an epoch's own steps, kept as tensors and counted now and then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from core.training.scores import Scores

# N samples, B batch, K kept samples or batches, P parts of the loss, S steps

MOST_KEPT = 2**22
"""Values of outputs that are kept until they are counted."""


@dataclass(frozen=True)
class Counted:
    losses: NDArray[np.float32]
    """(S,), a step's own loss: the mean over its batches."""
    parts: NDArray[np.float32] | None
    """(P, S)."""

    def finite(self) -> int:
        """How many steps there are before the first whose loss is nan or infinite."""
        import numpy as np

        bad = np.flatnonzero(~np.isfinite(self.losses))
        return int(bad[0]) if len(bad) else len(self.losses)


class Tally:
    """One epoch. `keep` costs a microsecond and waits for nothing; `flush` counts what was kept."""

    def __init__(
        self,
        scores: Scores,
        targets_N: Tensor,
        order_N: Tensor,
        batch_size: int,
        accumulate: int = 1,
        parts: Callable[[], Sequence[Tensor]] | None = None,
    ) -> None:
        """`order_N` is the order in which the samples are trained; `parts` gives what the last loss was added up of."""
        self._scores = scores
        self._targets_N = targets_N
        self._order_N = order_N
        self._accumulate = accumulate
        self._parts_of = parts
        self._in_all = -(-len(order_N) // batch_size)
        self._losses: list[Tensor] = []
        self._parts: list[Tensor] = []
        self._outputs: list[Tensor] = []
        self._values = 0
        self._total = 0.0
        self._pending: NDArray[np.float32] | None = None
        """(1 + P, K): loss and parts of the batches whose step is not whole yet."""
        self.samples = 0
        """Counted so far."""
        self.batches = 0
        """Counted so far."""

    def keep(self, loss: Tensor, outputs_B: Tensor) -> bool:
        """Remember a batch; whether it is time to flush so that memory stays small."""
        self._losses.append(loss.detach())
        self._outputs.append(outputs_B.detach())
        if self._parts_of is not None:
            self._parts.extend(part.detach() for part in self._parts_of())
        self._values += outputs_B.numel()
        return self._values >= MOST_KEPT

    def flush(self) -> Counted:
        """The whole steps since the last time. Waits for the device, once."""
        import numpy as np
        import torch

        count = len(self._losses)
        if not count:
            return Counted(np.empty(0, np.float32), None)
        # Losses and parts in one go: each way from a device to the processor takes its time.
        values = torch.stack([*self._losses, *self._parts])
        if values.element_size() < 4:
            values = values.float()
        values = values.cpu()
        for loss, outputs_B in zip(values[:count].tolist(), self._outputs, strict=True):
            # Batch by batch, as a loop written by hand adds up: another order gives other last bits.
            self._total += loss * len(outputs_B)
        outputs_K = torch.cat(self._outputs)
        self._scores.add(outputs_K, self._targets_N[self._order_N[self.samples : self.samples + len(outputs_K)]])
        self.samples += len(outputs_K)
        self.batches += count
        self._forget()
        return self._counted(values.numpy(), count)

    def _forget(self) -> None:
        """What was counted need not be kept."""
        self._losses.clear()
        self._parts.clear()
        self._outputs.clear()
        self._values = 0

    def _counted(self, rows: NDArray[np.float32], count: int) -> Counted:
        """The steps of so many batches: their losses, then the parts of each."""
        import numpy as np

        if self._parts_of is None and self._accumulate == 1:
            return Counted(rows, None)
        return self._whole_steps(np.concatenate([rows[None, :count], rows[count:].reshape(count, -1).T]))

    def _whole_steps(self, rows: NDArray[np.float32]) -> Counted:
        """Batches (1 + P, K) become steps; those of a step that is not whole yet wait."""
        import numpy as np

        if self._pending is not None:
            rows = np.concatenate([self._pending, rows], axis=1)
        size, count = self._accumulate, rows.shape[1]
        # What is left at the end of the epoch is a step too.
        whole = count if self.batches == self._in_all else count - count % size
        self._pending = rows[:, whole:]
        starts = np.arange(0, whole, size)
        if not len(starts):
            return Counted(np.empty(0, np.float32), None)
        lengths = np.diff(np.append(starts, whole)).astype(np.float32)
        steps = (np.add.reduceat(rows[:, :whole], starts, axis=1) / lengths).astype(np.float32)
        return Counted(steps[0], steps[1:] if self._parts_of is not None else None)

    @property
    def loss(self) -> float:
        """Mean over the samples so far."""
        return self._total / self.samples

    def state_dict(self) -> dict[str, Any]:
        """After a flush."""
        import torch

        pending = None if self._pending is None else torch.from_numpy(self._pending.copy())
        return {
            "samples": self.samples,
            "batches": self.batches,
            "total": self._total,
            "pending": pending,
            "scores": self._scores.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.samples, self.batches, self._total = state["samples"], state["batches"], state["total"]
        self._pending = None if state["pending"] is None else state["pending"].cpu().numpy()
        self._scores.load_state_dict(state["scores"])
