"""What the network is trained with, as a form: data set, losses, optimizer and the numbers of the run, all in sight.

Everything else is folded away under names that say in a few words what they hold. The form shows
`document.layout.training` and asks the document for every change, so that all of it can be undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core import datasets
from core.problems import Problem
from core.training.config import LOSSES, TrainingConfig
from core.training.schedulers import optimizer_steps
from gui.document import Document
from gui.panels import training_edits as edits
from gui.panels.added_loss import AddedLossLine, small_button
from gui.panels.argument_places import ArgumentPlaces
from gui.panels.choice_boxes import ChoiceBoxes
from gui.panels.dataset_note import dataset_note
from gui.panels.described_box import DescribedBox
from gui.panels.form_cells import FormCells
from gui.panels.placed_problems import Place, placed
from gui.panels.rate_curve import MOST_EPOCHS, RateCurve
from gui.panels.section_words import SECTIONS, summary
from gui.panels.styling import label
from gui.panels.training_asks import TrainingAsks
from gui.panels.training_edits import Part
from gui.panels.training_line import FieldCell, FormLine, Section
from gui.panels.training_section import TrainingSection
from gui.theme import Theme
from gui.words import Words


class TrainingForm(QWidget):
    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._asks = TrainingAsks(document)
        self._boxes = ChoiceBoxes(self._asks, words, theme, self)
        self.cells = FormCells(document, self._asks, words, theme)
        self.sections = {name: TrainingSection(name, theme, self) for name in SECTIONS}
        self.note = label(self, voice="quiet", wrap=True)
        self.note.setObjectName("dataset-note")
        self.add_loss = small_button(theme, "plus", self)
        self.add_loss.setObjectName("add-loss")
        self.curve = RateCurve(words, theme, self)
        self._fixed: list[FormLine] = []
        self._shown: tuple[object, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(4)
        self._places = self._build()
        self.add_loss.clicked.connect(self._asks.add_loss)
        document.changed.connect(self.refresh)
        words.changed.connect(self.refresh)
        theme.changed.connect(self._recolour)
        self.refresh()

    @property
    def boxes(self) -> dict[Part, DescribedBox]:
        """The list of each part: `dataset`, `loss`, `loss_2` …, `optimizer`, `scheduler`."""
        return self._boxes.by_part

    def field(self, part: str, name: str) -> FieldCell:
        """The cell of an argument (`optimizer`, `lr`) or of a number (`run`, `epochs`). KeyError if it is not there."""
        return self.cells[part, name]

    def _build(self) -> ArgumentPlaces:
        self._add_box("dataset", self._line(), wide=True)
        self.cells.box_lines["dataset"].add_hint(self.note)
        data = self._section()
        self._add_box("loss", self._line(), wide=True)
        self.cells.box_lines["loss"].add_button(self.add_loss)
        losses = self._section()
        self._add_box("optimizer", self._line((3, 2)))
        first, second = self._line(), self._line()
        for field, line in zip(edits.NUMBERS, (first, first, second), strict=True):
            self.cells.add("run", field, line)
        for name, fields in SECTIONS.items():
            section = self.sections[name]
            self._column.addWidget(section)
            if name == "schedule":
                self._add_box("scheduler", self._folded_line(section), wide=True)
                schedule = Section(section.content)
                section.content.add(schedule)
            for field in fields:
                self.cells.add("run", field, self._folded_line(section))
            section.folded.connect(self._align)
        self.sections["schedule"].column.addWidget(self.curve)
        self._column.addStretch(1)
        details = self.sections["details"].content
        return ArgumentPlaces(
            data, losses, details, schedule, self._asks, self._boxes, self.cells, self._words, self._theme
        )

    def _add_box(self, part: Part, line: FormLine, wide: bool = False) -> None:
        self._boxes.name(part, line.add(self.boxes[part], wide))
        self.cells.box_lines[part] = line

    def _line(self, shares: tuple[int, int] = (1, 1)) -> FormLine:
        line = FormLine(self._words, shares, self)
        self._fixed.append(line)
        self._column.addWidget(line)
        return line

    def _section(self) -> Section:
        section = Section(self)
        self._column.addWidget(section)
        return section

    def _folded_line(self, section: TrainingSection) -> FormLine:
        line = FormLine(self._words, parent=section.content)
        section.content.add(line)
        return line

    # What is shown.

    def refresh(self) -> None:
        training, found = self._document.layout.training, self._document.root_inference.problems
        # Those of nodes stand elsewhere.
        problems = tuple(problem for problem in found if problem.node is None)
        shown = (training, problems, self._words.language, self._document.ready)
        # Most edits are of the network.
        if shown == self._shown:
            return
        self._shown = shown
        new = self._places.show(training)
        places = placed(problems, training)
        self._boxes.show(training)
        self.cells.show(training, places)
        self._show_dataset(training)
        self._show_add_loss(training)
        self._show_sections(training, places)
        self._show_curve(training, problems)
        self._align()
        if new:
            self._order_tabs()

    def _show_dataset(self, training: TrainingConfig) -> None:
        self.note.setText(dataset_note(datasets.facts(training.dataset), self._words))
        self.note.setVisible(bool(self.note.text()))

    def _show_add_loss(self, training: TrainingConfig) -> None:
        text = self._words.say("training.add_loss")
        self.add_loss.setToolTip(text)
        self.add_loss.setAccessibleName(text)
        self.add_loss.setEnabled(1 + len(training.added_losses) < LOSSES)

    def _show_sections(self, training: TrainingConfig, places: dict[Place, Problem]) -> None:
        folded = self._places.folded
        changed = sum(name in edits.choice_of(training, part).arguments for part, name in folded)
        for name, section in self.sections.items():
            section.say(self._words.say(f"training.section_{name}"), summary(name, training, changed, self._words))
            # What is hidden must not stop the training.
            if any(cell.wrong for cell in self._cells_in(name)) or (name == "schedule" and ("scheduler", "") in places):
                section.unfold()
        self.sections["details"].setVisible(bool(folded))

    def _show_curve(self, training: TrainingConfig, problems: tuple[Problem, ...]) -> None:
        """Only where there is something to see: else the rate stays what it is."""
        moves = training.scheduler is not None or training.warmup_steps > 0
        wrong = any(part in ("scheduler", "optimizer", "run") for part, _ in placed(_errors(problems), training))
        sound = moves and self._document.ready and not wrong
        self.curve.setVisible(sound and training.epochs <= MOST_EPOCHS)
        samples = datasets.facts(training.dataset).train_size
        steps = optimizer_steps(samples, training.batch_size, training.accumulate)
        self.curve.show_run(training if sound else None, steps)

    def _cells_in(self, section: str) -> list[FieldCell]:
        """The fields of a section in the order in which they are read."""
        if section == "details":
            return [self.cells[place] for place in self._places.folded]
        arguments = self.cells.of("scheduler") if section == "schedule" else []
        return arguments + [self.cells["run", field.name] for field in SECTIONS[section]]

    def _align(self) -> None:
        """The names on the left take the room of the longest; the folded ones, which are longer, by themselves."""
        lines = [*self._fixed, *self._places.data.lines]
        widest = max((line.names[0].sizeHint().width() for line in lines if line.names), default=0)
        for line in (*lines, *self._places.losses.lines):
            line.align(widest)
        for section in self.sections.values():
            section.align()
        schedule = self.sections["schedule"].lines + self._places.schedule.lines
        widest = max((line.names[0].sizeHint().width() for line in schedule), default=0)
        for line in schedule:
            line.align(widest)

    def _order_tabs(self) -> None:
        """The tab key goes down the form as it is read, also through what has just come."""
        for before, after in pairwise(self._tab_chain()):
            self.setTabOrder(before, after)

    def _tab_chain(self) -> Iterator[QWidget]:
        def held(places: list[Place]) -> list[QWidget]:
            return [self.cells[place].editor.held for place in places]

        yield self.boxes["dataset"]
        yield from held(self._places.seen("dataset"))
        yield from (self.boxes["loss"], self.add_loss)
        for line in self._places.losses.parts:
            if isinstance(line, AddedLossLine):
                yield from (line.cells[0].editor.held, line.box, line.remove_button)
        yield self.boxes["optimizer"]
        yield from held(self._places.seen("optimizer"))
        yield from held([("run", field.name) for field in edits.NUMBERS])
        for name, section in self.sections.items():
            yield section.title
            if name == "schedule":
                yield self.boxes["scheduler"]
            yield from (cell.editor.held for cell in self._cells_in(name))

    def _recolour(self) -> None:
        for button, icon in ((self.add_loss, "plus"), *((one, "close") for one in self._places.remove_buttons)):
            button.setIcon(self._theme.icon(icon, "text_quiet"))
        self._align()


def _errors(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]
