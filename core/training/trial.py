"""One real batch through model, loss and backward, before the first step. Torch's shapes alone do not tell everything.

It runs on a copy and puts the random numbers back, so that training is the same as without it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.training.config import TrainingConfig
from core.training.events import Failed
from core.training.failures import failure
from core.training.objective import Objective
from core.training.randomness import same_random_numbers

if TYPE_CHECKING:
    from torch import Tensor, nn

# B batch, F features that leave the network


@dataclass(frozen=True)
class Trial:
    features: int = 0
    """F, values for each sample that leave the network."""
    unused: bool = False
    """Whether a parameter has no part in the loss."""
    failure: Failed | None = None


def try_batch(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    config: TrainingConfig,
    inputs_B: Tensor,
    targets_B: Tensor,
    classes: int,
    precision: AbstractContextManager[Any] | None = None,
) -> Trial:
    """Train a copy of the model on a batch. The failure names the node that torch refused, where it was one.

    `targets_B` are class numbers, or with 0 `classes` numbers to learn; `precision` is the context to compute in.
    """
    from torch import nn

    node: str | None = None

    def inside(name: str | None) -> None:
        nonlocal node
        node = name

    try:
        with same_random_numbers(inputs_B.device):
            model = copy.deepcopy(model).train()
            for name, child in model.named_children():
                child.register_forward_pre_hook(lambda module, args, name=name: inside(name))
                child.register_forward_hook(lambda module, args, output: inside(None))
            with precision or nullcontext():
                outputs_B = model(inputs_B)
                failed = _misshapen(outputs_B, targets_B, classes)
                if failed is not None:
                    return Trial(failure=failed)
                features = outputs_B.shape[1] if outputs_B.dim() > 1 else 1
                value = loss(outputs_B, Objective(config, classes).prepare(targets_B, features))
            if not any(parameter.requires_grad for parameter in model.parameters()):
                return Trial(failure=Failed(None, "training_failure.no_parameters"))
            value.backward()
            # An accelerator computes later than it is asked; an error would come up somewhere else.
            value.item()
    # Torch refuses with RuntimeError, ValueError, TypeError, IndexError, NotImplementedError …
    except Exception as error:
        if node is not None:
            batch = len(inputs_B)
            if batch == 1 and isinstance(getattr(model, node, None), nn.modules.batchnorm._BatchNorm):
                return Trial(failure=Failed(node, "training_failure.batch_of_one", {"node": node}))
            return Trial(failure=failure(error, "node", node))
        return Trial(failure=failure(error, "loss", loss=config.loss.name))
    unused = any(parameter.requires_grad and parameter.grad is None for parameter in model.parameters())
    return Trial(features, unused)


def _misshapen(outputs_B: Tensor, targets_B: Tensor, classes: int) -> Failed | None:
    """Torch compares shapes that differ where it can stretch one of them, and learns nonsense."""
    received = ("N", *outputs_B.shape[1:])
    if classes:
        fits = outputs_B.dim() == 2 and len(outputs_B) == len(targets_B)
        return None if fits else Failed(None, "training_failure.output", {"received": received})
    if outputs_B.shape == targets_B.shape:
        return None
    return Failed(None, "training_failure.numbers", {"received": received, "wanted": ("N", *targets_B.shape[1:])})
