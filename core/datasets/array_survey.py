"""Which arrays a .npz or .npy holds, which of them are likely inputs and targets, and the choice that comes of it.

found = survey(path)                                 keys with shapes and types; a .npy looks for its targets beside it
choice_from(found, Corrections(inputs="x", …))       a Choice("arrays", …)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets.array_reading import samples
from core.datasets.arrays import Chosen, checked, read_all, read_array
from core.datasets.errors import DataError
from core.datasets.folder import data_folder
from core.datasets.own import kept
from core.datasets.table_survey import FEW, Task, in_order
from core.training.config import Choice
from core.values import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAIRS = (
    ("x", "y"), ("inputs", "targets"), ("input", "target"), ("images", "labels"), ("data", "labels"),
    ("data", "target"), ("features", "labels"), ("samples", "labels"), ("arr_0", "arr_1"),
)  # fmt: skip
"""What inputs and targets are called, small or large; with _train and _test behind or before it too."""
MOST_CLASSES = 1_000


@dataclass(frozen=True)
class Survey:
    file: Path
    arrays: Mapping[str, tuple[tuple[int, ...], str]]
    """Shape and dtype of each; "" is the one of a .npy."""
    inputs: str
    targets: str
    """As guessed; "" if none was found."""
    test_inputs: str = ""
    test_targets: str = ""
    targets_file: Path | None = None
    """Beside a .npy."""


@dataclass(frozen=True)
class Corrections:
    inputs: str = ""
    targets: str = ""
    test_inputs: str = ""
    test_targets: str = ""
    targets_file: Path | None = None
    task: Task | None = None
    axes: str | None = None
    """HW, HWC or CHW for images, "" for what is none."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """Of the form: test_share, seed …"""


AS_GUESSED = Corrections()


def survey(path: Path) -> Survey:
    """DataError if the file cannot be read."""
    import numpy as np

    if path.suffix.lower() != ".npz":
        array = read_array(path, "")
        beside = next((one for one in _beside(path) if one.is_file()), None)
        return Survey(path, {"": (array.shape, str(array.dtype))}, "", "", targets_file=beside)
    try:
        with np.load(path, allow_pickle=False) as held:
            keys = list(held.files)
    # Whatever a damaged file makes of its reader: reading an array of it says what is wrong.
    except Exception:
        keys = [""]
    arrays = {key: read_array(path, key) for key in keys}
    names = {key.lower(): key for key in keys}
    train = _pair(names, ("{}", "{}_train", "train_{}"))
    test = _pair(names, ("{}_test", "test_{}", "{}_val", "val_{}"))
    shapes = {key: (array.shape, str(array.dtype)) for key, array in arrays.items()}
    return Survey(path, shapes, *train, *test)


def choice_from(found: Survey, corrections: Corrections = AS_GUESSED, folder: Path | None = None) -> Choice:
    """`folder` is the data folder. DataError says what does not fit."""
    import numpy as np

    file = str(found.file)
    keys = [getattr(corrections, name) or getattr(found, name) for name in KEYS]
    keys = (keys if all(keys) else keys[:2]) if found.file.suffix.lower() == ".npz" else []
    targets_file = corrections.targets_file or found.targets_file
    if (keys and not all(keys)) or (not keys and targets_file is None):
        raise DataError("own_no_targets", file=file, keys=", ".join(found.arrays) or found.file.name)
    arguments: dict[str, Value] = {**corrections.arguments, "file": kept(found.file, folder), "keys": tuple(keys)}
    if targets_file is not None and not keys:
        arguments["targets_file"] = kept(targets_file, folder)
    unread = Chosen(tuple(keys), "", (1,), (), (1,), 2, 0)
    inputs_N, targets_N = read_all({"targets_file": None, **arguments}, unread, folder or data_folder())
    checked(found.file, inputs_N, targets_N)
    if len(inputs_N) < 2:
        raise DataError("own_few_rows", file=file, rows=len(inputs_N))
    axes = corrections.axes if corrections.axes is not None else _axes(inputs_N)
    inputs_N = samples(inputs_N, axes)
    task = corrections.task or _task(targets_N)
    classes: list[str] = []
    if task == "classification":
        names, counts = np.unique(targets_N.astype(str), return_counts=True)
        counted = dict(zip(names.tolist(), counts.tolist(), strict=True))
        classes = in_order(counted)
        if len(classes) < 2:
            raise DataError("own_one_class", file=file, received=classes[0])
        if len(classes) > MOST_CLASSES or targets_N.size != len(targets_N):
            column = keys[1] if keys else str(targets_file)
            raise DataError("own_many_classes", file=file, column=column, classes=len(classes), most=MOST_CLASSES)
        arguments["counts"] = tuple(counted[name] for name in classes)
    elif targets_N.dtype.kind not in "buif":
        raise DataError("own_no_numbers", file=file, received=str(targets_N.dtype))
    tested = found.arrays[keys[2]][0][0] if len(keys) == 4 else 0
    return Choice(
        "arrays",
        {
            **arguments,
            "axes": axes,
            "shape": inputs_N.shape[1:],
            "bytes": inputs_N.dtype == np.uint8,
            "classes": tuple(classes),
            "target_shape": () if classes else samples(targets_N, "").shape[1:],
            "samples": len(inputs_N),
            "tested": tested,
        },
    )


KEYS = ("inputs", "targets", "test_inputs", "test_targets")


def _pair(names: Mapping[str, str], forms: Sequence[str]) -> tuple[str, str]:
    for form in forms:
        for one, other in PAIRS:
            pair = form.format(one), form.format(other)
            if all(name in names for name in pair):
                return names[pair[0]], names[pair[1]]
    return "", ""


def _beside(path: Path) -> list[Path]:
    """Where the targets of a .npy may lie: y_train.npy beside x_train.npy."""
    found = []
    for one, other in PAIRS:
        for before, after in ((one, other), (one.upper(), other), (one.upper(), other.upper())):
            parts = path.stem.split("_")
            if before in parts:
                name = "_".join(after if part == before else part for part in parts)
                found.append(path.with_name(f"{name}{path.suffix}"))
    return found


def _axes(inputs_N: NDArray[Any]) -> str:
    if inputs_N.ndim == 3 and inputs_N.dtype.kind == "u":
        return "HW"
    if inputs_N.ndim != 4:
        return ""
    return "HWC" if inputs_N.shape[3] in (1, 3, 4) and inputs_N.shape[1] not in (1, 3) else "CHW"


def _task(targets_N: NDArray[Any]) -> Task:
    import numpy as np

    if targets_N.dtype.kind in "bUS":
        return "classification"
    if targets_N.size != len(targets_N) or targets_N.dtype.kind not in "iuf":
        return "regression"
    different = np.unique(targets_N)
    few = len(different) <= (FEW if targets_N.dtype.kind == "f" else MOST_CLASSES) and len(different) * 2 <= len(
        targets_N
    )
    return "classification" if few and bool((different == different.round()).all()) else "regression"
