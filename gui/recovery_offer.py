"""At the start: says what unsaved work a crash left, and brings it back, each into a tab of its own."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

from gui.file_manager import FileManager
from gui.notice import NoticeArea, Offer
from gui.recovery import Leftover, Recovery, leftovers
from gui.words import Words


class RecoveryOffer:
    def __init__(self, files: FileManager, recovery: Recovery, words: Words, notices: NoticeArea, folder: Path) -> None:
        self._files, self._recovery, self._words, self._notices, self._folder = files, recovery, words, notices, folder
        self._found: tuple[Leftover, ...] = ()
        """Kept for as long as the window is there, so that no other window offers the same."""

    def offer(self) -> None:
        """Say that a crash left unsaved work, if one did."""
        self._found = leftovers(self._folder)
        if self._found:
            offers = (Offer("window.restore", self._restore), Offer("window.discard", self._discard))
            what = ", ".join(leftover_words(leftover, self._words) for leftover in self._found)
            self._notices.tell("info", "window.recovered", offers, what=what)

    def close(self) -> None:
        """What was neither restored nor thrown away is offered at the next start."""
        for leftover in self._found:
            leftover.lock.unlock()
        self._found = ()

    def _restore(self) -> None:
        # The newest comes last and is looked at then.
        for leftover in reversed(self._found):
            tab = self._files.restore(leftover.layout, leftover.path, leftover.agreed)
            self._recovery.inherit(tab, leftover)

    def _discard(self) -> None:
        for leftover in self._found:
            leftover.discard()


def leftover_words(leftover: Leftover, words: Words) -> str:
    """What a copy holds: "mine.json (12 nodes, 14:32)"."""
    count = len(leftover.layout.nodes)
    key = "window.recovered_one" if count == 1 else "window.recovered_what"
    name = leftover.name or words.say("window.untitled")
    return words.say(key, name=name, count=count, time=moment_words(leftover.when, words.language))


def moment_words(when: datetime, language: str) -> str:
    """The time of today, else day and time, as the language writes them."""
    locale, short = QLocale(language), QLocale.FormatType.ShortFormat
    time = QTime(when.hour, when.minute)
    if when.date() == date.today():
        return locale.toString(time, short)
    return locale.toString(QDateTime(QDate(when.year, when.month, when.day), time), short)
