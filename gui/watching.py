"""Notices when something happens to the files that are open. It says only that: what it was, the asker looks up.

Programs save a file by renaming another one over it, and a watch of the file alone ends there. So its folder is watched
too, and the file anew once it is back.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

SETTLE_MS = 200
"""Milliseconds without news after which it is told: while another program saves, its file is gone for a moment."""


class FileWatch(QObject):
    stirred = Signal()
    """Something may have happened to one of the files."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: frozenset[Path] = frozenset()
        self._watcher: QFileSystemWatcher | None = None
        self._timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self._tell)

    def watch(self, files: Iterable[Path]) -> None:
        """From now on these files and no others; they need not exist."""
        files = frozenset(files)
        if files == self._files:
            return
        self._files = files
        if self._watcher is None:
            self._watcher = QFileSystemWatcher(self)
            self._watcher.fileChanged.connect(self._renew)
            self._watcher.directoryChanged.connect(lambda _folder: self._timer.start())
        self._arm()

    def close(self) -> None:
        self._timer.stop()
        if self._watcher is not None:
            watcher, self._watcher = self._watcher, None
            watcher.deleteLater()

    def _renew(self, file: str) -> None:
        """Another file may have this name now: what is watched is the file, not its name."""
        if self._watcher is not None:
            self._watcher.removePath(file)
            self._timer.start()

    def _tell(self) -> None:
        self._arm()
        self.stirred.emit()

    def _arm(self) -> None:
        """Watch all that is there of what should be watched, and nothing else."""
        assert self._watcher is not None
        folders = {path.parent for path in self._files}
        wanted = {str(path) for path in (*self._files, *folders) if path.exists()}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if stale := watched - wanted:
            self._watcher.removePaths(sorted(stale))
        if new := wanted - watched:
            self._watcher.addPaths(sorted(new))
