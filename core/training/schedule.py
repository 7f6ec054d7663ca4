"""The learning rate while a run goes on: it moves with steps and epochs, a person may change it, a checkpoint keeps it.

And beforehand: `rates`, the rate at every step of a run, for a plot.
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any

from core.training.config import TrainingConfig
from core.training.schedulers import SchedulerSpec, build, spec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LinearLR, LRScheduler

# P points of a plot, E epochs

POINTS = 2_000
"""The most of a plot of the rate."""
# What is a learning rate in a group of an optimizer, and in a scheduler of torch's.
GROUP_RATES = ("lr", "initial_lr", "max_lr", "min_lr")
SCHEDULER_RATES = ("base_lrs", "max_lrs", "min_lrs", "_last_lr")


class Schedule:
    def __init__(
        self,
        optimizer: Optimizer,
        main: LRScheduler | None,
        known: SchedulerSpec | None,
        warmup: LinearLR | None,
    ) -> None:
        self._optimizer, self._main, self._warmup = optimizer, main, warmup
        self._by_step = known is not None and known.moves == "step"
        self._reads_loss = known is not None and known.reads_loss

    def step(self) -> None:
        """After each step of the optimizer."""
        # A warm-up that is through changes nothing any more, and costs nothing.
        if self._warmup is not None and self._warmup.last_epoch < self._warmup.total_iters:
            self._warmup.step()
        # A OneCycleLR refuses to go on behind its end; the rate stays what it was there.
        if self._by_step and self._main is not None and self._main.last_epoch < self._end:
            self._main.step()

    def epoch(self, test_loss: float) -> None:
        """After each epoch, with the loss on the test data."""
        if self._main is None or self._by_step:
            return
        if self._reads_loss:
            self._main.step(test_loss)  # type: ignore[arg-type]
        else:
            self._main.step()

    @property
    def _end(self) -> float:
        return getattr(self._main, "total_steps", float("inf"))

    def set_rate(self, rate: float) -> None:
        """The rate from now on; what is still to come is multiplied as this one is.

        A schedule that would have fallen to a tenth falls to a tenth of the new rate. Where the rate had come down to
        nothing, the new one takes the place of the rate that the schedule began with.
        """
        now = float(self._optimizer.param_groups[0]["lr"])
        began = float(self._optimizer.param_groups[0].get("initial_lr", now))
        # Torch's chained products end a little beside 0, also below it.
        before = now if now > began * 1e-14 else began
        times = rate / before if before > 0 else 1.0
        for group in self._optimizer.param_groups:
            group.update({key: group[key] * times for key in GROUP_RATES if key in group}, lr=rate)
        for scheduler in self._schedulers():
            for key in SCHEDULER_RATES:
                if hasattr(scheduler, key):
                    setattr(scheduler, key, [value * times for value in getattr(scheduler, key)])
            if hasattr(scheduler, "eta_min"):
                scheduler.eta_min *= times

    def state_dict(self) -> dict[str, Any]:
        """Of plain numbers, texts, lists and dicts; the optimizer's own state keeps its present rates."""
        parts = {"main": self._main, "warmup": self._warmup}
        return {key: _plain(one.state_dict()) for key, one in parts.items() if one is not None}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was asked. First the optimizer's own `load_state_dict`."""
        for key, one in (("main", self._main), ("warmup", self._warmup)):
            if one is not None:
                one.load_state_dict(_torchs(state[key]))

    def _schedulers(self) -> list[Any]:
        return [one for one in (self._main, self._warmup) if one is not None]


def set_rate(optimizer: Optimizer, schedule: Schedule | None, rate: float) -> None:
    """Another learning rate from now on, with or without a schedule."""
    if schedule is not None:
        schedule.set_rate(rate)
        return
    for group in optimizer.param_groups:
        group["lr"] = rate


def rates(
    config: TrainingConfig, steps_per_epoch: int, most: int = POINTS
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Steps (P,), the first one 1, and the learning rate (P,) of each: every step of a run, or `most` of a long one.

    What a test loss decides is not known beforehand: here it falls with each epoch. ValueError, TypeError or
    ZeroDivisionError if torch refuses optimizer or scheduler.
    """
    import numpy as np
    import torch
    from torch import nn

    from core.training import optimizers

    total = config.epochs * steps_per_epoch
    steps_P = np.unique(np.linspace(0, total - 1, min(total, most)).round().astype(np.int64))
    # Of two dimensions, as Muon wants it; without a gradient no optimizer moves it.
    optimizer = optimizers.build(config.optimizer, [nn.Parameter(torch.zeros(1, 1))])
    rate = float(optimizer.param_groups[0]["lr"])
    if config.scheduler is None:
        rates_P = np.full(len(steps_P), rate)
    else:
        main = build(config.scheduler, 0, optimizer, config.epochs, steps_per_epoch)
        assert main is not None
        optimizer.step()
        if spec(config.scheduler.name).moves == "step":
            rates_P = _by_step(main, steps_P)
        else:
            rates_P = _by_epoch(main, optimizer, config.epochs)[steps_P // steps_per_epoch]
    if config.warmup_steps:
        rates_P = rates_P * np.minimum(1, (steps_P + 1) / (config.warmup_steps + 1))
    return steps_P + 1, rates_P


def _by_epoch(schedule: Schedule, optimizer: Optimizer, epochs: int) -> NDArray[np.float64]:
    import numpy as np

    rates_E = np.empty(epochs)
    for epoch in range(epochs):
        rates_E[epoch] = optimizer.param_groups[0]["lr"]
        schedule.epoch(-float(epoch))
    return rates_E


def _by_step(schedule: Schedule, steps_P: NDArray[np.int64]) -> NDArray[np.float64]:
    """A million steps would take seconds; both schedulers of steps answer for any step at once."""
    import numpy as np

    (scheduler,) = schedule._schedulers()
    rates_P = np.empty(len(steps_P))
    with warnings.catch_warnings():
        # Torch wants it asked for a rate by `step` alone.
        warnings.simplefilter("ignore")
        for index, step in enumerate(steps_P.tolist()):
            scheduler.last_epoch = step
            rates_P[index] = scheduler.get_lr()[0]
    return rates_P


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    # The milestones of a MultiStepLR are counted: {3: 2} if one stands twice.
    return {key: dict(value) if isinstance(value, Counter) else value for key, value in state.items()}


def _torchs(state: dict[str, Any]) -> dict[str, Any]:
    return {key: Counter(value) if key == "milestones" else value for key, value in state.items()}
