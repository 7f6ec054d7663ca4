"""What a document knows of its file: whether the file still holds what was read from it or written to it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from core.layout_reader import LayoutFileError
from core.storage import read_whole

State: TypeAlias = Literal["same", "changed", "gone"]
NOTHING = b""
"""Found where no file is."""


@dataclass(frozen=True)
class OnDisk:
    path: Path
    """The file itself, not a link to it."""
    agreed: bytes
    """SHA-256 of the content that the document came from or was saved as, or that a person does not want."""
    found: bytes
    """SHA-256 of what was there at the last look."""
    stamp: tuple[int, ...] = ()
    """How the system described the file then: while it says the same, the file is not read again."""

    @property
    def state(self) -> State:
        if self.found == self.agreed:
            return "same"
        return "changed" if self.found else "gone"


def on_disk(path: Path, content: bytes | None, agreed: str = "") -> OnDisk:
    """The file as it is when `content` was just read from it or written to it; None if it is not there.

    `agreed` is what the work began with, in hex, where that is something else.
    """
    digest = NOTHING if content is None else hashlib.sha256(content).digest()
    # Without a stamp: between the reading and this line another program may have written.
    return OnDisk(path.resolve(), _from_hex(agreed) or digest, digest)


def looked_at(known: OnDisk) -> tuple[OnDisk, bytes | None]:
    """What is known after looking, and the content if it was read. A file that may not be read counts as the same."""
    try:
        stamp = _stamp(known.path)
        if stamp == known.stamp:
            return known, None
        content = read_whole(known.path)
    except (FileNotFoundError, NotADirectoryError):
        return replace(known, found=NOTHING, stamp=()), None
    except LayoutFileError:
        # A folder or something far too large stands there now.
        content = b"no layout"
    except OSError:
        return known, None
    return replace(known, found=hashlib.sha256(content).digest(), stamp=stamp), content


def accepted(known: OnDisk) -> OnDisk:
    """The person has seen what is there now, and keeps what the document holds."""
    return replace(known, agreed=known.found)


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _stamp(path: Path) -> tuple[int, ...]:
    status = os.stat(path)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
