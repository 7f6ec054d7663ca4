"""The schedulers of torch.optim.lr_scheduler: their fields, when each one moves, and the learning rate of a whole run.

A scheduler moves after each epoch or after each step. A warm-up is a LinearLR of its own that moves after each step: as
torch means it, both change the one rate, and what is printed is exactly what runs. So a scheduler that sets the rate
without asking what it was can only take over when the warm-up is through, and one that begins low needs none.
Importing needs no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from core.fields import Field
from core.training.choices import called_with
from core.training.config import Choice, TrainingConfig
from core.training.optimizers import LARGEST_RATE
from core.values import Value

if TYPE_CHECKING:
    from torch.optim import Optimizer

    from core.training.schedule import Schedule


@dataclass(frozen=True)
class SchedulerSpec:
    name: str
    """A class of torch.optim.lr_scheduler."""
    moves: Literal["epoch", "step"]
    """After what it is asked for the next rate."""
    fields: tuple[Field, ...]
    reads_loss: bool = False
    """Whether it goes by the test loss."""
    begins_low: bool = False
    """Whether its own first steps are a warm-up."""


LONGEST = 1_000_000_000


def _count(name: str, default: int | None = None, required: bool = False, **more: object) -> Field:
    return Field(
        name, "integer", default=default, required=required, minimum=1, maximum=LONGEST, **more  # type: ignore[arg-type]
    )  # fmt: skip


def _real(name: str, default: float | None = None, **more: object) -> Field:
    return Field(name, "real", default=default, **more)  # type: ignore[arg-type]


def _factor(name: str, default: float) -> Field:
    return _real(name, default, above=0, maximum=1)


def _flag(name: str, default: bool) -> Field:
    return Field(name, "flag", default=default)


def _momentums(base: float, most: float) -> tuple[Field, ...]:
    return (
        _flag("cycle_momentum", True),
        _real("base_momentum", base, minimum=0, below=1),
        _real("max_momentum", most, minimum=0, below=1),
    )


# Torch's own names, order and defaults (torch 2.9 to 2.15).
_GAMMA = _real("gamma", 0.1, above=0, maximum=1_000)
_ITERATIONS = _count("total_iters", 5)
_LOWEST = _real("eta_min", 0.0, minimum=0, maximum=LARGEST_RATE)
SCHEDULERS: Mapping[str, SchedulerSpec] = {
    one.name: one
    for one in (
        SchedulerSpec("StepLR", "epoch", (_count("step_size", required=True, example=10), _GAMMA)),
        SchedulerSpec(
            "MultiStepLR",
            "epoch",
            (
                Field(
                    "milestones",
                    "size",
                    required=True,
                    minimum=1,
                    maximum=LONGEST,
                    dimensions=0,
                    row=True,
                    example=(10, 15),
                ),
                _GAMMA,
            ),
        ),
        SchedulerSpec("ExponentialLR", "epoch", (_real("gamma", required=True, above=0, maximum=1_000, example=0.95),)),
        SchedulerSpec("CosineAnnealingLR", "epoch", (_count("T_max", inferred=True), _LOWEST)),
        SchedulerSpec(
            "OneCycleLR",
            "step",
            (
                _real("max_lr", inferred=True, above=0, maximum=LARGEST_RATE),
                _real("pct_start", 0.3, minimum=0, below=1),
                Field("anneal_strategy", "choice", default="cos", choices=("cos", "linear")),
                *_momentums(0.85, 0.95),
                _real("div_factor", 25.0, minimum=1, maximum=1e9),
                _real("final_div_factor", 1e4, minimum=1, maximum=1e15),
                _flag("three_phase", False),
            ),
            begins_low=True,
        ),
        SchedulerSpec(
            "ReduceLROnPlateau",
            "epoch",
            (
                _real("factor", 0.1, above=0, below=1),
                Field("patience", "integer", default=10, minimum=0, maximum=LONGEST),
                _real("threshold", 1e-4, minimum=0, below=1),
                Field("threshold_mode", "choice", default="rel", choices=("rel", "abs")),
                Field("cooldown", "integer", default=0, minimum=0, maximum=LONGEST),
                _real("min_lr", 0.0, minimum=0, maximum=LARGEST_RATE),
                _real("eps", 1e-8, minimum=0, maximum=LARGEST_RATE),
            ),
            reads_loss=True,
        ),
        SchedulerSpec(
            "LinearLR",
            "epoch",
            (_factor("start_factor", 1 / 3), _real("end_factor", 1.0, minimum=0, maximum=1), _ITERATIONS),
        ),
        SchedulerSpec("PolynomialLR", "epoch", (_ITERATIONS, _real("power", 1.0, minimum=0, maximum=100))),
        SchedulerSpec("ConstantLR", "epoch", (_factor("factor", 1 / 3), _ITERATIONS)),
        SchedulerSpec(
            "CosineAnnealingWarmRestarts",
            "epoch",
            (
                _count("T_0", required=True, example=10),
                Field("T_mult", "integer", default=1, minimum=1, maximum=1_000),
                _LOWEST,
            ),
        ),
        SchedulerSpec(
            "CyclicLR",
            "step",
            (
                _real("base_lr", inferred=True, above=0, maximum=LARGEST_RATE),
                _real("max_lr", required=True, above=0, maximum=LARGEST_RATE, example=0.01),
                _count("step_size_up", 2_000),
                _count("step_size_down", optional=True),
                Field("mode", "choice", default="triangular", choices=("triangular", "triangular2", "exp_range")),
                _real("gamma", 1.0, above=0, maximum=1),
                *_momentums(0.8, 0.9),
            ),
            begins_low=True,
        ),
    )
}

_FUNCTIONS = "takes a function, which is no plain value"
_OTHERS = "takes other schedulers; a warm-up is chained to each one here"
LEFT_OUT: Mapping[str, str] = {
    "LambdaLR": _FUNCTIONS,
    "MultiplicativeLR": _FUNCTIONS,
    "ChainedScheduler": _OTHERS,
    "SequentialLR": _OTHERS,
}
"""By class: why it is not offered. Every other scheduler of torch is."""

HIDDEN: Mapping[str, str] = {
    "optimizer": "the optimizer of the run",
    "last_epoch": "a run that goes on has its own state",
    "total_steps": "follows from epochs, data and batch size",
    "epochs": "the epochs of the run",
    "steps_per_epoch": "follows from data and batch size",
    "scale_fn": "takes a function",
    "scale_mode": "goes with scale_fn",
}
"""The arguments of torch's that no form shows, each with the reason."""
HIDDEN_OF: Mapping[str, Mapping[str, str]] = {
    "ReduceLROnPlateau": {"mode": "it goes by the test loss, which is to be small"},
}
"""The same for one class alone."""


