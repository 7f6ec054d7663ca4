"""The lists of the training form: data set, each loss, optimizer, scheduler; with a line about each choice."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLabel, QWidget

from core.datasets.facts import NO_DATA
from core.training.config import TrainingConfig
from gui.panels import training_edits as edits
from gui.panels.described_box import DescribedBox, Option
from gui.panels.training_asks import TrainingAsks
from gui.panels.training_edits import Part
from gui.theme import Theme
from gui.words import Words

ALWAYS = (*edits.PARTS, "scheduler")


class ChoiceBoxes:
    def __init__(self, asks: TrainingAsks, words: Words, theme: Theme, parent: QWidget) -> None:
        self._asks, self._words = asks, words
        self._names: dict[Part, QLabel] = {}
        self.by_part: dict[Part, DescribedBox] = {}
        for part in ALWAYS:
            self.take(part, DescribedBox(theme, parent))

    def take(self, part: Part, box: DescribedBox) -> None:
        box.setObjectName(f"training-{part}")
        box.chosen.connect(partial(self._asks.choose, part))
        self.by_part[part] = box

    def name(self, part: Part, label: QLabel) -> None:
        """The label beside a box."""
        self._names[part] = label

    def forget_added(self) -> None:
        self.by_part = {part: box for part, box in self.by_part.items() if part in ALWAYS}

    def show(self, training: TrainingConfig) -> None:
        for part, name in self._names.items():
            name.setText(self._words.say(f"training.{part}"))
        for part, box in self.by_part.items():
            options = [self._option(part, name) for name in self._asks.offers[edits.kind(part)].names]
            if part == "scheduler":
                options.insert(0, self._no_scheduler())
            box.setAccessibleName(self._called(part))
            box.show_options(options, self._current(training, part))

    def title(self, part: Part, choice: str) -> str:
        """What stands above the folded arguments of a choice."""
        return self._words.say("dataset.no_data") if part == "dataset" and choice == NO_DATA else choice

    def _called(self, part: Part) -> str:
        if part in ALWAYS:
            return self._words.say(f"training.{part}")
        return self._words.say("training.loss_number", number=part.partition("_")[2])

    def _current(self, training: TrainingConfig, part: Part) -> str:
        if part == "scheduler" and training.scheduler is None:
            return edits.NO_SCHEDULER
        return edits.choice_of(training, part).name

    def _option(self, part: Part, name: str) -> Option:
        key = f"{edits.kind(part)}.{name}"
        return Option(name, self.title(part, name), self._words.say(key) if self._words.has(key) else "")

    def _no_scheduler(self) -> Option:
        say = self._words.say
        return Option(edits.NO_SCHEDULER, say("training.no_scheduler"), say("training.no_scheduler_help"))
