"""Downloading a data set, in a process of its own (fetching.py) that can be ended at any moment.

The files arrive in a folder beside their place and are moved there once all of them are whole, so that half a file is
never mistaken for a data set. A download that is cancelled leaves nothing; one that breaks off leaves what has arrived,
and the next one goes on from there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.datasets.errors import DataError
from core.datasets.published_files import Packed, home, packed, to_download
from core.datasets.source import Arguments, DatasetFacts

INTERVAL = 0.1
"""Seconds between two looks at what has arrived."""
PREFIX = ".downloading-"
PARTIAL = ".partial-"
ABANDONED = 3_600
"""Seconds after which a folder that nobody has written to is what a crash has left behind."""
FORGOTTEN = 14 * 24 * 3_600
"""Seconds after which nobody will go on with a download that broke off."""
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


def download(known: DatasetFacts, arguments: Arguments, folder: Path) -> Iterator[Download]:
    """Bring the missing files of a data set, saying how far it is ten times a second. Close the iterator to cancel.

    DataError if there is no network or no place. Until it has ended well, nothing lies in the data set's folder.
    """
    name = known.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        arriving = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{name}-", dir=folder))
    except OSError as error:
        raise _no_place(name, folder, error) from None
    try:
        _take_up(name, folder, arriving)
        _need_room(known, folder, arriving)
        files = to_download(name, arguments, folder)
        # Said at once: torchvision, which knows the addresses, takes seconds to import.
        yield Download(name, str(home(name, folder)), 0, sum(files.values()))
        yield from _watched(name, packed(name, arguments, files), folder, arriving)
        move(arriving / "out", folder)
    except OSError as error:
        raise _no_place(name, folder, error) from None
    except DataError as error:
        if error.rule == "interrupted":
            _keep(name, folder, arriving)
        raise
    finally:
        shutil.rmtree(arriving, ignore_errors=True)


def _no_place(name: str, folder: Path, error: OSError) -> DataError:
    return DataError("no_place", dataset=name, folder=str(folder), reason=error.strerror or str(error))


def _need_room(known: DatasetFacts, folder: Path, arriving: Path) -> None:
    """Better to say so now than after an hour."""
    assert known.origin is not None
    there = sum(file.stat().st_size for file in arriving.rglob("*") if file.is_file())
    wanted, free = known.origin.received + known.origin.stored - there, shutil.disk_usage(folder).free
    if free < wanted:
        raise DataError(
            "no_room", dataset=known.name, folder=str(folder), wanted=f"{wanted / 1e6:,.0f}", free=f"{free / 1e6:,.0f}"
        )


def _watched(name: str, files: tuple[Packed, ...], folder: Path, arriving: Path) -> Iterator[Download]:
    """Run the downloading process to its end, or end it where the caller closes the iterator."""
    command = [sys.executable, "-m", "core.datasets.fetching", str(arriving)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)
    listener = _Listener(process)
    place, total = str(home(name, folder)), sum(file.size for file in files)
    try:
        assert process.stdin is not None
        asked = [{**asdict(file), "have": _have(file, folder)} for file in files]
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        while process.poll() is None:
            yield Download(name, place, min(listener.received, total), total)
            # Woken at once when it ends.
            try:
                process.wait(INTERVAL)
            except subprocess.TimeoutExpired:
                continue
        listener.join()
        if process.returncode:
            raise _failure(name, files, place, folder, arriving, listener)
    finally:
        process.kill()
        process.wait()
        listener.close()


def _have(file: Packed, folder: Path) -> str | None:
    """The packed file itself, where torchvision leaves it and a person without a network may have put it."""
    path = folder / file.place / file.name
    return str(path) if path.is_file() else None


def _failure(
    name: str, files: tuple[Packed, ...], place: str, folder: Path, arriving: Path, listener: _Listener
) -> DataError:
    rule, values = listener.failed or ("download", {"reason": listener.last_words()})
    if rule == "download" and any((arriving / "packed").glob("*")):
        rule = "interrupted"
    if rule == "no_place":
        place = str(folder)
    # By the name they have once they are there; either is accepted.
    names = [Path(one).name for file in files for one in file.gives if file.name.removesuffix(".gz") == Path(one).name]
    return DataError(
        rule, **{"dataset": name, "folder": place, "files": ", ".join(names or [file.name for file in files]), **values}
    )


class _Listener:
    """Reads on what the process says, which would otherwise fill its pipes and stop it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.received = 0
        self.failed: tuple[str, dict[str, Any]] | None = None
        self._complaints = b""
        self._process = process
        self._threads = [threading.Thread(target=read, daemon=True) for read in (self._listen, self._collect)]
        for thread in self._threads:
            thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "failed" in said:
                self.failed = said["failed"], said["values"]
            else:
                self.received = max(self.received, said["received"])

    def _collect(self) -> None:
        assert self._process.stderr is not None
        while piece := self._process.stderr.read1(4_096):  # type: ignore[attr-defined]
            self._complaints = (self._complaints + piece)[-4_096:]

    def last_words(self) -> str:
        lines = self._complaints.decode(errors="replace").strip().splitlines()
        return lines[-1][-200:] if lines else f"exit status {self._process.returncode}"

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def close(self) -> None:
        self.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                try:
                    pipe.close()
                # What was not read any more: the process has ended before it was asked.
                except BrokenPipeError:
                    continue


def _take_up(name: str, folder: Path, arriving: Path) -> None:
    """Go on with what an earlier download has left. Where two begin at once, one of them gets it."""
    try:
        os.rename(folder / f"{PARTIAL}{name}", arriving / "packed")
    except OSError:
        return


def _keep(name: str, folder: Path, arriving: Path) -> None:
    kept = folder / f"{PARTIAL}{name}"
    shutil.rmtree(kept, ignore_errors=True)
    try:
        os.rename(arriving / "packed", kept)
    except OSError:
        return


def move(out: Path, folder: Path) -> None:
    """Put the unpacked files in their place, those that are not there yet."""
    for path in sorted(out.rglob("*")):
        place = folder / path.relative_to(out)
        if path.is_file() and not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, place)


def sweep(folder: Path) -> None:
    """Remove what a crash has left behind, but not what another window is downloading now."""
    for prefix, age in ((PREFIX, ABANDONED), (PARTIAL, FORGOTTEN)):
        for left in folder.glob(f"{prefix}*"):
            newest = max((_changed(path) for path in (left, *left.rglob("*"))), default=0.0)
            if time.time() - newest > age:
                shutil.rmtree(left, ignore_errors=True)


def _changed(path: Path) -> float:
    """When a file was last written to; now if it is just going."""
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
