"""A published data set that is not here yet: what it is, what it takes, on what terms, and a button that brings it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.datasets import data_folder
from core.datasets.facts import DatasetFacts
from gui.panels.dataset_note import megabytes
from gui.panels.scroll_page import ScrollPage
from gui.panels.styling import label
from gui.theme import Theme
from gui.words import Words


class MissingData(QWidget):
    fetch_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._known: DatasetFacts | None = None
        self._progress: tuple[int, int] | None = None
        self.title = label(self, voice="heading")
        self.about = label(self, wrap=True)
        self.terms = label(self, voice="quiet", wrap=True)
        self.terms.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.terms.setOpenExternalLinks(True)
        self.refusal = label(self, voice="small", wrap=True)
        self.refusal.setProperty("tone", "bad")
        self.fetch, self.cancel = QPushButton(self), QPushButton(self)
        self.fetch.setProperty("kind", "primary")
        self.fetch.setObjectName("fetch-data")
        self.cancel.setObjectName("cancel-fetch")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setMaximumWidth(theme.scaled(360))
        self.said = label(self, voice="mono small")
        row = QHBoxLayout()
        row.setSpacing(12)
        for widget in (self.fetch, self.cancel, self.said):
            row.addWidget(widget)
        row.addStretch(1)
        body = ScrollPage(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        for part in (self.title, self.about, self.terms, self.refusal, self.bar):
            column.addWidget(part)
        column.addLayout(row)
        column.addStretch(1)
        # With large text, or where the page is low, its sentences need more height than there is.
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.fetch.clicked.connect(self.fetch_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        words.changed.connect(self._retell)
        theme.changed.connect(self._retell)
        self._retell()

    def show_data(self, known: DatasetFacts) -> None:
        """A data set that is missing, and is not being downloaded."""
        self._known, self._progress = known, None
        self.refusal.clear()
        self._retell()

    def show_progress(self, received: int, total: int) -> None:
        """It is being downloaded; of an unknown size for 0."""
        self._progress = (received, total)
        self.refusal.clear()
        self._retell()

    def refuse(self, sentence: str) -> None:
        """The download did not work."""
        self._progress = None
        self.refusal.setText(sentence)
        self._show_state()

    def _retell(self) -> None:
        say, known = self._words.say, self._known
        self.fetch.setText(say("look.fetch"))
        self.cancel.setText(say("look.cancel"))
        if known is not None and known.origin is not None:
            origin = known.origin
            sizes = {"received": megabytes(origin.received), "stored": megabytes(origin.stored)}
            self.title.setText(known.name)
            about = say(f"dataset.{known.name}") if self._words.has(f"dataset.{known.name}") else known.name
            self.about.setText(f"{about}.\n{say('look.takes', **sizes, folder=str(data_folder()))}")
            self.terms.setTextFormat(Qt.TextFormat.RichText)
            link = f'<a style="color:{self._theme.colour("accent").name()}" href="{origin.page}">{origin.page}</a>'
            self.terms.setText(f"{say(f'dataset.{origin.terms}')}<br>{link}")
        # Once there are terms, they are what is read aloud.
        self.terms.setAccessibleName("" if self.terms.text() else say("look.terms_name"))
        if self._progress is not None:
            received, total = self._progress
            self.said.setText(f"{received / 1e6:,.1f} / {total / 1e6:,.1f} MB" if total else say("look.begins"))
            self.bar.setRange(0, 1000 if total else 0)
            self.bar.setValue(round(1000 * received / total) if total else 0)
            self.bar.setAccessibleName(self.said.text())
        self._show_state()

    def _show_state(self) -> None:
        going = self._progress is not None
        self.fetch.setVisible(not going)
        for widget in (self.cancel, self.bar, self.said):
            widget.setVisible(going)
        self.refusal.setVisible(bool(self.refusal.text()) and not going)
