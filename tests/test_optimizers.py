"""Optimizers: torch's own names and defaults, what each one takes, and that nothing is accepted that torch refuses."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import nn

from core.layout import Layout
from core.rules.learning import NOT_SPARSE
from core.rules.training import training_problems
from core.training import optimizers
from core.training.config import Choice, TrainingConfig
from core.training.optimizers import HIDDEN, LEFT_OUT, OPTIMIZERS
from core.training.stepping import bare_step
from core.values import Value
from tests.at_bounds import at_bounds

DENSE = [name for name, one in OPTIMIZERS.items() if one.wants != "sparse"]


def step_of(optimizer: torch.optim.Optimizer) -> Callable[[], object]:
    return optimizer.step


def stepped(
    choice: Choice, steps: int = 3, of: Callable[[torch.optim.Optimizer], Callable[[], object]] = step_of
) -> torch.Tensor:
    """A matrix after some steps along the same gradients."""
    parameter = nn.Parameter(torch.linspace(-1, 1, 6).reshape(2, 3))
    optimizer = optimizers.build(choice, [parameter])
    step = of(optimizer)
    for _ in range(steps):
        parameter.grad = parameter.detach() * 0.5
        if choice.name == "SparseAdam":
            parameter.grad = parameter.grad.to_sparse()
        step()
    return parameter.detach()


def test_every_optimizer_of_torch_is_offered_or_left_out_with_a_reason() -> None:
    base = torch.optim.Optimizer
    of_torch = {name for name, one in vars(torch.optim).items() if inspect.isclass(one) and issubclass(one, base)}
    assert of_torch - {"Optimizer"} == {*OPTIMIZERS, *LEFT_OUT}
    assert not OPTIMIZERS.keys() & LEFT_OUT.keys()
    assert list(OPTIMIZERS)[:5] == ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fields_of_an_optimizer_are_torchs_arguments_with_its_defaults(name: str) -> None:
    parameters = inspect.signature(getattr(torch.optim, name)).parameters
    fields = optimizers.fields(name)
    assert fields[0].name == "lr"
    assert {field.name for field in fields} | (set(parameters) & HIDDEN.keys()) == set(parameters)
    for field in fields:
        assert parameters[field.name].default == field.default, field.name
        assert field.check(field.default) is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_with_every_default_written_out_is_the_plain_one(name: str) -> None:
    arguments = {field.name: field.default for field in optimizers.fields(name)}
    plain = stepped(Choice(name))
    assert torch.equal(stepped(Choice(name, arguments)), plain)
    assert not torch.equal(plain, torch.linspace(-1, 1, 6).reshape(2, 3))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_bare_step_is_torchs_step(name: str) -> None:
    bare = stepped(Choice(name), of=lambda optimizer: torch.no_grad()(bare_step(optimizer)))
    assert torch.equal(bare, stepped(Choice(name)))


@pytest.mark.parametrize("value", [0, -0.1, float("nan"), float("inf"), 1e9, True, "fast"])
def test_a_learning_rate_that_cannot_be_is_refused(value: object) -> None:
    assert optimizers.fields("SGD")[0].check(value) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_torch_refuses_is_refused_before(name: str) -> None:
    """Alone or together: where no problem is said, torch builds the optimizer and takes a step."""
    layout = Layout()
    accepted, refused = 0, 0
    for key, value in at_bounds(optimizers.fields(name)):
        choice = Choice(name, {key: value})
        training = TrainingConfig(optimizer=choice)
        if any(training_problems(replace(layout, training=training))):
            refused += 1
            continue
        stepped(choice)
        accepted += 1
    assert accepted > len(optimizers.fields(name)) and refused > 0


@pytest.mark.parametrize(
    ("name", "arguments", "rule"),
    [
        ("Adam", {"betas": 0.9}, "field.exactly"),
        ("Adam", {"betas": (0.9,)}, "field.exactly"),
        ("Adam", {"betas": (0.9, 1.0)}, "field.below"),
        ("Adam", {"betas": (0.9, None)}, "field.not_real"),
        ("Rprop", {"etas": (1.5, 2.0)}, "optimizer.etas"),
        ("Rprop", {"etas": (0.5, 1.0)}, "optimizer.etas"),
        ("Adafactor", {"eps": (None, None)}, "optimizer.second_eps"),
        ("Adafactor", {"d": 0.5}, "field.minimum"),
        ("SGD", {"nesterov": True}, "optimizer.nesterov"),
        ("Muon", {"nesterov": True}, ""),
        ("Muon", {"ns_steps": 100}, "field.maximum"),
        ("SGD", {"betas": (0.9, 0.9)}, "argument.unknown"),
    ],
)
def test_what_is_wrong_with_arguments_is_said(name: str, arguments: dict[str, Value], rule: str) -> None:
    training = TrainingConfig(optimizer=Choice(name, arguments))
    assert [one.rule for one in training_problems(replace(Layout(), training=training))] == ([rule] if rule else [])


def test_whole_numbers_are_reals_to_torch() -> None:
    assert torch.equal(stepped(Choice("Adam", {"betas": (0, 0)})), stepped(Choice("Adam", {"betas": (0.0, 0.0)})))


def test_several_numbers_are_typed_with_commas() -> None:
    betas = optimizers.fields("Adam")[1]
    assert betas.read("0.8, 0.99") == betas.read("(0.8, 0.99)") == (0.8, 0.99)
    assert betas.show((0.8, 0.99)) == "0.8, 0.99"
    eps = next(field for field in optimizers.fields("Adafactor") if field.name == "eps")
    assert eps.read("None, 0.01") == (None, 0.01) and eps.read(eps.show(eps.default)) == eps.default


def test_which_optimizers_read_sparse_gradients_is_what_torch_says() -> None:
    found = set()
    for name in OPTIMIZERS:
        table = nn.Embedding(9, 4, sparse=True)
        optimizer = optimizers.build(Choice(name), table.parameters())
        table(torch.tensor([1, 2, 2])).sum().backward()
        try:
            optimizer.step()
        except RuntimeError:
            found.add(name)
    assert found == NOT_SPARSE


def test_of_sparse_gradients_only_the_norm_can_be_clipped() -> None:
    table = nn.Embedding(9, 4, sparse=True)
    table(torch.tensor([1, 2, 2])).sum().backward()
    with pytest.raises((RuntimeError, NotImplementedError)):
        nn.utils.clip_grad_value_(table.parameters(), 0.1)
    gradient = table.weight.grad
    assert gradient is not None
    assert torch.equal(
        nn.utils.clip_grad_norm_(table.parameters(), 0.1), gradient.to_dense().norm().new_tensor(20**0.5)
    )


def test_which_parameters_an_optimizer_wants_is_what_torch_says() -> None:
    for name, one in OPTIMIZERS.items():
        layer = nn.Linear(3, 2)
        try:
            optimizer = optimizers.build(Choice(name), layer.parameters())
            layer(torch.ones(1, 3)).sum().backward()
            optimizer.step()
        except (ValueError, RuntimeError):
            assert one.wants != "any", name
        else:
            assert one.wants == "any", name
    stepped(Choice("Muon"))


def test_which_optimizers_have_a_momentum_is_what_torch_says() -> None:
    for name, one in OPTIMIZERS.items():
        optimizer = optimizers.build(Choice(name), [nn.Parameter(torch.ones(2, 2))])
        try:
            torch.optim.lr_scheduler.CyclicLR(optimizer, base_lr=0.1, max_lr=0.2)
        except ValueError:
            assert not one.has_momentum, name
        else:
            assert one.has_momentum, name
