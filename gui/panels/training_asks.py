"""What a person asks of the training form, as edits of the document: each with its text key, each to be undone."""

from __future__ import annotations

from functools import partial

from core.fields import Field
from core.layout import Layout
from core.training.config import TrainingConfig
from core.values import Value
from gui.document import Document
from gui.panels import training_edits as edits
from gui.panels.field_editors import Given, NotGiven
from gui.panels.training_edits import Part


class TrainingAsks:
    def __init__(self, document: Document) -> None:
        self._document = document
        self.offers = edits.offers()
        self._passed: tuple[TrainingConfig, dict[str, Value]] | None = None
        """The training that the last choice made, and all arguments that were given on the way to it."""

    def known(self, part: Part, name: str) -> tuple[Field, ...]:
        """The arguments of a choice."""
        return self.offers[edits.kind(part)].known(name)

    def choose(self, part: Part, name: str) -> None:
        if part == "scheduler":
            self._document.apply_root("training.edit_scheduler", partial(edits.with_scheduler, name=name))
            return
        before = self._document.layout.training
        # Who types SGD passes SparseAdam: what that one has no room for is not lost.
        passed = self._passed[1] if self._passed is not None and self._passed[0] is before else {}
        given = {**passed, **edits.choice_of(before, part).arguments}
        edit = partial(edits.with_choice, part=part, name=name, known=self.known(part, name), passed=passed)
        self._document.apply_root(f"training.edit_{edits.kind(part)}", edit)
        self._passed = (self._document.layout.training, given)

    def give(self, part: Part, field: Field, value: Given, merge: bool) -> None:
        """Another value of an argument (`optimizer`, `lr`), of a number of the run or of a loss's weight."""
        if part == "run":
            self._set(field, value, merge)
        elif field is edits.WEIGHT:
            weight = field.default if isinstance(value, NotGiven) else value
            assert isinstance(weight, (int, float))
            edit = partial(edits.with_weight, part=part, weight=float(weight))
            self._document.apply_root("training.edit_weight", edit, merge)
        else:
            label = f"training.edit_{edits.kind(part)}_argument"
            if isinstance(value, NotGiven):
                edit = partial(edits.without_choice_argument, part=part, name=field.name)
            else:
                edit = partial(edits.with_choice_argument, part=part, name=field.name, value=value)
            self._document.apply_root(label, edit, merge)

    def add_loss(self) -> None:
        def added(layout: Layout) -> Layout:
            return edits.with_added_loss(layout, edits.further_loss(layout.training))

        self._document.apply_root("training.edit_add_loss", added)

    def remove_loss(self, part: Part) -> None:
        self._document.apply_root("training.edit_remove_loss", partial(edits.without_added_loss, part=part))

    def _set(self, field: Field, value: Given, merge: bool) -> None:
        setting = field.default if isinstance(value, NotGiven) else value
        edit = partial(edits.with_setting, name=field.name, value=setting)
        self._document.apply_root(f"training.edit_{field.name}", edit, merge)
