"""What can be wrong with the transforms of the data: each by itself, for this kind of data, and in this order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from core.datasets import transforms
from core.datasets.transform_steps import Shape, Transform, around, pair
from core.layout import Layout, with_training
from core.problems import Mend, Problem
from core.rules.training import choice_problems
from core.training.config import Choice
from core.values import Value

if TYPE_CHECKING:
    from core.datasets import DatasetFacts


def transform_problems(layout: Layout, dataset: DatasetFacts) -> Iterator[Problem]:
    """`dataset` as it is before the transforms."""
    shape, normalized = dataset.shape, False
    for place, choice in enumerate(layout.training.transforms):
        wrong = list(choice_problems(choice, transforms.fields(choice.name)))
        wrong = wrong or list(_alone(choice))
        if not wrong and dataset.kind != "none":
            wrong = list(_on_data(choice, dataset, shape, normalized))
        for problem in wrong:
            yield replace(problem, mends=(*problem.mends, _leave_out(choice.name, place)))
        # What it would make of its input is not known: nothing is said about those behind it.
        if any(problem.severity == "error" for problem in wrong):
            return
        shape = transforms.transformed_shape((choice,), shape)
        normalized = normalized or choice.name == "Normalize"


def _alone(choice: Choice) -> Iterator[Problem]:
    given, values = transforms.arguments(choice), _values(choice)
    for name in ("degrees", "shear", "scale", "ratio", "sigma"):
        value = given.get(name)
        if isinstance(value, tuple) and not value[0] <= value[1]:  # type: ignore[operator]
            received = ", ".join(map(str, value))
            yield Problem(
                None, "transform.descending", {**values, "argument": name, "received": received}, (), "error", name
            )
    padding = given.get("padding")
    if isinstance(padding, tuple) and len(padding) not in (1, 2, 4):
        yield Problem(None, "transform.padding", {**values, "count": len(padding)}, argument="padding")
    kernel = given.get("kernel_size")
    if isinstance(kernel, int) and kernel % 2 == 0:
        yield Problem(
            None, "transform.odd", {**values, "received": kernel, "nearest": kernel + 1}, argument="kernel_size"
        )


def _on_data(choice: Choice, dataset: DatasetFacts, shape: Shape, normalized: bool) -> Iterator[Problem]:
    known, given = transforms.transform(choice.name), transforms.arguments(choice)
    values = {**_values(choice), "dataset": dataset.name, "received": ("N", *shape)}
    if dataset.dtype != "float32":
        yield Problem(None, "transform.not_numbers", values)
    elif known.images and (dataset.kind != "images" or len(shape) != 3):
        yield Problem(None, "transform.needs_images", values)
    elif known.colours and shape[0] not in (1, 3):
        yield Problem(None, "transform.channels", {**values, "channels": shape[0]})
    else:
        yield from _counts(choice, values, shape)
        yield from _sizes(known, given, values, shape)
        if known.colours and normalized:
            yield Problem(None, "transform.after_normalize", values, severity="warning")


def _counts(choice: Choice, values: dict[str, object], shape: Shape) -> Iterator[Problem]:
    if choice.name != "Normalize":
        return
    # Images by channel, all else by its last dimension.
    wanted = shape[0] if len(shape) == 3 else shape[-1]
    for name in ("mean", "std"):
        value = transforms.arguments(choice)[name]
        if isinstance(value, tuple) and len(value) not in (1, wanted):
            counts = {"argument": name, "count": len(value), "wanted": wanted}
            yield Problem(None, "transform.counts", {**values, **counts}, argument=name)


def _sizes(known: Transform, given: Mapping[str, Value], values: dict[str, object], shape: Shape) -> Iterator[Problem]:
    if known.name == "RandomCrop":
        height, width = pair(given["size"])
        left, top, right, bottom = around(given["padding"])
        room = (shape[1] + top + bottom, shape[2] + left + right)
        if height > room[0] or width > room[1]:
            yield Problem(
                None, "transform.crop_large", {**values, "wanted": (height, width), "room": room}, argument="size"
            )
    kernel = given.get("kernel_size")
    if isinstance(kernel, int) and kernel // 2 >= min(shape[1:]):
        yield Problem(None, "transform.kernel_large", {**values, "kernel": kernel}, argument="kernel_size")


def _values(choice: Choice) -> dict[str, object]:
    return {"node": choice.name, "layer": choice.name, "transform": choice.name}


def _leave_out(name: str, place: int) -> Mend:
    return Mend("drop_transform", {"transform": name}, partial(_without, place=place))


def _without(layout: Layout, place: int) -> Layout:
    kept = tuple(one for index, one in enumerate(layout.training.transforms) if index != place)
    return with_training(layout, replace(layout.training, transforms=kept))
