"""What is known of a data set without reading it: shapes, classes, sizes, arguments. No torch, no numpy, no files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from core.fields import Field
from core.training.config import Choice
from core.values import Value


@dataclass(frozen=True)
class DatasetFacts:
    name: str
    shape: tuple[int, ...]
    """Of one sample, without the batch dimension."""
    classes: tuple[str, ...]
    train_size: int
    """Samples, of the whole data set as it is published: the files on a disk may hold fewer."""
    test_size: int
    kind: Literal["images", "points", "none"]
    dtype: str = "float32"
    task: Literal["classification"] = "classification"


NO_DATA = "none"
"""No data set yet: each Input says its shape itself, and the network can be built and printed but not trained."""

TEST_SHARE = 0.2
"""Of the samples of a data set that has no test set of its own."""

_SEED = Field("seed", "integer", default=0, minimum=0, maximum=2**32 - 1)
_SAMPLES = Field("samples", "integer", default=2_000, minimum=20, maximum=100_000)


def _noise(default: float) -> Field:
    return Field("noise", "real", default=default, minimum=0, maximum=1)


_DIGITS = tuple(str(digit) for digit in range(10))
_CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

_FACTS: Mapping[str, DatasetFacts] = {
    facts.name: facts
    for facts in (
        DatasetFacts("digits", (1, 8, 8), _DIGITS, 1_437, 360, "images"),
        DatasetFacts("MNIST", (1, 28, 28), _DIGITS, 60_000, 10_000, "images"),
        DatasetFacts("FashionMNIST", (1, 28, 28), _CLOTHES, 60_000, 10_000, "images"),
        DatasetFacts("spiral", (2,), ("0", "1", "2"), 0, 0, "points"),
        DatasetFacts("moons", (2,), ("0", "1"), 0, 0, "points"),
        DatasetFacts("circles", (2,), ("0", "1"), 0, 0, "points"),
        DatasetFacts("xor", (2,), ("0", "1"), 0, 0, "points"),
        DatasetFacts(NO_DATA, (), (), 0, 0, "none"),
    )
}
_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "spiral": (_SAMPLES, _noise(0.05), _SEED),
    "moons": (_SAMPLES, _noise(0.1), _SEED),
    "circles": (_SAMPLES, _noise(0.05), _SEED),
    "xor": (_SAMPLES, _noise(0.05), _SEED),
}

NAMES = tuple(_FACTS)
"""Every data set, in the order in which they are offered."""


def fields(name: str) -> tuple[Field, ...]:
    """The arguments of a data set. KeyError if there is no such data set."""
    return _FIELDS.get(name, ()) if name in _FACTS else _unknown(name)


def arguments(choice: Choice) -> dict[str, Value]:
    """Every argument, given or default; what does not fit is replaced by its default (the problems name it)."""
    return {
        one.name: choice.arguments[one.name]
        if one.name in choice.arguments and one.check(choice.arguments[one.name]) is None
        else one.default
        for one in fields(choice.name)
    }


def facts(choice: Choice) -> DatasetFacts:
    """What is known of a chosen data set. KeyError if there is no such data set."""
    known = _FACTS[choice.name]
    samples = arguments(choice).get("samples")
    if not isinstance(samples, int):
        return known
    test_size = round(samples * TEST_SHARE)
    return replace(known, train_size=samples - test_size, test_size=test_size)


def _unknown(name: str) -> tuple[Field, ...]:
    raise KeyError(name)
