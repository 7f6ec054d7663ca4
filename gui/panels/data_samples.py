"""Batches of the chosen data: as they come or shuffled, those that train or those that test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from core.datasets.facts import DatasetFacts
from core.datasets.looking import Part, Sample
from gui.panels.data_batch import BatchView
from gui.panels.data_room import take_the_rest
from gui.panels.data_rows import RowsView
from gui.panels.styling import label
from gui.panels.switch import Switch
from gui.theme import Theme
from gui.words import Words

MOST = 400
"""Samples that are asked for at once."""
ROWS = 50
"""Of a table: it can be scrolled."""


class SamplesView(QWidget):
    wanted = Signal(str, tuple)
    """A part, and the numbers of the samples that are to be shown."""
    chosen = Signal(int)
    """One sample, by its number."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._known: DatasetFacts | None = None
        self._sizes = {"train": 0, "test": 0}
        self._begun = 0
        self._order: NDArray[np.int64] | None = None
        self._shuffles = 0
        self.part = Switch("part", ("train", "test"), self)
        self.shuffle, self.next = QPushButton(self), QPushButton(self)
        for button, name in ((self.shuffle, "shuffle-samples"), (self.next, "next-samples")):
            button.setObjectName(name)
            button.setAutoDefault(False)
        self.where = label(self, voice="quiet")
        self.batch = BatchView(words, theme, self)
        self.rows = RowsView(theme, self)
        self.tools = QHBoxLayout()
        self.tools.setContentsMargins(12, 0, 12, 0)
        self.tools.setSpacing(8)
        for widget in (self.part, self.shuffle, self.next):
            self.tools.addWidget(widget)
        self.tools.addWidget(self.where)
        self.tools.addStretch(1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.batch)
        self._stack.addWidget(self.rows)
        take_the_rest(self.batch, self.rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self.tools)
        column.addLayout(self._stack, 1)
        self._settled = QTimer(self, interval=150, singleShot=True)
        self._settled.timeout.connect(self._refill)
        self.part.chosen.connect(lambda _: self._from_the_beginning())
        self.shuffle.clicked.connect(self._shuffle)
        self.next.clicked.connect(self._go_on)
        self.batch.chosen.connect(self.chosen)
        words.changed.connect(self.retranslate)
        self.retranslate()

    def show_data(self, known: DatasetFacts, train: int, test: int) -> None:
        """Another data set is looked at, with so many samples."""
        self._known, self._sizes = known, {"train": train, "test": test}
        self._stack.setCurrentWidget(self.rows if known.kind == "table" else self.batch)
        # As it comes, a data set is often class after class: the first look is at a mixture.
        self._order = None if known.kind == "table" else np.random.default_rng(0).permutation(train)
        self._begun = 0
        self._want()

    def show_samples(self, samples: tuple[Sample, ...]) -> None:
        known = self._known
        if known is None:
            return
        if known.kind == "table":
            target = known.target or self._words.say("look.class" if known.classes else "look.target")
            self.rows.show_samples(samples, known.features, target)
        else:
            axes = (known.features[0] if len(known.features) == 1 else "", known.target)
            self.batch.show_samples(samples, known.classes, axes)
        self._tell_where(len(samples))
        # They may have been asked for before there was room.
        self._settled.start()

    def retranslate(self) -> None:
        say = self._words.say
        self.part.buttons["train"].setText(say("look.train_part"))
        self.part.buttons["test"].setText(say("look.test_part"))
        self.shuffle.setText(say("look.shuffle"))
        self.next.setText(say("look.next"))
        self.next.setToolTip(say("look.next_tip"))
        self.rows.setAccessibleName(say("look.rows_name"))
        self._tell_where(len(self.batch.samples) or len(self.rows.samples))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # More room shows more of them, once the size has settled.
        self._settled.start()

    @property
    def _part(self) -> Part:
        return "train" if self.part.current == "train" else "test"

    def _size(self) -> int:
        return self._sizes[self._part]

    def _room(self) -> int:
        kind = {"images": "picture", "points": "point", "sequences": "sequence", "text": "text"}
        known = self._known
        if known is None or known.kind == "table":
            return ROWS
        return min(self.batch.room_for(kind.get(known.kind, "values")), MOST)

    def _from_the_beginning(self) -> None:
        self._begun = 0
        if self._order is not None:
            self._order = np.random.default_rng(self._shuffles).permutation(self._size())
        self._want()

    def _shuffle(self) -> None:
        self._shuffles += 1
        self._order, self._begun = np.random.default_rng(self._shuffles).permutation(self._size()), 0
        self._want()

    def _go_on(self) -> None:
        """The next ones; behind the last the first come again."""
        self._begun += self._room()
        if self._begun >= self._size():
            self._begun = 0
        self._want()

    def _refill(self) -> None:
        shown, known = len(self.batch.samples), self._known
        seen = known is not None and known.kind != "table" and shown > 0
        if seen and shown != min(self._room(), self._size() - self._begun):
            self._want()

    def _want(self) -> None:
        places = range(self._begun, min(self._begun + self._room(), self._size()))
        order = self._order
        self.wanted.emit(self._part, tuple(places if order is None else order[places.start : places.stop].tolist()))

    def _tell_where(self, count: int) -> None:
        if self._known is None or not count:
            self.where.clear()
            return
        values = {"first": self._begun + 1, "last": self._begun + count, "count": self._size()}
        self.where.setText(self._words.say("look.where", **values))
