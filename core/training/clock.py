"""Seconds since a run began, without its pauses."""

from __future__ import annotations

from time import perf_counter


class Stopwatch:
    """Runs from the moment it is made. Calling it reads it."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._stopped: float | None = None

    def __call__(self) -> float:
        return (perf_counter() if self._stopped is None else self._stopped) - self._started

    def pause(self) -> None:
        if self._stopped is None:
            self._stopped = perf_counter()

    def resume(self) -> None:
        if self._stopped is not None:
            self._started += perf_counter() - self._stopped
            self._stopped = None
