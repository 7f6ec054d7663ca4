"""Unpacking: what comes out is what went in, and nothing gets outside the folder."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.datasets import archives
from core.datasets.archives import unpack
from core.datasets.errors import DataError
from tests.picture_files import tar


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "inside" / "place"


def written(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_gz_becomes_the_file_of_its_name(tmp_path: Path, place: Path) -> None:
    unpack(written(tmp_path, "numbers.gz", gzip.compress(b"1 2 3" * 1_000_000)), place)
    assert (place / "numbers").read_bytes() == b"1 2 3" * 1_000_000


def test_a_tar_keeps_its_folders(tmp_path: Path, place: Path) -> None:
    unpack(written(tmp_path, "all.tar.gz", tar({"one/two/three": b"3", "./four": b"4"})), place)
    assert (place / "one/two/three").read_bytes() == b"3" and (place / "four").read_bytes() == b"4"


def test_of_a_zip_only_what_was_asked_for_comes_out_flat(tmp_path: Path, place: Path) -> None:
    content = zipped(**{"deep/one.gz": gzip.compress(b"1"), "deep/two": b"2", "../../three": b"3", "four": b"4"})
    unpack(written(tmp_path, "all.zip", content), place, {"one", "two", "three"})
    assert {path.name: path.read_bytes() for path in place.iterdir()} == {"one": b"1", "two": b"2", "three": b"3"}
    assert {path.name for path in tmp_path.iterdir()} == {"all.zip", "inside"}


@pytest.mark.parametrize(
    "name", ["../outside", "/tmp/outside", "in/../../outside", "..\\outside", "C:\\outside", "C:/out"]
)
def test_a_path_that_leads_outside_is_refused(name: str, tmp_path: Path, place: Path) -> None:
    with pytest.raises(DataError) as caught:
        unpack(written(tmp_path, "all.tar.gz", tar({"fine": b"", name: b"harm"})), place)
    assert caught.value.rule == "leads_outside" and caught.value.values["path"] == name
    assert {path.name for path in tmp_path.rglob("*")} == {"all.tar.gz", "inside", "place", "fine"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(kind: bytes, tmp_path: Path, place: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("link")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(DataError) as caught:
        unpack(written(tmp_path, "all.tar.gz", packed.getvalue()), place)
    assert caught.value.rule == "leads_outside" and list(place.iterdir()) == []


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def empty(_: bytes) -> bytes:
    return b""


def other(_: bytes) -> bytes:
    return b"<html>Not found</html>"


@pytest.mark.parametrize("damage", [cut, empty, other])
@pytest.mark.parametrize("name", ["a.gz", "a.tar.gz", "a.zip"])
def test_a_damaged_archive_is_named(name: str, damage: Callable[[bytes], bytes], tmp_path: Path, place: Path) -> None:
    noise = bytes(value * value % 251 for value in range(40_000))
    content = {"a.gz": gzip.compress(noise), "a.tar.gz": tar({"a": noise}), "a.zip": zipped(a=noise)}[name]
    archive = written(tmp_path, name, damage(content))
    with pytest.raises(DataError) as caught:
        unpack(archive, place, {"a"})
    assert caught.value.rule == "damaged" and caught.value.values["file"] == str(archive)


@pytest.mark.parametrize("name", ["a.gz", "a.tar.gz", "a.zip"])
def test_an_archive_that_never_ends_is_given_up(
    name: str, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST", 100_000)
    zeros = bytes(10_000_000)
    content = {
        "a.gz": gzip.compress(zeros),
        "a.tar.gz": tar({"a": zeros}),
        "a.zip": zipped(**{"a.gz": gzip.compress(zeros)}),
    }
    with pytest.raises(DataError) as caught:
        unpack(written(tmp_path, name, content[name]), place, {"a"})
    assert caught.value.rule == "damaged"
    assert sum(path.stat().st_size for path in place.rglob("*")) <= 2**20
