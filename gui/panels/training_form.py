"""What the network is trained with, as a form: data set, loss, optimizer, their arguments, and the numbers of the run.

It shows `document.layout.training` and asks the document for every change, so that all of it can be undone.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.datasets.facts import NO_DATA
from core.fields import Field
from core.training.config import Choice, TrainingConfig
from gui.document import Document
from gui.panels import training_edits as edits
from gui.panels.described_box import DescribedBox, Option
from gui.panels.field_editors import NOT_GIVEN, Given, NotGiven
from gui.panels.styling import label
from gui.panels.training_line import FieldCell, FormLine, Section
from gui.theme import Theme
from gui.words import Words

SHOWN: dict[edits.Part, tuple[str, ...]] = {"dataset": ("samples", "noise"), "loss": (), "optimizer": ("lr",)}
"""Arguments that are always in sight; the others are folded away."""


class TrainingForm(QWidget):
    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._offers = edits.offers()
        self._names: dict[edits.Part, str] = {}
        self._cells: dict[tuple[str, str], FieldCell] = {}
        self._titles: dict[edits.Part, QLabel] = {}
        self._fixed: list[FormLine] = []
        self._unfolded = False
        self._shown: TrainingConfig | None = None
        self.boxes: dict[edits.Part, DescribedBox] = {part: DescribedBox(theme, self) for part in edits.PARTS}
        self.more = QToolButton(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(4)
        self._build()
        document.changed.connect(self._follow)
        words.changed.connect(self.refresh)
        theme.changed.connect(self._recolour)
        self.refresh()
        self._recolour()

    def field(self, part: str, name: str) -> FieldCell:
        """The cell of an argument (`optimizer`, `lr`) or of a number (`run`, `epochs`). KeyError if it is not there."""
        return self._cells[part, name]

    def _build(self) -> None:
        self._chosen_names = {"dataset": self._line().add(self.boxes["dataset"], wide=True)}
        self._data = self._section()
        self._chosen_names["loss"] = self._line().add(self.boxes["loss"], wide=True)
        self._optimizer_line = self._line((3, 2))
        self._chosen_names["optimizer"] = self._optimizer_line.add(self.boxes["optimizer"])
        first, second = self._line(), self._line()
        for field, place in zip(edits.NUMBERS, (first, first, second), strict=True):
            self._cells["run", field.name] = FieldCell(place, field, self._theme, partial(self._ask_number, field))
        self.more.setProperty("kind", "link")
        self.more.setProperty("flush", True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.more.clicked.connect(self._fold)
        self._column.addWidget(self.more)
        self._rest = self._section()
        self._column.addStretch(1)
        for part, box in self.boxes.items():
            box.setObjectName(f"training-{part}")
            box.chosen.connect(partial(self._choose, part))

    def _line(self, shares: tuple[int, int] = (1, 1)) -> FormLine:
        line = FormLine(self._words, shares, self)
        self._fixed.append(line)
        self._column.addWidget(line)
        return line

    def _section(self) -> Section:
        section = Section(self)
        self._column.addWidget(section)
        return section

    # What is shown.

    def _follow(self) -> None:
        """Most edits are of the network and leave the training the very same."""
        if self._document.layout.training is not self._shown:
            self.refresh()

    def refresh(self) -> None:
        training = self._shown = self._document.layout.training
        names = {part: getattr(training, part).name for part in edits.PARTS}
        if names != self._names:
            self._names = names
            self._rebuild_arguments()
        for part in edits.PARTS:
            self._show_choice(part, getattr(training, part))
        for field in edits.NUMBERS:
            say = self._words.say
            value = getattr(training, field.name)
            self._cells["run", field.name].show(
                value, say(f"training.{field.name}"), say(f"training.{field.name}_help")
            )
        self._show_more()
        self._align()

    def _show_choice(self, part: edits.Part, choice: Choice) -> None:
        say, has = self._words.say, self._words.has
        self._chosen_names[part].setText(say(f"training.{part}"))
        box = self.boxes[part]
        box.setAccessibleName(say(f"training.{part}"))
        box.show_options(
            [
                Option(name, self._called(part, name), say(f"{part}.{name}") if has(f"{part}.{name}") else "")
                for name in self._offers[part].names
            ],
            choice.name,
        )
        if part in self._titles:
            self._titles[part].setText(self._called(part, choice.name))
        for (owner, name), cell in self._cells.items():
            if owner == part:
                key = f"{part}.argument_{name}"
                cell.show(choice.arguments.get(name, NOT_GIVEN), name, say(key) if has(key) else cell.field.help)

    def _called(self, part: edits.Part, name: str) -> str:
        """A choice by its name in torch and in the world; that there is none has to be said."""
        return self._words.say("dataset.no_data") if part == "dataset" and name == NO_DATA else name

    def _rebuild_arguments(self) -> None:
        """Other choices have other arguments."""
        rate = self._cells.pop(("optimizer", "lr"), None)
        if rate is not None:
            self._optimizer_line.remove(rate)
        self._cells = {key: cell for key, cell in self._cells.items() if key[0] == "run"}
        self._titles.clear()
        for section in (self._data, self._rest):
            section.clear()
        for part in edits.PARTS:
            fields = self._offers[part].known(self._names[part])
            seen = [field for field in fields if field.name in SHOWN[part]]
            if part == "optimizer":
                for field in seen:
                    self._add_cell(part, field, self._optimizer_line)
            else:
                self._add_cells(part, seen, self._data)
            folded = [field for field in fields if field not in seen]
            if folded:
                self._titles[part] = label(self._rest, voice="section")
                self._rest.add(self._titles[part])
                self._add_cells(part, folded, self._rest)
        self._data.setVisible(bool(self._data.parts))
        self._order_tabs()

    def _order_tabs(self) -> None:
        """The tab key goes down the form as it is read, also through what has just come."""
        cells = {key: cell.editor.held for key, cell in self._cells.items()}
        data = [cell for (part, name), cell in cells.items() if part == "dataset" and name in SHOWN["dataset"]]
        numbers = [cells["run", field.name] for field in edits.NUMBERS]
        rest = [cells[key] for key in self._folded_keys()]
        rate = [cells[key] for key in cells if key == ("optimizer", "lr")]
        boxes = self.boxes
        chain = [
            boxes["dataset"],
            *data,
            boxes["loss"],
            boxes["optimizer"],
            *rate,
            *numbers,
            self.more,
            *rest,
        ]
        for before, after in pairwise(chain):
            self.setTabOrder(before, after)

    def _add_cells(self, part: edits.Part, fields: list[Field], section: Section) -> None:
        """Two in a line where they are always in sight; one where the names may be long."""
        for index, field in enumerate(fields):
            if index % 2 == 0 or section is self._rest:
                line = FormLine(self._words, parent=section)
                section.add(line)
            self._add_cell(part, field, line)

    def _add_cell(self, part: edits.Part, field: Field, line: FormLine) -> None:
        self._cells[part, field.name] = FieldCell(line, field, self._theme, partial(self._ask_argument, part, field))

    def _align(self) -> None:
        """The names on the left take the room of the longest; the folded ones, which are longer, by themselves."""
        for lines in ([*self._fixed, *self._data.lines], self._rest.lines):
            widest = max((line.names[0].sizeHint().width() for line in lines), default=0)
            for line in lines:
                line.align(widest)

    def _show_more(self) -> None:
        """How many of the folded arguments differ from their default: what is hidden must not surprise."""
        changed = 0
        for part, name in self._folded_keys():
            choice: Choice = getattr(self._document.layout.training, part)
            changed += name in choice.arguments
            if self._cells[part, name].error is not None:
                self._unfolded = True
        key = "less" if self._unfolded else "more_changed" if changed else "more"
        self.more.setText(self._words.say(f"training.{key}", count=changed))
        self.more.setIcon(self._theme.icon("chevron_down" if self._unfolded else "chevron_right", "accent"))
        self.more.setVisible(bool(self._folded_keys()))
        self._rest.setVisible(self._unfolded and bool(self._folded_keys()))

    def _folded_keys(self) -> list[tuple[edits.Part, str]]:
        return [(part, name) for part, name in self._cells if part in SHOWN and name not in SHOWN[part]]

    def _recolour(self) -> None:
        self._show_more()

    # What a person asks for.

    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        self._show_more()
        self._align()

    def _choose(self, part: edits.Part, name: str) -> None:
        known = self._offers[part].known(name)
        edit = partial(edits.with_choice, part=part, name=name, known=known)
        self._document.apply_root(f"training.edit_{part}", edit)

    def _ask_argument(self, part: edits.Part, field: Field, value: Given, merge: bool) -> None:
        label_key = f"training.edit_{part}_argument"
        if isinstance(value, NotGiven):
            edit = partial(edits.without_choice_argument, part=part, name=field.name)
        else:
            edit = partial(edits.with_choice_argument, part=part, name=field.name, value=value)
        self._document.apply_root(label_key, edit, merge)

    def _ask_number(self, field: Field, value: Given, merge: bool) -> None:
        number = field.default if isinstance(value, NotGiven) else value
        assert isinstance(number, int)
        self._document.apply_root(
            f"training.edit_{field.name}", partial(edits.with_number, name=field.name, value=number), merge
        )
