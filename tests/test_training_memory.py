"""What a training takes is told before it starts, and too little memory is said in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from core.datasets import load
from core.layout import Layout, with_training
from core.shapes import infer
from core.text import Text
from core.training import memory, optimizers
from core.training.config import Choice, TrainingConfig
from core.training.events import Failed, Finished, Noticed
from core.training.run import run_training
from tests.examples import digits_mlp


def with_config(**changes: object) -> Layout:
    return with_training(digits_mlp(), TrainingConfig(epochs=1, **changes))  # type: ignore[arg-type]


CHOICES = [
    *(Choice(name) for name, one in optimizers.OPTIMIZERS.items() if one.wants == "any"),
    Choice("SGD", {"momentum": 0.9}),
    Choice("Adam", {"amsgrad": True}),
    Choice("AdamW", {"amsgrad": True}),
    Choice("RMSprop", {"momentum": 0.5, "centered": True}),
    Choice("Muon"),
]


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_what_an_optimizer_remembers_is_what_torch_keeps(choice: Choice) -> None:
    weight = nn.Parameter(torch.ones(64, 64))
    optimizer = optimizers.build(choice, [weight])
    weight.grad = torch.ones(64, 64)
    optimizer.step()
    kept = sum(value.numel() for value in optimizer.state[weight].values() if torch.is_tensor(value))
    assert round(kept / weight.numel()) == memory.remembered(choice)


def test_a_need_is_that_of_weights_gradients_optimizer_layers_and_data() -> None:
    inference = infer(with_config(batch_size=10))
    parameters = inference.parameters
    needed = memory.need(inference)
    assert (needed.weights, needed.gradients, needed.optimizer) == (4 * parameters, 4 * parameters, 8 * parameters)
    assert needed.data == 1_797 * 64 * 4
    assert memory.need(infer(with_config(batch_size=20))).activations == 2 * needed.activations
    assert memory.need(infer(with_config(ema=0.9))).weights == 8 * parameters
    assert (
        needed.total
        == needed.fixed + needed.activations
        == sum((needed.weights, needed.gradients, needed.optimizer, needed.activations, needed.data))
    )


def test_the_processor_tells_how_much_is_free() -> None:
    free, whole = memory.free("cpu"), memory.memory()
    assert free is not None and whole is not None and 0 < free <= whole


def test_too_little_memory_is_said_before_the_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    layout = with_config(batch_size=1_024)
    needed = memory.need(infer(layout), 0)
    monkeypatch.setattr(memory, "free", lambda device: needed.fixed + needed.activations // 3)
    events = list(run_training(layout, "cpu"))
    (said,) = [event for event in events if isinstance(event, Noticed)]
    assert said.rule == "training_notice.memory" and said.values["fits"] == 256
    # It is an estimate: the run is tried.
    assert isinstance(events[-1], Finished)
    monkeypatch.setattr(memory, "free", lambda device: needed.fixed - 1)
    end = list(run_training(layout, "cpu"))[-1]
    assert isinstance(end, Failed) and end.rule == "training_failure.no_room"
    for language in ("en", "ko"):
        assert all("{" not in Text(language)(event.rule, **event.values) for event in (said, end))
    monkeypatch.setattr(memory, "free", lambda device: None)
    assert memory.shortage(infer(layout), load(layout.training.dataset), "cpu") is None


def test_data_count_where_they_are_not_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    layout = with_config()
    inference, splits = infer(layout), load(layout.training.dataset)
    monkeypatch.setattr(memory, "free", lambda device: memory.need(inference, 0).total)
    assert memory.shortage(inference, splits, "cpu") is None
    assert isinstance(memory.shortage(replace(inference), splits, "cuda:0"), Failed | Noticed)
