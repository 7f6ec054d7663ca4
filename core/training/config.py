"""What a network is trained with. A part of the layout, so that undo, files and homework carry it along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from core.values import Value, alike

Precision: TypeAlias = Literal["fp32", "bf16", "fp16"]


@dataclass(frozen=True)
class Choice:
    """Something chosen by name, with the arguments that differ from its defaults."""

    name: str
    arguments: Mapping[str, Value] = field(default_factory=dict)

    def __eq__(self, other: object) -> Any:
        return alike(self, other)


@dataclass(frozen=True)
class AddedLoss:
    """A further loss of the same output and target: `weight` times its value is added to the first one's."""

    loss: Choice
    weight: float = 1.0
    """Above 0, at most 1 000 000."""


@dataclass(frozen=True)
class TrainingConfig:
    dataset: Choice = field(default_factory=lambda: Choice("digits"))
    """One of `core.datasets`."""
    loss: Choice = field(default_factory=lambda: Choice("CrossEntropyLoss"))
    """A class of torch.nn."""
    optimizer: Choice = field(default_factory=lambda: Choice("Adam", {"lr": 0.001}))
    """A class of torch.optim."""
    batch_size: int = 64
    """Samples per forward pass, 1 to 65 536."""
    epochs: int = 20
    """Passes over the training data, 1 to 100 000."""
    seed: int = 0
    """Of the initial weights and the order of the samples, 0 to 2**63 - 1."""
    added_losses: tuple[AddedLoss, ...] = ()
    """At most LOSSES - 1 of them."""
    scheduler: Choice | None = None
    """A class of torch.optim.lr_scheduler; None keeps the learning rate as it is."""
    warmup_steps: int = 0
    """Optimizer steps over which the learning rate rises in a line to what it is meant to be; 0 to 1 000 000."""
    clip_norm: float = 0.0
    """The largest norm of all gradients together; 0 leaves them as they are."""
    clip_value: float = 0.0
    """The largest size of a single gradient; 0 leaves them as they are."""
    accumulate: int = 1
    """Batches whose mean gradient one optimizer step takes, 1 to 4 096."""
    patience: int = 0
    """Epochs in a row without a lower test loss after which the run ends; 0 trains every epoch."""
    ema: float = 0.0
    """How much of the averaged weights stays at each step, 0 to below 1; 0 keeps no average."""
    precision: Precision = "fp32"
    """What layers compute in; weights stay fp32."""
    compile: bool = False
    """Whether torch.compile makes one program of the network."""
    threads: int = 0
    """CPU threads that torch computes with; 0 is all cores but one in the window, torch's own number without it."""
    transforms: tuple[Choice, ...] = ()
    """What each batch of inputs goes through, in this order; those that make data vary only while training."""


BATCH_SIZES = (1, 65_536)
EPOCHS = (1, 100_000)
SEEDS = (0, 2**63 - 1)
LOSSES = 8
"""The most that add up."""
LARGEST_WEIGHT = 1_000_000
"""Of an added loss; above 0."""
CLIPS = (0, 1_000_000)
"""Of a norm and of a value."""
LARGEST_EMA = 1
"""Not reached; at least 0."""
WARMUP_STEPS = (0, 1_000_000)
ACCUMULATES = (1, 4_096)
PATIENCES = (0, 100_000)
THREADS = (0, 1_024)
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "fp16")
TRANSFORMS = 32
"""The most in a row."""
