"""A person's own arrays, as numpy reads them; pickled objects are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.datasets import DataError, facts, load
from core.datasets.array_survey import Corrections, choice_from, survey
from core.training.config import Choice
from tests.own_files import same_samples, told

RANDOM = np.random.default_rng(0)
BYTES = RANDOM.integers(0, 256, (30, 8, 6), dtype=np.uint8)
COLOURS = RANDOM.integers(0, 256, (30, 8, 6, 3), dtype=np.uint8)
ROWS = RANDOM.normal(size=(30, 4))
LABELS = np.arange(30) % 3
NAMES = np.array(["고양이", "개", "새"])[LABELS]
NUMBERS = RANDOM.normal(size=(30, 2))

CASES: dict[str, tuple[dict[str, np.ndarray], str, tuple[int, ...], str]] = {
    "grey bytes": ({"x": BYTES, "y": LABELS}, "images", (1, 8, 6), "classification"),
    "colours": ({"images": COLOURS, "labels": NAMES}, "images", (3, 8, 6), "classification"),
    "channels first": ({"X": COLOURS.transpose(0, 3, 1, 2) / 255, "y": LABELS}, "images", (3, 8, 6), "classification"),
    "rows": ({"data": ROWS, "target": NUMBERS}, "table", (4,), "regression"),
    "a number each": ({"inputs": ROWS[:, 0], "targets": NUMBERS[:, 0]}, "table", (1,), "regression"),
    "sequences": ({"x": RANDOM.normal(size=(30, 9, 2)), "y": LABELS > 0}, "sequences", (9, 2), "classification"),
    "parted": (
        {"x_train": BYTES[:20], "y_train": LABELS[:20], "x_test": BYTES[20:], "y_test": LABELS[20:]},
        "images", (1, 8, 6), "classification",
    ),
}  # fmt: skip


def stored(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "data.npz", **arrays)
    return folder / "data.npz"


@pytest.mark.parametrize("name", CASES)
def test_an_archive_is_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path))
    arrays, kind, shape, task = CASES[name]
    choice = choice_from(survey(stored(tmp_path, **arrays)))
    known, splits = facts(choice), load(choice)
    assert (known.kind, known.shape, known.task) == (kind, shape, task)
    assert (len(splits.train_inputs), len(splits.test_inputs)) == (known.train_size, known.test_size)
    assert splits.train_inputs.shape[1:] == shape and splits.train_targets.shape[1:] == known.target_shape
    assert splits.train_inputs.dtype == (torch.uint8 if known.held else torch.float32)
    same_samples(choice)


def test_images_and_names_keep_together(tmp_path: Path) -> None:
    choice = choice_from(survey(stored(tmp_path, images=COLOURS, labels=NAMES)), folder=tmp_path)
    splits = load(choice, tmp_path)
    assert facts(choice).classes == ("개", "고양이", "새")
    for image, label in zip(splits.train_inputs, splits.train_targets, strict=True):
        index = next(one for one in range(30) if np.array_equal(image, COLOURS[one].transpose(2, 0, 1)))
        assert facts(choice).classes[label] == NAMES[index]


def test_what_the_file_keeps_for_testing_is_tested(tmp_path: Path) -> None:
    splits = load(choice_from(survey(stored(tmp_path, **CASES["parted"][0])), folder=tmp_path), tmp_path)
    assert np.array_equal(splits.train_inputs[:, 0], BYTES[:20]) and np.array_equal(
        splits.test_inputs[:, 0], BYTES[20:]
    )
    assert splits.test_targets.tolist() == LABELS[20:].tolist()


def test_targets_are_found_beside_a_npy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path))
    np.save(tmp_path / "X_train.npy", ROWS)
    np.save(tmp_path / "y_train.npy", LABELS)
    found = survey(tmp_path / "X_train.npy")
    assert found.targets_file == tmp_path / "y_train.npy"
    choice = choice_from(found)
    assert facts(choice).classes == ("0", "1", "2")
    same_samples(choice)


def test_a_person_says_what_is_what(tmp_path: Path) -> None:
    found = survey(stored(tmp_path, a=ROWS, b=LABELS, c=NUMBERS))
    assert (found.inputs, found.targets) == ("", "") and set(found.arrays) == {"a", "b", "c"}
    choice = choice_from(found, Corrections(inputs="a", targets="b", task="regression"), tmp_path)
    assert (facts(choice).task, facts(choice).target_shape) == ("regression", (1,))
    assert load(choice, tmp_path).train_targets.dtype == torch.float32


@pytest.mark.parametrize(
    ("arrays", "rule"),
    [
        ({"a": ROWS}, "own_no_targets"),
        ({"x": ROWS, "y": LABELS[:7]}, "own_lengths"),
        ({"x": np.where(ROWS > 2, np.nan, ROWS), "y": LABELS}, "own_not_finite"),
        ({"x": NAMES, "y": LABELS}, "own_no_numbers"),
        ({"x": ROWS, "y": LABELS * 0}, "own_one_class"),
        ({"x": ROWS[:1], "y": LABELS[:1]}, "own_few_rows"),
        ({"x": ROWS, "y": np.array([{}] * 30)}, "own_pickled"),
    ],
)
def test_bad_arrays_are_one_sentence(tmp_path: Path, arrays: dict[str, Any], rule: str) -> None:
    with pytest.raises(DataError) as caught:
        choice_from(survey(stored(tmp_path, **arrays)), folder=tmp_path)
    assert told(caught.value).rule == rule


@pytest.mark.parametrize("name", ["data.npz", "data.npy"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    for content, rule in ((None, "own_gone"), (b"", "own_no_array"), (b"PK\3\4 no archive", "own_no_array")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError) as caught:
            survey(tmp_path / name)
        assert told(caught.value).rule in (rule, "own_pickled")


def test_arrays_that_changed_are_read_with_care(tmp_path: Path) -> None:
    choice = choice_from(survey(stored(tmp_path, x=ROWS, y=LABELS)), folder=tmp_path)
    for arrays, rule in (
        ({"x": ROWS}, "own_no_key"),
        ({"x": ROWS[:, :3], "y": LABELS}, "own_changed"),
        ({"x": ROWS, "y": LABELS + 1}, "own_new_label"),
    ):
        stored(tmp_path, **arrays)
        with pytest.raises(DataError) as caught:
            load(choice, tmp_path)
        assert told(caught.value).rule == rule


@pytest.mark.parametrize("arguments", [{}, {"keys": ("x",)}, {"shape": (0,)}, {"classes": ("a",)}, {"tested": 99}])
def test_facts_of_a_choice_that_makes_no_sense_are_none(tmp_path: Path, arguments: dict[str, Any]) -> None:
    good = choice_from(survey(stored(tmp_path, x=ROWS, y=LABELS)), folder=tmp_path).arguments if arguments else {}
    choice = Choice("arrays", {**good, **arguments})
    assert facts(choice).kind == "none"
    with pytest.raises(DataError) as caught:
        load(choice, tmp_path)
    assert told(caught.value).rule in ("own_not_chosen", "own_changed")
