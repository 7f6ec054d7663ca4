"""The kept runs on one page: a table to search, sort and write in, and beside it the curves of the chosen ones.

A sweep is put together where the curves are, and fills the table by itself. Folders are read beside the window.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.runs.store import RunEntry, RunStore, search
from gui.document import Document
from gui.panels.plot_tools import button_for
from gui.panels.runs_actions import RunActions
from gui.panels.runs_compare import RunsCompare
from gui.panels.runs_empty import RunsEmpty
from gui.panels.runs_going import as_it_goes
from gui.panels.runs_reader import Reader
from gui.panels.runs_said import RunsSaid
from gui.panels.runs_sweep import RunsSweep
from gui.panels.runs_table import RunsTable
from gui.panels.styling import label
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

BUTTONS = ("open", "go_on", "weights", "export", "delete")
GATHERED = {
    "weights": ("download", ("save_best", "save_end")),
    "export": ("save", ("export_csv", "export_tensorboard")),
}
"""Buttons that open a menu of several actions, with their icons."""
AGAIN = 1_000
"""Milliseconds between two looks at the folder while something is trained."""
SHARE = 0.56
"""Of the width for the table, until a person moves the border."""
HEAD = 36


class RunsPanel(QWidget):
    open_wanted = Signal(object)
    """A layout is to become a document."""
    train_wanted = Signal()
    """A person wants to train what is on the canvas."""
    training_wanted = Signal()
    """A run goes on: its curves are on the page of the training."""

    def __init__(
        self, document: Document, session: TrainingSession, words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document, self._session, self._words, self._theme = document, session, words, theme
        self.store, self.reader = RunStore(session.runs), Reader(self)
        self._all: Sequence[RunEntry] = ()
        self._found: Sequence[RunEntry] = ()
        self._asked = False
        """Whether the folder is being read."""
        self._stale = True
        self._was = (session.busy, session.run_folder, session.sweep_left)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AGAIN)
        self._timer.timeout.connect(self.reload)
        self.actions_of = RunActions(document, session, self.store, self.reader, words, theme, self)
        self.table = RunsTable(words, theme, self)
        self.compare = RunsCompare(session, self.reader, words, theme, self)
        self.sweep = RunsSweep(document, session, words, theme, self)
        self.empty = RunsEmpty(words, theme, self)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        self.search = QLineEdit(self)
        self.search.setObjectName("search-runs")
        self.search.setClearButtonEnabled(True)
        self.count = label(self, voice="quiet")
        self.count.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.sweep_button = QPushButton(self)
        self.sweep_button.setObjectName("sweep")
        self.sweep_button.setProperty("kind", "link")
        self.sweep_button.setAutoDefault(False)
        self.buttons = {name: self._button(name) for name in BUTTONS}
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 8, 0)
        head.setSpacing(4)
        head.addWidget(self.search, 3)
        head.addWidget(self.count)
        head.addStretch(2)
        head.addWidget(self.sweep_button)
        for button in self.buttons.values():
            head.addWidget(button)
        self._head = QWidget(self)
        self._head.setLayout(head)
        self.said = RunsSaid(self._words, self)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        lists = QWidget(left)
        self._pages = QStackedLayout(lists)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        column.addWidget(self.said)
        column.addWidget(lists, 1)
        side = QWidget(self)
        self._sides = QStackedLayout(side)
        self._sides.addWidget(self.compare)
        self._sides.addWidget(self.sweep)
        self._side = side
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        for part in (left, side):
            self._split.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(self._split, 1)
        self._moved = False
        self._split.splitterMoved.connect(self._keep_border)

    def _button(self, name: str) -> QToolButton:
        actions = self.actions_of.by_name
        if name not in GATHERED:
            return button_for(actions[name], self)
        button = QToolButton(self)
        button.setObjectName(f"runs-{name}")
        button.setProperty("kind", "plain")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.addActions([actions[one] for one in GATHERED[name][1]])
        button.setMenu(menu)
        return button

    def _connect(self) -> None:
        actions = self.actions_of
        self.search.textChanged.connect(self.reload)
        self.table.chosen.connect(self._choose)
        self.table.delete_wanted.connect(lambda: actions.by_name["delete"].trigger())
        self.table.menu_wanted.connect(self._open_menu)
        self.table.rows.written.connect(actions.write)
        self.compare.coloured.connect(self.table.rows.show_colours)
        actions.told.connect(self.said.say)
        actions.deleted.connect(self.said.say_deleted)
        actions.changed.connect(self.reload)
        actions.open_wanted.connect(self.open_wanted)
        actions.write_wanted.connect(self.table.write)
        actions.went_on.connect(self.training_wanted)
        self.said.undone.connect(actions.restore)
        self.said.end_sweep.clicked.connect(self._session.stop)
        self.sweep_button.clicked.connect(self.open_sweep)
        self.sweep.closed.connect(self._close_sweep)
        self.empty.train.clicked.connect(self.train_wanted)
        self.empty.sweep.clicked.connect(self.open_sweep)
        self.empty.show_all.clicked.connect(self.search.clear)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)
        self._session.changed.connect(self._follow)
        self._session.measured.connect(self._measured)
        self._words.changed.connect(self.retranslate)
        self._theme.changed.connect(self._recolour)

    # What is shown.

    def reload(self) -> None:
        """Read the folder of runs again, beside the window."""
        if not self.isVisible():
            self._stale = True
            return
        if self._asked:
            # What changes while it is read is read the next time.
            self._stale = True
            return
        self._asked, self._stale = True, False
        store, words = self.store, self.search.text()

        def read() -> tuple[list[RunEntry], list[RunEntry]]:
            runs = store.runs()
            return runs, search(runs, words)

        self.reader.ask(read, self._take)

    def _take(self, answer: tuple[list[RunEntry], list[RunEntry]]) -> None:
        self._asked = False
        self._all, self._found = answer
        self._show()
        if self._stale:
            self.reload()
        elif self._session.busy and not self._timer.isActive():
            self._timer.start()

    def _show(self) -> None:
        # A row that went away under a person's pen would take the words along.
        if self.table.writing:
            self._timer.start()
            return
        shown = [as_it_goes(entry, self._session) for entry in self._found]
        there = bool(shown)
        self.empty.show_why(bool(self._all), self._session.busy)
        self._pages.setCurrentIndex(0 if there else 1)
        self.table.show_entries(shown)
        self._tell_sides()
        say, many = self._words.say, len(self._all)
        key = "runs.count" if len(shown) == many else "runs.count_found"
        self.count.setText(say(key, count=len(shown), all=many) if many else "")
        self._choose()

    def _choose(self) -> None:
        entries = self.table.entries
        self.actions_of.show_entries(entries)
        self.compare.show_runs(entries)

    def _follow(self) -> None:
        """A run has begun, ended or found its folder; progress alone is no reason to read folders."""
        session = self._session
        now = (session.busy, session.run_folder, session.sweep_left)
        if now != self._was:
            self._was = now
            self._tell_sides()
            self.reload()

    def _measured(self) -> None:
        if self.isVisible() and not self._timer.isActive() and not self._asked:
            self._timer.start()

    def _tell_sides(self) -> None:
        """How far a sweep is, and what stands beside the table."""
        self.said.show_sweep(self._session.sweep_left)
        sweeping = self._sides.currentWidget() is self.sweep
        wanted = sweeping or bool(self._found)
        if wanted == self._side.isHidden():
            self._side.setVisible(wanted)
            self._divide()

    # What a person does.

    def open_sweep(self) -> None:
        """Put a sweep together, where the curves are."""
        self._sides.setCurrentWidget(self.sweep)
        self._tell_sides()
        self.sweep.open()

    def _close_sweep(self) -> None:
        self._sides.setCurrentWidget(self.compare)
        self._tell_sides()
        self.table.setFocus()

    def _open_menu(self, place: QPoint) -> None:
        if self.table.entries:
            menu = self.actions_of.menu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(place)

    # Language, theme, size.

    def retranslate(self) -> None:
        say = self._words.say
        self.search.setPlaceholderText(say("runs.search"))
        self.search.setAccessibleName(say("runs.search"))
        self.sweep_button.setText(say("runs.sweep"))
        self.sweep_button.setToolTip(say("runs.sweep_tip"))
        for name in GATHERED:
            self.buttons[name].setToolTip(say(f"runs.{name}"))
            self.buttons[name].setAccessibleName(say(f"runs.{name}"))
        self._recolour()
        self._show()

    def _recolour(self) -> None:
        for name, (icon, _) in GATHERED.items():
            self.buttons[name].setIcon(self._theme.icon(icon, "text_quiet"))
        self._head.setFixedHeight(self._theme.scaled(HEAD))
        self.search.setMaximumWidth(self._theme.scaled(280))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Another window or the command line may have trained.
        self.reload()

    def _keep_border(self) -> None:
        self._moved = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._divide()

    def _divide(self) -> None:
        """The room between table and curves, unless a person has divided it."""
        if not self._moved:
            table = round(SHARE * self.width())
            self._split.setSizes([table, self.width() - table])

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 160)
