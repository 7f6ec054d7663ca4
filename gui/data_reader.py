"""The window's side of looking at data: it asks the process that reads them and says what has come, in its own thread.

The process starts with the first question and ends when nobody has asked for a while: it has torch and a data set in
its memory.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.training.config import Choice
from core.viewing import messages
from core.viewing.messages import Answer, Question, Wishes

if TYPE_CHECKING:
    from core.datasets.looking import Part
    from core.viewing.process import ViewingProcess

INTERVAL = 30
"""Milliseconds between two looks at what has arrived, while something is expected."""
IDLE = 120_000
"""Milliseconds without a question after which the process ends."""


class DataReader(QObject):
    """Of each kind of question only the answer to the last one is told."""

    looked = Signal(object)
    """A Looked, Missing or Refused."""
    picked = Signal(object)
    """A Picked or Refused."""
    walked = Signal(object)
    """A Walked or Refused."""
    measured = Signal(object)
    """A Measured or Refused."""
    surveyed = Signal(object)
    """A Surveyed or Refused."""
    surveying = Signal(int, int)
    """So many of so many files were read."""
    fetching = Signal(object)
    """A Fetching, and at the end Fetched or Refused."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: ViewingProcess | None = None
        self._numbers = count(1)
        self._open: dict[type, Question] = {}
        """The last question of each kind that is not answered yet."""
        self._timer = QTimer(self, interval=INTERVAL)
        self._timer.timeout.connect(self._take)
        self._rest = QTimer(self, interval=IDLE, singleShot=True)
        self._rest.timeout.connect(self.close)

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return bool(self._open)

    def waits_for(self, kind: type) -> bool:
        return kind in self._open

    @property
    def running(self) -> bool:
        return self._process is not None

    def look(self, choice: Choice) -> None:
        self._ask(messages.Look(next(self._numbers), choice))

    def pick(self, choice: Choice, part: Part, indices: tuple[int, ...]) -> None:
        self._ask(messages.Pick(next(self._numbers), choice, part, indices))

    def walk(self, choice: Choice, transforms: tuple[Choice, ...], part: Part, index: int, seed: int) -> None:
        self._ask(messages.Walk(next(self._numbers), choice, transforms, part, index, seed))

    def measure(self, choice: Choice, before: tuple[Choice, ...]) -> None:
        self._ask(messages.Measure(next(self._numbers), choice, before))

    def survey(self, path: str, wishes: Wishes) -> None:
        self._ask(messages.Survey(next(self._numbers), path, wishes))

    def fetch(self, choice: Choice) -> None:
        self._ask(messages.Fetch(next(self._numbers), choice))

    def cancel_fetch(self) -> None:
        if self._process is not None:
            self._process.send(messages.CancelFetch())

    def forget(self, kind: type) -> None:
        """The answer to the last question of a kind is of no interest any more."""
        self._open.pop(kind, None)

    def close(self) -> None:
        """End the process, which starts again with the next question."""
        self._timer.stop()
        self._rest.stop()
        self._open.clear()
        if self._process is not None:
            process, self._process = self._process, None
            process.close()

    def start(self) -> None:
        """Start the process, if it is not there. A question does it too."""
        if self._process is None:
            from core.viewing.process import ViewingProcess

            self._process = ViewingProcess()

    def _ask(self, question: Question) -> None:
        self.start()
        assert self._process is not None
        self._open[type(question)] = question
        self._process.send(question)
        self._rest.stop()
        self._timer.start()

    def _take(self) -> None:
        if self._process is None:
            return
        for answer in self._process.take():
            self._tell(answer)
        # What was told may have closed it.
        if self._process is not None and self._process.ended:
            self._bury()
        if not self._open:
            self._timer.stop()
            self._rest.start()

    def _tell(self, answer: Answer) -> None:
        kind = next((kind for kind, one in self._open.items() if _number(one) == answer.number), None)
        if kind is None:
            return
        if isinstance(answer, messages.Surveying):
            self.surveying.emit(answer.done, answer.total)
            return
        if not isinstance(answer, messages.Fetching):
            del self._open[kind]
        self._signals[kind].emit(answer)

    def _bury(self) -> None:
        """It died by itself: whoever waits is told, and the next question starts another."""
        asked = list(self._open)
        self.close()
        for kind in asked:
            self._signals[kind].emit(messages.Refused(0, "look_died", {}))

    @property
    def _signals(self) -> dict[type, Any]:
        return {
            messages.Look: self.looked,
            messages.Pick: self.picked,
            messages.Walk: self.walked,
            messages.Measure: self.measured,
            messages.Survey: self.surveyed,
            messages.Fetch: self.fetching,
        }


def _number(question: Question) -> int:
    return getattr(question, "number", 0)
