"""The parameters of the selected node: their spread in a table, and one of them as numbers, histogram or picture.

Before training they are what the seed gives, while it goes they are live, after it they are what was learned.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from core.inspection.snapshot import Snapshot, TensorView
from gui.document import Document
from gui.panels.histogram_view import HistogramView
from gui.panels.kind_switch import KindSwitch
from gui.panels.parameters_empty import ParametersEmpty
from gui.panels.picture_view import PictureView
from gui.panels.styling import label, set_property
from gui.panels.tensor_table import TensorTable
from gui.panels.value_table import ValueTable
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

VIEWS = ("histogram", "picture", "values")
SOON_MS = 30
"""After an edit, until the parameters are asked for."""
SPACING = 4
LEAST_VIEW = 96
"""Pixels of height in which a histogram or a picture still says something."""
SOURCES = {"initial": "initial", "training": "live", "trained": "trained"}


class ParametersPanel(QWidget):
    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document, self._session, self._words, self._theme = document, session, words, theme
        self.title, self.source = label(self), label(self, voice="quiet")
        # A long name is cut and gives way to the switch.
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.kinds = KindSwitch(words, self)
        self.table = TensorTable(words, theme, self)
        self.warning = label(self, voice="small", wrap=True)
        set_property(self.warning, "tone", "bad")
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.note = label(self, voice="quiet", wrap=True)
        self.histogram = HistogramView(words, theme, self)
        self.picture = PictureView(words, theme, self)
        self.values = ValueTable(theme, self)
        self._views: dict[str, HistogramView | PictureView | ValueTable] = dict(
            zip(VIEWS, (self.histogram, self.picture, self.values), strict=True)
        )
        self.empty = ParametersEmpty(words, theme, self)
        # The question carries the whole layout as text. After an edit the canvas comes first.
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._watch)
        self._build()
        self._connect()
        self.retranslate()
        self._watch()

    def _build(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.title, 1)
        first.addWidget(self.kinds)
        self._head = QWidget(self)
        head = QVBoxLayout(self._head)
        head.setContentsMargins(12, 8, 8, 4)
        head.setSpacing(0)
        head.addLayout(first)
        head.addWidget(self.source)
        self._stack = QStackedWidget(self)
        for name, view in self._views.items():
            self.tabs.addTab(name)
            self._stack.addWidget(view)
        self._inside = QWidget(self)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, SPACING)
        inside.setSpacing(SPACING)
        inside.addWidget(self.table)
        for line in (self.warning, self.tabs, self.note):
            inside.addWidget(line)
        inside.addWidget(self._stack, 1)
        for line in (self.warning, self.note):
            line.setContentsMargins(12, 0, 12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._inside, 1)
        column.addWidget(self.empty, 1)

    def _connect(self) -> None:
        self._document.changed.connect(self._soon.start)
        self._document.selection_changed.connect(self._watch)
        self._session.changed.connect(self._session_changed)
        self._session.inspected.connect(self.refresh)
        self._words.changed.connect(self.retranslate)
        self._theme.changed.connect(self._recolour)
        self.kinds.chosen.connect(self.refresh)
        self.table.chosen.connect(self._show_tensor)
        self.tabs.currentChanged.connect(self._turn)

    def stops(self) -> list[QWidget]:
        """What Tab goes through."""
        return [*self.kinds.buttons.values(), self.table, self.tabs]

    # What is looked at.

    def _watch(self) -> None:
        """Ask for the selected node while somebody sees the panel; nobody's parameters cost nothing."""
        wanted = self._document.selected if self.isVisible() else None
        self._session.watch(self._document.root, self._document.module_path(wanted) if wanted is not None else None)
        self.refresh()

    def _session_changed(self) -> None:
        # Only without a snapshot does the session's state decide what is said.
        if self._snapshot() is None:
            self.refresh()

    def _snapshot(self) -> Snapshot | None:
        """What is known of the selected node."""
        snapshot, selected = self._session.snapshot, self._document.selected
        if snapshot is None or selected is None:
            return None
        return snapshot if snapshot.node == self._document.module_path(selected) else None

    def refresh(self) -> None:
        """Show what the session knows of the selected node now."""
        selected, snapshot = self._document.selected, self._snapshot()
        self._head.setVisible(selected is not None)
        self.title.setText(selected or "")
        self.title.setToolTip(self._document.module_path(selected) if selected is not None else "")
        filled = snapshot is not None and bool(snapshot.tensors)
        self._inside.setVisible(filled)
        self.empty.setVisible(not filled)
        self.source.setText(self._source(snapshot) if snapshot is not None and filled else "")
        self.source.setVisible(bool(self.source.text()))
        self.kinds.setVisible(filled)
        if snapshot is None or not filled:
            self.empty.show_reason(self._document, self._session, snapshot)
            return
        gradients = [tensor for tensor in snapshot.tensors if tensor.kind == "gradient"]
        self.kinds.set_possible(bool(gradients))
        weights = [tensor for tensor in snapshot.tensors if tensor.kind != "gradient"]
        self.table.show_tensors(gradients if self.kinds.gradients else weights)
        tensor = self.table.tensor
        if tensor is not None:
            self._show_tensor(tensor)

    def _source(self, snapshot: Snapshot) -> str:
        key = SOURCES[snapshot.source]
        if key == "live" and self._session.state != "running":
            key = "at_step"
        said = self._words.say(f"parameters.{key}", step=snapshot.step)
        # Inside a block it counts at which use and in which repetition the parameters are.
        return f"{snapshot.node} · {said}" if self._document.scope else said

    def _show_tensor(self, tensor: TensorView) -> None:
        """Only the view that is seen is drawn."""
        wrong = tensor.statistics.not_finite
        self.warning.setVisible(bool(wrong))
        if wrong:
            self.warning.setText(self._words.say("parameters.not_finite", count=wrong, size=tensor.size))
        view = VIEWS[max(self.tabs.currentIndex(), 0)]
        shown = len(tensor.values)
        cut = view == "values" and shown < tensor.size
        self.note.setText(self._words.say("parameters.values_cut", shown=shown, size=tensor.size) if cut else "")
        self.note.setVisible(cut)
        self.values.setAccessibleName(self._words.say("parameters.values_name", tensor=tensor.name))
        self._views[view].show_tensor(tensor)
        self._divide()

    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        if self.table.tensor is not None:
            self._show_tensor(self.table.tensor)

    # Language, theme, being seen.

    def retranslate(self) -> None:
        for index, name in enumerate(VIEWS):
            self.tabs.setTabText(index, self._words.say(f"parameters.{name}"))
        self.values.setAccessibleName(self._words.say("parameters.values"))
        self._recolour()
        self.refresh()

    def _recolour(self) -> None:
        self.title.setFont(self._theme.font(13, mono=True, weight=600))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._divide()

    def _divide(self) -> None:
        """What the view of one tensor needs, the table of all leaves it."""
        parts = (self._head, *(part for part in (self.warning, self.tabs, self.note) if not part.isHidden()))
        taken = sum(part.sizeHint().height() + SPACING for part in parts) + SPACING
        self.table.set_room(self.height() - taken - LEAST_VIEW)

    def sizeHint(self) -> QSize:
        return QSize(320, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 272)
