"""Losses: torch's own names and defaults, the targets they want, and what counts as right."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import nn
from torch.nn import functional

from core.text import Text
from core.training import losses
from core.training.config import Choice
from core.training.devices import devices, resolve
from core.training.losses import HIDDEN, LEFT_OUT, LOSSES, answers, prepare_targets
from tests.at_bounds import at_bounds

LABELS = torch.tensor([0, 2, 1, 2])
BINARY = torch.tensor([0, 1, 1, 0])


OF_CLASSES = [name for name, one in LOSSES.items() if one.form is not None]
OF_NUMBERS = [name for name, one in LOSSES.items() if one.regression]


def fitting(name: str, values: torch.Tensor) -> torch.Tensor:
    """Any numbers as an output that the loss expects."""
    return {
        "any": lambda: values,
        "logits": lambda: values,
        "probabilities": lambda: values.sigmoid(),
        "log_probabilities": lambda: values.log_softmax(1),
        "positive": lambda: values.exp(),
        "distances": lambda: functional.softplus(values),
    }[LOSSES[name].output]()


def test_every_loss_of_torch_is_offered_or_left_out_with_a_reason() -> None:
    of_torch = {name for name, one in vars(nn).items() if inspect.isclass(one) and name.endswith(("Loss", "Loss2d"))}
    assert of_torch | {"AdaptiveLogSoftmaxWithLoss"} == {*LOSSES, *LEFT_OUT}
    assert all(issubclass(getattr(nn, name), nn.Module) for name in LOSSES)
    assert not LOSSES.keys() & LEFT_OUT.keys() and all(LEFT_OUT.values())
    first = "CrossEntropyLoss NLLLoss MSELoss L1Loss HuberLoss BCELoss BCEWithLogitsLoss"
    assert list(LOSSES)[:7] == first.split()


@pytest.mark.parametrize("name", OF_CLASSES)
def test_a_loss_takes_the_targets_that_are_prepared_for_it(name: str) -> None:
    values = torch.randn(4, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    targets = prepare_targets(name, LABELS, 3, 3)
    losses.build(Choice(name))(fitting(name, values), targets).backward()
    assert values.grad is not None and values.grad.isfinite().all() and values.grad.any()


@pytest.mark.parametrize("name", OF_CLASSES)
def test_what_a_loss_makes_small_is_the_answer_that_counts_as_right(name: str) -> None:
    weights = torch.zeros(4, 3, requires_grad=True)
    targets, loss = prepare_targets(name, LABELS, 3, 3), losses.build(Choice(name))
    optimizer = torch.optim.Adam([weights], lr=0.1)
    for _ in range(50):
        optimizer.zero_grad()
        loss(fitting(name, weights), targets).backward()
        optimizer.step()
    assert answers(name, fitting(name, weights)).tolist() == LABELS.tolist()


@pytest.mark.parametrize("name", [name for name in OF_CLASSES if LOSSES[name].single])
def test_one_output_is_enough_for_two_classes_where_it_says_so(name: str) -> None:
    weights = torch.zeros(4, 1, requires_grad=True)
    targets, loss = prepare_targets(name, BINARY, 2, 1), losses.build(Choice(name))
    optimizer = torch.optim.Adam([weights], lr=0.1)
    for _ in range(50):
        optimizer.zero_grad()
        loss(fitting(name, weights), targets).backward()
        optimizer.step()
    assert answers(name, fitting(name, weights)).tolist() == BINARY.tolist()


@pytest.mark.parametrize("name", OF_NUMBERS)
@pytest.mark.parametrize("shape", [(5, 1), (5, 3), (5, 2, 2)])
def test_a_loss_of_numbers_takes_them_as_they_are(name: str, shape: tuple[int, ...]) -> None:
    targets = torch.rand(shape)
    assert prepare_targets(name, targets, 0, shape[1]) is targets
    outputs = torch.randn(shape, requires_grad=True)
    value = losses.build(Choice(name))(fitting(name, outputs), targets)
    value.backward()
    assert value.shape == () and outputs.grad is not None and outputs.grad.any()


def test_a_target_is_written_as_its_form_says() -> None:
    assert prepare_targets("SoftMarginLoss", LABELS[:2], 3, 3).tolist() == [[1, -1, -1], [-1, -1, 1]]
    assert prepare_targets("SoftMarginLoss", BINARY, 2, 1).tolist() == [[-1], [1], [1], [-1]]
    assert prepare_targets("MultiLabelMarginLoss", LABELS[:2], 3, 3).tolist() == [[0, -1, -1], [2, -1, -1]]
    assert prepare_targets("MultiMarginLoss", LABELS, 3, 3) is LABELS


def test_a_number_that_no_count_can_be_is_told() -> None:
    assert losses.wrong_target("PoissonNLLLoss", torch.tensor([[3.0], [-0.5]])) == -0.5
    assert losses.wrong_target("PoissonNLLLoss", torch.tensor([[3.0], [0.0]])) is None
    assert losses.wrong_target("MSELoss", torch.tensor([[-3.0]])) is None


def test_a_poisson_loss_expects_what_its_argument_says() -> None:
    assert losses.expects(Choice("PoissonNLLLoss")) == "any"
    assert losses.expects(Choice("PoissonNLLLoss", {"log_input": False})) == "positive"


@pytest.mark.parametrize("name", LOSSES)
def test_what_torch_refuses_of_a_loss_is_refused_before(name: str) -> None:
    known = {field.name: field for field in losses.fields(name)}
    for key, value in at_bounds(losses.fields(name)):
        if known[key].check(value) is None:
            loss = losses.build(Choice(name, {key: value}))
            if LOSSES[name].form is not None:
                outputs, targets = fitting(name, torch.randn(4, 3)), prepare_targets(name, LABELS, 3, 3)
            else:
                outputs, targets = torch.rand(4, 3), torch.rand(4, 3)
            assert not loss(outputs, targets).isnan(), (key, value)


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
    assert int((answers(name, torch.tensor(outputs)) == BINARY).sum()) == right


@pytest.mark.parametrize("name", LOSSES)
def test_fields_of_a_loss_are_torchs_arguments_with_its_defaults(name: str) -> None:
    parameters = inspect.signature(getattr(nn, name)).parameters
    shown = {field.name for field in losses.fields(name)}
    assert shown | (set(parameters) & HIDDEN.keys()) == set(parameters)
    for field in losses.fields(name):
        assert parameters[field.name].default == field.default
        assert field.check(field.default) is None


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
