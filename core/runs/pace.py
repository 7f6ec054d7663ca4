"""How often a checkpoint is written: as often as keeping a run may cost one percent of the time, and no more."""

from __future__ import annotations

from time import perf_counter

SHARE = 200
"""Between two checkpoints lies so many times what the last one cost. Half of the percent is for the numbers."""
LONG_EPOCH = 60.0
"""Seconds after which one is written in the middle of an epoch too."""
BYTES_PER_SECOND = 200e6
"""Of a slow disk: what the first checkpoint is taken to cost before one has been measured."""


class Pace:
    def __init__(self, size: int, every: float | None = None) -> None:
        """`size` is how many bytes a checkpoint has, about; `every` seconds is a person's own wish."""
        self._every = every
        self._cost = size / BYTES_PER_SECOND
        self._last = perf_counter()

    def due(self, epoch_ended: bool) -> bool:
        """Whether one is to be written now."""
        waited = perf_counter() - self._last
        if self._every is not None:
            return waited >= self._every
        return waited >= SHARE * self._cost and (epoch_ended or waited >= LONG_EPOCH)

    def wrote(self, seconds: float) -> None:
        """One was written, or tried, and took so long."""
        self._cost = seconds
        self._last = perf_counter()
