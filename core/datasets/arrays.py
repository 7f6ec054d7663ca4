"""A person's own arrays as a data set: a .npz with inputs and targets, or a .npy of each.

What was found when the file was chosen (array_survey.py) is in the choice: facts need no file. Pickled objects are
never read. Images of bytes stay bytes; everything else becomes float32 as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets import found
from core.datasets import splitting_choice as splitting
from core.datasets.errors import DataError
from core.datasets.own import checked_file, placed, unreadable
from core.datasets.source import Arguments, DatasetFacts, Source

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.datasets.load import Splits
    from core.datasets.source import DataCode

# N samples

NAME = "arrays"
LARGEST = 2**35
"""Bytes of a file."""
FOUND = (
    "file",
    "targets_file",
    "keys",
    "axes",
    "shape",
    "bytes",
    "classes",
    "counts",
    "target_shape",
    "samples",
    "tested",
)
KINDS = {1: "table", 2: "sequences"}
"""By the dimensions of a sample that is no image."""


@dataclass(frozen=True)
class Chosen:
    """What a choice keeps of the file."""

    keys: tuple[str, ...]
    """Of inputs and targets in a .npz, and of those to test with if it has them; empty for .npy."""
    axes: str
    """HW, HWC or CHW for images."""
    shape: tuple[int, ...]
    """Of a sample, as the network gets it."""
    classes: tuple[str, ...]
    """What the targets say, as text; empty for regression."""
    target_shape: tuple[int, ...]
    samples: int
    tested: int
    """Samples that the file itself keeps for testing, at the end."""


def chosen(arguments: Arguments) -> Chosen | None:
    """None if no file is chosen, or the choice does not hold together."""
    keys, axes = found.texts(arguments["keys"]), found.text(arguments["axes"])
    shape, classes = found.wholes(arguments["shape"], 1), found.names(arguments["classes"])
    target_shape = found.wholes(arguments["target_shape"], 1)
    samples, tested = found.whole(arguments["samples"], 2), found.whole(arguments["tested"])
    if keys is None or len(keys) not in (0, 2, 4) or axes not in ("", "HW", "HWC", "CHW") or not shape:
        return None
    if classes is None or len(classes) == 1 or target_shape is None or samples is None or tested is None:
        return None
    if bool(classes) == bool(target_shape) or not (len(shape) == 3 if axes else True) or tested >= samples:
        return None
    return Chosen(keys, axes, shape, classes, target_shape, samples, tested)


def _facts(arguments: Arguments) -> DatasetFacts:
    known = chosen(arguments)
    if known is None:
        return DatasetFacts(NAME, (), (), 0, 0, "none")
    sizes = (known.samples - known.tested, known.tested)
    return DatasetFacts(
        NAME,
        known.shape,
        known.classes,
        *(sizes if known.tested else splitting.sizes(arguments, known.samples)),
        "images" if known.axes else KINDS.get(len(known.shape), "sequences"),  # type: ignore[arg-type]
        task="classification" if known.classes else "regression",
        target_shape=known.target_shape,
        held="uint8" if arguments["bytes"] is True and known.axes else "",
    )


def read_array(file: Path, key: str) -> NDArray[Any]:
    """One array of a .npz, or the one of a .npy. DataError if there is none, or if it holds objects."""
    import numpy as np

    checked_file(file, LARGEST)
    try:
        held = np.load(file, allow_pickle=False)
        if isinstance(held, np.ndarray):
            return held
        with held:
            if key not in held.files:
                raise DataError("own_no_key", file=str(file), key=key)
            array: NDArray[Any] = held[key]
            return array
    except DataError:
        raise
    except MemoryError:
        raise DataError("own_too_large", file=str(file), size=file.stat().st_size >> 20, most=LARGEST >> 20) from None
    except OSError as error:
        if error.errno is not None:
            raise unreadable(file, error) from None
        raise DataError("own_no_array", file=str(file)) from None
    # Whatever a damaged file makes of its reader; an array of objects is refused with a ValueError.
    except Exception as error:
        raise DataError("own_pickled" if "pickle" in str(error) else "own_no_array", file=str(file)) from None


def read_all(arguments: Arguments, known: Chosen, folder: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    """All inputs (N, *shape) and targets (N, …) as they are in the file, those to test with last."""
    import numpy as np

    file = placed(arguments["file"], folder, NAME)
    if not known.keys:
        return read_array(file, ""), read_array(placed(arguments["targets_file"], folder, NAME), "")
    arrays = [read_array(file, key) for key in known.keys]
    if len(arrays) == 2:
        return arrays[0], arrays[1]
    if arrays[0].shape[1:] != arrays[2].shape[1:]:
        raise DataError("own_changed", file=str(file))
    return np.concatenate(arrays[::2]), np.concatenate(arrays[1::2])


def checked(file: Path, inputs_N: NDArray[Any], targets_N: NDArray[Any]) -> None:
    """DataError if they do not belong together, or hold what is no number."""
    import numpy as np

    if len(inputs_N) != len(targets_N):
        raise DataError("own_lengths", file=str(file), inputs=len(inputs_N), targets=len(targets_N))
    for values in (inputs_N, targets_N):
        if values.dtype.kind != "f":
            continue
        bad = np.flatnonzero(~np.isfinite(values.reshape(len(values), -1)).all(1))
        if len(bad):
            raise DataError("own_not_finite", file=str(file), count=len(bad), first=int(bad[0]))
    if inputs_N.dtype.kind not in "buif":
        raise DataError("own_no_numbers", file=str(file), received=str(inputs_N.dtype))


def _load(arguments: Arguments, folder: Path) -> Splits:
    import numpy as np
    import torch

    from core.datasets.array_reading import samples
    from core.datasets.load import Splits

    file, known = placed(arguments["file"], folder, NAME), chosen(arguments)
    if known is None:
        raise DataError("own_changed", file=str(file))
    inputs_N, targets_N = read_all(arguments, known, folder)
    checked(file, inputs_N, targets_N)
    if known.classes:
        numbers = {name: place for place, name in enumerate(known.classes)}
        said = targets_N.astype(str).reshape(-1)
        new = next((name for name in np.unique(said).tolist() if name not in numbers), None)
        if new is not None or len(said) != len(inputs_N):
            raise DataError("own_new_label", file=str(file), received=str(new or targets_N.shape))
        targets_N = np.array([numbers[name] for name in said.tolist()], dtype=np.int64)
    elif targets_N.dtype.kind in "buif":
        targets_N = samples(targets_N, "")
    inputs_N = samples(inputs_N, known.axes)
    if inputs_N.shape[1:] != known.shape or targets_N.shape[1:] != known.target_shape:
        raise DataError("own_changed", file=str(file))
    if known.tested:
        order = np.arange(len(inputs_N))
        train, test = order[: len(order) - known.tested], order[len(order) - known.tested :]
    else:
        train, test = splitting.split(arguments, file, targets_N, bool(known.classes), None)
    inputs, targets = torch.from_numpy(inputs_N), torch.from_numpy(targets_N)
    return Splits(inputs[train], targets[train], inputs[test], targets[test], len(known.classes))


def _code(arguments: Arguments) -> DataCode:
    from core.codegen.own_arrays import arrays_code

    return arrays_code(arguments)


SOURCES = (Source(NAME, _facts, _load, _code, splitting.FIELDS, FOUND),)
