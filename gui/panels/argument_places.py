"""Where the arguments of what is chosen stand in the training form, made anew whenever something else is chosen.

The decisive ones are always in sight, beside or below their choice; the others lie in the section of details, those
of a scheduler in its own.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLabel, QToolButton

from core.fields import Field
from core.training.config import TrainingConfig
from gui.panels import training_edits as edits
from gui.panels.added_loss import AddedLossLine
from gui.panels.choice_boxes import ChoiceBoxes
from gui.panels.form_cells import FormCells
from gui.panels.placed_problems import Place
from gui.panels.styling import label
from gui.panels.training_asks import TrainingAsks
from gui.panels.training_edits import Part
from gui.panels.training_line import HALF, MOST, FormLine, Section
from gui.theme import Theme
from gui.words import Words

SHOWN: dict[str, tuple[str, ...]] = {
    "dataset": ("samples", "noise", "split", "length", "classes", "channels", "size"),
    "loss": (),
    "optimizer": ("lr",),
    "scheduler": (),
}
"""Arguments that are always in sight, by kind of part."""


class ArgumentPlaces:
    def __init__(
        self,
        data: Section,
        losses: Section,
        details: Section,
        schedule: Section,
        asks: TrainingAsks,
        boxes: ChoiceBoxes,
        cells: FormCells,
        words: Words,
        theme: Theme,
    ) -> None:
        self.data, self.losses, self.details, self.schedule = data, losses, details, schedule
        self._asks, self._boxes, self._cells = asks, boxes, cells
        self._words, self._theme = words, theme
        self._names: dict[Part, str] = {}
        self._titles: dict[Part, QLabel] = {}

    @property
    def folded(self) -> list[Place]:
        """The arguments that lie in the section of details."""
        return [place for part in self._titles for place in self._places(part, shown=False)]

    def seen(self, part: Part) -> list[Place]:
        """The arguments of a part that are always in sight."""
        return self._places(part, shown=True)

    @property
    def remove_buttons(self) -> list[QToolButton]:
        return [line.remove_button for line in self.losses.parts if isinstance(line, AddedLossLine)]

    def show(self, training: TrainingConfig) -> bool:
        """Make what another choice needs, and say whose arguments are whose; whether something was made."""
        names = {part: edits.choice_of(training, part).name for part in edits.parts(training)}
        changed = list(names.items()) != list(self._names.items())
        if changed:
            self._names = names
            self._rebuild()
        for part, title in self._titles.items():
            title.setText(self._boxes.title(part, names[part]))
        for line in self.losses.parts:
            if isinstance(line, AddedLossLine):
                line.retell()
        return changed

    def _places(self, part: Part, shown: bool) -> list[Place]:
        names = [cell.field.name for cell in self._cells.of(part) if cell.field is not edits.WEIGHT]
        return [(part, name) for name in names if (name in SHOWN[edits.kind(part)]) == shown]

    def _rebuild(self) -> None:
        self._cells.remove("optimizer", "lr")
        self._cells.forget_arguments()
        self._titles.clear()
        for section in (self.data, self.details, self.schedule):
            section.clear()
        added = [part for part in self._names if edits.is_added(part)]
        # While a loss is chosen with the keyboard, its list keeps the focus.
        if added != [part for part in self._boxes.by_part if edits.is_added(part)]:
            self._cells.forget_losses()
            self._boxes.forget_added()
            self.losses.clear()
            for part in added:
                self._add_loss(part)
        for part, name in self._names.items():
            self._add_arguments(part, self._asks.known(part, name))
        for section in (self.data, self.losses):
            section.setVisible(bool(section.parts))

    def _add_loss(self, part: Part) -> None:
        line = AddedLossLine(int(part.partition("_")[2]), self._theme, self._words, self.losses)
        line.remove_button.clicked.connect(partial(self._asks.remove_loss, part))
        self._cells.add(part, edits.WEIGHT, line)
        self._cells.box_lines[part] = line
        self._boxes.take(part, line.box)
        self.losses.add(line)

    def _add_arguments(self, part: Part, fields: tuple[Field, ...]) -> None:
        shown = SHOWN[edits.kind(part)]
        seen = [field for field in fields if field.name in shown]
        rest = [field for field in fields if field.name not in shown]
        if part == "optimizer":
            for field in seen:
                self._cells.add(part, field, self._cells.box_lines[part])
        else:
            # Two in a line where they are always in sight; one where the names may be long.
            for first in range(0, len(seen), 2):
                pair = seen[first : first + 2]
                line = self._line(self.data, pair[0] if len(pair) == 1 else None)
                for field in pair:
                    self._cells.add(part, field, line)
        if part == "scheduler":
            for field in rest:
                self._cells.add(part, field, self._line(self.schedule, field))
        elif rest:
            self._titles[part] = label(self.details, voice="section")
            self.details.add(self._titles[part])
            for field in rest:
                self._cells.add(part, field, self._line(self.details, field))

    def _line(self, section: Section, alone: Field | None) -> FormLine:
        """A line, for one field alone or for two."""
        words = alone is not None and alone.kind == "choice"
        line = FormLine(self._words, MOST if words else HALF, section)
        section.add(line)
        return line
