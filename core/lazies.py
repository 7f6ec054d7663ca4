"""Lazy layers get their weights from a first batch. The compiler gives them one, and a printed script does the same.

`nn.LazyLinear(10)` draws no weights when it is built: it draws them in its first forward, when it sees how wide its
input is. An optimizer must be made after that, and a lazy layer can be frozen only then. So the model runs once before
it trains, in eval mode and without gradients, on zeros: nothing else in it changes, no running mean and no dropout, and
the weights are drawn from torch's generator in the order in which the layers run. A script that is printed with the
same lines starts from the same weights:

    model.eval()
    with torch.no_grad():
        model(torch.zeros(2, 1, 28, 28))
    model.train()
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.signals import Signal, sized

if TYPE_CHECKING:
    from torch import nn

# Two samples: with one, an operation that drops dimensions of size 1 would drop the batch.
DRY_BATCH = 2


def has_lazy_layers(model: nn.Module) -> bool:
    """Whether a layer of the model waits for its first batch."""
    from torch.nn.modules.lazy import LazyModuleMixin

    return any(isinstance(module, LazyModuleMixin) and module.has_uninitialized_params() for module in model.modules())


def materialise(model: nn.Module, inputs: Sequence[Signal]) -> None:
    """Give the lazy layers of a model on the CPU their weights; `inputs` is what the model takes, in order.

    A model without lazy layers is left alone and draws no random numbers.
    """
    import torch

    if not has_lazy_layers(model):
        return
    training = model.training
    model.eval()
    with torch.no_grad():
        model(*(torch.zeros(sized(signal.shape, DRY_BATCH), dtype=getattr(torch, signal.dtype)) for signal in inputs))
    model.train(training)
