"""Data made from a seed: what it says of itself is what it is, and simple models learn from it what they should."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.datasets import facts, load
from core.datasets.generated import SOURCES
from core.training.config import Choice
from core.values import Value

NAMES = tuple(source.name for source in SOURCES)
SEQUENCES = ("sine_pieces", "waves", "syllables")


def small(name: str, **arguments: Value) -> Choice:
    return Choice(name, {"samples": 400, **arguments})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("samples", [20, 333])
def test_what_is_known_is_what_is_made(name: str, samples: int) -> None:
    choice = Choice(name, {"samples": samples, **({"length": 9} if name in ("waves", "sine_pieces") else {})})
    known, splits = facts(choice), load(choice)
    assert known.train_size + known.test_size == samples
    assert tuple(splits.train_inputs.shape) == (known.train_size, *known.shape)
    assert tuple(splits.test_inputs.shape) == (known.test_size, *known.shape)
    assert str(splits.train_inputs.dtype) == f"torch.{known.dtype}"
    assert splits.classes == len(known.classes)
    if known.task == "classification":
        assert splits.train_targets.dtype == torch.int64
        assert set(splits.train_targets.tolist()) == set(range(len(known.classes)))
    else:
        assert known.classes == () and splits.train_targets.dtype == torch.float32
        assert tuple(splits.train_targets.shape) == (known.train_size, *known.target_shape)
        assert tuple(splits.test_targets.shape) == (known.test_size, *known.target_shape)


@pytest.mark.parametrize("name", NAMES)
def test_samples_follow_their_seed_alone(name: str) -> None:
    state = torch.get_rng_state()
    first, second, other = (load(small(name, seed=seed)) for seed in (7, 7, 8))
    assert torch.equal(first.train_inputs, second.train_inputs)
    assert torch.equal(first.train_targets, second.train_targets)
    assert not torch.equal(first.train_inputs, other.train_inputs)
    assert torch.equal(torch.get_rng_state(), state)


def test_without_noise_the_targets_are_the_formula() -> None:
    line, sine = load(small("line", noise=0.0)), load(small("sine", noise=0.0))
    torch.testing.assert_close(line.train_targets, 2 * line.train_inputs + 1)
    torch.testing.assert_close(sine.train_targets, torch.sin(3 * sine.train_inputs))
    hills = load(small("hills", noise=0.0))
    x, y = hills.train_inputs.double().split(1, dim=1)
    height = torch.exp(-8 * ((x - 0.4) ** 2 + (y - 0.4) ** 2)) - torch.exp(-8 * ((x + 0.4) ** 2 + (y + 0.4) ** 2))
    torch.testing.assert_close(hills.train_targets, height.float())


def test_noise_is_the_deviation_about_the_line() -> None:
    splits = load(Choice("line", {"samples": 20_000, "noise": 0.3}))
    away = splits.train_targets - (2 * splits.train_inputs + 1)
    assert abs(float(away.std()) - 0.3) < 0.01 and abs(float(away.mean())) < 0.01


def test_a_straight_line_explains_the_line_but_not_the_sine() -> None:
    def explained(name: str) -> float:
        splits = load(small(name, noise=0.0))
        x, y = splits.train_inputs[:, 0].numpy(), splits.train_targets[:, 0].numpy()
        slope, height = np.polyfit(x, y, 1)
        return float(1 - np.var(y - slope * x - height) / np.var(y))

    assert explained("line") > 0.999 and explained("sine") < 0.6


def test_a_piece_of_sine_goes_on_as_it_began() -> None:
    """Each value of a sine follows from the two before it: next = 2 cos(pace) now - before."""
    splits = load(small("sine_pieces", noise=0.0))
    values = splits.train_inputs[:, :, 0].double()
    # The middle of the piece is as far from 0 as it ever is, so that dividing by it is sound.
    place = values[:, 1:-1].abs().argmax(1) + 1
    rows = torch.arange(len(values))
    twice_cosine = (values[rows, place - 1] + values[rows, place + 1]) / values[rows, place]
    following = twice_cosine * values[:, -1] - values[:, -2]
    torch.testing.assert_close(following.float(), splits.train_targets[:, 0], atol=1e-4, rtol=1e-4)


def test_waves_are_of_the_kind_they_are_called() -> None:
    choice = small("waves", noise=0.0, length=64)
    names, splits = facts(choice).classes, load(choice)
    of_kind = {name: splits.train_inputs[splits.train_targets == number, :, 0] for number, name in enumerate(names)}
    assert all(len(waves) > 50 and waves.abs().max() <= 1 for waves in of_kind.values())
    assert set(of_kind["square"].flatten().tolist()) == {-1.0, 1.0}
    # From step to step a triangle goes up or down by the same amount, a sawtooth up by the same or far down.
    ups = (of_kind["sawtooth"].diff() > 0).float().mean()
    assert ups > 0.9
    sizes = of_kind["triangle"].diff().abs()
    assert ((sizes - sizes.median(1, keepdim=True).values).abs() < 1e-3).float().mean() > 0.8
    spread = of_kind["sine"].diff().abs()
    assert (spread.max(1).values > 2 * spread.median(1).values * 0.6).all() and spread.min() < spread.max() / 3


def test_names_follow_the_rules_of_their_land() -> None:
    choice = small("syllables")
    tokens, splits = facts(choice).tokens, load(choice)
    for letters, land in zip(splits.train_inputs.tolist(), splits.train_targets.tolist(), strict=True):
        name = "".join(tokens[letter] for letter in letters)
        assert letters == [tokens.index(letter) for letter in name] + [0] * (12 - len(name))
        bare = name.removesuffix("n") if len(name) % 2 else name
        vowels = set(bare[1::2])
        assert vowels <= set("aeiou") and len(bare) in (4, 6)
        assert (len(name) % 2 == 1) == (land == 0)
        if land == 1:
            assert bare[:2] == bare[2:4]
        if land == 2:
            assert len(vowels) == 1


def test_clouds_are_parted_by_straight_lines_and_crossed_quarters_are_not() -> None:
    from sklearn.linear_model import LogisticRegression

    def right(name: str) -> float:
        splits = load(small(name))
        model = LogisticRegression().fit(splits.train_inputs, splits.train_targets)
        return float(model.score(splits.test_inputs, splits.test_targets))

    assert right("blobs") > 0.95 and right("xor") < 0.75
