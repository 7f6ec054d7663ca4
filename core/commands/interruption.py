"""Ctrl+C while something goes on that must not break off in its middle."""

from __future__ import annotations

import signal
from types import FrameType


class Interruption:
    """Ctrl+C, and a cluster's word that time is up. `came` says so while it `waits`; a second one is heard at once."""

    def __init__(self) -> None:
        self.waits = False
        self.came = False

    def __enter__(self) -> Interruption:
        self._before = {number: signal.signal(number, self._take) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if not self.waits or self.came:
            raise KeyboardInterrupt
        self.came = True
