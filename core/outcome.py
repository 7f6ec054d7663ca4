"""What became of a layer that was asked which tensors leave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from core.signals import Signal

Signals: TypeAlias = tuple[Signal | None, ...]
"""What flows into each input of a node; None where nothing is wired."""


@dataclass(frozen=True)
class Outcome:
    """What torch made of a layer; `refusal` is its first line where it refused."""

    outputs: tuple[Signal, ...] = ()
    parameters: int = 0
    parameter_shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    multiply_adds: int = 0
    """Per sample, of the layer's matrix products and convolutions."""
    refusal: str | None = None
    mixes_batch: bool = False
    """Whether an output size is no multiple of the batch size."""
