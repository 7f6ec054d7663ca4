"""The network as one program by torch.compile, where there is a compiler for it; else as it is. The trainer asks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from core.training.randomness import same_random_numbers

if TYPE_CHECKING:
    from torch import Tensor, nn

# B batch


def compiled(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    inputs_B: Tensor,
    targets_B: Tensor,
    precision: AbstractContextManager[Any],
) -> Callable[[Tensor], Tensor]:
    """What to call in the model's place, tried on a batch that leaves no trace. Raises whatever a compiler may."""
    import torch

    # One program for each batch size: with a common one the order in which sizes come would decide about last bits.
    program = torch.compile(model, dynamic=False)
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    model.train()
    try:
        with same_random_numbers(inputs_B.device):
            with precision:
                value = loss(program(inputs_B), targets_B)
            value.backward()
            value.item()
    finally:
        model.zero_grad()
        with torch.no_grad():
            for name, buffer in model.named_buffers():
                buffer.copy_(before[name])
    return program
