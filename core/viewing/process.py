"""The process that reads data, as its owner sees it: ask, take answers, end it. No Qt, no torch on this side."""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque

from core.viewing.messages import Answer, Question, Shutdown
from core.viewing.worker import serve

GRACE = 0.3
"""Seconds it has to end by itself, and again after it was told to."""


class ViewingProcess:
    """A spawned process. What it reads is in its own memory, and goes with it."""

    def __init__(self) -> None:
        # Never fork: a forked copy of a process with Qt and torch threads may hang in a lock that nobody will free.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        # A daemon, so that a program that ends without close() takes it along.
        self._process = context.Process(target=serve, args=(theirs,), name="LayerLoom data", daemon=True)
        self._process.start()
        theirs.close()
        self._arrived: deque[Answer] = deque()
        self._ended = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="LayerLoom data listener", daemon=True)
        self._listener.start()

    @property
    def ended(self) -> bool:
        """Whether it is gone and everything it said was taken."""
        return self._ended.is_set() and not self._arrived

    def ask(self, question: Question) -> None:
        """Nothing happens if the process is gone; `ended` says so."""
        try:
            self._connection.send(question)
        except OSError:
            self._ended.wait(GRACE)

    def take(self) -> list[Answer]:
        """The answers that have arrived since the last time. Never waits."""
        answers = []
        while self._arrived:
            answers.append(self._arrived.popleft())
        return answers

    def close(self) -> None:
        """End the process and everything that belongs to it, at most in a second."""
        if self._process.is_alive():
            self.ask(Shutdown())
            self._process.join(GRACE)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(GRACE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._listener.join()
        self._connection.close()
        self._process.close()

    def _listen(self) -> None:
        try:
            while True:
                self._arrived.append(self._connection.recv())
        # A process that dies in the middle of a message is an OSError.
        except (EOFError, OSError):
            self._ended.set()
