"""The network as the Python that is trained: read it, copy it, save it; or the problem that prevents it."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from core.problems import Problem
from core.scopes import way_to
from core.storage import write_whole
from gui.document import Document
from gui.panels.code_view import CodeView
from gui.panels.problem_card import ProblemCard
from gui.panels.scroll_page import ScrollPage
from gui.panels.styling import label, separator, set_property
from gui.theme import Theme
from gui.words import Words

SHOWN_PROBLEMS = 3
ICON_BUTTON = 44
"""Width of a button that shows its icon alone."""
COPIED_FOR = 2000
"""Milliseconds for which a button says that it has been done."""
SOON = 40
"""Milliseconds in which several changes (a node that is dragged) become one new text."""


class CodePanel(QWidget):
    node_chosen = Signal(str)
    """The node of a problem that prevents the code is selected now, and is to be brought into view."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._blocking: tuple[Problem, ...] | None = None
        self.cards: list[ProblemCard] = []
        self.model_only = QPushButton(self)
        self.with_training = QPushButton(self)
        self._switch = QButtonGroup(self)
        for button, name in ((self.model_only, "code-model"), (self.with_training, "code-training")):
            button.setObjectName(name)
            button.setCheckable(True)
            button.setProperty("kind", "plain")
            self._switch.addButton(button)
        self.model_only.setChecked(True)
        self.copy = QPushButton(self)
        self.copy.setObjectName("code-copy")
        self.save = QPushButton(self)
        self.save.setObjectName("code-save")
        self._said = label(self, voice="small", wrap=True)
        self._said.setObjectName("code-said")
        self._said.hide()
        self.view = CodeView(theme, self)
        self._explanation = label(self, voice="quiet", wrap=True)
        self._build()
        self._later = QTimer(self, singleShot=True, interval=SOON)
        self._later.timeout.connect(self._refresh)
        self._over = QTimer(self, singleShot=True, interval=COPIED_FOR)
        self._over.timeout.connect(self._label_buttons)
        self._switch.buttonToggled.connect(lambda _button, checked: self._refresh() if checked else None)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self.ask_where)
        document.changed.connect(self._changed)
        words.changed.connect(self._retranslate)
        theme.changed.connect(self._retranslate)
        self._retranslate()

    def code(self) -> str | None:
        """The text of the present layout, or None while there is none."""
        inference = self._document.root_inference
        if not self._document.ready or inference.errors:
            return None
        from core.codegen import model_code, training_code

        return training_code(inference) if self.with_training.isChecked() else model_code(inference)

    def write(self, path: Path) -> None:
        """Save the code. What goes wrong is said in place."""
        code = self.code()
        if code is None:
            return
        try:
            write_whole(path, code.encode())
        except OSError as error:
            reason = error.strerror or str(error)
            self._say(self._words.say("code.not_saved", name=path.name, folder=str(path.parent), reason=reason), "bad")
        else:
            self._say(self._words.say("code.saved", path=str(path)), "good")

    def minimumSizeHint(self) -> QSize:
        """As narrow as the switch and the two icons allow."""
        width = self.model_only.sizeHint().width() + self.with_training.sizeHint().width()
        return QSize(width + 2 * ICON_BUTTON + 32, 96)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._label_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 8, 8, 8)
        bar.setSpacing(4)
        bar.addWidget(self.model_only)
        bar.addWidget(self.with_training)
        bar.addStretch(1)
        bar.addWidget(self.copy)
        bar.addSpacing(4)
        bar.addWidget(self.save)
        self._said.setContentsMargins(12, 0, 12, 8)
        # Several problems may need more height than there is.
        prevented = QScrollArea(self)
        prevented.setWidgetResizable(True)
        prevented.setFrameShape(QScrollArea.Shape.NoFrame)
        prevented.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        prevented.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = ScrollPage(prevented)
        prevented.setWidget(page)
        self._cards = QVBoxLayout(page)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(0)
        self._explanation.setContentsMargins(12, 12, 12, 8)
        self._cards.addWidget(self._explanation)
        self._cards.addStretch(1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(prevented)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self._said)
        column.addWidget(separator(self))
        column.addLayout(self._stack, 1)

    def _changed(self) -> None:
        if self.isVisible():
            self._later.start()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        code = self.code()
        for button in (self.copy, self.save):
            button.setEnabled(code is not None)
        if code is not None:
            self._show_blocking(())
            self.view.show_code(code)
            self._stack.setCurrentIndex(0)
        else:
            self._explanation.setText(self._words.say("code.prevented" if self._document.ready else "code.pending"))
            self._show_blocking(self._document.root_inference.errors[:SHOWN_PROBLEMS])
            self._stack.setCurrentIndex(1)

    def _show_blocking(self, problems: tuple[Problem, ...]) -> None:
        if problems == self._blocking:
            return
        self._blocking = problems
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [
            ProblemCard(problem, self._document, self._words, self._theme, True, self) for problem in problems
        ]
        for index, card in enumerate(self.cards):
            card.chosen.connect(self._choose)
            self._cards.insertWidget(1 + index, card)

    def _choose(self, problem: Problem) -> None:
        node_id = self._document.point_at(way_to(problem))
        if node_id is not None:
            self.node_chosen.emit(node_id)

    def _copy(self) -> None:
        code = self.code()
        if code is None:
            return
        QGuiApplication.clipboard().setText(code)
        self._over.start()
        self._label_buttons()

    def ask_where(self) -> None:
        """Ask for a file and save the code there; nothing while there is no code, whose reason is then shown."""
        if self.code() is None:
            return
        dialog = QFileDialog(self, self._words.say("code.save_title"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Python (*.py)")
        dialog.setDefaultSuffix("py")
        path = self._document.path
        if path is not None:
            dialog.setDirectory(str(path.parent))
        dialog.selectFile(f"{file_stem(path.stem if path is not None else self._document.root.title)}.py")
        dialog.fileSelected.connect(lambda chosen: self.write(Path(chosen)))
        dialog.open()

    def _say(self, sentence: str, tone: str) -> None:
        set_property(self._said, "tone", tone)
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def _label_buttons(self) -> None:
        say = self._words.say
        copied = self._over.isActive()
        self.copy.setText(say("code.copied" if copied else "code.copy"))
        self.copy.setIcon(self._theme.icon("check", "good") if copied else self._theme.icon("copy"))
        self.save.setText(say("code.save"))
        self.save.setIcon(self._theme.icon("save"))
        buttons = (self.model_only, self.with_training, self.copy, self.save)
        room = self.width() - 32 - sum(button.sizeHint().width() for button in buttons)
        for button in (self.copy, self.save):
            button.setAccessibleName(button.text())
            if room < 0:
                button.setText("")

    def _retranslate(self) -> None:
        say = self._words.say
        self.model_only.setText(say("code.model"))
        self.with_training.setText(say("code.with_training"))
        self.model_only.setToolTip(say("code.model_tip"))
        self.with_training.setToolTip(say("code.with_training_tip"))
        self.copy.setToolTip(say("code.copy_tip"))
        self.save.setToolTip(say("code.save_tip"))
        self.view.setAccessibleName(say("code.view_name"))
        self._say("", "quiet")
        self._label_buttons()
        self._show_blocking(())
        self._refresh()


def file_stem(title: str) -> str:
    """A name for a Python file, from a title: lower case, words joined by _; `model` where nothing is left."""
    stem = re.sub(r"\W+", "_", title.strip().lower()).strip("_")
    return stem[:60] or "model"
