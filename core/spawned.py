"""A process of our own as its owner sees it: send it messages, take what it says, end it. No Qt, no torch on this side.

Training and the look at data live in such processes.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

Sent = TypeVar("Sent")
Said = TypeVar("Said")


class SpawnedProcess(Generic[Sent, Said]):
    """It lives until `close`, or until it dies. What it reads is in its own memory, and goes with it."""

    GRACE = 0.5
    """Seconds it has to end by itself, and again after each harder knock."""

    def __init__(self, serve: Callable[[Connection], None], name: str, shutdown: Sent) -> None:
        """`serve` is its life; it says what it has to say in lists. `shutdown` asks it to end."""
        # Never fork: a forked copy of a process with Qt and torch threads may hang in a lock that nobody will free.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        # A daemon, so that a program that ends without close() takes it along.
        self._process = context.Process(target=serve, args=(theirs,), name=f"LayerLoom {name}", daemon=True)
        self._process.start()
        # Only when nobody else holds their end does its death arrive here as an end of file.
        theirs.close()
        self._shutdown = shutdown
        self._arrived: deque[Said] = deque()
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, name=f"LayerLoom {name} reader", daemon=True)
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
        self._process.join(self.GRACE)
        return self._process.exitcode

    def send(self, message: Sent) -> None:
        """Nothing happens if the process is gone; `ended` says so."""
        try:
            self._connection.send(message)
        except OSError:
            self._ended.wait(self.GRACE)

    def take(self) -> list[Said]:
        """What has arrived since the last time. Never waits."""
        taken = []
        while self._arrived:
            taken.append(self._arrived.popleft())
        return taken

    def close(self, kill: bool = False) -> None:
        """End the process, asking first unless `kill`, and everything that belongs to it. At most three times `GRACE`,
        and `more_grace`."""
        if not kill and self._process.is_alive():
            self.send(self._shutdown)
            self._process.join(self.GRACE)
            self._process.join(self.more_grace())
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(self.GRACE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        # Its end of the pipe is closed now, so the reader has come to the end of the file.
        self._reader.join()
        self._connection.close()
        self._process.close()

    def more_grace(self) -> float:
        """Seconds that it is given once more, for what must not be cut off."""
        return 0.0

    def heard(self, said: Sequence[Said]) -> None:
        """Called by the reading thread before what was said can be taken."""

    def _read(self) -> None:
        try:
            while True:
                arrived = self._connection.recv()
                self.heard(arrived)
                self._arrived.extend(arrived)
        # A process that dies in the middle of a message is an OSError.
        except (EOFError, OSError):
            self._ended.set()
