"""Downloading: what happens without a network, when it is cancelled, and when nothing can be written."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from examples import digits_mlp
from pytestqt.qtbot import QtBot

from core.datasets import DataError, load
from core.datasets.download import ABANDONED, PREFIX, ROOT, _move, download
from core.datasets.published import FILES, PACKED_SIZES, missing, raw_folder
from core.text import Text
from core.training.config import Choice, TrainingConfig
from gui.training_session import TrainingSession

PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request goes to a port where nobody listens."""
    use_proxy(monkeypatch, 9)


def use_proxy(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


class _Slow(http.server.BaseHTTPRequestHandler):
    """Answers every request with a file that never ends."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "26421880")
        self.end_headers()
        try:
            while not self.server.leaving.wait(0.01):  # type: ignore[attr-defined]
                self.wfile.write(b"\x1f\x8b" + bytes(10_000))
        except OSError:
            pass

    do_CONNECT = do_HEAD

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def slow_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    server.leaving = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    use_proxy(monkeypatch, server.server_port)
    yield
    server.leaving.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def test_without_a_network_a_sentence_names_the_folder_and_the_files(no_network: None, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load(Choice("FashionMNIST"), tmp_path)
    assert caught.value.rule == "download"
    sentence = Text("en")("data.download", **caught.value.values)
    assert str(tmp_path / "FashionMNIST" / "raw") in sentence
    assert all(file in sentence for file in FILES)
    assert "refused" in sentence
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_and_a_cancelled_download_leaves_nothing(slow_network: None, tmp_path: Path) -> None:
    steps = download("FashionMNIST", tmp_path)
    received = 0
    for step in steps:
        assert step.total == PACKED_SIZES["FashionMNIST"]
        assert step.folder == str(tmp_path / "FashionMNIST" / "raw")
        assert step.received >= received
        received = step.received
        if received:
            break
    steps.close()  # type: ignore[attr-defined]
    assert received
    assert list(tmp_path.iterdir()) == []
    assert missing("FashionMNIST", tmp_path) == FILES


def test_stopping_a_download_leaves_nothing_and_the_process_goes_on(
    slow_network: None, tmp_path: Path, qtbot: QtBot
) -> None:
    session = TrainingSession(tmp_path)
    try:
        layout = digits_mlp()
        fashion = replace(layout, training=TrainingConfig(dataset=Choice("FashionMNIST")))
        session.start(fashion)
        qtbot.waitUntil(lambda: session.state == "downloading")
        assert session.notice is not None and "FashionMNIST" in Text("ko")(session.notice.key, **session.notice.values)
        process = session.process_id
        session.stop()
        qtbot.waitUntil(lambda: session.state == "stopped")
        assert list(tmp_path.iterdir()) == [] and session.process_id == process and session.notice is None
        session.start(fashion)
        qtbot.waitUntil(lambda: session.state == "downloading")
    finally:
        session.close()
    assert list(tmp_path.iterdir()) == []


def test_the_downloader_ends_when_its_owner_does(slow_network: None, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "core.datasets.download", "MNIST", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 1


def test_a_folder_that_cannot_be_written_is_named(no_network: None, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError) as caught:
        load(Choice("MNIST"), tmp_path / "file")
    assert caught.value.rule == "no_place"


def test_files_move_into_place_and_leave_alone_what_is_there(tmp_path: Path) -> None:
    raw, arrived = raw_folder("MNIST", tmp_path), raw_folder("MNIST", tmp_path / "arriving")
    for folder, files, content in ((raw, FILES[:1], b"mine"), (arrived, FILES, b"new")):
        folder.mkdir(parents=True)
        for file in files:
            (folder / file).write_bytes(content)
    _move("MNIST", tmp_path / "arriving", raw)
    assert [(raw / file).read_bytes() for file in FILES] == [b"mine", b"new", b"new", b"new"]


def test_what_a_crash_left_is_removed_but_not_what_arrives_now(no_network: None, tmp_path: Path) -> None:
    old, new = tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "half.gz").touch()
    for path in (old / "half.gz", old):
        os.utime(path, (time.time() - 2 * ABANDONED,) * 2)
    with pytest.raises(DataError):
        load(Choice("MNIST"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [new.name]
