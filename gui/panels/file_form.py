"""The arguments of a person's own data that need no second look at the file: split, scaling, size of images."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.datasets.facts import fields, source
from core.training.config import Choice
from gui.document import Document
from gui.panels.field_editors import NOT_GIVEN, Given
from gui.panels.training_asks import TrainingAsks
from gui.panels.training_line import FieldCell, FormLine
from gui.theme import Theme
from gui.words import Words

ACROSS = 2


class FileForm(QWidget):
    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._asks = TrainingAsks(document)
        self._name = ""
        self._lines: list[FormLine] = []
        self.cells: dict[str, FieldCell] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_choice(self, choice: Choice) -> None:
        own = bool(source(choice.name).found) and bool(choice.arguments.get("file"))
        name = choice.name if own else ""
        if name != self._name:
            self._build(name)
        self.setVisible(own)
        # A column or folders that part the data leave nothing for a share to say.
        parted = bool(choice.arguments.get("split_by")) or bool(choice.arguments.get("tested"))
        for argument, cell in self.cells.items():
            key = f"dataset.argument_{argument}"
            given: Given = choice.arguments.get(argument, NOT_GIVEN)
            cell.show(given, argument, self._words.say(key) if self._words.has(key) else "")
            cell.editor.setEnabled(not (parted and argument in ("test_share", "stratify", "seed")))
        for line in self._lines:
            line.align(max(one.names[0].sizeHint().width() for one in self._lines))
            for title in line.names[1:]:
                title.setMinimumWidth(max(one.names[-1].sizeHint().width() for one in self._lines))

    def _build(self, name: str) -> None:
        self._name = name
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines, self.cells = [], {}
        offered = fields(name) if name else ()
        for start in range(0, len(offered), ACROSS):
            line = FormLine(self._words, parent=self)
            for field in offered[start : start + ACROSS]:
                self.cells[field.name] = FieldCell(line, field, self._theme, partial(self._asks.give, "dataset", field))
            self._lines.append(line)
            self._column.addWidget(line)
