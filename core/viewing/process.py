"""The process that reads data, as its owner sees it: ask, take answers, end it. No Qt, no torch on this side."""

from __future__ import annotations

from core.spawned import SpawnedProcess
from core.viewing.messages import Answer, Question, Shutdown
from core.viewing.worker import serve


class ViewingProcess(SpawnedProcess[Question, Answer]):
    def __init__(self) -> None:
        super().__init__(serve, "data", Shutdown())
