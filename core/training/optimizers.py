"""The optimizers of torch.optim and their fields, learning rate first. Importing needs no torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from core.fields import Field
from core.training.choices import called_with
from core.training.config import Choice

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer

Wants: TypeAlias = Literal["any", "matrices", "sparse"]
"""Which parameters it takes: all, those of two dimensions alone, or those alone whose gradients are sparse."""


@dataclass(frozen=True)
class OptimizerSpec:
    name: str
    """A class of torch.optim."""
    fields: tuple[Field, ...]
    wants: Wants = "any"
    reads_sparse: bool = False
    """Whether it can step along the gradient of an Embedding with sparse=True."""
    has_momentum: bool = False
    """Whether a scheduler can make its momentum, or its first beta, go up and down."""


LARGEST_RATE = 1_000
LARGEST = 1e9
"""Of any other real: products of a few still fit into float32, where torch would refuse in the middle of a step."""


def _lr(default: float) -> Field:
    return Field("lr", "real", default=default, above=0, maximum=LARGEST_RATE)


def _real(name: str, default: float, **more: float) -> Field:
    return Field(name, "real", **{"default": default, "minimum": 0, "maximum": LARGEST, **more})  # type: ignore[arg-type]


def _pair(name: str, default: tuple[float | None, float], **more: float | bool) -> Field:
    bounds = {"maximum": LARGEST, **more}
    return Field(name, "real", default=default, dimensions=2, row=True, **bounds)  # type: ignore[arg-type]


def _flag(name: str, default: bool = False) -> Field:
    return Field(name, "flag", default=default)


# Torch's own names, order and defaults (torch 2.9 to 2.15).
_DECAY = _real("weight_decay", 0.0)
_DECOUPLED = _flag("decoupled_weight_decay")
_MOMENTUM = _real("momentum", 0.0)
_EPS = _real("eps", 1e-8)
_BETAS = _pair("betas", (0.9, 0.999), minimum=0, below=1)
OPTIMIZERS: Mapping[str, OptimizerSpec] = {
    one.name: one
    for one in (
        OptimizerSpec(
            "SGD",
            (_lr(0.001), _MOMENTUM, _real("dampening", 0.0), _DECAY, _flag("nesterov")),
            reads_sparse=True,
            has_momentum=True,
        ),
        OptimizerSpec("Adam", (_lr(0.001), _BETAS, _EPS, _DECAY, _flag("amsgrad"), _DECOUPLED), has_momentum=True),
        OptimizerSpec(
            "AdamW", (_lr(0.001), _BETAS, _EPS, _real("weight_decay", 0.01), _flag("amsgrad")), has_momentum=True
        ),
        OptimizerSpec(
            "RMSprop",
            (_lr(0.01), _real("alpha", 0.99, below=1), _EPS, _DECAY, _MOMENTUM, _flag("centered")),
            has_momentum=True,
        ),
        OptimizerSpec(
            "Adagrad",
            (
                _lr(0.01),
                _real("lr_decay", 0.0),
                _DECAY,
                _real("initial_accumulator_value", 0.0),
                _real("eps", 1e-10),
            ),
            reads_sparse=True,
        ),
        OptimizerSpec("Adadelta", (_lr(1.0), _real("rho", 0.9, below=1), _real("eps", 1e-6), _DECAY)),
        OptimizerSpec(
            "Adafactor",
            (
                _lr(0.01),
                _real("beta2_decay", -0.8, minimum=-100, maximum=0),
                _pair("eps", (None, 0.001), minimum=0, open=True),
                _real("d", 1.0, minimum=1),
                _DECAY,
            ),
        ),
        OptimizerSpec("Adamax", (_lr(0.002), _BETAS, _EPS, _DECAY), has_momentum=True),
        OptimizerSpec(
            "NAdam", (_lr(0.002), _BETAS, _EPS, _DECAY, _real("momentum_decay", 0.004), _DECOUPLED), has_momentum=True
        ),
        OptimizerSpec("RAdam", (_lr(0.001), _BETAS, _EPS, _DECAY, _DECOUPLED), has_momentum=True),
        OptimizerSpec(
            "ASGD",
            (_lr(0.01), _real("lambd", 0.0001), _real("alpha", 0.75, maximum=10), _real("t0", 1_000_000.0), _DECAY),
        ),
        OptimizerSpec(
            "Rprop",
            (_lr(0.01), _pair("etas", (0.5, 1.2), above=0), _pair("step_sizes", (1e-6, 50.0), above=0)),
        ),
        OptimizerSpec(
            "Muon",
            (
                _lr(0.001),
                _real("weight_decay", 0.1),
                _real("momentum", 0.95, below=1),
                _flag("nesterov", True),
                Field(
                    "ns_coefficients",
                    "real",
                    default=(3.4445, -4.775, 2.0315),
                    minimum=-100,
                    maximum=100,
                    dimensions=3,
                    row=True,
                ),
                _real("eps", 1e-7),
                Field("ns_steps", "integer", default=5, minimum=1, maximum=99),
                Field("adjust_lr_fn", "choice", choices=("original", "match_rms_adamw"), optional=True),
            ),
            wants="matrices",
            has_momentum=True,
        ),
        OptimizerSpec(
            "SparseAdam",
            (_lr(0.001), _BETAS, Field("eps", "real", default=1e-8, above=0, maximum=LARGEST)),
            wants="sparse",
            reads_sparse=True,
            has_momentum=True,
        ),
    )
}

LEFT_OUT: Mapping[str, str] = {
    "LBFGS": "asks for the loss several times in a step, through a closure that the loop does not have",
}
"""By class: why it is not offered. Every other optimizer of torch.optim is."""

HIDDEN: Mapping[str, str] = {
    "params": "the parameters of the network",
    "foreach": "how torch computes it, not what",
    "fused": "how torch computes it, not what",
    "capturable": "for CUDA graphs, which the loop does not record",
    "differentiable": "for gradients through the step itself",
    "maximize": "a loss is to be made small",
}
"""The arguments of torch's that no form shows, each with the reason."""


def fields(name: str) -> tuple[Field, ...]:
    """The arguments of an optimizer. KeyError if there is no such optimizer."""
    return OPTIMIZERS[name].fields


def rate(choice: Choice) -> float:
    """The learning rate that an optimizer begins with: the one given, or torch's own."""
    given = choice.arguments.get("lr")
    known = next(field for field in fields(choice.name) if field.name == "lr")
    value = given if known.check(given) is None else known.default
    assert isinstance(value, (int, float))
    return float(value)


def build(choice: Choice, parameters: Iterable[nn.Parameter]) -> Optimizer:
    """The torch.optim optimizer. ValueError or TypeError if torch refuses the arguments or there are no parameters."""
    from torch import optim

    arguments = called_with(fields(choice.name), choice.arguments)
    optimizer: Optimizer = getattr(optim, choice.name)(parameters, **arguments)
    return optimizer
