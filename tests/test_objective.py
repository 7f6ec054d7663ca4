"""Several losses that add up: their sum, their targets, and that a single one is itself, bit for bit."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from core.training.config import AddedLoss, Choice, TrainingConfig
from core.training.losses import LOSSES
from core.training.objective import Objective, part_names

LABELS = torch.tensor([0, 2, 1, 2])


def objective(*names: str, classes: int = 3, weights: tuple[float, ...] = (0.5, 2.0, 0.25)) -> Objective:
    added = tuple(AddedLoss(Choice(name), weight) for name, weight in zip(names[1:], weights, strict=False))
    return Objective(TrainingConfig(loss=Choice(names[0]), added_losses=added), classes)


def test_a_single_loss_is_torchs_own() -> None:
    one = objective("CrossEntropyLoss")
    assert type(one.function) is nn.CrossEntropyLoss and one.parts == ()
    outputs = torch.randn(4, 3)
    assert one.prepare(LABELS, 3) is LABELS
    assert torch.equal(one(outputs, LABELS), nn.CrossEntropyLoss()(outputs, LABELS))
    assert [value.item() for value in one.values(outputs, LABELS)] == [one(outputs, LABELS).item()]


def test_losses_with_targets_of_different_forms_add_up() -> None:
    one = objective("CrossEntropyLoss", "MSELoss", "SoftMarginLoss", "L1Loss")
    assert one.parts == ("CrossEntropyLoss", "MSELoss", "SoftMarginLoss", "L1Loss")
    outputs, rows = torch.randn(4, 3, requires_grad=True), functional.one_hot(LABELS, 3).float()
    targets = one.prepare(LABELS, 3)
    expected = nn.CrossEntropyLoss()(outputs, LABELS) + 0.5 * nn.MSELoss()(outputs, rows)
    expected = expected + 2.0 * nn.SoftMarginLoss()(outputs, rows * 2 - 1) + 0.25 * nn.L1Loss()(outputs, rows)
    assert torch.equal(one(outputs, targets), expected)
    assert torch.equal(one.total(one.values(outputs, targets)), expected)
    one(outputs, targets).backward()
    found = outputs.grad
    outputs.grad = None
    expected.backward()
    assert found is not None and torch.equal(found, outputs.grad)  # type: ignore[arg-type]


def test_losses_of_one_form_have_their_targets_made_once() -> None:
    one = objective("MSELoss", "BCEWithLogitsLoss")
    targets = one.prepare(LABELS, 3)
    assert torch.equal(targets, functional.one_hot(LABELS, 3).float())
    outputs = torch.randn(4, 3)
    assert torch.equal(
        one(outputs, targets), nn.MSELoss()(outputs, targets) + 0.5 * nn.BCEWithLogitsLoss()(outputs, targets)
    )


def test_two_classes_with_one_output_and_several_losses() -> None:
    one = objective("BCEWithLogitsLoss", "SoftMarginLoss", classes=2)
    labels, outputs = torch.tensor([0, 1, 1]), torch.randn(3, 1)
    rows = labels.unsqueeze(1).float()
    expected = nn.BCEWithLogitsLoss()(outputs, rows) + 0.5 * nn.SoftMarginLoss()(outputs, rows * 2 - 1)
    assert torch.equal(one(outputs, one.prepare(labels, 1)), expected)


@pytest.mark.parametrize("shape", [(5, 1), (5, 3), (5, 2, 2)])
def test_numbers_are_the_target_of_every_loss(shape: tuple[int, ...]) -> None:
    one = objective("MSELoss", "HuberLoss", classes=0)
    outputs, targets = torch.randn(shape), torch.randn(shape)
    assert one.prepare(targets, shape[1]) is targets
    assert torch.equal(one(outputs, targets), nn.MSELoss()(outputs, targets) + 0.5 * nn.HuberLoss()(outputs, targets))


def test_a_weight_of_one_changes_no_bit() -> None:
    one = objective("MSELoss", "L1Loss", classes=0, weights=(1.0,))
    outputs, targets = torch.randn(5, 1), torch.randn(5, 1)
    assert torch.equal(one(outputs, targets), nn.MSELoss()(outputs, targets) + nn.L1Loss()(outputs, targets))


@pytest.mark.parametrize("first", [name for name, one in LOSSES.items() if one.form is not None])
def test_every_loss_of_classes_goes_with_every_other(first: str) -> None:
    outputs = torch.rand(4, 3).log_softmax(1)
    for second, one in LOSSES.items():
        if one.form is not None and "BCELoss" not in (first, second):
            both = objective(first, second)
            assert both(outputs, both.prepare(LABELS, 3)).isfinite()


def test_parts_of_one_name_are_numbered() -> None:
    assert part_names(["MSELoss", "L1Loss", "MSELoss", "MSELoss"]) == ("MSELoss", "L1Loss", "MSELoss 2", "MSELoss 3")


def test_a_target_that_one_of_the_losses_cannot_take_is_told_with_its_name() -> None:
    one = objective("MSELoss", "PoissonNLLLoss", classes=0)
    assert one.wrong_target(torch.tensor([[1.0], [-2.0]])) == ("PoissonNLLLoss", -2.0)
    assert one.wrong_target(torch.tensor([[1.0]])) is None
