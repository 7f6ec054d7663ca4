"""Which kept run of the network on the canvas can be gone on with: stopped, broken off, or left when the program ended.

The folder of runs is looked through when a document is opened and when a run has ended, never at an edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from core.layout import Layout
from core.runs.store import RunEntry, read_entry, run_folders, run_layout
from core.storage import LayoutFileError
from gui.document import Document
from gui.panels.training_edits import trained_alike
from gui.training_session import TrainingSession

NEWEST = 40
"""Runs that are looked at: of older ones nobody thinks any more, and the table of runs has them all."""
DELAY = 300
"""Milliseconds after the last change."""


@dataclass(frozen=True)
class KeptRun:
    entry: RunEntry
    layout: Layout


class KeptRuns(QObject):
    changed = Signal()
    """`offer` is another one, or none any more."""

    def __init__(self, document: Document, session: TrainingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._session = document, session
        self._known: dict[Path, KeptRun] = {}
        self._read = False
        self._busy = session.busy
        self._offer: KeptRun | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._look)
        document.changed.connect(self._timer.start)
        session.changed.connect(self._follow)
        self._timer.start()

    @property
    def offer(self) -> KeptRun | None:
        """The newest one whose layout is what is on the canvas; None while something is trained."""
        return self._offer

    @property
    def waiting(self) -> bool:
        """Whether it is about to look."""
        return self._timer.isActive()

    def go_on(self) -> None:
        if self._offer is not None:
            self._session.resume_run(self._offer.entry.folder)

    def _follow(self) -> None:
        busy = self._session.busy
        if busy != self._busy:
            self._busy, self._read = busy, False
            if busy:
                self._tell(None)
            else:
                self._timer.start()

    def _look(self) -> None:
        if self._session.busy:
            return
        if not self._read:
            self._read = True
            self._known = _newest(self._session.runs)
        layout = self._document.root
        self._tell(next((one for one in self._known.values() if trained_alike(one.layout, layout)), None))

    def _tell(self, offer: KeptRun | None) -> None:
        if offer != self._offer:
            self._offer = offer
            self.changed.emit()


def _newest(root: Path) -> dict[Path, KeptRun]:
    """Those that broke off, the newest first: their folders are named by when they began."""
    found = {}
    for folder in sorted(run_folders(root), key=lambda folder: folder.name, reverse=True)[:NEWEST]:
        entry = read_entry(folder)
        if not entry.can_go_on or entry.state not in ("stopped", "failed") or not entry.step:
            continue
        try:
            found[folder] = KeptRun(entry, run_layout(folder))
        # Another process may delete it at any time.
        except (LayoutFileError, OSError):
            continue
    return found
