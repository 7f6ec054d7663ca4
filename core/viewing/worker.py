"""The process that reads data: it waits for questions, and of several of a kind answers only the newest.

A second thread listens, so that a survey of many images ends as soon as another question of its kind has come, and a
download as soon as it is cancelled. When the owner dies, the process ends.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from core.viewing import messages

if TYPE_CHECKING:
    from core.viewing.reading import Reader


class Superseded(Exception):
    """Nobody waits for the answer any more."""


def serve(connection: Connection) -> None:
    """The life of the process."""
    # Ctrl+C in a terminal reaches every process of the program; this one ends when its owner does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Worker(connection).serve()


class _Worker:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._news = threading.Condition()
        self._questions: deque[messages.Question] = deque()
        self._telling = threading.Lock()
        self._download: threading.Thread | None = None
        self._cancelled = threading.Event()
        self._reader: Reader | None = None

    def serve(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            with self._news:
                self._news.wait_for(lambda: self._questions)
                question = self._questions.popleft()
            self._answer(question)

    def _listen(self) -> None:
        """Take questions as they come. An end of file: the owner is gone."""
        with suppress(EOFError, OSError):
            while True:
                question = self._connection.recv()
                if isinstance(question, messages.Shutdown):
                    break
                if isinstance(question, messages.CancelFetch):
                    self._cancelled.set()
                    continue
                with self._news:
                    kept = [one for one in self._questions if type(one) is not type(question)]
                    self._questions = deque((*kept, question))
                    self._news.notify_all()
        self._end()

    def _end(self) -> None:
        """A download tidies up behind itself; nothing else is open here."""
        self._cancelled.set()
        if self._download is not None:
            self._download.join()
        os._exit(0)

    def _tell(self, answer: messages.Answer) -> None:
        # The download tells from a thread of its own.
        with self._telling, suppress(OSError):
            self._connection.send([answer])

    def _answer(self, question: messages.Question) -> None:
        from core.datasets.errors import DataError
        from core.viewing.reading import Reader

        if self._reader is None:
            self._reader = Reader()
        number = question.number  # type: ignore[union-attr] # those without one are not kept
        try:
            if isinstance(question, messages.Fetch):
                self._fetch(question)
            elif isinstance(question, messages.Survey):
                self._tell(self._reader.survey(question, self._surveying(question)))
            else:
                self._tell(self._reader.answer(question))
        except Superseded:
            return
        except DataError as error:
            self._tell(messages.Refused(number, error.rule, error.values))
        # Whatever a file or a library makes of it: the process lives, and the sentence says what happened.
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            self._tell(messages.Refused(number, "look_failed", {"reason": reason}))

    def _surveying(self, question: messages.Survey):  # type: ignore[no-untyped-def]
        def told(done: int, total: int) -> None:
            with self._news:
                if any(isinstance(one, messages.Survey) for one in self._questions):
                    raise Superseded
            self._tell(messages.Surveying(question.number, done, total))

        return told

    def _fetch(self, question: messages.Fetch) -> None:
        """In a thread of its own: other data can be looked at meanwhile."""
        if self._download is not None:
            self._cancelled.set()
            self._download.join()
        self._cancelled.clear()
        self._download = threading.Thread(target=self._download_all, args=(question,), daemon=True)
        self._download.start()

    def _download_all(self, question: messages.Fetch) -> None:
        from core.datasets import DataError, fetch

        steps = fetch(question.choice)
        try:
            for step in steps:
                self._tell(messages.Fetching(question.number, step.received, step.total))
                if self._cancelled.is_set():
                    # Closed here, it tidies up before the answer is given.
                    steps.close()  # type: ignore[attr-defined]
                    self._tell(messages.Fetched(question.number, cancelled=True))
                    return
        except DataError as error:
            self._tell(messages.Refused(question.number, error.rule, error.values))
        except Exception as error:
            self._tell(messages.Refused(question.number, "look_failed", {"reason": str(error)[:200]}))
        else:
            self._tell(messages.Fetched(question.number))
