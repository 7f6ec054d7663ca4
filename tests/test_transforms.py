"""Transforms against torchvision's own, sample by sample; random ones repeat, and each sample goes its own way."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from torchvision.transforms import v2

from core.datasets import facts, load, transforms
from core.datasets.augmenting import central_crop, normalize, random_crop
from core.datasets.augmenting_colours import color_jitter, gaussian_blur
from core.datasets.augmenting_warps import random_rotation, warped
from core.datasets.transforms import NAMES, before_after, fields, normalizing, pipeline, seen, transformed_shape
from core.training.config import Choice, TrainingConfig
from tests.repository import REPOSITORY

EXAMPLES = {
    "Normalize": {"mean": (0.4, 0.5, 0.6), "std": (0.2, 0.3, 0.4)},
    "Resize": {"size": (9, 7)},
    "CenterCrop": {"size": 8},
    "Pad": {"padding": (1, 2)},
    "RandomCrop": {"size": (10, 8), "padding": 2},
    "RandomResizedCrop": {"size": 8},
    "RandomRotation": {"degrees": 30, "interpolation": "bilinear"},
    "RandomAffine": {"degrees": (5.0, 20.0), "translate": (0.1, 0.2), "scale": (0.8, 1.2), "shear": 10.0},
    "ColorJitter": {"brightness": 0.4, "contrast": 0.3, "saturation": 0.5, "hue": 0.1},
    "RandomErasing": {"p": 1.0},
    "GaussianBlur": {"kernel_size": 3},
}
CHOICES = [Choice(name, EXAMPLES.get(name, {})) for name in NAMES]
RANDOM = [choice for choice in CHOICES if choice.name.startswith("Random") or choice.name in ("ColorJitter",)]


def images(count: int = 6, height: int = 12, width: int = 10) -> torch.Tensor:
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(1))


def ran(choice: Choice, given: torch.Tensor, training: bool = True, seed: int = 0) -> torch.Tensor:
    through = pipeline((choice,), training)
    return given if through is None else through(given, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
@pytest.mark.parametrize("training", [True, False])
def test_the_shape_that_leaves_is_the_one_that_was_told(choice: Choice, training: bool) -> None:
    assert all(
        one.check(choice.arguments[one.name]) is None for one in fields(choice.name) if one.name in choice.arguments
    )
    assert tuple(ran(choice, images(), training).shape[1:]) == transformed_shape((choice,), (3, 12, 10))


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_a_transform_with_nothing_said_works(choice: Choice) -> None:
    # Windows of 28 or 32 pixels are the examples.
    assert torch.isfinite(ran(Choice(choice.name), images(2, 40, 40))).all()


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_the_batch_that_comes_in_stays_as_it_is(choice: Choice) -> None:
    given = images()
    ran(choice, given)
    assert torch.equal(given, images())


@pytest.mark.parametrize("choice", RANDOM, ids=lambda choice: choice.name)
def test_the_same_seed_repeats_to_the_last_bit_and_torchs_own_numbers_stay(choice: Choice) -> None:
    before = torch.get_rng_state()
    first, again, other = (
        ran(choice, images(40), seed=3),
        ran(choice, images(40), seed=3),
        ran(choice, images(40), seed=4),
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("choice", RANDOM, ids=lambda choice: choice.name)
def test_each_sample_of_a_batch_goes_its_own_way(choice: Choice) -> None:
    same = images(1).expand(30, -1, -1, -1)
    results = ran(choice, same)
    assert len({result.numpy().tobytes() for result in results}) > 1


@pytest.mark.parametrize("choice", RANDOM, ids=lambda choice: choice.name)
def test_a_test_draws_nothing(choice: Choice) -> None:
    assert torch.equal(ran(choice, images(), False, 0), ran(choice, images(), False, 1))


@pytest.mark.parametrize(
    ("choice", "theirs"),
    [
        (CHOICES[0], v2.Normalize([0.4, 0.5, 0.6], [0.2, 0.3, 0.4])),
        (CHOICES[1], v2.Resize((9, 7))),
        (Choice("Resize", {"size": 7}), v2.Resize(7)),
        (CHOICES[2], v2.CenterCrop(8)),
        (CHOICES[3], v2.Pad([1, 2])),
        (Choice("Pad", {"padding": (1, 2, 3, 4)}), v2.Pad([1, 2, 3, 4])),
        (Choice("Grayscale"), v2.Grayscale()),
        (Choice("RandomHorizontalFlip", {"p": 1.0}), v2.RandomHorizontalFlip(1.0)),
        (Choice("RandomVerticalFlip", {"p": 1.0}), v2.RandomVerticalFlip(1.0)),
        (Choice("RandomInvert", {"p": 1.0}), v2.RandomInvert(1.0)),
        (Choice("RandomGrayscale", {"p": 1.0}), v2.RandomGrayscale(1.0)),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_what_does_not_vary_is_torchvisions(choice: Choice, theirs: v2.Transform) -> None:
    assert torch.equal(ran(choice, images()), theirs(images()))


@pytest.mark.parametrize(("height", "width"), [(12, 10), (10, 12), (7, 33), (50, 9)])
def test_resize_to_one_number_has_torchvisions_shape(height: int, width: int) -> None:
    choice = Choice("Resize", {"size": 8})
    assert transformed_shape((choice,), (3, height, width)) == v2.Resize(8)(images(1, height, width)).shape[1:]


def test_half_of_the_images_are_flipped() -> None:
    given = images(400)
    flipped = (ran(Choice("RandomHorizontalFlip"), given) != given).flatten(1).any(1)
    assert 150 < int(flipped.sum()) < 250
    assert torch.equal(ran(Choice("RandomHorizontalFlip"), given)[flipped], given.flip(-1)[flipped])


def test_a_random_crop_is_a_window_of_the_padded_image() -> None:
    given = images(20, 6, 5)
    cuts = random_crop(given, torch.Generator().manual_seed(0), (4, 3), (1, 1, 1, 1))
    padded = v2.functional.pad(given, padding=[1])
    places = set()
    for image, cut in zip(padded, cuts, strict=True):
        found = [(y, x) for y in range(5) for x in range(5) if torch.equal(image[:, y : y + 4, x : x + 3], cut)]
        assert len(found) == 1
        places.add(found[0])
    assert len(places) > 8


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_warping_is_torchvisions_affine(interpolation: str) -> None:
    given = images(5, 24, 30)
    degrees, scales = torch.tensor([0.0, 12.5, -41.7, 91.3, 170.0]), torch.tensor([1.0, 0.7, 1.4, 1.1, 0.9])
    shifts = torch.tensor([[0.0, 0.0], [3.0, -2.0], [-1.2, 4.1], [0.3, 2.2], [5.0, 5.0]])
    shears = torch.tensor([[0.0, 0.0], [10.0, 0.0], [-8.0, 5.0], [0.0, 7.0], [3.0, -3.0]])
    results = warped(given, degrees, shifts, scales, shears, interpolation)
    mode = v2.InterpolationMode(interpolation)
    for index, result in enumerate(results):
        theirs = v2.functional.affine(
            given[index],
            degrees[index].item(),
            shifts[index].tolist(),
            scales[index].item(),
            shears[index].tolist(),
            mode,
        )
        # No place here lies just between two pixels, where either is the nearest.
        assert torch.allclose(result, theirs, atol=1e-3)


def test_a_rotation_turns_counterclockwise_like_torchvisions() -> None:
    given = images(3, 20, 20)
    turned = random_rotation(given, torch.Generator(), (33.0, 33.0), "bilinear")
    theirs = v2.functional.rotate(given, 33.0, v2.InterpolationMode.BILINEAR)
    assert torch.allclose(turned, theirs, atol=1e-4)


@pytest.mark.parametrize("part", ["brightness", "contrast", "saturation", "hue"])
def test_each_colour_change_is_torchvisions(part: str) -> None:
    given = images(8)
    amounts = {**dict.fromkeys(("brightness", "contrast", "saturation", "hue"), 0.0), part: 0.4}
    generator = torch.Generator().manual_seed(5)
    torch.randperm(4, generator=generator)
    draws = torch.rand(8, 1, 1, 1, generator=generator).flatten()
    results = color_jitter(given, torch.Generator().manual_seed(5), **amounts)
    adjust = getattr(v2.functional, f"adjust_{part}")
    for image, draw, result in zip(given, draws.tolist(), results, strict=True):
        factor = -0.4 + draw * 0.8 if part == "hue" else 0.6 + draw * 0.8
        assert torch.allclose(result, adjust(image, factor), atol=1e-5)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_blur_is_torchvisions(channels: int) -> None:
    given = images(4)[:, :channels]
    results = gaussian_blur(given, torch.Generator().manual_seed(2), 5, (0.5, 1.5))
    sigmas = 0.5 + torch.rand(4, 1, 1, 1, generator=torch.Generator().manual_seed(2)).flatten()
    for image, sigma, result in zip(given, sigmas.tolist(), results, strict=True):
        assert torch.allclose(result, v2.functional.gaussian_blur(image, [5, 5], [sigma, sigma]), atol=1e-5)


def test_an_erased_box_has_the_share_that_was_asked_for() -> None:
    given = torch.ones(200, 1, 40, 40)
    erased = ran(Choice("RandomErasing", {"p": 1.0, "scale": (0.1, 0.3), "ratio": (0.5, 2.0)}), given)
    shares = (erased == 0).float().mean((1, 2, 3))
    assert 0.07 < float(shares.min()) < 0.15 and 0.25 < float(shares.max()) < 0.34
    for one in (erased == 0)[:20, 0]:
        rows, columns = one.any(1), one.any(0)
        assert int(one.sum()) == int(rows.sum()) * int(columns.sum())


def test_a_part_brought_to_a_size_lies_inside_the_image() -> None:
    ramp = torch.arange(20.0).view(1, 1, 20, 1).expand(50, 1, 20, 16)
    cut = ran(Choice("RandomResizedCrop", {"size": (6, 5), "scale": (0.2, 0.6)}), ramp)
    assert cut.shape == (50, 1, 6, 5)
    assert float(cut.min()) >= 0 and float(cut.max()) <= 19
    assert (cut[:, 0, -1, 0] > cut[:, 0, 0, 0]).all()
    assert central_crop(ramp, (6, 5)).shape == (50, 1, 6, 5)


def test_a_table_is_normalized_column_by_column() -> None:
    rows = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
    choice = Choice("Normalize", {"mean": (2.0, 20.0), "std": (1.0, 10.0)})
    assert torch.equal(ran(choice, rows), torch.tensor([[-1.0, -1.0], [1.0, 1.0]]))
    assert torch.equal(normalize(rows, (1.0,), (2.0,)), (rows - 1) / 2)
    noisy = ran(Choice("GaussianNoise", {"sigma": 0.5}), rows)
    assert noisy.shape == rows.shape and not torch.equal(noisy, rows)


def test_a_normalization_is_found_from_the_training_data() -> None:
    splits = load(Choice("digits"))
    choice = normalizing(splits)
    inputs = splits.train_inputs.double()
    assert choice.arguments["mean"] == pytest.approx((float(inputs.mean()),), rel=1e-3)
    assert choice.arguments["std"] == pytest.approx((float(inputs.std(correction=0)),), rel=1e-3)
    normal = ran(choice, splits.train_inputs)
    assert abs(float(normal.mean())) < 1e-2 and abs(float(normal.std()) - 1) < 1e-2


def test_a_normalization_of_bytes_is_of_what_the_network_gets() -> None:
    splits = load(Choice("FakeData", {"samples": 30, "size": 6}))
    inputs = splits.train_inputs.double() / 255
    assert normalizing(splits).arguments["mean"] == pytest.approx(inputs.mean((0, 2, 3)).tolist(), rel=1e-3)
    padded = normalizing(splits, (Choice("Pad", {"padding": 3}),)).arguments["mean"]
    assert padded == pytest.approx((inputs.mean((0, 2, 3)) / 4).tolist(), rel=1e-3)


def test_every_step_has_its_picture() -> None:
    sample = (images(1)[0] * 255).to(torch.uint8).numpy()
    found = before_after((Choice("RandomHorizontalFlip", {"p": 1.0}), Choice("CenterCrop", {"size": 8})), sample)
    assert [one.shape for one in found] == [(3, 12, 10), (3, 12, 10), (3, 8, 8)]
    assert np.array_equal(found[0], sample.astype(np.float32) / 255)
    assert np.array_equal(found[1], found[0][:, :, ::-1])
    assert np.array_equal(before_after((Choice("RandomInvert", {"p": 1.0}),), sample, training=False)[1], found[0])


def test_the_facts_behind_the_transforms() -> None:
    config = TrainingConfig(transforms=(Choice("Pad", {"padding": 2}), Choice("CenterCrop", {"size": 10})))
    assert seen(config).shape == (1, 10, 10)
    assert seen(TrainingConfig()) == facts(Choice("digits"))
    assert pipeline((), training=True) is None
    assert pipeline((Choice("RandomRotation", {"degrees": 5}),), training=False) is None


def test_facts_of_transforms_need_nothing_slow() -> None:
    code = (
        "import sys\nfrom core.datasets.transforms import NAMES, fields, seen\nfrom core.training.config import *\n"
        "[fields(name) for name in NAMES]\nseen(TrainingConfig(transforms=(Choice('Pad', {'padding': 2}),)))\n"
        "assert not {'torch', 'numpy', 'torchvision'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        transforms.fields("Sharpen")
