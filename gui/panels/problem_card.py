"""One problem in words, with a button for every edit that mends it. The problems list and the inspector show it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from core.problems import Mend, Problem
from gui.document import Document
from gui.panels.flow_layout import FlowLayout
from gui.panels.styling import label, plain, sentence_html
from gui.theme import Theme
from gui.words import Words

ICON = 16
ROOM_BESIDE = 560
"""Pixels of width from which the buttons stand at the right of the sentence; with less they stand below it."""


class ProblemCard(QFrame):
    """Icon, severity and node in a quiet line, then the sentence. In a list a click or Enter chooses it."""

    chosen = Signal(object)
    """The Problem, when the card itself is clicked."""

    def __init__(
        self,
        problem: Problem,
        document: Document,
        words: Words,
        theme: Theme,
        in_list: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.problem = problem
        self._document = document
        self._in_list = in_list
        self.setObjectName("problem-card")
        self.setProperty("row" if in_list else "card", True)
        self._icon = QLabel(self)
        self._icon.setFixedSize(ICON, ICON)
        self._icon.setPixmap(severity_pixmap(problem.severity, theme))
        self._kind = label(self, voice="small")
        self._kind.setProperty("tone", "bad" if problem.severity == "error" else "warn")
        self._kind.setText(words.say(f"problems.{problem.severity}"))
        self._node = label(self, voice="mono quiet")
        # What causes it may lie inside a block, where the canvas does not show it.
        path = " › ".join((problem.node, *problem.inside)) if problem.node else ""
        self._node.setText(path)
        self._node.setVisible(bool(path) and (in_list or bool(problem.inside)))
        self.sentence = label(self, wrap=True)
        sentence = words.say(f"problem.{problem.rule}", **problem.values)
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setText(sentence_html(sentence, theme))
        self.buttons = QWidget(self)
        flow = FlowLayout(self.buttons)
        flow.setContentsMargins(0, 4, 0, 4)
        for mend in problem.mends:
            flow.addWidget(self._button(mend, words))
        self.buttons.setVisible(bool(problem.mends))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.buttons.setSizePolicy(policy)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self._kind, 0, 1)
        self._grid.addWidget(self._node, 0, 2)
        self._grid.addWidget(self.sentence, 1, 1, 1, 3)
        self._grid.setColumnStretch(3, 1)
        self._beside: bool | None = None
        self._arrange(False)
        if in_list:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        where = f"{path}: " if path else ""
        self.setAccessibleName(f"{self._kind.text()}. {where}{plain(sentence)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self._in_list and event.size().width() >= ROOM_BESIDE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._in_list and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.problem)
        else:
            super().keyPressEvent(event)

    def _button(self, mend: Mend, words: Words) -> QPushButton:
        text = words.say(f"mend.{mend.rule}", **mend.values)
        if mend.block is not None:
            text = words.say("problems.mend_inside", mend=text, block=mend.block)
        button = QPushButton(plain(text), self.buttons)
        button.setObjectName(f"mend-{mend.rule}")
        # The button goes away with its problem: the press is over first.
        button.clicked.connect(lambda: QTimer.singleShot(0, self._document, lambda: self._mend(mend)))
        return button

    def _mend(self, mend: Mend) -> None:
        # An equal problem may have come since, with other wires around it: its own edit counts, not the one of before.
        # A list holds the problems of the whole, the inspector those of the part that is looked at.
        for problem in (*self._document.inference.problems, *self._document.root_inference.problems):
            if problem == self.problem and mend in problem.mends:
                self._document.mend(problem.mends[problem.mends.index(mend)])
                return

    def _arrange(self, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        self._grid.removeWidget(self.buttons)
        if beside:
            self._grid.addWidget(self.buttons, 0, 4, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        else:
            self._grid.addWidget(self.buttons, 2, 1, 1, 3)


def severity_pixmap(severity: str, theme: Theme) -> QPixmap:
    icon, token = ("problem_error", "bad") if severity == "error" else ("problem_warning", "warn")
    return theme.pixmap(icon, ICON, token)
