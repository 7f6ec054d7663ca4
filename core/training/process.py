"""The training process as its owner sees it: send commands, take events, end it. No Qt, no torch on this side."""

from __future__ import annotations

from collections.abc import Sequence

from core.spawned import SpawnedProcess
from core.training.commands import Command, Shutdown
from core.training.events import Event, Failed, Finished, Saving, Stopped
from core.training.worker import serve

SAVING_GRACE = 60.0
"""Seconds it has while it writes what going on needs."""


class TrainingProcess(SpawnedProcess[Command, Event]):
    """It has imported torch and trains."""

    def __init__(self) -> None:
        self._saving = False
        super().__init__(serve, "training", Shutdown())

    def more_grace(self) -> float:
        return SAVING_GRACE if self._saving else 0.0

    def heard(self, said: Sequence[Event]) -> None:
        for event in said:
            if isinstance(event, (Saving, Stopped, Finished, Failed)):
                self._saving = isinstance(event, Saving)
