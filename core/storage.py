"""Layout files: read with their dangers, written beside and renamed. The window and the command line ask here."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from core.layout import Layout
from core.layout_reader import LayoutFileError, loads
from core.layout_writer import dumps

__all__ = ["LayoutFileError", "dumps", "load", "loads", "save", "write_whole"]

LARGEST_FILE = 16 * 2**20
"""Bytes. A layout of ten thousand nodes has two million."""


def load(path: Path | str) -> Layout:
    """Read a layout file. LayoutFileError if it is none, OSError if it cannot be read."""
    path = Path(path)
    status = path.stat()
    # A pipe or a device would block the window for ever.
    if not stat.S_ISREG(status.st_mode):
        raise LayoutFileError("not_a_file")
    if status.st_size > LARGEST_FILE:
        raise LayoutFileError("too_large", size=status.st_size, largest=LARGEST_FILE)
    try:
        return loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LayoutFileError("not_text", position=error.start) from None


def save(layout: Layout, path: Path | str) -> None:
    """Write a layout file: whole or not at all. OSError if it cannot be written; what was there stays as it was."""
    # Through a link to the file itself, so that the link stays a link.
    target = Path(path).resolve()
    write_whole(target, dumps(layout).encode("utf-8"))


def write_whole(target: Path, content: bytes) -> None:
    """Put `content` where `target` is: written beside it, flushed to the disk, then renamed over it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes a private file; a layout keeps the rights it had or gets what a new file would.
        os.chmod(name, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
