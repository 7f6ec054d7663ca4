"""Unpacking what was downloaded. Nothing is written outside the given folder; links and devices are refused."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import IO

from core.datasets.errors import DataError

LARGEST = 2**33
"""Bytes that may come out of one archive; the largest of the known ones, STL10, has 3.1 thousand million."""
PIECE = 2**20


def unpack(archive: Path, folder: Path, only: Collection[str] = ()) -> None:
    """Write the files of a .gz, .tar.gz or .zip into a folder. From a .zip only those of these names, without .gz.

    DataError if the archive is damaged or one of its paths leads out of the folder; OSError if writing fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # Python reads it as nothing packed well.
        if archive.stat().st_size == 0:
            raise EOFError
        if archive.name.endswith((".tar.gz", ".tgz", ".tar")):
            _untar(archive, folder)
        elif archive.suffix == ".zip":
            _unzip(archive, folder, only)
        else:
            with gzip.open(archive, "rb") as packed:
                _write(packed, folder / archive.stem, archive, LARGEST)
    # A cut .gz is an EOFError, an altered one any of the others. BadGzipFile is an OSError, so this comes first.
    except (gzip.BadGzipFile, zlib.error, EOFError, tarfile.TarError, zipfile.BadZipFile, NotImplementedError):
        raise DataError("damaged", file=str(archive)) from None


def _untar(archive: Path, folder: Path) -> None:
    left = LARGEST
    with tarfile.open(archive) as packed:
        for member in packed:
            if member.isdir():
                continue
            if not member.isfile():
                raise DataError("leads_outside", file=archive.name, path=member.name)
            content = packed.extractfile(member)
            assert content is not None
            left -= _write(content, _inside(folder, member.name, archive), archive, left)


def _unzip(archive: Path, folder: Path, only: Collection[str]) -> None:
    left = LARGEST
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            # Only the last part of the path counts: what is wanted lies flat.
            name = PurePosixPath(member.filename.replace("\\", "/")).name
            if member.is_dir() or name.removesuffix(".gz") not in only:
                continue
            with packed.open(member) as content:
                file = gzip.GzipFile(fileobj=content) if name.endswith(".gz") else content
                left -= _write(file, folder / name.removesuffix(".gz"), archive, left)


def _inside(folder: Path, name: str, archive: Path) -> Path:
    """The place of a member. DataError if it is not below the folder."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]:
        raise DataError("leads_outside", file=archive.name, path=name)
    return folder.joinpath(*path.parts)


def _write(content: IO[bytes] | gzip.GzipFile, path: Path, archive: Path, most: int) -> int:
    """How many bytes were written. DataError if there are more than allowed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with path.open("wb") as file:
        while piece := content.read(PIECE):
            size += len(piece)
            if size > most:
                raise DataError("damaged", file=str(archive))
            file.write(piece)
    shutil.copymode(archive, path)
    return size
