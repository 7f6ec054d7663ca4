"""The arguments of one transform, with what is wrong with it and the edit that mends it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from core.datasets import transforms
from core.fields import Field
from core.problems import Problem
from core.training.config import Choice
from gui.document import Document
from gui.panels import transform_edits as edits
from gui.panels.field_editors import NOT_GIVEN, Given, NotGiven
from gui.panels.styling import label, plain, set_property
from gui.panels.training_line import FieldCell, FormLine
from gui.theme import Theme
from gui.words import Words


class TransformForm(QWidget):
    measure_wanted = Signal()

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._built: tuple[int | None, str] = (None, "")
        self._problems: tuple[Problem, ...] = ()
        self._lines: list[FormLine] = []
        self.cells: dict[str, FieldCell] = {}
        self.about = label(self, voice="quiet", wrap=True)
        self.wrong = label(self, voice="small", wrap=True)
        self.wrong.setObjectName("transform-problem")
        self.mend = QToolButton(self)
        self.mend.setObjectName("mend-transform")
        self.measure = QToolButton(self)
        self.measure.setObjectName("measure-transform")
        for button in (self.mend, self.measure):
            button.setProperty("kind", "link")
            button.setProperty("flush", True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 0, 12, 8)
        self._column.setSpacing(4)
        for part in (self.about, self.wrong, self.mend, self.measure):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.mend.clicked.connect(self._mend)
        self.measure.clicked.connect(self.measure_wanted)

    def show_choice(self, place: int | None, choice: Choice | None, problems: tuple[Problem, ...]) -> None:
        name = choice.name if choice is not None else ""
        if (place, name) != self._built:
            self._build(place, name)
        self._problems = problems
        if choice is None:
            return
        say = self._words.say
        self.about.setText(say(f"transform.{name}") if self._words.has(f"transform.{name}") else "")
        blamed = {problem.argument for problem in problems if problem.severity == "error"}
        for argument, cell in self.cells.items():
            key = f"transform.argument_{argument}"
            help_text = say(key) if self._words.has(key) else ""
            given: Given = choice.arguments.get(argument, NOT_GIVEN)
            cell.show(given, argument, help_text, fallback_text="" if cell.field.required else None)
            cell.blame(argument in blamed)
        self._show_problem()
        self.measure.setText(say("look.measure"))
        self.measure.setVisible(name == "Normalize")
        for line in self._lines:
            line.align(max(one.names[0].sizeHint().width() for one in self._lines))

    def _build(self, place: int | None, name: str) -> None:
        self._built = (place, name)
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines, self.cells = [], {}
        if place is None or name not in transforms.NAMES:
            return
        fields = transforms.fields(name)
        for start in range(0, len(fields), 2):
            line = FormLine(self._words, parent=self)
            for field in fields[start : start + 2]:
                self.cells[field.name] = FieldCell(line, field, self._theme, partial(self._give, place, field))
            self._lines.append(line)
            self._column.insertWidget(len(self._lines), line)

    def _show_problem(self) -> None:
        problem = self._problems[0] if self._problems else None
        self.wrong.setVisible(problem is not None)
        mends = problem.mends if problem is not None else ()
        self.mend.setVisible(bool(mends))
        if problem is None:
            return
        set_property(self.wrong, "tone", "bad" if problem.severity == "error" else "warn")
        self.wrong.setText(plain(self._words.say(f"problem.{problem.rule}", **problem.values)))
        if mends:
            self.mend.setText(plain(self._words.say(f"mend.{mends[0].rule}", **mends[0].values)))

    def _mend(self) -> None:
        if self._problems and self._problems[0].mends:
            self._document.mend(self._problems[0].mends[0])

    def _give(self, place: int, field: Field, value: Given, merge: bool) -> None:
        if isinstance(value, NotGiven):
            edit = partial(edits.without_argument, place=place, name=field.name)
        else:
            edit = partial(edits.with_argument, place=place, name=field.name, value=value)
        self._document.apply_root("training.edit_transform_argument", edit, merge)
