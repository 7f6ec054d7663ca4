"""What a batch does to the network: forward, loss, backward, and after so many batches the optimizer's step.

A training without extras takes the short way, which costs nothing beyond what a person would write.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from core.training.config import TrainingConfig
from core.training.precision import context, scaler
from core.training.schedule import Schedule, set_rate

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from torch import Tensor, nn
    from torch.optim import Optimizer

    from core.training.averaging import Average
    from core.training.objective import Objective

# B batch


class Stepping:
    """`advance(inputs_B, targets_B)` trains on a batch and gives its loss and the network's outputs, as tensors.

    It waits for the device only where torch itself does: in the GradScaler of fp16.
    """

    def __init__(
        self,
        config: TrainingConfig,
        device: torch.device,
        model: nn.Module,
        forward: Callable[[Tensor], Tensor],
        objective: Objective,
        optimizer: Optimizer,
        schedule: Schedule | None = None,
        average: Average | None = None,
    ) -> None:
        """`forward` is the model, or what was compiled of it. `config.precision` is one that the device has."""
        import torch

        self.optimizer = optimizer
        self.schedule = schedule
        self.average = average
        self.precision: AbstractContextManager[Any] = context(config.precision, device)
        """The context of a forward pass and its loss."""
        self.scaler = scaler(config.precision, device)
        self._rates: list[float] = []
        """Of the steps since they were taken; kept where a schedule could change them."""
        self.parts: list[Tensor] = []
        """Of the last batch's loss, if there are several."""
        self.inside = 0
        """Batches whose gradients wait for a step."""
        self._config = config
        self._model = model
        self._parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        self._step_alone = bare_step(optimizer)
        self._no_grad = torch.no_grad()
        self.use(forward, objective)
        self._left = 0
        self._group = 1
        plain = replace(config, clip_norm=0.0, clip_value=0.0, accumulate=1, precision="fp32") == config
        self._extra = not plain or bool(objective.parts) or schedule is not None or average is not None
        self.advance = self._with_extras if self._extra else self._plain

    def use(self, forward: Callable[[Tensor], Tensor], objective: Objective) -> None:
        """Call something else in the model's place, and compare it by these losses."""
        self.forward = forward
        self._objective = objective
        self._loss = objective.function

    @property
    def last_of_step(self) -> bool:
        """Whether the optimizer steps after the batch at hand."""
        return self.inside + 1 >= self._group

    @property
    def rate(self) -> float:
        return float(self.optimizer.param_groups[0]["lr"])

    def set_rate(self, rate: float) -> None:
        """From the next step on. What a schedule makes of it goes on from there."""
        set_rate(self.optimizer, self.schedule, rate)

    def take_rates(self, steps: int) -> NDArray[np.float32]:
        """(steps,): the learning rates of the steps since the last time."""
        import numpy as np

        if not self._extra:
            return np.full(steps, self.rate, np.float32)
        taken, self._rates = self._rates, []
        return np.asarray(taken, np.float32)

    def begin_epoch(self, batches: int) -> None:
        """So many batches are to come; the last ones make a step of their own if they are fewer than the others."""
        self._left = batches

    def _plain(self, inputs_B: Tensor, targets_B: Tensor) -> tuple[Tensor, Tensor]:
        # What zero_grad does, without a mark for the profiler.
        for parameter in self._parameters:
            parameter.grad = None
        outputs_B = self.forward(inputs_B)
        value = self._loss(outputs_B, targets_B)
        value.backward()
        with self._no_grad:
            self._step_alone()
        return value, outputs_B

    def _with_extras(self, inputs_B: Tensor, targets_B: Tensor) -> tuple[Tensor, Tensor]:
        if not self.inside:
            self.optimizer.zero_grad()
            self._group = min(self._config.accumulate, self._left)
        with self.precision:
            outputs_B = self.forward(inputs_B)
            if self._objective.parts:
                self.parts = self._objective.values(outputs_B, targets_B)
                value = self._objective.total(self.parts)
            else:
                value = self._loss(outputs_B, targets_B)
        share = value if self._group == 1 else value / self._group
        (share if self.scaler is None else self.scaler.scale(share)).backward()
        self.inside += 1
        self._left -= 1
        if self.inside == self._group:
            self._step()
            self.inside = 0
        return value, outputs_B

    def _step(self) -> None:
        from torch.nn.utils import clip_grad_norm_, clip_grad_value_

        config = self._config
        if self.scaler is not None and (config.clip_value or config.clip_norm):
            self.scaler.unscale_(self.optimizer)
        # In this order both limits hold in the end: a smaller norm makes no single gradient larger.
        if config.clip_value:
            clip_grad_value_(self._model.parameters(), config.clip_value)
        if config.clip_norm:
            clip_grad_norm_(self._model.parameters(), config.clip_norm)
        self._rates.append(self.optimizer.param_groups[0]["lr"])
        if self.scaler is None:
            self.optimizer.step()
        else:
            self.scaler.step(self.optimizer)
            self.scaler.update()
        if self.schedule is not None:
            self.schedule.step()
        if self.average is not None:
            self.average.update(self._model)

    def state_dict(self) -> dict[str, Any]:
        """Everything that moves with the steps, but for the network itself."""
        gradients = [parameter.grad for parameter in self._model.parameters()] if self.inside else []
        return {
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict() if self.schedule is not None else None,
            "average": self.average.state_dict() if self.average is not None else None,
            "scaler": self.scaler.state_dict() if self.scaler is not None else None,
            "inside": self.inside,
            "group": self._group,
            "gradients": gradients,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """ValueError or KeyError if it is another configuration's."""
        for name in ("schedule", "average", "scaler"):
            if (getattr(self, name) is None) != (state[name] is None):
                raise ValueError(f"the state has {'no' if state[name] is None else 'a'} {name}")
        self.optimizer.load_state_dict(state["optimizer"])
        for name in ("schedule", "average", "scaler"):
            if state[name] is not None:
                getattr(self, name).load_state_dict(state[name])
        self.inside, self._group = state["inside"], state["group"]
        if self.inside:
            for parameter, gradient in zip(self._model.parameters(), state["gradients"], strict=True):
                parameter.grad = None if gradient is None else gradient.to(parameter.device, copy=True)


def bare_step(optimizer: Optimizer) -> Callable[[], object]:
    """What `optimizer.step()` computes, to be called without gradients.

    Torch wraps every step into a mark for its profiler and a look for hooks, which nobody asks for here: a tenth of the
    time that a step of a small network takes.
    """
    return partial(inspect.unwrap(type(optimizer).step), optimizer)
