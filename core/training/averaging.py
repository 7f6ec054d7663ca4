"""The exponential moving average of a network's weights: calmer than the weights themselves, and tested in their place.

The same bits as torch's `AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)`, whose count
of steps is a tensor that an accelerator would have to be asked for at every step.
"""

from __future__ import annotations

from collections import defaultdict
from copy import deepcopy
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn


class Average:
    """Of one network's weights and buffers. The first step copies them; `decay` is how much stays at each other one."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        from torch.optim.swa_utils import get_ema_multi_avg_fn

        self.model = deepcopy(model)
        """The network with the averaged weights."""
        self._average = get_ema_multi_avg_fn(decay)
        self._steps = 0

    def update(self, model: nn.Module) -> None:
        """After a step of the optimizer. Waits for nothing."""
        import torch

        ours, theirs = (list(chain(one.parameters(), one.buffers())) for one in (self.model, model))
        with torch.no_grad():
            if not self._steps:
                for mine, its in zip(ours, theirs, strict=True):
                    mine.copy_(its)
            else:
                groups: dict[tuple[Any, Any], tuple[list[Tensor], list[Tensor]]] = defaultdict(lambda: ([], []))
                for mine, its in zip(ours, theirs, strict=True):
                    group = groups[mine.device, mine.dtype]
                    group[0].append(mine)
                    group[1].append(its)
                for averaged, current in groups.values():
                    # The count is for averages of another kind.
                    self._average(averaged, current, self._steps)
        self._steps += 1

    def state_dict(self) -> dict[str, Any]:
        return {"steps": self._steps, "model": self.model.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._steps = state["steps"]
        self.model.load_state_dict(state["model"])
