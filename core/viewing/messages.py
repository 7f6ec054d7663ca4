"""What the window asks the process that reads data, and what that answers. Plain and frozen; no torch, no Qt.

Each question has a number, and its answers have the same: the one who asked knows which of them are still of interest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from core.training.config import Choice
from core.values import Value

if TYPE_CHECKING:
    from core.datasets.looking import Overview, Part, Sample
    from core.inspection.snapshot import Histogram

# --- questions ---


@dataclass(frozen=True)
class Look:
    """What all of a data set holds."""

    number: int
    choice: Choice


@dataclass(frozen=True)
class Pick:
    """Some samples by their numbers; those beyond the end are left out."""

    number: int
    choice: Choice
    part: Part
    indices: tuple[int, ...]


@dataclass(frozen=True)
class Walk:
    """One sample's way through transforms."""

    number: int
    choice: Choice
    transforms: tuple[Choice, ...]
    part: Part
    index: int
    seed: int


@dataclass(frozen=True)
class Measure:
    """A Normalize with the data's own means and deviations, behind these transforms."""

    number: int
    choice: Choice
    before: tuple[Choice, ...]


@dataclass(frozen=True)
class Wishes:
    """What a person says of a file otherwise than it is guessed. Empty is: as guessed."""

    kind: str = ""
    """The data set that it becomes: table, texts, images or arrays."""
    target: str = ""
    task: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    named_only: bool = False
    """Whether columns that are not in `kinds` are left out."""
    split_column: str = ""
    test_values: tuple[str, ...] = ()
    """Of the split column, or the folders that test."""
    column: str = ""
    """Of texts."""
    level: str = ""
    inputs: str = ""
    """Arrays of a .npz, and behind them those to test with."""
    targets: str = ""
    test_inputs: str = ""
    test_targets: str = ""
    axes: str | None = None
    labels: str = ""
    """A table that says of which class each image is."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """Of the form: test_share, seed, size …"""


@dataclass(frozen=True)
class Survey:
    """What a person's own file or folder holds, and the choice that comes of it."""

    number: int
    path: str
    wishes: Wishes


@dataclass(frozen=True)
class Fetch:
    """Download what is missing of a data set."""

    number: int
    choice: Choice


@dataclass(frozen=True)
class CancelFetch:
    pass


@dataclass(frozen=True)
class Shutdown:
    pass


Question: TypeAlias = Look | Pick | Walk | Measure | Survey | Fetch | CancelFetch | Shutdown

# --- answers ---


@dataclass(frozen=True)
class Looked:
    number: int
    overview: Overview
    spread: Histogram
    """Of the training part's values; of many, every so manieth."""
    skipped: tuple[tuple[str, str], ...]
    """Files that could not be read, each with what was wrong."""
    streamed: bool
    """Whether all of it is read from the disk while training: then these are only some of it."""


@dataclass(frozen=True)
class Picked:
    number: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class Walked:
    number: int
    steps: tuple[Sample, ...]
    """The sample as it is read and behind each transform, as far as they fit."""
    shapes: tuple[tuple[int, ...], ...]
    ranges: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Measured:
    number: int
    choice: Choice


@dataclass(frozen=True)
class ColumnFound:
    name: str
    kind: str
    """As guessed."""
    examples: tuple[str, ...]
    missing: int
    different: int
    values: tuple[str, ...] = ()
    """All of them where there are few: a split can go by them."""


@dataclass(frozen=True)
class Found:
    """What a file or folder holds."""

    path: str
    kind: Literal["table", "texts", "images", "arrays"]
    """What it is taken for."""
    rows: int
    """Or images, or samples."""
    target: str = ""
    task: str = ""
    columns: tuple[ColumnFound, ...] = ()
    column: str = ""
    """Of texts."""
    level: str = ""
    arrays: tuple[tuple[str, tuple[int, ...], str], ...] = ()
    """Name, shape and dtype of each."""
    keys: tuple[str, ...] = ()
    """Which of them are inputs and targets, and those to test with."""
    size: tuple[int, int] = (0, 0)
    """Of images: the most frequent height and width, or smaller."""
    sizes: int = 0
    """How many different ones there are."""
    channels: int = 0
    parts: tuple[tuple[str, int], ...] = ()
    """Folders that part images, and how many lie in each."""
    tested: tuple[str, ...] = ()
    """Which of them test."""
    broken: tuple[tuple[str, str], ...] = ()
    """Files that cannot be read, each with what was wrong."""
    without_class: tuple[str, ...] = ()
    without_file: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    """Files with two classes."""
    labels: str = ""


@dataclass(frozen=True)
class Surveyed:
    number: int
    found: Found | None
    choice: Choice | None
    """None if nothing can be made of it so; then there is a rule."""
    rule: str = ""
    """The sentence is `data.<rule>`, filled with `values`."""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Surveying:
    number: int
    done: int
    total: int


@dataclass(frozen=True)
class Missing:
    """The data set has to be downloaded first."""

    number: int


@dataclass(frozen=True)
class Fetching:
    number: int
    received: int
    total: int


@dataclass(frozen=True)
class Fetched:
    number: int
    cancelled: bool = False


@dataclass(frozen=True)
class Refused:
    number: int
    rule: str
    """The sentence is `data.<rule>`, filled with `values`."""
    values: Mapping[str, object]


Answer: TypeAlias = Looked | Picked | Walked | Measured | Surveyed | Surveying | Missing | Fetching | Fetched | Refused
