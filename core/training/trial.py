"""One real batch through model, loss and backward, before the first step. Torch's shapes alone do not tell everything.

It runs on a copy and puts the random numbers back, so that training is the same as without it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.training import losses
from core.training.config import TrainingConfig
from core.training.events import Failed
from core.training.failures import failure

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

# B batch, F features that leave the network


@dataclass(frozen=True)
class Trial:
    features: int = 0
    """F, values for each sample that leave the network."""
    failure: Failed | None = None


def try_batch(
    model: nn.Module, loss: nn.Module, config: TrainingConfig, inputs_B: Tensor, labels_B: Tensor, classes: int
) -> Trial:
    """Train a copy of the model on a batch. The failure names the node that torch refused, where it was one."""
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
            outputs_BF = model(inputs_B)
            if outputs_BF.dim() != 2 or len(outputs_BF) != len(inputs_B):
                received = ("N", *outputs_BF.shape[1:])
                return Trial(failure=Failed(None, "training_failure.output", {"received": received}))
            features = outputs_BF.shape[1]
            targets_B = losses.prepare_targets(config.loss.name, labels_B, classes, features)
            value = loss(outputs_BF, targets_B)
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
    return Trial(features)


@contextmanager
def same_random_numbers(device: torch.device) -> Iterator[None]:
    """Afterwards torch's random numbers go on as if nothing had been drawn inside."""
    import torch

    state = torch.get_rng_state()
    backend = None if device.type == "cpu" else torch.get_device_module(device)
    device_state = backend.get_rng_state() if backend is not None else None
    try:
        yield
    finally:
        torch.set_rng_state(state)
        if backend is not None:
            backend.set_rng_state(device_state)
