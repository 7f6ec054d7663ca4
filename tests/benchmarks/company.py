"""How busy other programs were during a measurement: on two cores, a third program decides the result."""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter


class Company:
    """Made at the start of a measurement that these processes belong to; asked at its end. Linux only."""

    def __init__(self, *processes: int | None) -> None:
        self._processes = [os.getpid(), *(process for process in processes if process is not None)]
        self._began = (perf_counter(), *self._spent())

    def cores(self) -> float | None:
        """How many cores other programs used meanwhile, on average; None where the system does not tell."""
        seconds, everything, own = (
            now - then for now, then in zip((perf_counter(), *self._spent()), self._began, strict=True)
        )
        return (everything - own) / seconds if everything else None

    def _spent(self) -> tuple[float, float]:
        """Seconds of processor time of the whole system, and of these processes."""
        try:
            tick = os.sysconf("SC_CLK_TCK")
            user, nice, system, _, _, interrupt, soft = map(int, Path("/proc/stat").read_text().split()[1:8])
            own = 0
            for process in self._processes:
                fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                own += int(fields[11]) + int(fields[12])
            return (user + nice + system + interrupt + soft) / tick, own / tick
        except (OSError, ValueError, AttributeError):
            return 0.0, 0.0
