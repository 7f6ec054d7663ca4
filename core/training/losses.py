"""The losses: their fields, the targets each one wants, and what counts as a right answer. Importing needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.fields import Field
from core.training.config import Choice

if TYPE_CHECKING:
    from torch import Tensor, nn

# N samples, B of a batch, C classes, F features that leave the network


@dataclass(frozen=True)
class LossSpec:
    name: str
    """A class of torch.nn."""
    wants_labels: bool = False
    """Whether the target is the number of the class; else a row with 1.0 at the class and 0.0 elsewhere."""
    threshold: float = 0.5
    """With a single output: above it the answer is class 1."""
    fields: tuple[Field, ...] = ()


LOSSES: Mapping[str, LossSpec] = {
    one.name: one
    for one in (
        LossSpec(
            "CrossEntropyLoss",
            wants_labels=True,
            fields=(Field("label_smoothing", "real", default=0.0, minimum=0, maximum=1),),
        ),
        LossSpec("NLLLoss", wants_labels=True),
        LossSpec("MSELoss"),
        LossSpec("L1Loss"),
        LossSpec("HuberLoss", fields=(Field("delta", "real", default=1.0, above=0),)),
        LossSpec("BCELoss"),
        LossSpec("BCEWithLogitsLoss", threshold=0.0),
    )
}


def spec(name: str) -> LossSpec:
    """KeyError if there is no such loss."""
    return LOSSES[name]


def fields(name: str) -> tuple[Field, ...]:
    """The arguments of a loss. KeyError if there is no such loss."""
    return LOSSES[name].fields


def build(choice: Choice) -> nn.Module:
    """The torch.nn loss. ValueError or TypeError if torch refuses its arguments."""
    from torch import nn

    module: nn.Module = getattr(nn, spec(choice.name).name)(**choice.arguments)
    return module


def prepare_targets(loss: str, labels_N: Tensor, classes: int, output_features: int) -> Tensor:
    """What the loss compares the network's output with.

    int64 (N,) for a loss that wants labels; else float32: (N, 1) for two classes with one output, else one-hot (N, C).
    """
    from torch.nn import functional

    if spec(loss).wants_labels:
        return labels_N
    if classes == 2 and output_features == 1:
        return labels_N.unsqueeze(1).float()
    return functional.one_hot(labels_N, classes).float()


def correct(loss: str, outputs_BF: Tensor, labels_B: Tensor) -> Tensor:
    """How many rows answer right, as a tensor of one number: by the largest output, or a single one's threshold."""
    if outputs_BF.shape[1] == 1 and not spec(loss).wants_labels:
        answers_B = (outputs_BF[:, 0] > spec(loss).threshold).long()
    else:
        answers_B = outputs_BF.argmax(1)
    return (answers_B == labels_B).sum()
