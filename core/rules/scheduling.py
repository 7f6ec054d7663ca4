"""What can be wrong between a scheduler, the warm-up, the optimizer and the length of the run."""

from __future__ import annotations

from collections.abc import Iterator

from core.problems import Problem
from core.rules import mends
from core.training import schedulers
from core.training.config import TrainingConfig
from core.training.optimizers import OPTIMIZERS


def scheduling_problems(training: TrainingConfig, samples: int) -> Iterator[Problem]:
    """`samples` to train with, 0 while nobody knows. Each argument by itself is sound."""
    steps = schedulers.optimizer_steps(samples, training.batch_size, training.accumulate)
    warmup = training.warmup_steps
    choice = training.scheduler
    values: dict[str, object] = {"steps": warmup, "epoch": steps, "run": steps * training.epochs}
    if choice is not None:
        values |= {"scheduler": choice.name, "optimizer": training.optimizer.name}
        yield from _refusals(training, values, steps)
        if warmup and schedulers.spec(choice.name).begins_low:
            yield Problem(None, "scheduler.two_warmups", values, (mends.warmup(0),), argument="warmup_steps")
            return
        if steps and warmup > steps and schedulers.sets_rate(choice):
            yield Problem(None, "scheduler.long_warmup", values, (mends.warmup(steps),), argument="warmup_steps")
            return
    if steps and warmup >= steps * training.epochs:
        yield Problem(None, "scheduler.only_warmup", values, severity="warning", argument="warmup_steps")


def _refusals(training: TrainingConfig, values: dict[str, object], steps: int) -> Iterator[Problem]:
    choice = training.scheduler
    assert choice is not None
    cycles = any(field.name == "cycle_momentum" for field in schedulers.fields(choice.name))
    cycles = cycles and choice.arguments.get("cycle_momentum") is not False
    if cycles and not OPTIMIZERS[training.optimizer.name].has_momentum:
        mend = mends.set_scheduler_argument("cycle_momentum", False)
        yield Problem(None, "scheduler.momentum", values, (mend,), argument="cycle_momentum")
    if steps and schedulers.stands_still(choice, steps * training.epochs):
        start = choice.arguments.get("pct_start", 0.3)
        yield Problem(None, "scheduler.stands_still", {**values, "start": start}, argument="pct_start")
