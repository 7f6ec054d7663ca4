"""A person's own file on the data page: it is looked through, what comes of it becomes the data set, and stays in step.

What was asked and refused stays to be put right; as soon as the document's data set is another one, that is shown.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.training.config import Choice
from core.viewing.messages import Refused, Survey, Surveyed, Wishes
from core.viewing.wishes import file_of, wishes_of
from gui.data_files import ask_file
from gui.data_reader import DataReader
from gui.document import Document
from gui.panels.data_file import FileView
from gui.theme import Theme
from gui.words import Words


class OwnData(QObject):
    made = Signal(object)
    """The Choice that a file and its corrections make."""

    def __init__(
        self, document: Document, reader: DataReader, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._reader, self._words = document, reader, words
        self.view = FileView(document, words, theme, parent)
        self._path: Path | None = None
        """The file that is shown or looked through."""
        self._wishes = Wishes()
        self._takes = False
        """Whether what comes of the survey that goes on becomes the data set."""
        self._refused: tuple[str, dict[str, object]] | None = None
        self._followed: Choice | None = None
        """The document's data set that is shown, or was when something else was asked."""
        self.view.asked.connect(self._ask_again)
        self.view.labels_wanted.connect(self._choose_labels)
        reader.surveyed.connect(self._take_survey)
        reader.surveying.connect(self._show_progress)
        words.changed.connect(self._say_refusal)

    def take(self, path: Path) -> None:
        """Look through a file or folder, to make it the data set."""
        self._followed = self._document.root.training.dataset
        self.view.show_nothing()
        self._survey(path, Wishes(), takes=True)

    def refresh(self, seen: bool) -> None:
        """Follow the document; its file is looked through only where that is seen."""
        choice = self._document.root.training.dataset
        self.view.show_choice(choice)
        if choice == self._followed or not (seen and self._document.ready):
            return
        before, self._followed = self._followed, choice
        path = file_of(choice)
        if path is None:
            # What was being asked of a file is of no interest once another data set is chosen.
            if self._path is not None and before is not None:
                self._path = None
                self._reader.forget(Survey)
                self.view.show_nothing()
            return
        wishes = wishes_of(choice)
        if self.view.found is not None and path == self._path and self.view.found.kind == choice.name:
            self._wishes, self._refused = wishes, None
            self.view.show_found(self.view.found, wishes)
        else:
            self._survey(path, wishes, takes=False)

    def _survey(self, path: Path, wishes: Wishes, takes: bool) -> None:
        self._path, self._wishes, self._takes, self._refused = path, wishes, takes, None
        self.view.show_reading(path.name)
        self._reader.survey(str(path), wishes)

    def _ask_again(self, wishes: Wishes) -> None:
        if self._path is not None:
            self._followed = self._document.root.training.dataset
            self._survey(self._path, wishes, takes=True)

    def _choose_labels(self) -> None:
        table = ask_file(self.view, self._words, "look.labels_title", arrays=False)
        if table is not None:
            self._ask_again(Wishes(labels=str(table), arguments=self._wishes.arguments))

    def _show_progress(self, done: int, total: int) -> None:
        if self._path is not None:
            self.view.show_reading(self._path.name, done, total)

    def _take_survey(self, answer: Surveyed | Refused) -> None:
        if isinstance(answer, Refused) or answer.choice is None:
            self._refused = (answer.rule, dict(answer.values))
            self.view.show_found(None if isinstance(answer, Refused) else answer.found, self._wishes)
            self._say_refusal()
            return
        takes, self._takes = self._takes, False
        if takes:
            self._wishes = wishes_of(answer.choice)
            self._followed = answer.choice
            self.view.show_found(answer.found, self._wishes)
            self.made.emit(answer.choice)
        else:
            self.view.show_found(answer.found, self._wishes)

    def _say_refusal(self) -> None:
        if self._refused is not None:
            rule, values = self._refused
            self.view.say_refusal(self._words.say(f"data.{rule}", **values))
