"""What a data set is to the rest of the program: its facts, its arguments, how it is read and how that is printed.

To add one, write a small module in this folder that ends with

    SOURCES = (Source("waves", facts=_facts, load=_load, code=_code, fields=(…)),)

and put that module into `MODULES` of facts.py; nothing else lists data sets. It needs a description in both languages
(`dataset.<name>`) and a word for each argument (`dataset.argument_<argument>`). At its top it imports neither torch nor
numpy nor anything slow: the window asks for facts before it paints. `_load` and `_code` import what they need.

- `facts(arguments)`, `load(arguments, folder)` and `code(arguments)` get every argument of `fields`, given or default
  and always fitting, and every one of `found`, as the file has it (any value at all) or None if it is not there.
- `facts` is pure and quick (it is asked at every edit) and never raises: no file, no torch. What has to be known of a
  person's own files (features, classes, task) was found when they were chosen; arguments named in `found` keep it.
- `load` raises DataError (`data.<rule>` is the sentence) for whatever is wrong with files. It gives `Splits`
  (core/datasets/load.py): inputs float32, or uint8 for images (scaled per batch, `held="uint8"` in the facts), or int64
  for tokens; targets int64 (N,) for classes, float32 (N, *target_shape) for numbers.
- `code` gives the parts of a script whose `load_data()` returns the same four tensors, to the last bit; uint8 images as
  float32 / 255. Names that it brings to the top of the script belong in SCRIPT_NAMES of core/names.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from core.fields import Field
from core.values import Value

if TYPE_CHECKING:
    from core.datasets.download import Download
    from core.datasets.load import Splits

Arguments: TypeAlias = Mapping[str, Value]

TEST_SHARE = 0.2
"""Of the samples of a data set that has no test set of its own."""


@dataclass(frozen=True)
class Origin:
    """Where a data set that is downloaded comes from, told before the download."""

    received: int
    """Bytes that are downloaded."""
    stored: int
    """Bytes that then lie in the folder."""
    page: str
    """Its makers' page, where the terms stand."""
    terms: str
    """What they say about its use: the sentence is `dataset.<terms>`."""


@dataclass(frozen=True)
class DatasetFacts:
    name: str
    shape: tuple[int, ...]
    """Of one sample, without the batch dimension."""
    classes: tuple[str, ...]
    """Their names, in the order of their numbers; empty for regression."""
    train_size: int
    """Samples, of the whole data set as it is published: the files on a disk may hold fewer."""
    test_size: int
    kind: Literal["images", "points", "table", "sequences", "text", "none"]
    dtype: str = "float32"
    """What the network gets."""
    task: Literal["classification", "regression"] = "classification"
    target_shape: tuple[int, ...] = ()
    """Of one sample's target: () for the number of a class, (1,) for one number."""
    held: str = ""
    """What lies in memory, where that is not `dtype`: uint8 images are scaled per batch."""
    features: tuple[str, ...] = ()
    """What the columns of a sample are called, where they have names."""
    target: str = ""
    """What the target is called, where it has a name."""
    tokens: tuple[str, ...] = ()
    """What the numbers in a text stand for, where that is known: the first is 0, which fills up short texts."""
    origin: Origin | None = None
    """Where it is downloaded from; None for what is here or made."""


@dataclass(frozen=True)
class DataCode:
    """The parts of a script that read the data."""

    standard_imports: tuple[str, ...]
    """Of Python's own library."""
    imports: tuple[str, ...]
    constants: tuple[str, ...]
    definitions: tuple[str, ...]
    """Functions, without the empty lines between them; the last one is `load_data`."""


@dataclass(frozen=True)
class Source:
    name: str
    facts: Callable[[Arguments], DatasetFacts]
    load: Callable[[Arguments, Path], Splits]
    code: Callable[[Arguments], DataCode]
    fields: tuple[Field, ...] = ()
    """The arguments that a form offers."""
    found: tuple[str, ...] = ()
    """The arguments that keep what was found in a person's files; no form shows them."""
    fetch: Callable[[Arguments, Path], Iterator[Download]] | None = None
    """Download what is missing in the folder; gives nothing if all is there. DataError if it cannot be had."""


LOAD_LABELS = '''def load_data() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs and labels to train with, then inputs and labels to test with."""'''
LOAD_TARGETS = '''def load_data() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs and targets to train with, then inputs and targets to test with."""'''
"""How `load_data` begins for classes, and for numbers."""


def split_sizes(samples: int) -> tuple[int, int]:
    """How many samples train and how many test, where nothing else decides it."""
    test = round(samples * TEST_SHARE)
    return samples - test, test
