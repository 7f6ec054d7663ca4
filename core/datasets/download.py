"""Fetching a data set with torchvision's own downloader, in a process of its own that can be ended at any moment.

The files arrive in a folder beside their place and are moved there once all of them are whole, so that half a file is
never mistaken for a data set. `python -m core.datasets.download NAME FOLDER` is that process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.datasets.errors import DataError
from core.datasets.published import FILES, PACKED_SIZES, missing, raw_folder

INTERVAL = 0.1
"""Seconds between two looks at what has arrived."""
PREFIX = ".downloading-"
ABANDONED = 3_600
"""Seconds after which a folder that nobody has written to is what a crash has left behind."""
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Download:
    dataset: str
    folder: str
    """Where the files will lie."""
    received: int
    """Bytes so far."""
    total: int
    """Bytes in all."""


def download(name: str, folder: Path) -> Iterator[Download]:
    """Bring the missing files of a data set, saying how far it is ten times a second. Close the iterator to cancel.

    DataError if there is no network or no place. Until it has ended well, nothing lies in the data set's folder.
    """
    raw = raw_folder(name, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        arriving = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
    except OSError as error:
        raise DataError("no_place", dataset=name, folder=str(folder), reason=error.strerror or str(error)) from None
    try:
        yield from _watched(name, arriving, raw)
        _move(name, arriving, raw)
    except OSError as error:
        raise DataError("no_place", dataset=name, folder=str(folder), reason=error.strerror or str(error)) from None
    finally:
        shutil.rmtree(arriving, ignore_errors=True)


def _watched(name: str, arriving: Path, raw: Path) -> Iterator[Download]:
    """Run the downloader to its end, or end it where the caller closes the iterator."""
    command = [sys.executable, "-m", "core.datasets.download", name, str(arriving)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    # Its progress bar would fill the pipe and stop it: read on, and keep the last words for the sentence.
    said: list[bytes] = [b""]
    reader = threading.Thread(target=_read_on, args=(process, said), daemon=True)
    reader.start()
    try:
        while process.poll() is None:
            yield Download(name, str(raw), min(_size(arriving), PACKED_SIZES[name]), PACKED_SIZES[name])
            # Woken at once when it ends.
            try:
                process.wait(INTERVAL)
            except subprocess.TimeoutExpired:
                continue
        reader.join()
        if process.returncode:
            lines = said[0].decode(errors="replace").strip().splitlines()
            reason = lines[-1][-200:] if lines else f"exit status {process.returncode}"
            raise DataError("download", dataset=name, folder=str(raw), files=", ".join(FILES), reason=reason)
    finally:
        process.kill()
        process.wait()
        reader.join()
        for pipe in (process.stdin, process.stderr):
            if pipe is not None:
                pipe.close()


def _read_on(process: subprocess.Popen[bytes], said: list[bytes]) -> None:
    assert process.stderr is not None
    while piece := process.stderr.read1(4_096):  # type: ignore[attr-defined]
        said[0] = (said[0] + piece)[-4_096:]


def _size(folder: Path) -> int:
    """Bytes of the packed files that have arrived so far."""
    size = 0
    for path in folder.rglob("*.gz"):
        try:
            size += path.stat().st_size
        except OSError:
            continue
    return size


def _move(name: str, arriving: Path, raw: Path) -> None:
    """Put the unpacked files in their place, those that are not there yet."""
    raw.mkdir(parents=True, exist_ok=True)
    for file in missing(name, raw.parent.parent):
        os.replace(raw_folder(name, arriving) / file, raw / file)


def _sweep(folder: Path) -> None:
    """Remove what a crash has left behind, but not what another window is downloading now."""
    for left in folder.glob(f"{PREFIX}*"):
        newest = max((path.stat().st_mtime for path in (left, *left.rglob("*"))), default=0.0)
        if time.time() - newest > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _end_with_parent() -> None:
    """The parent holds the other end of standard input: when it dies, so does this."""
    # Not through sys.stdin, whose lock would be held when the interpreter ends.
    while os.read(0, 1):
        pass
    os._exit(1)


def main(name: str, folder: str) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from torchvision import datasets

    try:
        getattr(datasets, name)(folder, download=True)
    # Torchvision wraps what went wrong at each mirror in a RuntimeError of several lines; the last one says it.
    except (RuntimeError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in PACKED_SIZES:
        sys.exit(f"usage: python -m core.datasets.download {'|'.join(PACKED_SIZES)} FOLDER")
    main(sys.argv[1], sys.argv[2])
