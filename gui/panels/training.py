"""Training: what with, begin, pause, go on, stop, and how far it is. The window's actions start runs through it too."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.document import Document
from gui.panels.run_bar import RunBar
from gui.panels.training_form import TrainingForm
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

ROOM_FOR_DETAILS = 240
"""Pixels of height below which the settings need the room that the run's state would take."""


class TrainingPanel(QWidget):
    problems_wanted = Signal()
    """Train was pressed while the layout has errors: show them."""

    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.form = TrainingForm(document, words, theme)
        self.run = RunBar(document, session, words, theme, self)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(self.run)
        self.run.problems_wanted.connect(self.problems_wanted)
        self.run.data_wanted.connect(self.choose_data)

    def choose_data(self) -> None:
        """Open the list of data sets, as for somebody who wants to train and has chosen none."""
        self.form.boxes["dataset"].setFocus(Qt.FocusReason.OtherFocusReason)
        self.form.boxes["dataset"].showPopup()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.run.set_compact(event.size().height() < ROOM_FOR_DETAILS)

    def sizeHint(self) -> QSize:
        return QSize(320, 264)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 120)
