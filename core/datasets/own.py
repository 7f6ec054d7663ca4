"""A person's own files: where they lie, whether they can be read, and in which encoding.

A layout keeps the place of a file as text. An absolute place is taken as it is; a relative one is looked for in the
data folder (LAYERLOOM_DATA or --data), so that a class can share layouts: the file goes into everybody's data folder.
What is chosen inside the data folder is kept relative to it. Nothing in a file is ever run.
"""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from core.datasets.errors import DataError
from core.datasets.folder import data_folder
from core.values import Value

MEGABYTE = 2**20
LARGEST_TEXT = 512 * MEGABYTE
"""Of a table or a text: as Python reads it, it takes ten times as much memory."""
ENCODINGS = ("utf-8-sig", "cp949", "latin-1")
"""Tried in this order. The second is what Korean programs write; the last one reads anything."""


def placed(file: Value, folder: Path, dataset: str) -> Path:
    """Where a file of a layout lies. DataError if none is chosen."""
    if not isinstance(file, str) or not file or "\0" in file:
        raise DataError("own_not_chosen", dataset=dataset)
    # An absolute place stays itself.
    return folder / Path(file)


def kept(path: Path, folder: Path | None = None) -> str:
    """How a layout keeps the place of a file."""
    path = path.absolute()
    try:
        return path.relative_to((folder or data_folder()).absolute()).as_posix()
    except ValueError:
        return str(path)


def checked_file(path: Path, largest: int) -> Path:
    """The file itself, if it is one that can be read. DataError if not."""
    try:
        if not path.exists():
            raise DataError("own_gone", file=str(path))
        # A pipe or a device would be read for ever.
        if not path.is_file():
            raise DataError("own_no_file", file=str(path))
        size = path.stat().st_size
        if not os.access(path, os.R_OK):
            raise PermissionError(13, os.strerror(13))
    except OSError as error:
        raise unreadable(path, error) from None
    if size > largest:
        raise DataError("own_too_large", file=str(path), size=size // MEGABYTE, most=largest // MEGABYTE)
    return path


def checked_folder(path: Path) -> Path:
    """DataError if it is no folder that can be read."""
    try:
        if not path.exists():
            raise DataError("own_gone", file=str(path))
        if not path.is_dir():
            raise DataError("own_no_folder", file=str(path))
    except OSError as error:
        raise unreadable(path, error) from None
    return path


def unreadable(path: Path, error: OSError) -> DataError:
    return DataError("unreadable", file=str(path), reason=error.strerror or str(error))


def encoding_of(path: Path) -> str:
    """In which encoding a text file can be read. DataError if it is no text, or cannot be read at all."""
    try:
        content = checked_file(path, LARGEST_TEXT).read_bytes()
    except OSError as error:
        raise unreadable(path, error) from None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in content:
        raise DataError("own_no_text", file=str(path))
    return next(encoding for encoding in ENCODINGS if _reads(content, encoding))


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
