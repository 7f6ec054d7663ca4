"""A person's own file or folder: what was found in it, what is made of it, and everything that can be put right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.training.config import Choice
from core.viewing.messages import Found, Wishes
from gui.document import Document
from gui.panels import file_picks
from gui.panels.data_columns import ColumnsTable
from gui.panels.data_found import reports, told
from gui.panels.field_controls import CalmComboBox
from gui.panels.file_form import FileForm
from gui.panels.flow_layout import FlowLayout
from gui.panels.styling import label
from gui.theme import Theme
from gui.words import Words


class FileView(QWidget):
    asked = Signal(object)
    """The Wishes that a person has now."""
    labels_wanted = Signal()
    """A table with the images' classes is to be chosen."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._found: Found | None = None
        self._wishes = Wishes()
        self.boxes: dict[str, QComboBox] = {}
        self.title = label(self, voice="mono")
        self.title.setObjectName("file-title")
        self.about = label(self, voice="quiet", wrap=True)
        self.refusal = label(self, voice="small", wrap=True)
        self.refusal.setObjectName("file-refusal")
        self.refusal.setProperty("tone", "bad")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.labels = QPushButton(self)
        self.labels.setObjectName("choose-labels")
        self.labels.clicked.connect(self.labels_wanted)
        self._picks = QWidget(self)
        self._flow = FlowLayout(self._picks, spacing=8)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._picks.setSizePolicy(policy)
        self.columns = ColumnsTable(words, theme, self)
        self.reports = label(self, wrap=True, voice="small")
        self.reports.setObjectName("file-reports")
        self.form = FileForm(document, words, theme, self)
        self._build()
        self.columns.asked.connect(self.asked)
        words.changed.connect(self._retell)
        self.show_nothing()

    def _build(self) -> None:
        body = QWidget(self)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(12, 0, 12, 8)
        inner.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.about, 1)
        head.addWidget(self.labels)
        inner.addLayout(head)
        for part in (self.bar, self.refusal, self._picks, self.columns, self.form, self.reports):
            inner.addWidget(part)
        inner.addStretch(1)
        self.columns.setMinimumHeight(self._theme.scaled(136))
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    @property
    def found(self) -> Found | None:
        return self._found

    @property
    def wishes(self) -> Wishes:
        return self._wishes

    def show_nothing(self) -> None:
        """No file is chosen."""
        self._found, self._wishes = None, Wishes()
        self.title.clear()
        self.refusal.clear()
        self._retell()

    def show_reading(self, name: str, done: int = 0, total: int = 0) -> None:
        """A file is being looked through; the rest stays as it is."""
        self.title.setText(name)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.show()
        self.about.setText(self._words.say("look.reading_files", done=done, total=total) if total else "")

    def show_found(self, found: Found | None, wishes: Wishes) -> None:
        """What was found; None where the file could not even be read."""
        self._found, self._wishes = found, wishes
        self.refusal.clear()
        self._retell()

    def say_refusal(self, sentence: str) -> None:
        """Nothing can be made of it so."""
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))
        if self._found is None:
            self.about.clear()

    def show_choice(self, choice: Choice) -> None:
        """The arguments that the form offers."""
        self.form.show_choice(choice)

    def _retell(self) -> None:
        found, say = self._found, self._words.say
        self.bar.hide()
        self.refusal.setVisible(bool(self.refusal.text()))
        self.labels.setText(say("look.choose_labels"))
        self.labels.setToolTip(say("look.choose_labels_tip"))
        self.labels.setVisible(found is not None and found.kind == "images")
        self.columns.setVisible(found is not None and found.kind == "table")
        self.about.setText(told(found, self._words) if found is not None else say("look.no_file"))
        self.title.setVisible(bool(self.title.text()) or found is not None)
        if found is not None:
            self.title.setText(found.path.replace("\\", "/").rstrip("/").rpartition("/")[2])
            self.title.setToolTip(found.path)
            self.columns.show_found(found, self._wishes)
        listed = reports(found, self._words) if found is not None else ""
        self.reports.setText(listed)
        self.reports.setVisible(bool(listed))
        self._show_picks()

    def _show_picks(self) -> None:
        shown = file_picks.picks(self._found, self._wishes) if self._found is not None else []
        if [pick.name for pick in shown] != list(self.boxes):
            self._build_picks([pick.name for pick in shown])
        for pick in shown:
            box = self.boxes[pick.name]
            box.clear()
            options = pick.options if pick.current in pick.options else (pick.current, *pick.options)
            for option in options:
                box.addItem(self._option(pick, option), option)
            box.setCurrentIndex(options.index(pick.current))
        self._picks.setVisible(bool(shown))

    def _option(self, pick: file_picks.Pick, option: str) -> str:
        if pick.worded:
            return self._words.say(f"look.{pick.name}_{option or 'none'}")
        return option or "—"

    def _build_picks(self, names: list[str]) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            pair = item.widget()
            assert pair is not None
            pair.hide()
            pair.deleteLater()
        self.boxes = {}
        for name in names:
            pair = QWidget(self._picks)
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, 8, 0)
            row.setSpacing(6)
            title, box = QLabel(self._words.say(f"look.pick_{name}"), pair), CalmComboBox(pair)
            title.setProperty("quiet", True)
            title.setBuddy(box)
            box.setObjectName(f"pick-{name}")
            box.setAccessibleName(title.text())
            box.setMinimumContentsLength(6)
            box.activated.connect(partial(self._pick, name))
            row.addWidget(title)
            row.addWidget(box)
            self._flow.addWidget(pair)
            pair.show()
            self.boxes[name] = box

    def _pick(self, name: str, index: int) -> None:
        if self._found is not None:
            value = self.boxes[name].itemData(index)
            self.asked.emit(file_picks.with_pick(self._found, self._wishes, name, value))
