"""All fields of the training form by part and name: made in a line, shown as the configuration has them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from core.fields import Field
from core.problems import Problem
from core.training import optimizers, schedulers
from core.training.config import TrainingConfig
from core.values import Value
from gui.document import Document
from gui.panels import training_edits as edits
from gui.panels.field_editors import NOT_GIVEN, Given
from gui.panels.placed_problems import Place
from gui.panels.training_asks import TrainingAsks
from gui.panels.training_edits import Part
from gui.panels.training_line import FieldCell, FormLine
from gui.theme import Theme
from gui.words import Words

OFF = ("warmup_steps", "clip_norm", "clip_value", "patience", "ema")
"""Settings that do nothing at 0."""
ALWAYS_WRITTEN = frozenset(field.name for field in edits.NUMBERS)


class FormCells:
    def __init__(self, document: Document, asks: TrainingAsks, words: Words, theme: Theme) -> None:
        self._document, self._asks, self._words, self._theme = document, asks, words, theme
        self._cells: dict[Place, FieldCell] = {}
        self.box_lines: dict[Part, FormLine] = {}
        """The line of each choice's box."""

    def __getitem__(self, place: Place) -> FieldCell:
        """KeyError if it is not there."""
        return self._cells[place]

    @property
    def places(self) -> list[Place]:
        return list(self._cells)

    def of(self, part: Part) -> list[FieldCell]:
        return [cell for (owner, _), cell in self._cells.items() if owner == part]

    def add(self, part: Part, field: Field, line: FormLine) -> FieldCell:
        cell = FieldCell(line, field, self._theme, partial(self._asks.give, part, field))
        self._cells[part, field.name] = cell
        return cell

    def forget_arguments(self) -> None:
        """Other choices have other arguments; the settings of the run and the weights stay."""
        self._cells = {
            place: cell
            for place, cell in self._cells.items()
            if place[0] == "run" or cell.field is edits.WEIGHT
        }  # fmt: skip

    def forget_losses(self) -> None:
        """The lines of added losses go, with their weights."""
        self._cells = {place: cell for place, cell in self._cells.items() if cell.field is not edits.WEIGHT}
        self.box_lines = {part: line for part, line in self.box_lines.items() if not edits.is_added(part)}

    def remove(self, part: Part, name: str) -> None:
        """Take a field out of the line that it stands in with others."""
        cell = self._cells.pop((part, name), None)
        if cell is not None:
            cell.line.remove(cell)

    def show(self, training: TrainingConfig, problems: Mapping[Place, Problem]) -> None:
        for (part, name), cell in self._cells.items():
            if part == "run":
                self._show_setting(cell, getattr(training, name))
            elif cell.field is edits.WEIGHT:
                self._show_weight(cell, training, part)
            else:
                self._show_argument(cell, training, part)
            problem = problems.get((part, name))
            cell.blame(problem is not None and problem.severity == "error")
        self._complain(problems)

    def _complain(self, problems: Mapping[Place, Problem]) -> None:
        """Each problem below its field; one of a choice, or of what has no field, below the choice."""
        told: dict[int, Problem] = {}
        lines = {id(line): line for line in (*self.box_lines.values(), *(cell.line for cell in self._cells.values()))}
        for (part, name), problem in problems.items():
            cell = self._cells.get((part, name))
            line = cell.line if cell is not None else self.box_lines.get(part)
            if line is not None:
                told.setdefault(id(line), problem)
        for key, line in lines.items():
            line.complain(told.get(key), self._document.mend)

    def _show_setting(self, cell: FieldCell, value: Value) -> None:
        say, name = self._words.say, cell.field.name
        given: Given = value
        text = None
        if name not in ALWAYS_WRITTEN and value == cell.field.default:
            # What is as always stands there quietly.
            given = NOT_GIVEN
            text = say("training.off") if name in OFF else say("training.by_itself") if name == "threads" else None
        cell.show(given, say(f"training.{name}"), say(f"training.{name}_help"), fallback_text=text)

    def _show_weight(self, cell: FieldCell, training: TrainingConfig, part: Part) -> None:
        cell.show(
            edits.weight_of(training, part), self._words.say("training.weight"), self._words.say("training.weight_help")
        )

    def _show_argument(self, cell: FieldCell, training: TrainingConfig, part: Part) -> None:
        field, choice = cell.field, edits.choice_of(training, part)
        given: Given = choice.arguments.get(field.name, NOT_GIVEN)
        key = f"{edits.kind(part)}.argument_{field.name}"
        help_text = self._words.say(key) if self._words.has(key) else field.help
        fallback = None
        if field.inferred and part == "scheduler":
            # The run decides it.
            fallback = schedulers.complete(choice, optimizers.rate(training.optimizer), training.epochs).get(field.name)
        cell.show(given, field.name, help_text, fallback, "" if field.required else None)
