"""Lazy layers: a model that trains comes out of the dry run, with the weights that the printed script would draw."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from core.lazies import has_lazy_layers, materialise
from core.signals import Signal

INPUTS = (Signal(("N", 3, 8, 8)),)


def lazy_network() -> nn.Sequential:
    return nn.Sequential(
        nn.LazyConv2d(4, kernel_size=3),
        nn.LazyBatchNorm2d(),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.LazyLinear(10),
    )


def test_the_dry_run_draws_the_weights_that_the_printed_lines_draw() -> None:
    torch.manual_seed(7)
    ours = lazy_network()
    materialise(ours, INPUTS)
    after = torch.rand(1)
    torch.manual_seed(7)
    written = lazy_network()
    written.eval()
    with torch.no_grad():
        written(torch.zeros(2, 3, 8, 8))
    written.train()
    assert torch.equal(after, torch.rand(1))
    assert repr(ours) == repr(written)
    assert ours.state_dict().keys() == written.state_dict().keys()
    assert all(torch.equal(value, written.state_dict()[key]) for key, value in ours.state_dict().items())


def test_the_dry_run_leaves_running_means_and_the_mode_as_they_were() -> None:
    model = lazy_network()
    materialise(model, INPUTS)
    assert model.training and all(module.training for module in model.modules())
    assert torch.equal(model[1].running_mean, torch.zeros(4)) and model[1].num_batches_tracked == 0
    assert not has_lazy_layers(model)


def test_a_materialised_model_trains_and_copies() -> None:
    model = lazy_network()
    materialise(model, INPUTS)
    twin = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.rand(3, 3, 8, 8)).sum().backward()
    optimizer.step()
    assert not torch.equal(model[5].weight, twin[5].weight)


def test_a_lazy_layer_can_be_frozen_behind_the_dry_run_and_not_before() -> None:
    model = lazy_network()
    with pytest.raises(ValueError, match="uninitialized"):
        model[5].requires_grad_(False)
    materialise(model, INPUTS)
    model[5].requires_grad_(False)
    assert not any(parameter.requires_grad for parameter in model[5].parameters())


def test_a_model_that_is_still_lazy_loads_trained_weights_strictly() -> None:
    trained = lazy_network()
    materialise(trained, INPUTS)
    fresh = lazy_network()
    fresh.load_state_dict(trained.state_dict(), strict=True)
    images = torch.rand(3, 3, 8, 8)
    assert torch.equal(fresh.eval()(images), trained.eval()(images))


@pytest.mark.parametrize("model", [nn.Linear(4, 2), nn.Sequential()])
def test_a_model_without_lazy_layers_is_left_alone(model: nn.Module) -> None:
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    materialise(model, (Signal(("N", 999)),))
    assert torch.equal(torch.rand(1), expected)
