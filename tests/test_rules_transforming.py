"""Transforms that do not fit the data are said before the start, and can be left out."""

from __future__ import annotations

import pytest

from core.layout import Layout
from core.shapes import infer
from core.storage import dumps, loads
from core.training.config import Choice, TrainingConfig
from tests.examples import chain

DIGITS, COLOURS, IRIS = Choice("digits"), Choice("FakeData", {"samples": 20}), Choice("iris")


def net(dataset: Choice, *transforms: Choice) -> Layout:
    ends = (("flatten", "Flatten", {}), ("logits", "LazyLinear", {"out_features": 10}))
    return chain(*ends, training=TrainingConfig(dataset, transforms=transforms))


def rules(layout: Layout) -> set[str]:
    return {
        problem.rule
        for problem in infer(layout).problems
        if problem.rule.startswith(("transform.", "argument.", "field."))
    }


@pytest.mark.parametrize(
    ("dataset", "transform", "rule"),
    [
        (IRIS, Choice("CenterCrop", {"size": 2}), "transform.needs_images"),
        (Choice("syllables"), Choice("Normalize", {"mean": 0.0, "std": 1.0}), "transform.not_numbers"),
        (Choice("FakeData", {"channels": 2}), Choice("ColorJitter"), "transform.channels"),
        (COLOURS, Choice("Normalize", {"mean": (0.1, 0.2), "std": 1.0}), "transform.counts"),
        (IRIS, Choice("Normalize", {"mean": 0.0, "std": (1.0, 2.0)}), "transform.counts"),
        (DIGITS, Choice("RandomCrop", {"size": 9}), "transform.crop_large"),
        (DIGITS, Choice("GaussianBlur", {"kernel_size": 4}), "transform.odd"),
        (DIGITS, Choice("GaussianBlur", {"kernel_size": 17}), "transform.kernel_large"),
        (DIGITS, Choice("RandomRotation", {"degrees": (20.0, 10.0)}), "transform.descending"),
        (DIGITS, Choice("Pad", {"padding": (1, 2, 3)}), "transform.padding"),
        (DIGITS, Choice("Normalize", {"mean": 0.5}), "argument.missing"),
        (DIGITS, Choice("RandomInvert", {"p": 2.0}), "field.maximum"),
        (DIGITS, Choice("RandomInvert", {"q": 1.0}), "argument.unknown"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_what_does_not_fit_is_named_and_can_be_left_out(dataset: Choice, transform: Choice, rule: str) -> None:
    layout = net(dataset, transform)
    assert rule in rules(layout)
    problem = next(one for one in infer(layout).problems if one.rule == rule)
    mend = next(one for one in problem.mends if one.rule == "drop_transform")
    mended = mend.edit(layout)
    assert mended.training.transforms == () and rules(mended) == set()


def test_a_window_as_large_as_the_padded_image_fits() -> None:
    assert rules(net(DIGITS, Choice("RandomCrop", {"size": (10, 12), "padding": (2, 1)}))) == set()
    assert rules(net(DIGITS, Choice("RandomCrop", {"size": (11, 12), "padding": (2, 1)}))) == {"transform.crop_large"}


def test_colours_belong_in_front_of_normalize() -> None:
    normalize, jitter = Choice("Normalize", {"mean": 0.5, "std": 0.5}), Choice("ColorJitter", {"brightness": 0.2})
    assert rules(net(COLOURS, normalize, jitter)) == {"transform.after_normalize"}
    assert rules(net(COLOURS, jitter, normalize)) == set()
    assert infer(net(COLOURS, normalize, jitter)).errors == ()


def test_what_stands_behind_a_transform_sees_the_shape_that_leaves_it() -> None:
    layout = net(DIGITS, Choice("Pad", {"padding": 2}), Choice("RandomCrop", {"size": 12}))
    assert rules(layout) == set()
    found = infer(layout)
    given = next(key for key, node in layout.nodes.items() if node.layer == "Input")
    assert found.nodes[given].outputs[0].shape == ("N", 1, 12, 12)


def test_nothing_is_said_where_there_is_no_data() -> None:
    assert rules(net(Choice("none"), Choice("RandomCrop", {"size": 99}))) == set()


def test_transforms_are_kept_in_a_file() -> None:
    layout = net(COLOURS, Choice("Normalize", {"mean": (0.1, 0.2, 0.3), "std": 0.5}), Choice("RandomVerticalFlip"))
    assert loads(dumps(layout)) == layout
