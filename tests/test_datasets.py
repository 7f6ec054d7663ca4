"""Data sets: what is known of them, what is read from a disk, and what is refused in a sentence."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from core.datasets import NAMES, DataError, data_folder, facts, fields, load
from core.datasets.published_files import missing, wanted
from core.text import Text
from core.training.config import Choice
from core.values import Value

FILES = tuple(Path(file).name for file in wanted("FashionMNIST", {}))
TOYS = ("spiral", "moons", "circles", "xor", "blobs")


def fashion(folder: Path, **kinds: bytes) -> Path:
    """A folder with a tiny Fashion-MNIST: 3 training and 2 test images; `kinds` puts other bytes into a file."""
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for split, count in (("train", 3), ("t10k", 2)):
        images = np.arange(count * 784, dtype=np.uint8).reshape(count, 28, 28)
        (raw / f"{split}-images-idx3-ubyte").write_bytes(idx(images))
        (raw / f"{split}-labels-idx1-ubyte").write_bytes(idx(np.arange(count, dtype=np.uint8)))
    for name, content in kinds.items():
        (raw / FILES[("train_images", "train_labels", "test_images", "test_labels").index(name)]).write_bytes(content)
    return folder


def idx(values: np.ndarray) -> bytes:
    header = bytes((0, 0, 8, values.ndim)) + b"".join(size.to_bytes(4, "big") for size in values.shape)
    return header + values.astype(np.uint8).tobytes()


def refusal(folder: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        load(Choice("FashionMNIST"), folder)
    for language in ("en", "ko"):
        assert "{" not in Text(language)(f"data.{caught.value.rule}", **caught.value.values)
    return caught.value


@pytest.mark.parametrize("name", ["digits", *TOYS])
def test_what_is_known_of_a_data_set_is_what_is_loaded(name: str) -> None:
    known, splits = facts(Choice(name)), load(Choice(name))
    assert tuple(splits.train_inputs.shape) == (known.train_size, *known.shape)
    assert tuple(splits.test_inputs.shape) == (known.test_size, *known.shape)
    assert splits.train_inputs.dtype == torch.float32 and splits.train_targets.dtype == torch.int64
    assert set(splits.train_targets.tolist()) == set(range(len(known.classes))) == set(splits.test_targets.tolist())
    assert splits.classes == len(known.classes)


def test_facts_and_fields_need_neither_torch_nor_numpy() -> None:
    script = (
        "import sys; from core.datasets import *; from core.training.config import Choice\n"
        "from core.training import losses, optimizers, events, metrics, story, process\n"
        "[(facts(Choice(name)), fields(name)) for name in NAMES]\n"
        "sys.exit(' '.join({'torch', 'numpy', 'sklearn', 'torchvision', 'PySide6'} & set(sys.modules)) or 0)"
    )
    root = Path(__file__).resolve().parent.parent
    ended = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_digits_are_split_in_equal_shares_and_always_alike() -> None:
    first, second = load(Choice("digits")), load(Choice("digits"))
    assert torch.equal(first.train_inputs, second.train_inputs)
    assert torch.equal(first.test_targets, second.test_targets)
    assert set(torch.bincount(first.test_targets).tolist()) <= {35, 36, 37}
    assert (first.train_inputs.min(), first.train_inputs.max()) == (0, 1)


@pytest.mark.parametrize("name", TOYS)
def test_points_follow_their_seed_alone(name: str) -> None:
    state = torch.get_rng_state()
    same = [load(Choice(name, {"seed": 7})).train_inputs for _ in range(2)]
    assert torch.equal(*same)
    assert not torch.equal(same[0], load(Choice(name, {"seed": 8})).train_inputs)
    assert torch.equal(torch.get_rng_state(), state)
    assert same[0].abs().max() < 2


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("samples", [20, 21, 1_003])
def test_points_come_in_the_number_asked_for(name: str, samples: int) -> None:
    choice = Choice(name, {"samples": samples, "noise": 0.0})
    splits, known = load(choice), facts(choice)
    assert len(splits.train_inputs) + len(splits.test_inputs) == samples
    assert (known.train_size, known.test_size) == (len(splits.train_inputs), len(splits.test_inputs))


@pytest.mark.parametrize("value", ["many", -1, 10**30, None, True, 0.5, (1, 2)])
def test_facts_live_with_arguments_that_do_not_fit(value: Value) -> None:
    assert facts(Choice("spiral", {"samples": value})) == facts(Choice("spiral"))


def test_an_unknown_data_set_is_a_key_error() -> None:
    for ask in (lambda: facts(Choice("nothing")), lambda: fields("nothing")):
        with pytest.raises(KeyError):
            ask()


def test_every_data_set_and_argument_has_words() -> None:
    for language in ("en", "ko"):
        text = Text(language)
        for name in NAMES:
            assert text.has(f"dataset.{name}")
            assert all(text.has(f"dataset.argument_{field.name}") for field in fields(name))


def test_real_images_are_read_as_torchvision_reads_them(datasets_folder: Path) -> None:
    from torchvision.datasets import FashionMNIST

    splits = load(Choice("FashionMNIST"), datasets_folder)
    train = FashionMNIST(str(datasets_folder), train=True)
    test = FashionMNIST(str(datasets_folder), train=False)
    assert torch.equal(splits.train_inputs, train.data.unsqueeze(1))
    assert torch.equal(splits.test_inputs, test.data.unsqueeze(1))
    assert torch.equal(splits.train_targets, train.targets) and torch.equal(splits.test_targets, test.targets)
    assert facts(Choice("FashionMNIST")).classes == tuple(train.classes)


def test_files_as_they_are_published_are_read_without_unpacking(tmp_path: Path) -> None:
    plain = load(Choice("FashionMNIST"), fashion(tmp_path / "plain"))
    raw = fashion(tmp_path / "packed") / "FashionMNIST" / "raw"
    for file in FILES:
        (raw / f"{file}.gz").write_bytes(gzip.compress((raw / file).read_bytes()))
        (raw / file).unlink()
    assert torch.equal(load(Choice("FashionMNIST"), tmp_path / "packed").train_inputs, plain.train_inputs)


IMAGES = idx(np.zeros((3, 28, 28)))
DAMAGED = {
    "empty": b"",
    "cut header": IMAGES[:9],
    "cut values": IMAGES[:-1],
    "too long": IMAGES + b"\0",
    "other numbers": bytes((0, 0, 13, 3)) + IMAGES[4:],
    "other dimensions": idx(np.zeros((3, 784))),
    "no images": idx(np.zeros((0, 28, 28))),
    "absurd size": bytes((0, 0, 8, 3)) + b"\xff" * 12 + b"\0" * 100,
    "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94.",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    error = refusal(fashion(tmp_path, train_images=content))
    assert error.rule == "damaged"
    assert str(error.values["file"]).endswith("train-images-idx3-ubyte")


def test_a_cut_packed_file_is_named(tmp_path: Path) -> None:
    raw = fashion(tmp_path) / "FashionMNIST" / "raw"
    (raw / FILES[0]).unlink()
    (raw / f"{FILES[0]}.gz").write_bytes(gzip.compress(IMAGES)[:-12])
    assert refusal(tmp_path).rule == "damaged"


@pytest.mark.parametrize(
    ("file", "content", "rule"),
    [
        ("train_images", idx(np.zeros((3, 32, 32))), "wrong_shape"),
        ("train_labels", idx(np.zeros(4)), "lengths"),
        ("test_labels", idx(np.array([0, 10])), "labels"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, file: str, content: bytes, rule: str) -> None:
    assert refusal(fashion(tmp_path, **{file: content})).rule == rule


def test_a_folder_in_place_of_a_file_counts_as_missing(tmp_path: Path) -> None:
    raw = fashion(tmp_path) / "FashionMNIST" / "raw"
    (raw / FILES[0]).unlink()
    (raw / FILES[0]).mkdir()
    assert missing("FashionMNIST", {}, tmp_path) == (f"FashionMNIST/raw/{FILES[0]}",)


def test_the_data_folder_is_the_one_that_was_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("LAYERLOOM_DATA")
    assert data_folder().name == "data" and data_folder().is_absolute()


def test_a_processed_pickle_of_old_torchvision_is_never_opened(tmp_path: Path) -> None:
    folder = fashion(tmp_path)
    processed = folder / "FashionMNIST" / "processed"
    shutil.copytree(folder / "FashionMNIST" / "raw", processed)
    for name in ("training.pt", "test.pt"):
        (processed / name).write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    assert len(load(Choice("FashionMNIST"), folder).train_inputs) == 3
