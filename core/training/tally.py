"""The losses and right answers of an epoch's own steps, kept as tensors and counted now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.training import losses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

# N samples, B batch, F features that leave the network, K kept samples, S steps

MOST_KEPT = 2**22
"""Values of outputs that are kept until they are counted."""


class Tally:
    """One epoch. `keep` costs a microsecond and waits for nothing; `flush` counts what was kept."""

    def __init__(self, loss: str, labels_N: Tensor, order_N: Tensor) -> None:
        """`order_N` is the order in which the samples are trained."""
        self._name = loss
        self._labels_N = labels_N
        self._order_N = order_N
        self._losses: list[Tensor] = []
        self._outputs: list[Tensor] = []
        self._values = 0
        self._total = 0.0
        self._right: Tensor | None = None
        self.samples = 0
        """Counted so far."""

    def keep(self, loss: Tensor, outputs_BF: Tensor) -> bool:
        """Remember a step; whether it is time to flush so that memory stays small."""
        self._losses.append(loss.detach())
        self._outputs.append(outputs_BF.detach())
        self._values += outputs_BF.numel()
        return self._values >= MOST_KEPT

    def flush(self) -> NDArray[np.float32]:
        """The losses (S,) of the steps since the last time."""
        import numpy as np
        import torch

        if not self._losses:
            return np.empty(0, np.float32)
        losses_S = torch.stack(self._losses).cpu()
        for loss, outputs_BF in zip(losses_S.tolist(), self._outputs, strict=True):
            # Step by step, as a loop written by hand adds up: another order gives other last bits.
            self._total += loss * len(outputs_BF)
        outputs_KF = torch.cat(self._outputs)
        labels_K = self._labels_N[self._order_N[self.samples : self.samples + len(outputs_KF)]]
        right = losses.correct(self._name, outputs_KF, labels_K)
        self._right = right if self._right is None else self._right + right
        self.samples += len(outputs_KF)
        self._losses.clear()
        self._outputs.clear()
        self._values = 0
        return losses_S.numpy()

    @property
    def loss(self) -> float:
        """Mean over the samples so far."""
        return self._total / self.samples

    def accuracy(self) -> float:
        """Right answers among the samples so far, 0 to 1. Waits for the device."""
        return float(self._right.item()) / self.samples if self._right is not None else 0.0

    @staticmethod
    def finite(losses_S: NDArray[np.float32]) -> int:
        """How many steps there are before the first whose loss is nan or infinite."""
        import numpy as np

        bad = np.flatnonzero(~np.isfinite(losses_S))
        return int(bad[0]) if len(bad) else len(losses_S)
