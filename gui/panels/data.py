"""The data page: what the network learns from, its transforms, and a person's own file. Read in a process beside.

Nothing is read while nobody looks, and what has been asked for is forgotten once another data set is chosen.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.datasets.facts import facts
from core.training.config import Choice
from core.viewing import messages
from core.viewing.messages import Looked, Missing, Refused
from gui.data_files import ask_file, ask_folder, dragged_data
from gui.data_reader import DataReader
from gui.document import Document
from gui.panels.data_message import Message
from gui.panels.data_missing import MissingData
from gui.panels.data_own import OwnData
from gui.panels.data_room import arrange
from gui.panels.data_samples import SamplesView
from gui.panels.data_side import DataSide
from gui.panels.data_transforms import TransformsView
from gui.panels.switch import Switch
from gui.panels.training_edits import with_setting
from gui.theme import Theme
from gui.words import Words

SIDE = 268
VIEWS = ("samples", "transforms", "file")


class DataPanel(QWidget):
    def __init__(
        self,
        document: Document,
        words: Words,
        theme: Theme,
        reader: DataReader | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self._document, self._words, self._theme = document, words, theme
        self.reader = reader or DataReader(self)
        self._shown: Choice | None = None
        """The data set that the page is about."""
        self._asked: Choice | None = None
        """It too, once it has been asked what is in it."""
        self._answer: Looked | Missing | Refused | None = None
        self._walk: tuple[object, ...] = ()
        self._measuring: tuple[int, bool] = (0, False)
        self.side = DataSide(document, words, theme)
        self.views = Switch("data", VIEWS, self)
        self.samples = SamplesView(words, theme, self)
        self.transforms = TransformsView(document, words, theme, self)
        self.own = OwnData(document, self.reader, words, theme, self)
        self.missing = MissingData(words, theme, self)
        self.message = Message(self)
        self._build()
        self._connect()
        self._retell()

    def _build(self) -> None:
        self._pages = QStackedWidget(self)
        for page in (self.samples, self.transforms, self.own.view, self.missing, self.message):
            self._pages.addWidget(page)
        self._scroll = arrange(self, self.side, self.views, self._pages)

    def _connect(self) -> None:
        reader = self.reader
        self.views.chosen.connect(lambda _: self._show())
        self.side.file_wanted.connect(self._choose_file)
        self.side.folder_wanted.connect(self._choose_folder)
        self.samples.wanted.connect(self._pick)
        self.samples.chosen.connect(self._choose_sample)
        self.transforms.walk_wanted.connect(self._show)
        self.transforms.measure_wanted.connect(self._measure)
        self.missing.fetch_wanted.connect(self._fetch)
        self.missing.cancel_wanted.connect(reader.cancel_fetch)
        self.own.made.connect(self._take_choice)
        reader.looked.connect(self._take_looked)
        reader.picked.connect(self._take_picked)
        reader.walked.connect(self._take_walked)
        reader.measured.connect(self._take_measured)
        reader.fetching.connect(self._take_fetching)
        self._document.changed.connect(self.refresh)
        self._words.changed.connect(self._retell)
        self._theme.changed.connect(self._resize)

    # What is shown.

    def refresh(self) -> None:
        """Ask for what the document's data set holds, if somebody looks."""
        if not self.isVisible():
            return
        choice = self._choice
        if choice != self._shown:
            self._shown, self._asked, self._answer, self._walk = choice, None, None, ()
            self.side.show_choice(facts(choice))
            self.side.show_looked(None)
            self.transforms.show_walked(None, ())
            for kind in (messages.Look, messages.Pick, messages.Walk, messages.Measure):
                self.reader.forget(kind)
        if self._asked is None and facts(choice).kind != "none" and self._document.ready:
            self._look()
        self.own.refresh(self.views.current == "file")
        self._show()

    def take(self, path: Path) -> None:
        """Look through a person's own file or folder, and make it the data set."""
        self.views.set_current("file")
        self.own.take(path)
        self._show()

    def close_reader(self) -> None:
        """End what reads beside the window."""
        self.reader.close()

    @property
    def _choice(self) -> Choice:
        return self._document.root.training.dataset

    def _look(self) -> None:
        self._asked, self._answer = self._choice, None
        self.reader.look(self._choice)

    def _show(self) -> None:
        """The page of the chosen view, or what stands in its place while there is nothing to see."""
        view, answer = self.views.current, self._answer
        self.transforms.set_known(isinstance(answer, Looked), isinstance(answer, Missing))
        if view == "file":
            self.own.refresh(True)
            self._pages.setCurrentWidget(self.own.view)
        elif view == "transforms" and facts(self._choice).kind != "none":
            # They can be edited also while there is no sample to see.
            self._pages.setCurrentWidget(self.transforms)
            if isinstance(answer, Looked):
                self._ask_walk()
        elif isinstance(answer, Looked):
            self._pages.setCurrentWidget(self.samples)
        elif isinstance(answer, Missing):
            self._pages.setCurrentWidget(self.missing)
        else:
            self._say()

    def _say(self) -> None:
        say, answer = self._words.say, self._answer
        if isinstance(answer, Refused):
            self.message.say(say(f"data.{answer.rule}", **answer.values), bad=True)
        elif facts(self._choice).kind == "none":
            self.message.say(say("look.no_data"))
        else:
            self.message.say(say("look.reading", dataset=self._choice.name))
        self._pages.setCurrentWidget(self.message)

    def _retell(self) -> None:
        for name, button in self.views.buttons.items():
            button.setText(self._words.say(f"look.view_{name}"))
        self.side.show_choice(facts(self._choice))
        self.side.show_looked(self._answer if isinstance(self._answer, Looked) else None)
        self._resize()
        self._show()

    def _resize(self) -> None:
        self._scroll.setFixedWidth(self._theme.scaled(SIDE))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if isinstance(self._answer, Missing) and not self.reader.waits_for(messages.Fetch):
            # A run may have downloaded it meanwhile.
            self._asked = None
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(720, 264)

    def minimumSizeHint(self) -> QSize:
        return QSize(400, 120)

    # What has come.

    def _take_looked(self, answer: Looked | Missing | Refused) -> None:
        self._answer = answer
        looked = answer if isinstance(answer, Looked) else None
        self.side.show_looked(looked)
        if isinstance(answer, Missing) and not self.reader.waits_for(messages.Fetch):
            self.missing.show_data(facts(self._choice))
        self._show()
        if looked is not None:
            sizes = (looked.overview.train.samples, looked.overview.test.samples)
            self.samples.show_data(facts(self._choice), *sizes)

    def _take_picked(self, answer: messages.Picked | Refused) -> None:
        if isinstance(answer, Refused):
            self._take_looked(answer)
        else:
            self.samples.show_samples(answer.samples)

    def _take_walked(self, answer: messages.Walked | Refused) -> None:
        if isinstance(answer, messages.Walked):
            self.transforms.show_walked(answer, self._document.root.training.transforms)

    def _take_measured(self, answer: messages.Measured | Refused) -> None:
        if isinstance(answer, messages.Measured):
            self.transforms.measured(*self._measuring, answer.choice)

    def _take_fetching(self, answer: messages.Fetching | messages.Fetched | Refused) -> None:
        if isinstance(answer, messages.Fetching):
            self.missing.show_progress(answer.received, answer.total)
        elif isinstance(answer, Refused):
            self.missing.refuse(self._words.say(f"data.{answer.rule}", **answer.values))
        elif answer.cancelled:
            self.missing.show_data(facts(self._choice))
        elif self._choice == self._asked:
            self._look()
            self._show()

    # What is asked.

    def _pick(self, part: str, indices: tuple[int, ...]) -> None:
        if self._asked is not None and indices:
            self.reader.pick(self._asked, "train" if part == "train" else "test", indices)

    def _choose_sample(self, index: int) -> None:
        """It is the one whose way through the transforms is shown."""
        self.transforms.part.set_current(self.samples.part.current)
        self.transforms.index = index

    def _ask_walk(self) -> None:
        view, training = self.transforms, self._document.root.training
        part = "train" if view.part.current == "train" else "test"
        wanted = (self._asked, training.transforms, part, view.index, view.seed)
        if self._asked is not None and wanted != self._walk:
            self._walk = wanted
            self.reader.walk(self._asked, training.transforms, part, view.index, view.seed)  # type: ignore[arg-type]

    def _measure(self, place: int, added: bool) -> None:
        if isinstance(self._answer, Looked) and self._asked is not None:
            self._measuring = (place, added)
            self.reader.measure(self._asked, self._document.root.training.transforms[:place])

    def _fetch(self) -> None:
        self.missing.show_progress(0, 0)
        self.reader.fetch(self._choice)

    def _choose_file(self) -> None:
        path = ask_file(self, self._words)
        if path is not None:
            self.take(path)

    def _choose_folder(self) -> None:
        path = ask_folder(self, self._words)
        if path is not None:
            self.take(path)

    def _take_choice(self, choice: Choice) -> None:
        self._document.apply_root("training.edit_own_data", partial(with_setting, name="dataset", value=choice))

    # Files that are dropped.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragged_data(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dragged_data(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.take(path)