def spec(name: str) -> SchedulerSpec:
    """KeyError if there is no such scheduler."""
    return SCHEDULERS[name]


def fields(name: str) -> tuple[Field, ...]:
    """The arguments of a scheduler. KeyError if there is no such scheduler."""
    return SCHEDULERS[name].fields


def first_choice(name: str, config: TrainingConfig) -> Choice:
    """A scheduler with good first values for the length and the learning rate of this run."""
    from core.training.optimizers import rate

    epochs = config.epochs
    firsts: dict[str, dict[str, Value]] = {
        "StepLR": {"step_size": max(1, epochs // 3)},
        "MultiStepLR": {"milestones": (max(1, epochs // 2), max(2, epochs * 3 // 4))},
        "ExponentialLR": {"gamma": 0.95},
        "PolynomialLR": {"total_iters": epochs},
        "CosineAnnealingWarmRestarts": {"T_0": max(1, epochs // 4)},
        "CyclicLR": {"max_lr": min(10 * rate(config.optimizer), LARGEST_RATE)},
    }
    # Where torch would refuse: an optimizer without a momentum that could go up and down.
    return Choice(name, {**firsts.get(name, {}), **_without_momentum(name, config)})


def _without_momentum(name: str, config: TrainingConfig) -> dict[str, Value]:
    from core.training.optimizers import OPTIMIZERS

    cycles = any(field.name == "cycle_momentum" for field in fields(name))
    return {"cycle_momentum": False} if cycles and not OPTIMIZERS[config.optimizer.name].has_momentum else {}


def complete(choice: Choice, rate: float, epochs: int) -> dict[str, Value]:
    """The arguments, with those that the run decides where they are left out; the steps of a OneCycleLR are missing.

    `rate` is the optimizer's: the top of a OneCycleLR, the bottom of a CyclicLR.
    """
    decided: dict[str, dict[str, Value]] = {
        "CosineAnnealingLR": {"T_max": epochs},
        "OneCycleLR": {"max_lr": rate},
        "CyclicLR": {"base_lr": rate},
    }
    return called_with(fields(choice.name), {**decided.get(choice.name, {}), **choice.arguments})


def sets_rate(choice: Choice) -> bool:
    """Whether it sets the rate without asking what it was, so that a warm-up that still lasts would be lost."""
    lowest = choice.arguments.get("eta_min")
    return choice.name == "CosineAnnealingWarmRestarts" or (choice.name == "CosineAnnealingLR" and bool(lowest))


def stands_still(choice: Choice, steps: int) -> bool:
    """Whether a part of a OneCycleLR takes no time in a run of so many steps: torch would divide by it."""
    if choice.name != "OneCycleLR":
        return False
    start = choice.arguments.get("pct_start", 0.3)
    if not isinstance(start, (int, float)):
        return False
    ends = [0.0, float(start * steps) - 1, float(steps - 1)]
    if choice.arguments.get("three_phase") is True:
        ends.insert(2, float(2 * start * steps) - 2)
    return any(one == other for one, other in pairwise(ends))


def optimizer_steps(samples: int, batch_size: int, accumulate: int = 1) -> int:
    """How many steps an epoch has; the last one may take fewer batches, and the last batch fewer samples."""
    return -(-samples // (batch_size * accumulate))


def build(
    choice: Choice | None, warmup_steps: int, optimizer: Optimizer, epochs: int, steps_per_epoch: int
) -> Schedule | None:
    """What changes the learning rate of an optimizer that was just built; None where nothing does.

    `steps_per_epoch` are steps of the optimizer. ValueError, TypeError or ZeroDivisionError if torch refuses.
    """
    from torch.optim import lr_scheduler

    from core.training.schedule import Schedule

    if choice is None and not warmup_steps:
        return None
    main = warmup = None
    if choice is not None:
        arguments = complete(choice, float(optimizer.param_groups[0]["lr"]), epochs)
        if choice.name == "OneCycleLR":
            arguments |= {"epochs": epochs, "steps_per_epoch": steps_per_epoch}
        main = getattr(lr_scheduler, choice.name)(optimizer, **arguments)
    if warmup_steps:
        # Behind the other one, which may set the rate when it is made.
        warmup = lr_scheduler.LinearLR(optimizer, start_factor=1 / (warmup_steps + 1), total_iters=warmup_steps)
    return Schedule(optimizer, main, None if choice is None else spec(choice.name), warmup)
