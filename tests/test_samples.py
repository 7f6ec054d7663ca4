"""Bytes that stay bytes give the very numbers that a person gets who divides all of them at once."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.datasets.load import Splits
from core.training.config import Choice, TrainingConfig
from core.training.events import EpochEnded
from core.training.samples import Resident, transformed
from core.training.trainer import train

BYTES = torch.randint(0, 256, (203, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
LABELS = torch.arange(203) % 4


@pytest.mark.parametrize("batch_size", [1, 7, 64, 500])
def test_bytes_are_scaled_batch_by_batch_to_the_same_bits(batch_size: int) -> None:
    samples, whole = Resident(BYTES, LABELS), BYTES.float() / 255
    order = torch.randperm(203)
    for cut, wanted in ((samples.batches(order, batch_size), order), (samples.parts(batch_size), torch.arange(203))):
        inputs, targets = zip(*cut, strict=True)
        assert torch.equal(torch.cat(inputs), whole[wanted])
        assert torch.equal(torch.cat(targets), LABELS[wanted])
    assert samples.inputs_N.dtype == torch.uint8 and len(samples) == 203


def test_other_numbers_are_handed_on_as_they_are() -> None:
    tokens = torch.randint(0, 9, (20, 5))
    assert next(Resident(tokens, torch.arange(20)).parts(8))[0].dtype == torch.int64


def test_a_run_on_bytes_is_the_run_on_their_numbers() -> None:
    def ends(inputs: torch.Tensor) -> list[tuple[float, float, float | None]]:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 4))
        splits = Splits(inputs[:160], LABELS[:160], inputs[160:], LABELS[160:], 4)
        config = TrainingConfig(optimizer=Choice("Adam", {"lr": 0.01}), epochs=2, batch_size=24)
        told = [event for event in train(model, splits, config) if isinstance(event, EpochEnded)]
        return [(end.train_loss, end.test_loss, end.test_accuracy) for end in told]

    assert ends(BYTES) == ends(BYTES.float() / 255)


def test_a_transform_sees_every_batch_once_and_draws_from_its_own_generator() -> None:
    generator = torch.Generator().manual_seed(1)

    def noisy(inputs: torch.Tensor, source: torch.Generator) -> torch.Tensor:
        return inputs + torch.rand(len(inputs), 1, generator=source)

    points, state = torch.zeros(10, 2), torch.get_rng_state()
    cut = list(transformed(Resident(points, torch.arange(10)).parts(4), noisy, generator))
    again = torch.Generator().manual_seed(1)
    assert torch.equal(cut[0][0], torch.rand(4, 1, generator=again).expand(4, 2))
    assert torch.equal(
        cut[2][0], torch.cat([torch.rand(4, 1, generator=again), torch.rand(2, 1, generator=again)])[-2:].expand(2, 2)
    )
    assert torch.equal(torch.get_rng_state(), state)
