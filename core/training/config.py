"""What a network is trained with. A part of the layout, so that undo, files and homework carry it along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.values import Value, alike


@dataclass(frozen=True)
class Choice:
    """Something chosen by name, with the arguments that differ from its defaults."""

    name: str
    arguments: Mapping[str, Value] = field(default_factory=dict)

    def __eq__(self, other: object) -> Any:
        return alike(self, other)


@dataclass(frozen=True)
class TrainingConfig:
    dataset: Choice = field(default_factory=lambda: Choice("digits"))
    """One of `core.datasets`."""
    loss: Choice = field(default_factory=lambda: Choice("CrossEntropyLoss"))
    """A class of torch.nn."""
    optimizer: Choice = field(default_factory=lambda: Choice("Adam", {"lr": 0.001}))
    """A class of torch.optim."""
    batch_size: int = 64
    """Samples per optimizer step, 1 to 65 536."""
    epochs: int = 20
    """Passes over the training data, 1 to 100 000."""
    seed: int = 0
    """Of the initial weights and the order of the samples, 0 to 2**63 - 1."""


BATCH_SIZES = (1, 65_536)
EPOCHS = (1, 100_000)
SEEDS = (0, 2**63 - 1)
