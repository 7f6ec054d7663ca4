"""Operations run on tensors that are alike for every call, with gradients that tell every value apart."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.outcome import Signals
from core.signals import Signal, sized


def tensors(inputs: Signals, batch: int = 3) -> list[Tensor | None]:
    """Reals above zero that gradients flow to, whole numbers and truth values, alike for every call."""
    torch.manual_seed(0)
    return [None if signal is None else _tensor(signal, batch) for signal in inputs]


def _tensor(signal: Signal, batch: int) -> Tensor:
    shape, dtype = sized(signal.shape, batch), getattr(torch, signal.dtype)
    if dtype.is_floating_point:
        return (torch.rand(shape, dtype=dtype) + 0.1).requires_grad_()
    return torch.randint(0, 2, shape).to(dtype)


def gradients(results: Sequence[Tensor], inputs: Sequence[Tensor | None]) -> list[Tensor | None]:
    """Of a loss in which every value of every result counts differently."""
    torch.manual_seed(1)
    learned = [result for result in results if result.requires_grad]
    leaves = [tensor for tensor in inputs if tensor is not None and tensor.requires_grad]
    if not learned:
        return []
    loss = torch.stack([(result * torch.rand_like(result)).sum() for result in learned]).sum()
    return list(torch.autograd.grad(loss, leaves, allow_unused=True))


def same(one: Sequence[Tensor | None], other: Sequence[Tensor | None]) -> bool:
    return len(one) == len(other) and all(
        (a is None and b is None)
        or (a is not None and b is not None and a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b))
        for a, b in zip(one, other, strict=True)
    )
