"""The documents of a window and all that goes with them: tabs, files, copies for a crash, and whose the training is.

The main window makes this one object and asks it for its parts.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QBoxLayout, QWidget

from core.layout import Layout
from gui.canvas.standpoints import Standpoints
from gui.desk import Desk
from gui.document import Document
from gui.file_manager import FileManager
from gui.recovery import Recovery
from gui.recovery_offer import RecoveryOffer
from gui.settings import Settings
from gui.tab_bar import TabBar
from gui.tabs import Tab, Tabs
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words


class Documents(QObject):
    def __init__(
        self,
        document: Document,
        session: TrainingSession,
        settings: Settings,
        words: Words,
        theme: Theme,
        desk: Desk,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._canvas = session, window, desk.canvas
        self.tabs = Tabs(document, self)
        self.files = FileManager(self.tabs, settings, words, desk.notices, window)
        copies = settings.folder / "recovery"
        self.recovery = Recovery(self.tabs, words, copies, self)
        self.offer = RecoveryOffer(self.files, self.recovery, words, desk.notices, copies)
        self.bar = TabBar(self.tabs, words, theme)
        self._run: Layout | None = None
        self._owner: Tab | None = None
        """The tab that the last run was started from; it may be closed by now."""
        self._owner_name = ""
        above = desk.canvas_area.layout()
        assert isinstance(above, QBoxLayout)
        above.insertWidget(0, self.bar)

        self.bar.close_wanted.connect(self.files.close_tab)
        self.tabs.leaving.connect(self._leave)
        self.tabs.shown.connect(self._stand)
        self.tabs.shown.connect(desk.canvas_area.find_bar.begin_again)
        self.files.opened.connect(self._canvas.show_beginning)
        self.tabs.changed.connect(self._show_run)
        session.changed.connect(self._show_run)

    @property
    def run_name(self) -> str:
        """What the network is called whose training goes on or was the last."""
        return self._owner_name or self.files.name

    def close(self) -> None:
        """At the end, when all tabs may go."""
        self.recovery.close()
        self.offer.close()
        self.files.disk.close()

    def _leave(self) -> None:
        """What is half typed belongs to the tab that is still looked at."""
        focused = QApplication.focusWidget()
        if focused is not None and self._window.isAncestorOf(focused) and focused is not self.bar:
            self._canvas.setFocus()
        self._canvas.close_editor()
        self._canvas.cancel_gesture()
        # A canvas that nobody has moved shows the beginning again, in whatever size the window has then.
        self.tabs.current.place = self._canvas.standpoints if self._canvas.touched else None

    def _stand(self) -> None:
        place = self.tabs.current.place
        self._canvas.standpoints = place if isinstance(place, Standpoints) else Standpoints()

    def _show_run(self) -> None:
        """A run belongs to the tab that it was started from, whichever is looked at."""
        session, tabs = self._session, self.tabs
        if session.run_layout is not self._run:
            self._run, self._owner = session.run_layout, tabs.current
            self._owner.trained = True
        here = self._owner is tabs.current
        if self._owner is not None and self._owner in tabs:
            self._owner_name = self.files.name_of(self._owner)
        session.set_elsewhere("" if here or self._owner is None else self._owner_name)
        self._canvas.set_training(here and session.state == "running")
        self.bar.set_training(self._owner if session.busy else None)
