"""The training process as its owner sees it: send commands, take events, end it. No Qt, no torch on this side."""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque

from core.training.commands import Command, Shutdown
from core.training.events import Event, Failed, Finished, Saving, Stopped
from core.training.worker import serve

GRACE = 0.5
"""Seconds a process has to end by itself, and again after each harder knock."""
SAVING_GRACE = 60.0
"""Seconds it has while it writes what going on needs."""


class TrainingProcess:
    """A spawned process that has imported torch and trains. It lives until `close`, or until it dies."""

    def __init__(self) -> None:
        # Never fork: a forked copy of a process with Qt and torch threads may hang in a lock that nobody will free.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        # A daemon, so that a program that ends without close() takes it along.
        self._process = context.Process(target=serve, args=(theirs,), name="LayerLoom training", daemon=True)
        self._process.start()
        # Only when nobody else holds their end does its death arrive here as an end of file.
        theirs.close()
        self._arrived: deque[Event] = deque()
        self._ended = threading.Event()
        self._saving = False
        self._reader = threading.Thread(target=self._read, name="LayerLoom training reader", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the process is gone and everything it said was taken."""
        return self._ended.is_set() and not self._arrived

    @property
    def exit_code(self) -> int | None:
        """Of a process that has ended; minus the signal that killed it."""
        self._process.join(GRACE)
        return self._process.exitcode

    def send(self, command: Command) -> None:
        """Ask for something. Nothing happens if the process is gone; `ended` says so."""
        try:
            self._connection.send(command)
        except OSError:
            self._ended.wait(GRACE)

    def take(self) -> list[Event]:
        """The events that have arrived since the last time. Never waits."""
        events = []
        while self._arrived:
            events.append(self._arrived.popleft())
        return events

    def close(self, kill: bool = False) -> None:
        """End the process, asking first unless `kill`, and everything that belongs to it.

        At most 1.5 s, and longer only while it says that it is writing a checkpoint.
        """
        if not kill and self._process.is_alive():
            self.send(Shutdown())
            self._process.join(GRACE)
            if self._saving:
                self._process.join(SAVING_GRACE)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(GRACE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        # Its end of the pipe is closed now, so the reader has come to the end of the file.
        self._reader.join()
        self._connection.close()
        self._process.close()

    def _read(self) -> None:
        try:
            while True:
                arrived = self._connection.recv()
                for event in arrived:
                    if isinstance(event, (Saving, Stopped, Finished, Failed)):
                        self._saving = isinstance(event, Saving)
                self._arrived.extend(arrived)
        # A process that dies in the middle of a message is an OSError.
        except (EOFError, OSError):
            self._ended.set()
