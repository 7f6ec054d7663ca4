"""A look at data: counts and ranges against numpy on the whole, samples as they are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.datasets import NAMES, Splits, facts, load, looking
from core.datasets.looking import overview, samples
from core.datasets.source import DatasetFacts
from core.training.config import Choice

HERE = [name for name in NAMES if name != "none" and facts(Choice(name)).origin is None]
"""The data sets that need no download and no file."""


def splits_of(inputs: torch.Tensor, targets: torch.Tensor, classes: int = 2) -> Splits:
    return Splits(inputs, targets, inputs[:1], targets[:1], classes)


@pytest.mark.parametrize("name", [name for name in HERE if facts(Choice(name)).shape != ()])
def test_the_overview_of_every_set_is_what_torch_computes(name: str) -> None:
    known, splits = facts(Choice(name)), load(Choice(name))
    found = overview(splits, known)
    assert (found.shape, found.classes, found.dtype) == (known.shape, known.classes, known.dtype)
    assert found.held == (known.held or known.dtype)
    for part, inputs, targets in (
        (found.train, splits.train_inputs, splits.train_targets),
        (found.test, splits.test_inputs, splits.test_targets),
    ):
        values = inputs.double() / (255 if inputs.dtype == torch.uint8 else 1)
        assert part.samples == len(inputs) and part.bad == 0
        assert (part.lowest, part.highest) == (float(values.min()), float(values.max()))
        assert part.mean == pytest.approx(float(values.mean()), abs=1e-9)
        assert part.deviation == pytest.approx(float(values.std(correction=0)), rel=1e-9)
        if known.task == "classification":
            assert part.counts.tolist() == torch.bincount(targets, minlength=len(known.classes)).tolist()
            assert part.target_lowest is None
        else:
            assert len(part.counts) == 0
            assert (part.target_lowest, part.target_highest) == (float(targets.min()), float(targets.max()))


def test_large_data_are_counted_in_pieces_to_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    known, splits = facts(Choice("digits")), load(Choice("digits"))
    whole = overview(splits, known)
    monkeypatch.setattr(looking, "TOGETHER", 1_000)
    pieces = overview(splits, known)
    assert pieces.train.mean == pytest.approx(whole.train.mean, rel=1e-12)
    assert pieces.train.deviation == pytest.approx(whole.train.deviation, rel=1e-12)
    assert (pieces.train.lowest, pieces.train.highest) == (whole.train.lowest, whole.train.highest)


def test_values_that_are_no_numbers_are_counted_and_left_out() -> None:
    known = DatasetFacts("own", (2,), ("a", "b"), 2, 1, "table")
    inputs = torch.tensor([[1.0, float("nan")], [float("inf"), 3.0]])
    part = overview(splits_of(inputs, torch.tensor([0, 1])), known).train
    assert (part.bad, part.lowest, part.highest, part.mean, part.deviation) == (2, 1.0, 3.0, 2.0, 1.0)
    empty = overview(splits_of(inputs * float("nan"), torch.tensor([0, 1])), known).train
    assert empty.bad == 4 and np.isnan(empty.mean)


def test_real_pictures_come_out_as_they_are(datasets_folder: Path) -> None:
    from torchvision.datasets import FashionMNIST

    known, splits = facts(Choice("FashionMNIST")), load(Choice("FashionMNIST"), datasets_folder)
    theirs = FashionMNIST(str(datasets_folder), train=False)
    for sample in samples(splits, known, [3, 0, 17], "test"):
        image, label = theirs[sample.index]
        assert sample.kind == "picture" and sample.values.dtype == np.uint8
        assert (sample.values[:, :, 0] == np.asarray(image)).all() and sample.values.shape == (28, 28, 1)
        assert sample.label == known.classes[label]


@pytest.mark.parametrize(("channels", "drawn"), [(1, 1), (2, 1), (3, 3), (4, 3)])
def test_pictures_have_one_colour_or_three(channels: int, drawn: int) -> None:
    choice = Choice("FakeData", {"samples": 20, "channels": channels, "size": 5})
    splits = load(choice)
    (sample,) = samples(splits, facts(choice), [2])
    assert sample.values.shape == (5, 5, drawn)
    assert (sample.values == splits.train_inputs[2, :drawn].permute(1, 2, 0).numpy()).all()


def test_pictures_of_any_range_can_be_seen() -> None:
    known = DatasetFacts("own", (1, 1, 3), ("a", "b"), 2, 1, "images")
    inputs = torch.tensor([[[[0.0, 0.5, 1.0]]], [[[-2.0, float("nan"), 2.0]]]])
    first, second = samples(splits_of(inputs, torch.tensor([0, 1])), known, [0, 1])
    assert first.values.flatten().tolist() == [0, 128, 255]
    assert second.values.flatten().tolist() == [0, 128, 255]


def test_each_kind_of_sample_has_its_values_and_label() -> None:
    def first(name: str) -> tuple[looking.Sample, Splits]:
        splits = load(Choice(name))
        return samples(splits, facts(Choice(name)), [5])[0], splits

    for name, kind in (("spiral", "point"), ("iris", "row"), ("waves", "sequence"), ("syllables", "text")):
        sample, splits = first(name)
        assert (sample.kind, sample.index) == (kind, 5)
        assert (sample.values == splits.train_inputs[5].numpy()).all()
        assert sample.label == facts(Choice(name)).classes[int(splits.train_targets[5])]
    line, splits = first("line")
    assert float(line.label) == pytest.approx(float(splits.train_targets[5]), rel=1e-3)
    name, _ = first("syllables")
    assert name.text.isalpha() and len(name.text) == int((name.values > 0).sum())


def test_a_text_of_words_is_told_word_by_word() -> None:
    known = DatasetFacts("own", (4,), ("a",), 1, 1, "text", dtype="int64", tokens=("", "good", "day"))
    splits = splits_of(torch.tensor([[1, 2, 0, 0]]), torch.tensor([0]), 1)
    assert samples(splits, known, [0])[0].text == "good day"


def test_a_sample_that_is_not_there_is_an_index_error() -> None:
    splits = load(Choice("line"))
    with pytest.raises(IndexError):
        samples(splits, facts(Choice("line")), [10**6])
