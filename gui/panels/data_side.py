"""Beside the data themselves: which they are, and in numbers what they hold."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.datasets.facts import NO_DATA, DatasetFacts
from core.inspection.snapshot import Statistics, TensorView
from core.viewing.messages import Looked
from gui.document import Document
from gui.panels.data_bars import ClassBars
from gui.panels.dataset_note import NO_BREAK, dataset_note, megabytes
from gui.panels.described_box import DescribedBox, Option
from gui.panels.histogram_view import HistogramView
from gui.panels.styling import label
from gui.panels.ticks import short
from gui.panels.training_asks import TrainingAsks
from gui.theme import Theme
from gui.words import Words

HISTOGRAM = 104
MOST_SKIPPED = 50


class DataSide(QWidget):
    file_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._asks = TrainingAsks(document)
        self._looked: Looked | None = None
        self.box = DescribedBox(theme, self)
        self.box.setObjectName("data-dataset")
        self.file, self.folder = QPushButton(self), QPushButton(self)
        self.file.setObjectName("choose-file")
        self.folder.setObjectName("choose-folder")
        self.note = label(self, voice="quiet", wrap=True)
        self.shape = label(self, voice="mono", wrap=True)
        self.shape.setObjectName("data-shape")
        self.held = label(self, voice="quiet", wrap=True)
        self.classes = label(self, voice="section")
        self.bars = ClassBars(words, theme, self)
        self.uneven = label(self, voice="small", wrap=True)
        self.uneven.setProperty("tone", "warn")
        self.values = label(self, voice="section")
        self.histogram = HistogramView(words, theme, self)
        self.left_out = label(self, voice="section")
        self.skipped = label(self, voice="small", wrap=True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.file, self.folder):
            button.setAutoDefault(False)
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(6)
        column.addWidget(self.box)
        column.addLayout(buttons)
        for part in (self.note, self.shape, self.held, self.classes, self.bars, self.uneven, self.values,
                     self.histogram, self.left_out, self.skipped):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        self.box.chosen.connect(lambda name: self._asks.choose("dataset", name))
        self.file.clicked.connect(self.file_wanted)
        self.folder.clicked.connect(self.folder_wanted)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_choice(self, known: DatasetFacts) -> None:
        """What is known without reading."""
        say = self._words.say
        names = self._asks.offers["dataset"].names
        options = [
            Option(name, say("dataset.no_data") if name == NO_DATA else name, self._about(name)) for name in names
        ]
        self.box.setAccessibleName(say("training.dataset"))
        self.box.show_options(options, known.name)
        self.file.setText(say("look.choose_file"))
        self.folder.setText(say("look.choose_folder"))
        self.file.setToolTip(say("look.choose_file_tip"))
        self.folder.setToolTip(say("look.choose_folder_tip"))
        self.note.setText(dataset_note(known, self._words))
        self.note.setVisible(bool(self.note.text()))

    def show_looked(self, looked: Looked | None) -> None:
        """What was found in it; None while that is not known."""
        self._looked = looked
        say = self._words.say
        parts: tuple[QWidget, ...] = (self.shape, self.held, self.values, self.histogram)
        for part in parts:
            part.setVisible(looked is not None)
        known = looked is not None and bool(looked.overview.classes)
        self.classes.setVisible(known)
        self.bars.setVisible(known)
        self.left_out.setVisible(looked is not None and bool(looked.skipped))
        self.skipped.setVisible(self.left_out.isVisibleTo(self))
        self.uneven.hide()
        if looked is None:
            return
        overview, train = looked.overview, looked.overview.train
        size = " × ".join(("N", *map(str, overview.shape)))
        self.shape.setText(f"{size}\n{overview.dtype}  {_ends(train.lowest, train.highest)}")
        held = [say("look.held", held=overview.held, size=megabytes(overview.bytes))]
        held += [say("look.streamed")] if looked.streamed else []
        held += [say("look.bad_values", count=train.bad)] if train.bad else []
        if train.target_lowest is not None and train.target_highest is not None:
            held.insert(0, say("look.targets", low=short(train.target_lowest), high=short(train.target_highest)))
        self.held.setText("\n".join(held))
        self.classes.setText(say("look.classes"))
        self.values.setText(say("look.values"))
        if overview.classes:
            self.bars.show_counts(overview.classes, train.counts.tolist(), overview.test.counts.tolist())
            self.uneven.setText(self.bars.warning)
            self.uneven.setVisible(bool(self.bars.warning))
        self._show_histogram(looked)
        self.left_out.setText(say("look.left_out", count=len(looked.skipped)))
        self.skipped.setText("\n".join(f"{name}: {why}" for name, why in looked.skipped[:MOST_SKIPPED]))

    def _show_histogram(self, looked: Looked) -> None:
        train, spread = looked.overview.train, looked.spread
        numbers = Statistics(train.mean, train.deviation, train.lowest, train.highest, train.bad)
        nothing = spread.edges[:0].astype("float32")
        view = TensorView(
            self._words.say("look.values"), "buffer", looked.overview.shape, numbers, spread,
            nothing.reshape(0, 0), None, nothing,
        )  # fmt: skip
        self.histogram.show_tensor(view)

    def _about(self, name: str) -> str:
        key = f"dataset.{name}"
        return self._words.say(key) if self._words.has(key) else ""

    def _recolour(self) -> None:
        self.histogram.setFixedHeight(self._theme.scaled(HISTOGRAM))
        self.file.setIcon(self._theme.icon("open", "text_quiet"))
        self.folder.setIcon(self._theme.icon("folder", "text_quiet"))


def _ends(low: float, high: float) -> str:
    # Where there is no room for both, they go to the next line together.
    return f"{short(float(f'{low:.4g}'))}{NO_BREAK}…{NO_BREAK}{short(float(f'{high:.4g}'))}"
