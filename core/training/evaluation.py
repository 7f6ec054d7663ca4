"""Loss and scores of a network on the test data, in eval mode. The trainer asks after every epoch."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from core.training.events import Pulse

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.training.scores import Scores

# N samples, B batch

EVALUATION_BATCH = 1_000
"""Test samples in one forward pass."""
INTERVAL = 0.033
"""Seconds between two moments at which the caller can pause."""


def evaluated(
    model: nn.Module,
    objective: Callable[[Tensor, Tensor], Tensor],
    cut: Iterator[tuple[Tensor, Tensor]],
    targets_N: Tensor,
    precision: AbstractContextManager[Any],
    scores: Scores,
) -> Generator[Pulse, None, float]:
    """The mean loss. `cut` gives inputs and what the loss compares with, in the order of `targets_N`."""
    import torch

    model.eval()
    losses: list[Tensor] = []
    counts: list[int] = []
    tested = 0
    due = perf_counter() + INTERVAL
    for inputs_B, prepared_B in cut:
        # Not around a yield: the caller would find itself without gradients, or in another precision.
        with torch.no_grad():
            with precision:
                outputs_B = model(inputs_B)
                losses.append(objective(outputs_B, prepared_B))
            scores.add(outputs_B, targets_N[tested : tested + len(outputs_B)])
        counts.append(len(outputs_B))
        tested += counts[-1]
        if perf_counter() >= due:
            yield Pulse()
            due = perf_counter() + INTERVAL
    total = 0.0
    for loss, count in zip(torch.stack(losses).tolist(), counts, strict=True):
        total += loss * count
    return total / tested
