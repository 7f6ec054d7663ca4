"""Downloading: what happens without a network, when it is cancelled, and when nothing can be written."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from examples import digits_mlp
from pytestqt.qtbot import QtBot

from core.datasets import DataError, facts, load
from core.datasets.download import ABANDONED, PREFIX, ROOT, download, move
from core.datasets.published_files import SIZES, home, missing, wanted
from core.text import Text
from core.training.config import Choice, TrainingConfig
from gui.training_session import TrainingSession
from tests.picture_files import TRAIN, point_torchvision_at, published, serving

RAW = Path("FashionMNIST") / "raw"
FILES = tuple(Path(file).name for file in wanted("FashionMNIST", {}))
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
    steps = download(facts(Choice("FashionMNIST")), {}, tmp_path)
    received = 0
    for step in steps:
        assert step.total == sum(SIZES["FashionMNIST"].values())
        assert step.folder == str(tmp_path / "FashionMNIST" / "raw")
        assert step.received >= received
        received = step.received
        if received:
            break
    steps.close()  # type: ignore[attr-defined]
    assert received
    assert list(tmp_path.iterdir()) == []
    assert missing("FashionMNIST", {}, tmp_path) == wanted("FashionMNIST", {})


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
    command = [sys.executable, "-m", "core.datasets.fetching", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    file = {"name": "endless", "urls": ["http://somewhere/endless"], "md5": "", "place": "", "gives": [], "size": 9}
    process.stdin.write(json.dumps([{**file, "have": None}]).encode() + b"\n")
    process.stdin.flush()
    # It is at work now.
    assert json.loads(process.stdout.readline())["received"] > 0
    process.stdin.close()
    assert process.wait(60) == 1
    process.stdout.close()


def test_a_folder_that_cannot_be_written_is_named(no_network: None, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError) as caught:
        load(Choice("MNIST"), tmp_path / "file")
    assert caught.value.rule == "no_place"


def test_files_move_into_place_and_leave_alone_what_is_there(tmp_path: Path) -> None:
    raw, arrived = home("MNIST", tmp_path), home("MNIST", tmp_path / "arriving")
    for folder, files, content in ((raw, FILES[:1], b"mine"), (arrived, FILES, b"new")):
        folder.mkdir(parents=True)
        for file in files:
            (folder / file).write_bytes(content)
    move(tmp_path / "arriving", tmp_path)
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


# From here on against a server with small files.


@pytest.fixture
def fashion(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    files = published("FashionMNIST")
    with serving(files) as server:
        point_torchvision_at(monkeypatch, "FashionMNIST", files, server.server_port)
        yield server


def refused(folder: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        load(Choice("FashionMNIST"), folder)
    for language in ("en", "ko"):
        assert "{" not in Text(language)(f"data.{caught.value.rule}", **caught.value.values)
    return caught.value


def test_a_connection_that_breaks_off_is_taken_up_where_it_broke(fashion: Any, tmp_path: Path) -> None:
    images = FILES[0] + ".gz"
    # Two connections bring the images, the second one from the middle.
    fashion.most = len(fashion.files[images]) * 2 // 3
    splits = load(Choice("FashionMNIST"), tmp_path)
    assert len(splits.train_inputs) == TRAIN
    assert [wanted for name, wanted in fashion.asked if name == images] == [None, f"bytes={fashion.most}-"]


def test_what_arrived_before_a_break_is_kept_and_continued(fashion: Any, tmp_path: Path) -> None:
    images = FILES[0] + ".gz"
    fashion.most = 100
    error = refused(tmp_path)
    assert error.rule == "interrupted" and "broke off" in str(error.values["reason"])
    kept = tmp_path / ".partial-FashionMNIST" / f"{images}.part"
    begun = kept.stat().st_size
    assert begun >= 100 and not (tmp_path / RAW).exists()
    assert fashion.files[images].startswith(kept.read_bytes())
    fashion.most = 2**30
    fashion.asked.clear()
    assert len(load(Choice("FashionMNIST"), tmp_path).train_inputs) == TRAIN
    assert fashion.asked[0] == (images, f"bytes={begun}-")
    assert [path.name for path in tmp_path.iterdir()] == ["FashionMNIST"]


def test_a_server_that_cannot_go_on_begins_anew(fashion: Any, tmp_path: Path) -> None:
    fashion.most = 100
    refused(tmp_path)
    fashion.most, fashion.ranges = 2**30, False
    assert len(load(Choice("FashionMNIST"), tmp_path).train_inputs) == TRAIN


def test_what_was_kept_of_another_file_is_thrown_away(fashion: Any, tmp_path: Path) -> None:
    kept = tmp_path / ".partial-FashionMNIST"
    kept.mkdir()
    (kept / f"{FILES[0]}.gz.part").write_bytes(b"of an older version")
    (kept / f"{FILES[1]}.gz.part").write_bytes(fashion.files[f"{FILES[1]}.gz"] + b"and more")
    assert len(load(Choice("FashionMNIST"), tmp_path).train_inputs) == TRAIN


def test_a_file_that_is_not_there_any_more_is_said(fashion: Any, tmp_path: Path) -> None:
    fashion.files.clear()
    error = refused(tmp_path)
    assert error.rule == "download" and "404" in str(error.values["reason"])
    assert list(tmp_path.iterdir()) == []


def test_an_altered_file_is_refused_by_its_checksum(fashion: Any, tmp_path: Path) -> None:
    labels = f"{FILES[1]}.gz"
    fashion.files[labels] = fashion.files[labels][:-1] + b"?"
    error = refused(tmp_path)
    assert error.rule == "checksum" and error.values["file"] == labels
    assert list(tmp_path.iterdir()) == []


def test_a_mirror_helps_out(fashion: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision.datasets import FashionMNIST

    monkeypatch.setattr(FashionMNIST, "mirrors", ["http://127.0.0.1:9/", *FashionMNIST.mirrors])
    assert len(load(Choice("FashionMNIST"), tmp_path).train_inputs) == TRAIN


def test_only_what_is_missing_is_downloaded(fashion: Any, tmp_path: Path) -> None:
    raw = tmp_path / RAW
    raw.mkdir(parents=True)
    for file in FILES[:3]:
        (raw / f"{file}.gz").write_bytes(fashion.files[f"{file}.gz"])
    assert len(load(Choice("FashionMNIST"), tmp_path).train_inputs) == TRAIN
    assert {name for name, _ in fashion.asked} == {f"{FILES[3]}.gz"}


def test_a_disk_that_fills_up_is_said_and_nothing_is_left(fashion: Any, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # A file may not grow beyond this: writing fails as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, before[1]))
    try:
        error = refused(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert error.rule == "no_place" and error.values["folder"] == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_too_little_room_is_said_before_the_download(fashion: Any, tmp_path: Path) -> None:
    known = facts(Choice("FashionMNIST"))
    assert known.origin is not None
    with pytest.raises(DataError) as caught:
        list(download(replace(known, origin=replace(known.origin, stored=10**18)), {}, tmp_path))
    assert caught.value.rule == "no_room"
    assert "1,000,000,000" in Text("en")("data.no_room", **caught.value.values)
    assert fashion.asked == [] and list(tmp_path.iterdir()) == []
