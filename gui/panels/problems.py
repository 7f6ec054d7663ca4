"""What is wrong with the network, in a learner's words. A click goes to the node, a button mends it.

It is the whole network's problems also while a person looks into a block; a click leads into the block where one lies.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.datasets.facts import NO_DATA
from core.problems import Problem
from core.scopes import way_to
from gui.document import Document
from gui.panels.problem_card import ProblemCard
from gui.panels.scroll_page import ScrollPage
from gui.panels.styling import label
from gui.theme import Theme
from gui.words import Words

LONGEST_LIST = 100
"""Cards shown at once. One mistake can break every node behind it; nobody mends from the hundredth on."""


class ProblemsPanel(QScrollArea):
    node_chosen = Signal(str)
    """A problem's node is selected now where it stands, and is to be brought into view."""
    count_changed = Signal(int, int)
    """Errors and warnings."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._shown: tuple[Problem, ...] | None = None
        self._counts: tuple[int, int] = (0, 0)
        self.cards: list[ProblemCard] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._body = ScrollPage(self)
        self._body.setObjectName("problems")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._good = Verdict(theme, self._body)
        self._more = label(self._body, voice="quiet", wrap=True)
        self._more.setContentsMargins(36, 8, 12, 8)
        self._column.addWidget(self._good)
        self._column.addWidget(self._more)
        self._column.addStretch(1)
        self.setWidget(self._body)
        document.changed.connect(self._refresh)
        words.changed.connect(self._redraw)
        theme.changed.connect(self._redraw)
        self._redraw()

    @property
    def counts(self) -> tuple[int, int]:
        """Errors and warnings."""
        return self._counts

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go from card to card."""
        focused = next((index for index, card in enumerate(self.cards) if card.hasFocus()), None)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if focused is None or step is None:
            super().keyPressEvent(event)
            return
        card = self.cards[min(max(focused + step, 0), len(self.cards) - 1)]
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self.ensureWidgetVisible(card)

    def _refresh(self) -> None:
        problems = self._document.root_inference.problems
        counts = (len(self._document.root_inference.errors), len(problems) - len(self._document.root_inference.errors))
        if counts != self._counts:
            self._counts = counts
            self.count_changed.emit(*counts)
        # Cards cost a millisecond each: none is made while nobody looks, or when the same would be made again.
        if self.isVisible() and problems != self._shown:
            self._show(problems)
        self._show_verdict()

    def _redraw(self) -> None:
        self.setAccessibleName(self._words.say("problems.list_name"))
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards, self._shown = [], None
        self._refresh()

    def _show(self, problems: tuple[Problem, ...]) -> None:
        focused = next((index for index, card in enumerate(self.cards) if _has_focus(card)), None)
        self._shown = problems
        ordered = sorted(problems, key=lambda problem: problem.severity != "error")
        # The card of a problem that is still there stays, and with it the focus and the place in the list.
        left = list(self.cards)
        self.cards = []
        for problem in ordered[:LONGEST_LIST]:
            kept = next((card for card in left if card.problem == problem), None)
            if kept is not None:
                left.remove(kept)
            self.cards.append(kept or self._made(problem))
        for card in left:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for index, card in enumerate(self.cards):
            if self._column.indexOf(card) != 1 + index:
                self._column.insertWidget(1 + index, card)
            card.show()
        if focused is not None and self.cards and not any(_has_focus(card) for card in self.cards):
            self.cards[min(focused, len(self.cards) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _made(self, problem: Problem) -> ProblemCard:
        card = ProblemCard(problem, self._document, self._words, self._theme, True, self._body)
        card.chosen.connect(self._choose)
        return card

    def _show_verdict(self) -> None:
        problems = self._document.root_inference.problems
        self._good.setVisible(not problems)
        without_data = self._document.layout.training.dataset.name == NO_DATA
        key = "problems.none_without_data" if without_data else "problems.none"
        key = key if self._document.ready else "problems.pending"
        self._good.show_verdict(self._words.say(key), self._document.ready)
        self._more.setVisible(len(problems) > LONGEST_LIST)
        if len(problems) > LONGEST_LIST:
            self._more.setText(self._words.say("problems.more", count=len(problems) - LONGEST_LIST))

    def _choose(self, problem: Problem) -> None:
        node_id = self._document.point_at(way_to(problem))
        if node_id is not None:
            self.node_chosen.emit(node_id)


def _has_focus(card: ProblemCard) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is card or card.isAncestorOf(focus))


class Verdict(QWidget):
    """That nothing is wrong, with its icon."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = QLabel(self)
        self._icon.setFixedSize(16, 16)
        self._text = label(self, wrap=True)
        self._text.setObjectName("problems-verdict")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 16, 12, 16)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def show_verdict(self, text: str, good: bool) -> None:
        name, token = ("problem_good", "good") if good else ("info", "text_quiet")
        self._icon.setPixmap(self._theme.pixmap(name, 16, token))
        self._text.setText(text)
