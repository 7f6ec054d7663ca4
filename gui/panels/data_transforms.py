"""The transforms of the data: their order, their arguments, and what they make of one sample, step by step."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.datasets import transforms
from core.datasets.facts import facts
from core.problems import Problem
from core.training.config import Choice
from core.viewing.messages import Walked
from gui.document import Document
from gui.panels import transform_edits as edits
from gui.panels.added_loss import small_button
from gui.panels.data_room import take_the_rest
from gui.panels.data_way import Step, WayView
from gui.panels.styling import label as made_label
from gui.panels.switch import Switch
from gui.panels.transform_form import TransformForm
from gui.theme import Theme
from gui.words import Words

LOW = 260
"""Pixels of height below which there is no room for arguments below the cards."""


class TransformsView(QWidget):
    walk_wanted = Signal()
    """The sample, its part or what is drawn at random is another one."""
    measure_wanted = Signal(int, bool)
    """The transform of this place is a Normalize that wants the data's own numbers; whether it was just added."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._walked: Walked | None = None
        self._walked_for: tuple[Choice, ...] = ()
        self._place = -1
        self._missing = False
        self.index, self.seed = 0, 0
        self.part = Switch("way", ("train", "test"), self)
        self.add = QPushButton(self)
        self.add.setObjectName("add-transform")
        self.menu = QMenu(self)
        self.add.setMenu(self.menu)
        self.sample, self.redraw = QPushButton(self), QPushButton(self)
        self.sample.setObjectName("other-sample")
        self.redraw.setObjectName("draw-again")
        self.earlier, self.later, self.remove = (
            small_button(theme, icon, self) for icon in ("chevron_left", "chevron_right", "delete")
        )
        for button, name in ((self.earlier, "earlier"), (self.later, "later"), (self.remove, "remove")):
            button.setObjectName(f"{name}-transform")
        self.way = WayView(words, theme, self)
        self.form = TransformForm(document, words, theme, self)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(12, 0, 12, 0)
        tools.setSpacing(8)
        for widget in (self.add, self.part, self.sample, self.redraw):
            tools.addWidget(widget)
        tools.addStretch(1)
        for button in (self.earlier, self.later, self.remove):
            tools.addWidget(button)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.way)
        forms = QScrollArea(self)
        forms.setWidgetResizable(True)
        forms.setFrameShape(QFrame.Shape.NoFrame)
        forms.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        forms.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        forms.setWidget(self.form)
        self.hint = made_label(self, voice="quiet", wrap=True)
        self.hint.setContentsMargins(12, 0, 12, 4)
        self._forms = forms
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._halves.setSpacing(6)
        self._halves.addWidget(self._scroll, 3)
        self._halves.addWidget(forms, 2)
        take_the_rest(self._scroll, forms)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(tools)
        column.addLayout(self._halves, 1)
        column.addWidget(self.hint)

    def _connect(self) -> None:
        self.part.chosen.connect(lambda _: self.walk_wanted.emit())
        self.sample.clicked.connect(self._next_sample)
        self.redraw.clicked.connect(self._draw_again)
        self.way.chosen.connect(self._choose)
        self.way.moved.connect(self._move)
        self.way.removed.connect(self._remove)
        self.earlier.clicked.connect(lambda: self._move(self._place, self._place - 1))
        self.later.clicked.connect(lambda: self._move(self._place, self._place + 1))
        self.remove.clicked.connect(lambda: self._remove(self._place))
        self.form.measure_wanted.connect(lambda: self.measure_wanted.emit(self._place, False))
        self._words.changed.connect(self.retranslate)
        self._theme.changed.connect(self.retranslate)
        self._document.changed.connect(self.refresh)

    @property
    def place(self) -> int:
        """Of the chosen transform; -1 for none."""
        return self._place

    def show_sample(self, index: int) -> None:
        """Let this sample go through them."""
        self.index = index
        self.walk_wanted.emit()

    def show_walked(self, walked: Walked | None, chosen: tuple[Choice, ...]) -> None:
        """What `chosen` make of the sample."""
        self._walked, self._walked_for = walked, chosen
        self.refresh()

    def set_known(self, known: bool, missing: bool) -> None:
        """Whether there are data to take samples and numbers from, and if not, whether they are to be downloaded."""
        self.form.measure.setEnabled(known)
        if missing != self._missing:
            self._missing = missing
            self.refresh()

    def measured(self, place: int, added: bool, choice: Choice) -> None:
        """A Normalize with the data's own numbers has come."""
        chosen = self._document.root.training.transforms
        if 0 <= place < len(chosen) and chosen[place].name == choice.name:
            edit = partial(edits.replaced, place=place, choice=choice)
            # One step with adding it, where it was just added.
            label = "training.edit_add_transform" if added else "training.edit_transform_argument"
            self._document.apply_root(label, edit, merge=added)

    def retranslate(self) -> None:
        say, theme = self._words.say, self._theme
        self.add.setText(say("look.add_transform"))
        self.sample.setText(say("look.other_sample"))
        self.redraw.setText(say("look.draw_again"))
        self.redraw.setToolTip(say("look.draw_again_tip"))
        self.part.buttons["train"].setText(say("look.train_part"))
        self.part.buttons["test"].setText(say("look.test_part"))
        for button, name, icon in ((self.earlier, "earlier", "chevron_left"), (self.later, "later", "chevron_right"),
                                   (self.remove, "remove", "delete")):  # fmt: skip
            button.setToolTip(say(f"look.{name}"))
            button.setAccessibleName(say(f"look.{name}"))
            button.setIcon(theme.icon(icon, "text_quiet"))
        self.menu.clear()
        for name in transforms.NAMES:
            action = QAction(f"{name}\t{say(f'transform.{name}')}", self.menu)
            action.setData(name)
            action.triggered.connect(partial(self._add, name))
            self.menu.addAction(action)
        self.refresh()

    def refresh(self) -> None:
        layout = self._document.root
        chosen, known = layout.training.transforms, facts(layout.training.dataset)
        self._place = min(self._place, len(chosen) - 1)
        problems = edits.problems_at(layout, known)
        self.way.show_steps((self._step(None, -1, ""), *(
            self._step(choice, place, _tone(problems[place])) for place, choice in enumerate(chosen)
        )), self._place)  # fmt: skip
        held = 0 <= self._place < len(chosen)
        self.form.show_choice(
            self._place if held else None, chosen[self._place] if held else None, problems[self._place] if held else ()
        )
        self._forms.setVisible(held)
        key = "look.no_transforms" if not chosen else "look.choose_transform"
        self.hint.setText(self._words.say("look.no_sample" if self._missing else key))
        self.hint.setVisible(self._missing or not held)
        self.earlier.setEnabled(held and self._place > 0)
        self.later.setEnabled(held and self._place < len(chosen) - 1)
        self.remove.setEnabled(held)
        self.redraw.setEnabled(
            any(transforms.transform(one.name).varies for one in chosen if one.name in transforms.NAMES)
        )

    def _step(self, choice: Choice | None, place: int, tone: str) -> Step:
        """The card of a transform, with the sample as far as its way is known and still the same."""
        name = self._words.say("look.as_read") if choice is None else choice.name
        walked, chosen = self._walked, self._document.root.training.transforms
        same = walked is not None and chosen[: place + 1] == self._walked_for[: place + 1]
        if walked is None or not same or place + 1 >= len(walked.steps):
            return Step(name, tone=tone)
        # What varies does nothing in a test, except cut to a size.
        idle = (
            choice is not None
            and self.part.current == "test"
            and not transforms.steps((choice,), walked.shapes[place], training=False)
        )
        return Step(name, walked.steps[place + 1], walked.shapes[place + 1], walked.ranges[place + 1], tone, idle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is low, the arguments stand beside the cards."""
        super().resizeEvent(event)
        low = event.size().height() < self._theme.scaled(LOW)
        directions = QBoxLayout.Direction
        self._halves.setDirection(directions.LeftToRight if low else directions.TopToBottom)

    def minimumSizeHint(self) -> QSize:
        # Its words would ask for the height that they have at their narrowest.
        return QSize(320, 116)

    # What a person asks.

    def _add(self, name: str) -> None:
        """Behind the chosen one, or at the end."""
        place = self._place + 1 if self._place >= 0 else len(self._document.root.training.transforms)
        self._place = place
        self._document.apply_root("training.edit_add_transform", partial(edits.added, name=name, place=place))
        # Once the cards have their new places.
        QTimer.singleShot(0, self, self._show_chosen)
        self.way.setFocus(Qt.FocusReason.OtherFocusReason)
        if name == "Normalize":
            self.measure_wanted.emit(place, True)

    def _move(self, place: int, to: int) -> None:
        self._place = to
        self._document.apply_root("training.edit_move_transform", partial(edits.moved, place=place, to=to))
        self._show_chosen()

    def _remove(self, place: int) -> None:
        if place >= 0:
            self._place = min(place, len(self._document.root.training.transforms) - 2)
            self._document.apply_root("training.edit_remove_transform", partial(edits.removed, place=place))

    def _choose(self, place: int) -> None:
        self._place = place
        self.refresh()
        self._show_chosen()

    def _show_chosen(self) -> None:
        box = self.way.visible_part()
        self._scroll.ensureVisible(box.center().x(), box.center().y(), box.width() // 2 + 8, 0)

    def _next_sample(self) -> None:
        self.show_sample(self.index + 1)

    def _draw_again(self) -> None:
        self.seed += 1
        self.walk_wanted.emit()


def _tone(problems: tuple[Problem, ...]) -> str:
    severities = {problem.severity for problem in problems}
    return "bad" if "error" in severities else "warn" if severities else ""
