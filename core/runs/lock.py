"""Whether a run is being trained right now. The mark goes with the process that holds it, however that ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from core.runs.folder import LOCK


class RunLock:
    """Held from when it is made until `release`. BlockingIOError if another process trains this run."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / LOCK).open("ab")
        try:
            _lock(self._file)
        # A file system that knows no locks: better a run without one than no run.
        except BlockingIOError:
            self._file.close()
            raise
        except OSError:
            pass

    def release(self) -> None:
        self._file.close()


def in_training(folder: Path) -> bool:
    """Whether a process holds the run's lock."""
    try:
        with (folder / LOCK).open("ab" if sys.platform == "win32" else "rb") as file:
            _lock(file)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        # Windows calls a lock that another holds a lack of permission.
        except PermissionError:
            raise BlockingIOError from None

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
