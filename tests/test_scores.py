"""The scores against scikit-learn's, whatever is answered: classes that never occur, ties, batches of any size."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics
from torch import Tensor

from core.training.scores import LARGEST_CONFUSION, TOP, NumberScores, Scores, scores

CLOSE = {"rel": 1e-9, "abs": 1e-12}


def batches(count: int, draw: st.DrawFn) -> list[int]:
    """Where so many samples are cut."""
    cuts = draw(st.lists(st.integers(0, count), max_size=3))
    return [0, *sorted(cuts), count]


@st.composite
def classified(draw: st.DrawFn) -> tuple[int, Tensor, Tensor, list[int]]:
    """Classes, outputs of few different values, so that many are equal, labels of few classes, and cuts."""
    classes = draw(st.integers(2, 12))
    count = draw(st.integers(1, 40))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    levels = draw(st.sampled_from((2, 5, 10_000)))
    outputs = torch.from_numpy(random.integers(0, levels, (count, classes))).float() / 7 - 1
    labels = torch.from_numpy(random.integers(0, draw(st.integers(1, classes)), count))
    return classes, outputs, labels, batches(count, draw)


def fed(found: Scores, outputs: Tensor, targets: Tensor, cuts: list[int]) -> None:
    for start, stop in pairwise(cuts):
        found.add(outputs[start:stop], targets[start:stop])


def by_scikit_learn(labels: NDArray[np.int64], answers: NDArray[np.int64]) -> dict[str, float]:
    known = {"average": "macro", "zero_division": 0}
    return {
        "accuracy": metrics.accuracy_score(labels, answers),
        "precision": metrics.precision_score(labels, answers, **known),
        "recall": metrics.recall_score(labels, answers, **known),
        "f1": metrics.f1_score(labels, answers, **known),
    }


@given(classified(), st.booleans())
@settings(deadline=None, max_examples=150)
def test_classes_are_scored_as_by_scikit_learn(example: tuple[int, Tensor, Tensor, list[int]], table: bool) -> None:
    classes, outputs, labels, cuts = example
    found = scores(classes, "CrossEntropyLoss", confusion=table)
    fed(found, outputs, labels, cuts)
    values = found.values()
    # Of equally large outputs argmax is the first one's, in torch as in numpy.
    wanted = by_scikit_learn(labels.numpy(), outputs.numpy().argmax(1))
    assert values.keys() == {*wanted, *(["top5"] if classes > TOP else [])}
    for name, value in wanted.items():
        assert values[name] == pytest.approx(value, **CLOSE), name
    if classes > TOP:
        # Of equally large ones scikit-learn takes the last class first: with the classes reversed, the first.
        top = metrics.top_k_accuracy_score(
            classes - 1 - labels.numpy(), outputs.numpy()[:, ::-1], k=TOP, labels=range(classes)
        )
        assert values["top5"] == pytest.approx(top, **CLOSE)
    confusion = found.confusion()
    if table:
        expected = metrics.confusion_matrix(labels, outputs.argmax(1), labels=range(classes))
        assert np.array_equal(confusion, expected)
        assert confusion.dtype == np.int64
    else:
        assert confusion is None


@given(
    st.sampled_from((("BCEWithLogitsLoss", 0.0), ("BCELoss", 0.5), ("MSELoss", 0.5), ("SoftMarginLoss", 0.0))),
    st.lists(st.tuples(st.sampled_from((-1.0, 0.0, 0.25, 0.5, 0.75)), st.integers(0, 1)), min_size=1, max_size=30),
)
@settings(deadline=None)
def test_a_single_output_answers_by_the_loss_s_threshold(
    loss: tuple[str, float], rows: list[tuple[float, int]]
) -> None:
    name, threshold = loss
    outputs, labels = (torch.tensor(column) for column in zip(*rows, strict=True))
    found = scores(2, name, confusion=True)
    found.add(outputs.unsqueeze(1), labels)
    answers = (outputs > threshold).long().numpy()
    assert found.values() == pytest.approx(by_scikit_learn(labels.numpy(), answers), **CLOSE)
    assert np.array_equal(found.confusion(), metrics.confusion_matrix(labels, answers, labels=(0, 1)))


def test_the_smallest_distance_is_the_answer() -> None:
    distances = torch.arange(14.0).view(2, 7)
    found = scores(7, "HingeEmbeddingLoss")
    found.add(distances, torch.tensor([0, 4]))
    values = found.values()
    assert (values["accuracy"], values["top5"]) == (0.5, 1.0)
    found.add(distances, torch.tensor([5, 6]))
    assert found.values()["top5"] == 0.5


def test_more_classes_than_a_table_holds_are_scored_without_one() -> None:
    classes = LARGEST_CONFUSION + 1
    outputs = torch.randn(50, classes, generator=torch.Generator().manual_seed(0))
    labels = outputs.topk(10, 1).indices[:, torch.arange(50) % 10].diagonal()
    found = scores(classes, "CrossEntropyLoss", confusion=True)
    found.add(outputs, labels)
    values = found.values()
    assert found.confusion() is None
    assert values["top5"] == 0.5
    for name, value in by_scikit_learn(labels.numpy(), outputs.argmax(1).numpy()).items():
        assert values[name] == pytest.approx(value, **CLOSE)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[Tensor, Tensor, list[int]]:
    count, shape = draw(st.integers(1, 30)), draw(st.sampled_from(((1,), (3,), (2, 2))))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    centre, width = draw(st.sampled_from((0.0, -3.0, 50_000.0))), draw(st.sampled_from((0.0, 0.01, 1.0, 1_000.0)))
    targets = torch.from_numpy(random.normal(centre, width, (count, *shape))).float()
    outputs = targets if draw(st.booleans()) else targets + torch.from_numpy(random.normal(0, 1, targets.shape)).float()
    return outputs, targets, batches(count, draw)


@given(numbers())
@settings(deadline=None, max_examples=150)
def test_numbers_are_scored_as_by_scikit_learn(example: tuple[Tensor, Tensor, list[int]]) -> None:
    outputs, targets, cuts = example
    found = scores(0, "MSELoss", confusion=True)
    fed(found, outputs, targets, cuts)
    values = found.values()
    predicted, true = (one.flatten(1).double().numpy() for one in (outputs, targets))
    assert values["mae"] == pytest.approx(metrics.mean_absolute_error(true, predicted), **CLOSE)
    assert values["rmse"] == pytest.approx(metrics.mean_squared_error(true, predicted) ** 0.5, **CLOSE)
    if len(targets) < 2:
        assert "r2" not in values
    else:
        # Its own mean of equal numbers may be beside them by a last bit.
        wanted = metrics.r2_score(true - true[0], predicted - true[0])
        assert values["r2"] == pytest.approx(wanted, rel=1e-6, abs=1e-9)
    assert found.confusion() is None


@given(classified())
@settings(deadline=None)
def test_counts_of_several_processes_are_one_count(example: tuple[int, Tensor, Tensor, list[int]]) -> None:
    classes, outputs, labels, cuts = example
    whole, merged = (scores(classes, "CrossEntropyLoss", confusion=True) for _ in range(2))
    fed(whole, outputs, labels, cuts)
    for start, stop in pairwise(cuts):
        part = scores(classes, "CrossEntropyLoss", confusion=True)
        part.add(outputs[start:stop], labels[start:stop])
        merged.merge(part.state_dict())
    assert merged.values() == whole.values()
    assert np.array_equal(merged.confusion(), whole.confusion())
    restored = scores(classes, "CrossEntropyLoss", confusion=True)
    restored.load_state_dict(whole.state_dict())
    assert restored.values() == whole.values()


@given(numbers())
@settings(deadline=None)
def test_sums_of_several_processes_are_one_sum(example: tuple[Tensor, Tensor, list[int]]) -> None:
    outputs, targets, cuts = example
    whole, merged = NumberScores(), NumberScores()
    whole.add(outputs, targets)
    for start, stop in pairwise(cuts):
        part = NumberScores()
        part.add(outputs[start:stop], targets[start:stop])
        merged.merge(part.state_dict())
    assert merged.values() == pytest.approx(whole.values(), rel=1e-6, abs=1e-9)


def test_nothing_was_scored_before_the_first_sample() -> None:
    for found in (scores(3, "CrossEntropyLoss", confusion=True), scores(0, "MSELoss")):
        found.add(torch.empty(0, 3), torch.empty(0, dtype=torch.long))
        assert found.values() == {}
        assert found.confusion() is None
        found.merge(found.state_dict())
        assert found.values() == {}


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_short_numbers_are_scored_too(dtype: torch.dtype) -> None:
    outputs = torch.randn(20, 7, generator=torch.Generator().manual_seed(0)).to(dtype)
    labels = torch.arange(20) % 7
    found = scores(7, "CrossEntropyLoss")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found.add(outputs, labels)
    assert found.values()["accuracy"] == metrics.accuracy_score(labels, outputs.float().argmax(1))
