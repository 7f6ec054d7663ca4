"""Tiny copies of torchvision's picture sets, packed as their makers publish them, and a server that hands them out."""

from __future__ import annotations

import bz2
import functools
import gzip
import hashlib
import http.server
import io
import pickle
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat
from torchvision import datasets

SETS = ("MNIST", "FashionMNIST", "KMNIST", "EMNIST", "QMNIST", "USPS", "SVHN", "CIFAR10", "CIFAR100", "STL10")
TRAIN, TEST = 11, 6
"""Samples of each part. CIFAR10 has five training files, so one of them holds three."""


def idx(values: np.ndarray) -> bytes:
    kind, wide = (8, values.astype(np.uint8)) if values.dtype != np.int32 else (12, values.astype(">i4"))
    header = bytes((0, 0, kind, values.ndim)) + b"".join(size.to_bytes(4, "big") for size in values.shape)
    return header + wide.tobytes()


def pictures(count: int, *shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


def labels(count: int, classes: int = 10) -> np.ndarray:
    return np.arange(count, dtype=np.uint8) % classes


def published(name: str) -> dict[str, bytes]:
    """The files that a download brings, by their names."""
    return {
        "EMNIST": _emnist,
        "QMNIST": _qmnist,
        "USPS": _usps,
        "SVHN": _svhn,
        "CIFAR10": functools.partial(_cifar, "cifar-10"),
        "CIFAR100": functools.partial(_cifar, "cifar-100"),
        "STL10": _stl10,
    }.get(name, _mnist)()


def _mnist() -> dict[str, bytes]:
    found = {}
    for part, count in (("train", TRAIN), ("t10k", TEST)):
        found[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(idx(pictures(count, 28, 28, seed=count)))
        found[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx(labels(count)))
    return found


def _emnist() -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for split in ("balanced", "letters"):
            for part, count in (("train", TRAIN), ("test", TEST)):
                images, classes = pictures(count, 28, 28, seed=count), labels(count) + 1
                archive.writestr(f"gzip/emnist-{split}-{part}-images-idx3-ubyte.gz", gzip.compress(idx(images)))
                archive.writestr(f"gzip/emnist-{split}-{part}-labels-idx1-ubyte.gz", gzip.compress(idx(classes)))
            archive.writestr(f"gzip/emnist-{split}-mapping.txt", "1 65 97\n")
    return {"gzip.zip": packed.getvalue()}


def _qmnist() -> dict[str, bytes]:
    found = {}
    for part, count in (("train", TRAIN), ("test", TEST)):
        about = np.arange(count * 8, dtype=np.int32).reshape(count, 8) * 1_000
        about[:, 0] = labels(count)
        found[f"qmnist-{part}-images-idx3-ubyte.gz"] = gzip.compress(idx(pictures(count, 28, 28, seed=count)))
        found[f"qmnist-{part}-labels-idx2-int.gz"] = gzip.compress(idx(about))
    return found


def _usps() -> dict[str, bytes]:
    found = {}
    for name, count in (("usps.bz2", TRAIN), ("usps.t.bz2", TEST)):
        values = np.random.default_rng(count).uniform(-1, 1, (count, 256)).round(4)
        lines = [
            f"{label + 1} " + " ".join(f"{place}:{value:g}" for place, value in enumerate(row, 1)) + " \n"
            for label, row in zip(labels(count), values, strict=True)
        ]
        found[name] = bz2.compress("".join(lines).encode())
    return found


def _svhn() -> dict[str, bytes]:
    found = {}
    for part, count in (("train", TRAIN), ("test", TEST)):
        content = io.BytesIO()
        # The digit 0 is class 10 in the file.
        savemat(content, {"X": pictures(32, 32, 3, count), "y": np.arange(count, dtype=np.uint8)[:, None] % 10 + 1})
        found[f"{part}_32x32.mat"] = content.getvalue()
    return found


def _cifar(name: str) -> dict[str, bytes]:
    def batch(count: int, seed: int) -> bytes:
        names = ["labels"] if name == "cifar-10" else ["coarse_labels", "fine_labels"]
        classes = {key: [int(label) for label in labels(count)] for key in names}
        return pickle.dumps({"data": pictures(count, 3_072, seed=seed), "batch_label": "one", **classes}, protocol=2)

    if name == "cifar-10":
        counts = (3, 2, 2, 2, 2)
        files = {f"data_batch_{number}": batch(count, number) for number, count in enumerate(counts, 1)}
        files |= {"test_batch": batch(TEST, 9), "batches.meta": pickle.dumps({"label_names": ["one"] * 10})}
        folder = "cifar-10-batches-py"
    else:
        files = {"train": batch(TRAIN, 1), "test": batch(TEST, 2), "meta": pickle.dumps({"fine_label_names": ["one"]})}
        folder = "cifar-100-python"
    return {f"{name}-python.tar.gz": tar({f"{folder}/{file}": content for file, content in files.items()})}


def _stl10() -> dict[str, bytes]:
    files: dict[str, bytes] = {"class_names.txt": b"airplane\n", "fold_indices.txt": b"0 1\n"}
    for part, count in (("train", TRAIN), ("test", TEST)):
        files[f"{part}_X.bin"] = pictures(count, 3, 96, 96, seed=count).tobytes()
        files[f"{part}_y.bin"] = (labels(count) + 1).tobytes()
    files["unlabeled_X.bin"] = pictures(1, 3, 96, 96).tobytes()
    return {"stl10_binary.tar.gz": tar({f"stl10_binary/{file}": content for file, content in files.items()})}


def tar(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves `server.files`, from the middle where that is asked for, and breaks off where the server says so."""

    server: Any

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        content = self.server.files.get(self.path.rpartition("/")[2])
        if content is None:
            self.send_error(404)
            return
        begin = 0
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path.rpartition("/")[2], wanted))
        if wanted is not None and self.server.ranges:
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if begin >= len(content):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        if body:
            self.wfile.write(content[begin : begin + self.server.most])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[Any]:
    """A server with these files. `most` is how many bytes it sends before it breaks off, `asked` what it was asked."""
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files, server.most, server.ranges, server.asked = dict(files), 2**30, True, []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def point_torchvision_at(monkeypatch: pytest.MonkeyPatch, name: str, files: Mapping[str, bytes], port: int) -> None:
    """Let torchvision's class know the small files: their addresses and checksums."""
    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    kind: Any = getattr(datasets, name)
    base = f"http://127.0.0.1:{port}/"
    sums = {file: md5(content) for file, content in files.items()}
    first = next(iter(files))
    if name in ("MNIST", "FashionMNIST", "KMNIST"):
        monkeypatch.setattr(kind, "mirrors", [base])
        monkeypatch.setattr(kind, "resources", list(sums.items()))
    elif name == "QMNIST":
        pairs = [(base + file, total) for file, total in sums.items()]
        monkeypatch.setattr(kind, "resources", {"train": pairs[:2], "test": pairs[2:]})
    elif name == "EMNIST":
        monkeypatch.setattr(kind, "url", base + first)
        monkeypatch.setattr(kind, "md5", sums[first])
    elif name in ("USPS", "SVHN"):
        parts = {part: [base + file, file, sums[file]] for part, file in zip(("train", "test"), files, strict=True)}
        monkeypatch.setattr(kind, "split_list", parts)
    else:
        monkeypatch.setattr(kind, "url", base + first)
        monkeypatch.setattr(kind, "tgz_md5", sums[first])
        with tarfile.open(fileobj=io.BytesIO(files[first])) as archive:
            inner = {
                Path(member.name).name: md5(archive.extractfile(member).read())  # type: ignore[union-attr]
                for member in archive
            }
        monkeypatch.setattr(kind, "train_list", [[file, inner[file]] for file, _ in kind.train_list])
        monkeypatch.setattr(kind, "test_list", [[file, inner[file]] for file, _ in kind.test_list])
        if name != "STL10":
            monkeypatch.setattr(kind, "meta", {**kind.meta, "md5": inner[kind.meta["filename"]]})
