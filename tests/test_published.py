"""Torchvision's picture sets: downloaded, read and printed exactly as torchvision has them, in either direction."""

from __future__ import annotations

import os
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision import datasets
from torchvision.transforms.functional import pil_to_tensor

from core.codegen.data import data_source
from core.datasets import DataError, Splits, facts, fields, load
from core.datasets.archives import unpack
from core.datasets.download import download
from core.datasets.facts import arguments
from core.datasets.published_files import SIZES, home, missing, wanted
from core.text import Text
from core.training.config import Choice
from tests.picture_files import SETS, TEST, TRAIN, md5, point_torchvision_at, published, serving, tar
from tests.test_codegen import assert_well_written

LETTERS = Choice("EMNIST", {"split": "letters"})


def small(choice: Choice) -> Any:
    """What is known of a set, as small as the files of these tests are."""
    known = facts(choice)
    assert known.origin is not None
    return replace(known, origin=replace(known.origin, received=1, stored=1))


def fetched(choice: Choice, folder: Path) -> None:
    for step in download(small(choice), arguments(choice), folder):
        assert 0 <= step.received <= step.total


def of_torchvision(choice: Choice, folder: Path, train: bool, **options: bool) -> Any:
    kind = getattr(datasets, choice.name)
    if choice.name in ("SVHN", "STL10"):
        return kind(str(folder), split="train" if train else "test", **options)
    split = {"split": arguments(choice)["split"]} if choice.name == "EMNIST" else {}
    return kind(str(folder), train=train, **split, **options)


def tensors_of_torchvision(choice: Choice, folder: Path) -> list[torch.Tensor]:
    """Sample by sample, as torchvision hands them out."""
    found = []
    for train in (True, False):
        images, labels = zip(*of_torchvision(choice, folder, train), strict=True)
        stacked = torch.stack([pil_to_tensor(image) for image in images])
        found += [stacked.mT if choice.name == "EMNIST" else stacked, torch.tensor(labels)]
    return found


def tensors(splits: Splits) -> list[torch.Tensor]:
    return [splits.train_inputs, splits.train_targets, splits.test_inputs, splits.test_targets]


def of_the_script(choice: Choice) -> tuple[torch.Tensor, ...]:
    code = data_source(choice)
    parts = [*code.standard_imports, "", "import torch", "from torch import Tensor", *code.imports]
    parts += ["", *code.constants]
    for definition in code.definitions:
        parts += ["", "", definition]
    names: dict[str, Any] = {}
    exec("\n".join(parts), names)
    found: tuple[torch.Tensor, ...] = names["load_data"]()
    return found


