"""The process that downloads: it fetches files over HTTP, checks them, unpacks them, and ends when its owner does.

`python -m core.datasets.fetching FOLDER` reads one line of JSON from standard input, a list of files (`Packed`, with
the path of one that is there already in `have`). It writes lines of JSON: how many bytes it has, and what went wrong.
Packed files lie in FOLDER/packed while they arrive, unfinished ones as `.part`: it goes on from there after a break.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.datasets.archives import unpack
from core.datasets.errors import DataError

PIECE = 2**16
INTERVAL = 0.1
"""Seconds between two reports."""
PATIENCE = 30
"""Seconds of silence after which a connection counts as broken."""
ATTEMPTS = 10
"""The most connections for one file at one place, as long as each brings something."""
AGENT = "layerloom"


class Fetcher:
    def __init__(self, folder: Path, say: Callable[[dict[str, Any]], None]) -> None:
        self._packed, self._out, self._say = folder / "packed", folder / "out", say
        self._received = 0
        """Bytes of the files that are whole."""
        self._told = 0.0

    def fetch_all(self, files: list[dict[str, Any]]) -> None:
        """Everything is fetched before anything is unpacked: what has arrived can be kept. DataError, OSError."""
        self._packed.mkdir(exist_ok=True)
        for file in files:
            if not self._have(file):
                self._fetch(file)
            self._received += file["size"]
            self._tell(0, now=True)
        for file in files:
            self._unpack(file)

    def _have(self, file: dict[str, Any]) -> bool:
        """Whether the packed file lies where torchvision, or a person, has put it."""
        if file["have"] is not None and checksum(Path(file["have"])) == file["md5"]:
            return True
        file["have"] = None
        return False

    def _fetch(self, file: dict[str, Any]) -> None:
        whole = self._packed / file["name"]
        if whole.is_file() and checksum(whole) == file["md5"]:
            return
        part = self._packed / f"{file['name']}.part"
        reason: Exception | None = None
        wrong = ""
        for url in (*file["urls"], *file["urls"]):
            try:
                self._fetch_from(url, part)
            except (OSError, http.client.HTTPException) as error:
                if _is_of_the_disk(error):
                    raise
                reason = error
                if part.exists() and part.stat().st_size == 0:
                    part.unlink()
                continue
            wrong = checksum(part)
            if wrong == file["md5"]:
                os.replace(part, whole)
                return
            # What it was continued from may have been of another kind: the second try is from the beginning.
            part.unlink()
        if wrong:
            raise DataError("checksum", file=file["name"], received=wrong, wanted=file["md5"])
        raise DataError("download", reason=_words(reason))

    def _fetch_from(self, url: str, part: Path) -> None:
        """Bring the rest of a file, connecting again as long as that brings something."""
        for attempt in range(ATTEMPTS):
            before = part.stat().st_size if part.exists() else 0
            try:
                self._continue(url, part, before)
                return
            except (OSError, http.client.HTTPException) as error:
                after = part.stat().st_size if part.exists() else 0
                if _is_of_the_disk(error) or after <= before or attempt == ATTEMPTS - 1:
                    raise

    def _continue(self, url: str, part: Path, begun: int) -> None:
        headers = {"User-Agent": AGENT, **({"Range": f"bytes={begun}-"} if begun else {})}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            # Nothing behind what is there: the checksum says whether it is whole.
            if begun and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return
            raise
        with answer:
            goes_on = answer.status == http.HTTPStatus.PARTIAL_CONTENT
            length = answer.headers.get("Content-Length")
            expected = int(length) if length is not None and length.isdigit() else None
            arrived, size = 0, begun if goes_on else 0
            with part.open("ab" if goes_on else "wb") as file:
                while piece := answer.read1(PIECE):
                    _stored(file.write, piece)
                    arrived += len(piece)
                    self._tell(size + arrived)
                _stored(file.flush)
        if expected is not None and arrived < expected:
            raise http.client.IncompleteRead(b"", expected - arrived)

    def _unpack(self, file: dict[str, Any]) -> None:
        packed = self._packed / file["name"] if file["have"] is None else Path(file["have"])
        place = self._out / file["place"]
        place.mkdir(parents=True, exist_ok=True)
        if packed.suffix in (".gz", ".zip"):
            unpack(packed, place, {Path(one).name for one in file["gives"]})
        # A .zip stays, as torchvision leaves it: other parts of it may be wanted later.
        if file["have"] is None and packed.suffix != ".gz":
            os.replace(packed, place / file["name"])
        elif file["have"] is None:
            packed.unlink()

    def _tell(self, arriving: int, now: bool = False) -> None:
        if now or time.monotonic() >= self._told:
            self._told = time.monotonic() + INTERVAL
            self._say({"received": self._received + arriving})


class _DiskError(OSError):
    """The disk refused, not the network; both speak in OSErrors."""


def _stored(write: Callable[..., object], *content: bytes) -> None:
    try:
        write(*content)
    except OSError as error:
        raise _DiskError(error.errno, error.strerror) from None


def _is_of_the_disk(error: Exception) -> bool:
    # Opening the file fails with one of the second kind, which no connection gives.
    return isinstance(error, (_DiskError, PermissionError, IsADirectoryError, FileNotFoundError))


def _words(error: Exception | None) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "the connection broke off"
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError):
        error = error.reason if isinstance(error.reason, Exception) else error
    return str(error) or type(error).__name__


def checksum(path: Path) -> str:
    """The MD5 of a file, which its makers publish; it tells a damaged file, not a forged one. "" if there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    except FileNotFoundError:
        return ""


def _end_with_owner() -> None:
    """The owner holds the other end of standard input: when it dies, so does this."""
    # Not through sys.stdin, whose lock would be held when the interpreter ends.
    while os.read(0, 1):
        pass
    os._exit(1)


def _asked() -> list[dict[str, Any]]:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 1)
        if not piece:
            os._exit(1)
        line += piece
    asked: list[dict[str, Any]] = json.loads(line)
    return asked


def main(folder: Path) -> None:
    def say(what: dict[str, Any]) -> None:
        print(json.dumps(what), flush=True)

    asked = _asked()
    threading.Thread(target=_end_with_owner, daemon=True).start()
    try:
        Fetcher(folder, say).fetch_all(asked)
    except DataError as error:
        say({"failed": error.rule, "values": error.values})
        sys.exit(1)
    except OSError as error:
        shutil.rmtree(folder / "out", ignore_errors=True)
        say({"failed": "no_place", "values": {"reason": error.strerror or str(error)}})
        sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m core.datasets.fetching FOLDER")
    main(Path(sys.argv[1]))
