"""Losses and optimizers: torch's own names and defaults, the targets they want, and what counts as right."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import nn

from core.text import Text
from core.training import losses, optimizers
from core.training.config import Choice
from core.training.devices import devices, resolve
from core.training.losses import LOSSES, correct, prepare_targets
from core.training.optimizers import OPTIMIZERS

LABELS = torch.tensor([0, 2, 1, 2])
BINARY = torch.tensor([0, 1, 1, 0])


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_takes_the_targets_that_are_prepared_for_it(name: str) -> None:
    outputs = torch.rand(4, 3).softmax(1).requires_grad_()
    targets = prepare_targets(name, LABELS, 3, 3)
    losses.build(Choice(name))(outputs.log() if name == "NLLLoss" else outputs, targets).backward()
    assert outputs.grad is not None


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss"])
def test_two_classes_with_one_output_get_one_number(name: str) -> None:
    targets = prepare_targets(name, BINARY, 2, 1)
    assert targets.tolist() == [[0.0], [1.0], [1.0], [0.0]]
    assert prepare_targets(name, BINARY, 2, 2).tolist() == [[1, 0], [0, 1], [0, 1], [1, 0]]


@pytest.mark.parametrize("name", ["CrossEntropyLoss", "NLLLoss"])
def test_losses_of_classes_get_the_numbers_of_the_classes(name: str) -> None:
    assert prepare_targets(name, LABELS, 3, 3) is LABELS


@pytest.mark.parametrize(
    ("name", "outputs", "right"),
    [
        ("CrossEntropyLoss", [[3.0, 1.0], [0.0, 1.0], [2.0, 1.0], [1.0, 0.0]], 3),
        ("MSELoss", [[0.9, 0.1], [0.2, 0.7], [0.1, 0.9], [0.0, 1.0]], 3),
        ("MSELoss", [[0.4], [0.6], [0.51], [0.49]], 4),
        ("BCELoss", [[0.4], [0.6], [0.4], [0.9]], 2),
        ("BCEWithLogitsLoss", [[-0.1], [0.1], [0.4], [0.1]], 3),
    ],
)
def test_right_answers_are_counted_as_the_loss_means_them(name: str, outputs: list[list[float]], right: int) -> None:
    assert correct(name, torch.tensor(outputs), BINARY).item() == right


@pytest.mark.parametrize("name", LOSSES)
def test_fields_of_a_loss_are_torchs_arguments_with_its_defaults(name: str) -> None:
    parameters = inspect.signature(getattr(nn, name)).parameters
    for field in losses.fields(name):
        assert parameters[field.name].default == field.default
        assert field.check(field.default) is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fields_of_an_optimizer_are_torchs_arguments_with_its_defaults(name: str) -> None:
    parameters = inspect.signature(getattr(torch.optim, name)).parameters
    fields = optimizers.fields(name)
    assert fields[0].name == "lr"
    for field in fields:
        assert parameters[field.name].default == field.default, field.name
        assert field.check(field.default) is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_with_every_default_written_out_is_the_plain_one(name: str) -> None:
    arguments = {field.name: field.default for field in optimizers.fields(name)}
    written, plain = ([nn.Parameter(torch.ones(3))] for _ in range(2))
    for parameters, choice in ((written, Choice(name, arguments)), (plain, Choice(name))):
        optimizer = optimizers.build(choice, parameters)
        for _ in range(3):
            parameters[0].grad = parameters[0].detach() * 0.5
            optimizer.step()
    assert torch.equal(written[0], plain[0])


@pytest.mark.parametrize("value", [0, -0.1, float("nan"), float("inf"), 1e9, True, "fast"])
def test_a_learning_rate_that_cannot_be_is_refused(value: object) -> None:
    assert optimizers.fields("SGD")[0].check(value) is not None  # type: ignore[arg-type]


def test_every_device_is_there_or_says_why_not() -> None:
    found = devices()
    assert found[0].name == "cpu" and found[0].available
    assert {device.name.split(":")[0] for device in found} == {"cpu", "cuda", "mps", "xpu"}
    for device in found:
        assert device.available == (device.reason == "")
        if device.reason:
            assert all(Text(language).has(f"device.{device.reason}") for language in ("en", "ko"))


def test_auto_is_an_accelerator_or_the_processor() -> None:
    usable = [device.name for device in devices() if device.available]
    assert resolve("auto") == (usable[1] if len(usable) > 1 else "cpu")
    assert resolve("cpu") == "cpu"
    for name in ("cuda:17", "tpu", ""):
        with pytest.raises(LookupError):
            resolve(name)