@pytest.mark.parametrize("choice", [*map(Choice, SETS), LETTERS], ids=lambda choice: f"{choice.name}{choice.arguments}")
def test_either_reads_what_the_other_downloaded(
    choice: Choice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    theirs.mkdir()
    files = published(choice.name)
    with serving(files) as server:
        point_torchvision_at(monkeypatch, choice.name, files, server.server_port)
        fetched(choice, ours)
        for train in (True, False):
            of_torchvision(choice, theirs, train, download=True)
    assert not [path for path in ours.iterdir() if path.name.startswith(".")]
    splits = load(choice, ours)
    assert splits.train_inputs.shape == (TRAIN, *facts(choice).shape)
    assert splits.test_inputs.shape == (TEST, *facts(choice).shape)
    assert splits.classes == len(facts(choice).classes)
    assert splits.train_inputs.dtype == torch.uint8 and splits.train_targets.dtype == torch.int64
    assert all(tensor.is_contiguous() for tensor in tensors(splits))
    for folder in (ours, theirs):
        for mine, wanted_ in zip(tensors(load(choice, folder)), tensors_of_torchvision(choice, folder), strict=True):
            assert torch.equal(mine, wanted_)
    # Both folders hold the same, and the script reads it to the same bits.
    for mine, same in zip(tensors(splits), tensors(load(choice, theirs)), strict=True):
        assert torch.equal(mine, same)
    monkeypatch.setenv("LAYERLOOM_DATA", str(ours))
    for mine, printed in zip(tensors(splits), of_the_script(choice), strict=True):
        assert torch.equal(mine.float() / 255 if mine.dtype == torch.uint8 else mine, printed)
        assert printed.is_contiguous() or printed.dim() == 1


@pytest.mark.parametrize("name", SETS)
def test_the_classes_and_files_are_those_that_torchvision_knows(name: str) -> None:
    kind: Any = getattr(datasets, name)
    known = facts(Choice(name))
    assert known.origin is not None and known.origin.received == sum(SIZES[name].values())
    if name in ("MNIST", "QMNIST"):
        assert [text[0] for text in kind.classes] == list(known.classes)
    elif name in ("FashionMNIST", "KMNIST"):
        assert tuple(kind.classes) == known.classes
    elif name == "EMNIST":
        (split,) = fields(name)
        assert split.choices == kind.splits
        for choice in split.choices:
            assert facts(Choice(name, {"split": choice})).classes == tuple(kind.classes_split_dict[choice])
    elif name.startswith("CIFAR"):
        files = [Path(file).name for file in wanted(name, {})]
        assert files == [file for file, _ in (*kind.train_list, *kind.test_list)]
        assert len(known.classes) == (10 if name == "CIFAR10" else 100) == len(set(known.classes))
        assert known.classes == tuple(sorted(known.classes))


@pytest.mark.parametrize("name", SETS)
def test_terms_and_sizes_are_told_before_the_download(name: str) -> None:
    origin = facts(Choice(name)).origin
    assert origin is not None and origin.page.startswith("http") and origin.stored >= origin.received / 2
    for language in ("en", "ko"):
        text = Text(language)
        assert text(f"dataset.{origin.terms}")
        size = origin.received / 1e6
        shown = f"{size / 1e3:.1f} GB" if size >= 1_000 else f"{round(size)} MB"
        assert shown in text(f"dataset.{name}")


@pytest.mark.parametrize("name", [*SETS, "FakeData"])
def test_the_printed_function_is_well_written(name: str) -> None:
    code = data_source(Choice(name))
    head = [*code.standard_imports, *([""] if code.standard_imports else []), "import torch"]
    head += sorted(("from torch import Tensor", *code.imports), key=lambda line: line.split()[1])
    text = "\n".join([*head, "", *code.constants, *(f"\n\n{one}" for one in code.definitions)])
    text = text.replace("\n\n\n\n", "\n\n\n")
    assert_well_written(text + "\n\n\nprint(torch.stack(load_data()))\n")


def test_another_split_of_emnist_needs_no_second_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = published("EMNIST")
    with serving(files) as server:
        point_torchvision_at(monkeypatch, "EMNIST", files, server.server_port)
        fetched(Choice("EMNIST"), tmp_path)
    assert missing("EMNIST", arguments(LETTERS), tmp_path)
    fetched(LETTERS, tmp_path)
    assert len(load(LETTERS, tmp_path).train_inputs) == TRAIN


def test_an_archive_that_a_person_put_there_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = published("CIFAR10")
    point_torchvision_at(monkeypatch, "CIFAR10", files, 9)
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(files["cifar-10-python.tar.gz"])
    fetched(Choice("CIFAR10"), tmp_path)
    assert len(load(Choice("CIFAR10"), tmp_path).train_inputs) == TRAIN
    assert (tmp_path / "cifar-10-python.tar.gz").is_file()


def unpacked(name: str, folder: Path) -> list[Path]:
    """The files that are read, in their place."""
    for file, content in published(name).items():
        packed = home(name, folder) / file
        packed.parent.mkdir(parents=True, exist_ok=True)
        packed.write_bytes(content)
        if packed.suffix == ".gz":
            unpack(packed, packed.parent)
    return [folder / file for file in wanted(name, arguments(Choice(name)))]


def refusal(name: str, folder: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        load(Choice(name), folder)
    for language in ("en", "ko"):
        assert "{" not in Text(language)(f"data.{caught.value.rule}", **caught.value.values)
    return caught.value


@pytest.mark.parametrize("name", ["QMNIST", "USPS", "SVHN", "CIFAR10", "CIFAR100", "STL10"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 99, b"BZh9 no more", b"one 1:x\n"], ids=["empty", "0", "bz", "text"]
)
def test_a_damaged_file_is_named(name: str, content: bytes, tmp_path: Path) -> None:
    first = unpacked(name, tmp_path)[0]
    first.write_bytes(content)
    error = refusal(name, tmp_path)
    assert error.rule == "damaged" and error.values["file"] == str(first)


@pytest.mark.parametrize("name", ["USPS", "SVHN", "CIFAR10", "STL10"])
def test_a_cut_file_is_named(name: str, tmp_path: Path) -> None:
    first = unpacked(name, tmp_path)[0]
    first.write_bytes(first.read_bytes()[:-300])
    assert refusal(name, tmp_path).rule == "damaged"


def test_a_pickle_that_runs_something_is_refused(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(tmp_path / "harm"),)

    first = unpacked("CIFAR10", tmp_path)[0]
    first.write_bytes(pickle.dumps({"data": Harm(), "labels": [0]}))
    assert refusal("CIFAR10", tmp_path).rule == "damaged"
    assert not (tmp_path / "harm").exists()


def test_pictures_without_as_many_labels_are_refused(tmp_path: Path) -> None:
    files = unpacked("STL10", tmp_path)
    files[1].write_bytes(bytes([1, 2]))
    error = refusal("STL10", tmp_path)
    assert (error.rule, error.values["images"], error.values["labels"]) == ("lengths", TRAIN, 2)


@pytest.mark.parametrize(("label", "received"), [(0, -1), (11, 10)])
def test_a_class_that_does_not_exist_is_refused(label: int, received: int, tmp_path: Path) -> None:
    files = unpacked("STL10", tmp_path)
    files[3].write_bytes(np.array([label] * TEST, dtype=np.uint8).tobytes())
    error = refusal("STL10", tmp_path)
    assert (error.rule, error.values["received"], error.values["file"]) == ("labels", received, str(files[3]))


def test_an_archive_that_leads_outside_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    files = {"cifar-10-python.tar.gz": tar({"cifar-10-batches-py/batches.meta": b"", "../outside": b"harm"})}
    with serving(files) as server:
        real = published("CIFAR10")
        point_torchvision_at(monkeypatch, "CIFAR10", real, server.server_port)
        monkeypatch.setattr(datasets.CIFAR10, "tgz_md5", md5(files["cifar-10-python.tar.gz"]))
        with pytest.raises(DataError) as caught:
            fetched(Choice("CIFAR10"), folder)
    assert caught.value.rule == "leads_outside" and caught.value.values["path"] == "../outside"
    assert list(folder.iterdir()) == [] and list(tmp_path.iterdir()) == [folder]
