"""The batches of an epoch out of tensors that stay in memory, as quickly as they can be cut.

The same values in the same order as `inputs[order[start:start + batch_size]]`, batch by batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

# N samples, B batch

GATHERED_BYTES = 2**20
"""How much is gathered at once: a part that stays in a core's own cache, where the batches are then read."""
ALIGNMENT = 512
"""Bytes. Torch puts every tensor at a multiple of 64 (CPU) or 512 (CUDA), and matrix products may differ in their last
bits elsewhere: a batch is cut out of a larger part only where it starts as a tensor of its own would."""


def batches(inputs_N: Tensor, targets_N: Tensor, order_N: Tensor, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """(inputs_B, targets_B) in the given order; the last one may be short."""
    size = batch_size * inputs_N[0].numel() * inputs_N.element_size()
    together = max(1, GATHERED_BYTES // size) if size % ALIGNMENT == 0 else 1
    if together == 1:
        for order_B in order_N.split(batch_size):
            yield inputs_N[order_B], targets_N[order_B]
        return
    for order_M in order_N.split(batch_size * together):
        inputs_M, targets_M = inputs_N.index_select(0, order_M), targets_N.index_select(0, order_M)
        yield from zip(inputs_M.split(batch_size), targets_M.split(batch_size), strict=True)
