"""Layout files: read with their dangers, written beside and renamed. The window and the command line ask here."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.layout import Layout
from core.layout_reader import LayoutFileError, loads
from core.layout_writer import dumps

__all__ = ["LayoutFileError", "dumps", "load", "loads", "parsed", "read_whole", "save", "write_whole", "written_whole"]

# It can only be read by setting it. Once, before there is another thread that creates files.
_UMASK = os.umask(0o077)
os.umask(_UMASK)

LARGEST_FILE = 16 * 2**20
"""Bytes. A layout of ten thousand nodes has two million."""


def load(path: Path | str) -> Layout:
    """Read a layout file. LayoutFileError if it is none, OSError if it cannot be read."""
    return parsed(read_whole(path))


def read_whole(path: Path | str) -> bytes:
    """What is in a file that may be a layout. LayoutFileError if it cannot be one, OSError if it cannot be read."""
    path = Path(path)
    status = path.stat()
    # A pipe or a device would block the window for ever.
    if not stat.S_ISREG(status.st_mode):
        raise LayoutFileError("not_a_file")
    if status.st_size > LARGEST_FILE:
        raise LayoutFileError("too_large", size=status.st_size, largest=LARGEST_FILE)
    return path.read_bytes()


def parsed(content: bytes) -> Layout:
    """The layout that a file's content is. LayoutFileError if it is none."""
    try:
        return loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LayoutFileError("not_text", position=error.start) from None


def save(layout: Layout, path: Path | str) -> bytes:
    """Write a layout file: whole or not at all. OSError if it cannot be written; what was there stays as it was.

    What was written comes back, so that a later look at the file can tell whether it is still that.
    """
    # Through a link to the file itself, so that the link stays a link.
    target = Path(path).resolve()
    content = dumps(layout).encode("utf-8")
    write_whole(target, content)
    return content


def write_whole(target: Path, content: bytes) -> None:
    """Put `content` where `target` is: written beside it, flushed to the disk, then renamed over it."""
    with written_whole(target) as file:
        file.write(content)


@contextmanager
def written_whole(target: Path) -> Iterator[BinaryIO]:
    """A file beside `target` to be written to; what was written takes its place at the end, or nothing does."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes a private file; a layout keeps the rights it had or gets what a new file would.
        os.chmod(name, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_UMASK)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
