"""The optimizers of torch.optim and their fields, learning rate first. Importing needs no torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.fields import Field
from core.training.config import Choice

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer


@dataclass(frozen=True)
class OptimizerSpec:
    name: str
    """A class of torch.optim."""
    fields: tuple[Field, ...]


def _lr(default: float) -> Field:
    return Field("lr", "real", default=default, above=0, maximum=1_000)


def _real(name: str, default: float, below: float | None = None) -> Field:
    return Field(name, "real", default=default, minimum=0, below=below)


def _flag(name: str) -> Field:
    return Field(name, "flag", default=False)


# Torch's own names, order and defaults (torch 2.9).
_DECAY = _real("weight_decay", 0.0)
_ADAM_EPS = Field("eps", "real", default=1e-8, minimum=0)
OPTIMIZERS: Mapping[str, OptimizerSpec] = {
    one.name: one
    for one in (
        OptimizerSpec("SGD", (_lr(0.001), _real("momentum", 0.0), _real("dampening", 0.0), _DECAY, _flag("nesterov"))),
        OptimizerSpec("Adam", (_lr(0.001), _ADAM_EPS, _DECAY, _flag("amsgrad"))),
        OptimizerSpec("AdamW", (_lr(0.001), _ADAM_EPS, _real("weight_decay", 0.01), _flag("amsgrad"))),
        OptimizerSpec(
            "RMSprop",
            (_lr(0.01), _real("alpha", 0.99, below=1), _ADAM_EPS, _DECAY, _real("momentum", 0.0), _flag("centered")),
        ),
        OptimizerSpec(
            "Adagrad",
            (
                _lr(0.01),
                _real("lr_decay", 0.0),
                _DECAY,
                _real("initial_accumulator_value", 0.0),
                Field("eps", "real", default=1e-10, minimum=0),
            ),
        ),
    )
}


def fields(name: str) -> tuple[Field, ...]:
    """The arguments of an optimizer. KeyError if there is no such optimizer."""
    return OPTIMIZERS[name].fields


def build(choice: Choice, parameters: Iterable[nn.Parameter]) -> Optimizer:
    """The torch.optim optimizer. ValueError if torch refuses the arguments or there are no parameters."""
    from torch import optim

    optimizer: Optimizer = getattr(optim, OPTIMIZERS[choice.name].name)(parameters, **choice.arguments)
    return optimizer
