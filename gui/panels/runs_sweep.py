"""A sweep, put together in place: which settings, which values, every combination or some at random."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.runs.settings import SettingError
from core.runs.sweep import MOST_VARIANTS, Variant
from gui.document import Document
from gui.panels.runs_sweepable import Setting, settings, variants
from gui.panels.styling import label, set_property
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

MOST_SETTINGS = 6
AT_RANDOM = 8
"""Runs at random, to begin with."""


class _Row(QWidget):
    """One setting and its values."""

    changed = Signal()
    removed = Signal()

    def __init__(self, words: Words, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._settings: list[Setting] = []
        self.setting = QComboBox(self)
        self.setting.setObjectName("sweep-setting")
        self.setting.setMaxVisibleItems(14)
        self.setting.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setting.setMinimumContentsLength(10)
        self.values = QLineEdit(self)
        self.values.setObjectName("sweep-values")
        self.values.setMinimumWidth(80)
        self.remove = QToolButton(self)
        self.remove.setProperty("kind", "plain")
        self.remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.setting, 5)
        row.addWidget(self.values, 6)
        row.addWidget(self.remove)
        self.setting.activated.connect(self._offer)
        self.values.textChanged.connect(self.changed)
        self.remove.clicked.connect(self.removed)
        self.retell()

    def show_settings(self, found: list[Setting], path: str) -> None:
        """Offer these settings; the one of a path is chosen, with values to begin with if it is another one."""
        before = self.setting.currentText()
        if [one.path for one in found] != [one.path for one in self._settings]:
            self.setting.clear()
            self.setting.addItems([one.path for one in found])
        self._settings = found
        self.setting.setCurrentIndex(max(self.setting.findText(path), 0))
        if self.setting.currentText() != before:
            self._offer()
        self.retell()

    @property
    def path(self) -> str:
        return self.setting.currentText()

    def _offer(self) -> None:
        one = self._settings[self.setting.currentIndex()]
        self.values.setText(one.tried)
        self.retell()
        self.changed.emit()

    def retell(self) -> None:
        say = self._words.say
        self.setting.setAccessibleName(say("runs.sweep_setting"))
        self.values.setAccessibleName(say("runs.sweep_values"))
        self.values.setPlaceholderText(say("runs.sweep_values_hint"))
        self.remove.setToolTip(say("runs.sweep_remove"))
        self.remove.setAccessibleName(say("runs.sweep_remove"))
        index = self.setting.currentIndex()
        now = self._settings[index].now if 0 <= index < len(self._settings) else ""
        self.values.setToolTip(say("runs.sweep_now", value=now or "–") + "\n" + say("runs.sweep_values_tip"))

    def recolour(self) -> None:
        self.remove.setIcon(self._theme.icon("close", "text_quiet"))


class RunsSweep(QWidget):
    closed = Signal()
    """It is no longer wanted: begun, or given up."""

    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._words, self._theme = document, session, words, theme
        self._found: list[Setting] = []
        self.rows: list[_Row] = []
        self._variants: list[Variant] = []
        self.add = QPushButton(self)
        self.add.setProperty("kind", "link")
        self.add.setProperty("flush", True)
        self.every, self.random = QRadioButton(self), QRadioButton(self)
        self.every.setChecked(True)
        self.count = QSpinBox(self)
        self.count.setRange(1, MOST_VARIANTS)
        self.count.setValue(AT_RANDOM)
        self.sentence = label(self, voice="small", wrap=True)
        self.sentence.setObjectName("sweep-sentence")
        self.begin, self.cancel = QPushButton(self), QPushButton(self)
        self.begin.setObjectName("begin-sweep")
        self.begin.setProperty("kind", "primary")
        for button in (self.add, self.begin, self.cancel):
            button.setAutoDefault(False)
        self._build()
        self.add.clicked.connect(self.add_setting)
        self.begin.clicked.connect(self.start)
        self.cancel.clicked.connect(self.closed)
        for change in (self.random.toggled, self.count.valueChanged):
            change.connect(self._check)
        document.changed.connect(self._renew)
        session.changed.connect(self._check)
        words.changed.connect(self.retranslate)
        theme.changed.connect(self._recolour)
        self.retranslate()
        self._recolour()

    def _build(self) -> None:
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        how = QHBoxLayout()
        how.setSpacing(12)
        for part in (self.every, self.random, self.count):
            how.addWidget(part)
        how.addStretch(1)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(8)
        column.addLayout(self._lines)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(how)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        # In little room the settings are scrolled, and what happens is still read.
        scroll.setMinimumHeight(36)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.begin, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 0, 12, 8)
        foot.setSpacing(6)
        foot.addWidget(self.sentence)
        foot.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)

    def open(self) -> None:
        """Begin with the learning rate, if nothing was put together before."""
        self._renew()
        if not self.rows:
            self.add_setting()
        self.rows[0].values.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_setting(self) -> None:
        """One more setting: the first one that is not there yet."""
        row = _Row(self._words, self._theme, self)
        row.recolour()
        taken = {one.path for one in self.rows}
        self.rows.append(row)
        self._lines.addWidget(row)
        free = next((one.path for one in self._found if one.path not in taken), "")
        row.show_settings(self._found, free)
        row.changed.connect(self._check)
        row.removed.connect(partial(self._remove, row))
        row.show()
        self._check()

    def start(self) -> None:
        """Train what was put together, one after the other."""
        if self._variants and not self._session.busy:
            self._session.start_sweep(self._variants)
            self.closed.emit()

    def _remove(self, row: _Row) -> None:
        self.rows.remove(row)
        self._lines.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._check()

    def _renew(self) -> None:
        """The layout may have other nodes now."""
        if not self.isVisible():
            return
        self._found = settings(self._document.root)
        for row in self.rows:
            row.show_settings(self._found, row.path)
        self._check()

    def _check(self) -> None:
        if not self.isVisible():
            return
        bad, text = True, ""
        say, self._variants = self._words.say, []
        paths = [row.path for row in self.rows]
        if self._document.root_inference.errors:
            text = say("runs.sweep_problems")
        elif len(set(paths)) < len(paths):
            text = say("runs.sweep_twice")
        else:
            texts = {row.path: row.values.text() for row in self.rows}
            try:
                at_random = self.count.value() if self.random.isChecked() else None
                self._variants = variants(self._document.root, texts, at_random)
                title = self._document.root.title or say("window.untitled")
                bad, text = False, say("runs.sweep_says", count=len(self._variants), title=title)
            except SettingError as error:
                text = say(error.rule, **error.values)
        if not bad and self._session.busy:
            text = say("runs.sweep_busy")
        set_property(self.sentence, "tone", "bad" if bad else "quiet")
        self.sentence.setText(text)
        self.begin.setText(say("runs.sweep_begin", count=len(self._variants)))
        self.begin.setEnabled(bool(self._variants) and not self._session.busy)
        self.count.setEnabled(self.random.isChecked())
        self.add.setEnabled(len(self.rows) < MOST_SETTINGS)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._renew()

    def retranslate(self) -> None:
        say = self._words.say
        self.add.setText(say("runs.sweep_add"))
        self.every.setText(say("runs.sweep_every"))
        self.random.setText(say("runs.sweep_random"))
        self.random.setToolTip(say("runs.sweep_random_tip"))
        self.count.setAccessibleName(say("runs.sweep_count"))
        self.cancel.setText(say("runs.sweep_cancel"))
        self.begin.setText(say("runs.sweep_begin", count=len(self._variants)))
        for row in self.rows:
            row.retell()
        self._check()

    def _recolour(self) -> None:
        for row in self.rows:
            row.recolour()

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140)
