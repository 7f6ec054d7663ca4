"""What is known of a data set without reading it: shapes, classes, sizes, arguments. No torch, no numpy, no files.

Each data set is a `Source` (core/datasets/source.py says how one is added); here they come together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.datasets import arrays, bundled, fake, generated, images, published, table, texts
from core.datasets.source import TEST_SHARE, Arguments, DataCode, DatasetFacts, Origin, Source
from core.fields import Field
from core.training.config import Choice
from core.values import Value

if TYPE_CHECKING:
    from pathlib import Path

    from core.datasets.load import Splits

NO_DATA = "none"
"""No data set yet: each Input says its shape itself, and the network can be built and printed but not trained."""

MODULES = (bundled, published, fake, generated, table, images, arrays, texts)
"""Each with its SOURCES, in the order in which they are offered."""


def _no_facts(_: Arguments) -> DatasetFacts:
    return DatasetFacts(NO_DATA, (), (), 0, 0, "none")


def _nothing(_: Arguments, __: Path) -> Splits:
    raise ValueError("there is no data set to load")


def _no_code(_: Arguments) -> DataCode:
    raise ValueError("there is no data set to print")


_SOURCES: Mapping[str, Source] = {
    source.name: source
    for source in (
        *(source for module in MODULES for source in module.SOURCES),
        Source(NO_DATA, _no_facts, _nothing, _no_code),
    )
}

NAMES = tuple(_SOURCES)
"""Every data set, in the order in which they are offered."""


def source(name: str) -> Source:
    """KeyError if there is no such data set."""
    return _SOURCES[name]


def fields(name: str) -> tuple[Field, ...]:
    """The arguments of a data set that a form offers. KeyError if there is no such data set."""
    return source(name).fields


def found(name: str) -> tuple[str, ...]:
    """The arguments that keep what was found in a person's own files. KeyError if there is no such data set."""
    return source(name).found


def arguments(choice: Choice) -> dict[str, Value]:
    """Every argument, given or default; what does not fit is replaced by its default (the problems name it)."""
    given = choice.arguments
    known = source(choice.name)
    offered = {
        one.name: given[one.name] if one.name in given and one.check(given[one.name]) is None else one.default
        for one in known.fields
    }
    return {**offered, **{name: given.get(name) for name in known.found}}


def facts(choice: Choice) -> DatasetFacts:
    """What is known of a chosen data set. KeyError if there is no such data set."""
    return source(choice.name).facts(arguments(choice))


__all__ = [
    "NAMES",
    "NO_DATA",
    "TEST_SHARE",
    "DatasetFacts",
    "Origin",
    "arguments",
    "facts",
    "fields",
    "found",
    "source",
]
