"""A person's own images as a data set: a folder with a folder for each class, or images with a table of labels.

What was found when the folder was chosen (image_survey.py) is in the choice: facts need no file. Images that cannot be
read are left out and named in `Splits.skipped`. What fits into memory stays there as bytes; the rest is read from the
disk batch by batch (streaming.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets import found
from core.datasets import splitting_choice as splitting
from core.datasets.errors import DataError
from core.datasets.own import checked_folder, placed
from core.datasets.source import Arguments, DatasetFacts, Source
from core.fields import Field
from core.values import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from core.datasets.load import Splits
    from core.datasets.source import DataCode

# N samples, C channels, H height, W width

NAME = "images"
RESIDENT = 2**31
"""Bytes of images that are kept in memory where nothing else is said."""
LOOKED_AT = 512
"""Images of each part that are kept for a look where the rest is read from the disk."""
CHANNELS = {"auto": 0, "gray": 1, "rgb": 3}
FIELDS = (
    Field("size", "size", default=None, optional=True, minimum=1, maximum=2_048, dimensions=2),
    Field("colors", "choice", default="auto", choices=tuple(CHANNELS)),
    Field("fit", "choice", default="stretch", choices=("stretch", "crop", "pad")),
    Field("keep", "choice", default="auto", choices=("auto", "memory", "disk")),
    *splitting.FIELDS,
)
FOUND = (
    "file", "folders", "labels", "classes", "counts", "samples", "found_size", "found_channels", "broken", "split_by"
)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """What a choice keeps of the folder."""

    classes: tuple[str, ...]
    samples: int
    shape: tuple[int, int, int]
    """(C, H, W), as they are made."""
    folders: tuple[str, ...]
    """Those that lie between the chosen folder and the classes, as `train` and `test`; empty if there are none."""
    labels: tuple[Value, ...] | None
    """Where the labels are in a table: its file, how it is read, the columns of files and of labels."""
    broken: frozenset[str]
    """Images that could not be read when the folder was chosen."""


def chosen(arguments: Arguments) -> Chosen | None:
    """None if no folder is chosen, or the choice does not hold together."""
    classes, samples = found.names(arguments["classes"]), found.whole(arguments["samples"], 2)
    size = arguments["size"] if arguments["size"] is not None else found.wholes(arguments["found_size"], 1, 2_048)
    channels = CHANNELS[str(arguments["colors"])] or found.whole(arguments["found_channels"], 1, 3)
    folders, broken = found.names(arguments["folders"] or ()), found.texts(arguments["broken"] or ())
    labels = arguments["labels"]
    if classes is None or len(classes) < 2 or samples is None or size is None or channels not in (1, 3):
        return None
    if folders is None or broken is None or not (labels is None or _is_table(labels)):
        return None
    height, width = size if isinstance(size, tuple) else (size, size)
    assert isinstance(height, int) and isinstance(width, int)
    shape = (channels, height, width)
    return Chosen(classes, samples, shape, folders, labels, frozenset(broken))  # type: ignore[arg-type]


def _is_table(value: Value) -> bool:
    if not isinstance(value, tuple) or len(value) != 4 or not isinstance(value[1], tuple) or len(value[1]) != 4:
        return False
    texts = (value[0], value[2], value[3], *value[1][:3])
    return all(isinstance(one, str) for one in texts) and isinstance(value[1][3], bool)


def _facts(arguments: Arguments) -> DatasetFacts:
    known = chosen(arguments)
    if known is None:
        return DatasetFacts(NAME, (), (), 0, 0, "none")
    sizes = splitting.sizes(arguments, known.samples)
    return DatasetFacts(NAME, known.shape, known.classes, *sizes, "images", held="uint8")


@dataclass(frozen=True)
class Listed:
    """Images that have a label, in the order in which they are numbered."""

    files: tuple[str, ...]
    """From the chosen folder."""
    labels: tuple[str, ...]
    parts: tuple[str, ...]
    """What each of them says to the split: the folder it lies in, or the cell of a column. Empty without such."""


def listed(arguments: Arguments, known: Chosen, root: Path, folder: Path) -> Listed:
    """What lies in the folder now. DataError if a class is new."""
    from core.datasets.image_labels import by_folder, by_table
    from core.datasets.image_reading import image_files

    names = [name for name in image_files(str(root)) if name not in known.broken]
    by = splitting.split_by(arguments)
    if known.labels is None:
        rows = by_folder(names, known.folders)
    else:
        rows = by_table(names, known.labels, by[0] if by is not None else "", folder).rows
    for name, label, _ in rows:
        if label not in known.classes:
            raise DataError("own_new_class", file=str(root / name), received=label)
    files, labels, parts = zip(*rows, strict=True) if rows else ((), (), ())
    return Listed(files, labels, parts if by is not None else ())


def _load(arguments: Arguments, folder: Path) -> Splits:
    import numpy as np
    import torch

    from core.datasets.load import Splits

    root, known = placed(arguments["file"], folder, NAME), chosen(arguments)
    if known is None:
        raise DataError("own_changed", file=str(root))
    images = listed(arguments, known, checked_folder(root), folder)
    numbers = {name: place for place, name in enumerate(known.classes)}
    targets_N = np.array([numbers[label] for label in images.labels], dtype=np.int64)
    size, keep = int(np.prod(known.shape)) * len(targets_N), arguments["keep"]
    if keep == "disk" or (keep == "auto" and size > RESIDENT):
        return _streamed(arguments, known, root, images, targets_N)
    inputs_NCHW, good, skipped = read_all(root, images.files, known.shape, str(arguments["fit"]))
    targets_N = targets_N[good]
    parts = np.array(images.parts, dtype=object)[good] if images.parts else None
    train, test = splitting.split(arguments, root, targets_N, True, parts)
    inputs, targets = torch.from_numpy(inputs_NCHW), torch.from_numpy(targets_N)
    return Splits(
        inputs[train], targets[train], inputs[test], targets[test], len(known.classes), skipped=tuple(skipped)
    )


def read_all(
    root: Path, files: tuple[str, ...], shape: tuple[int, int, int], fit: str
) -> tuple[NDArray[Any], list[int], list[tuple[str, str]]]:
    """The images that can be read (N, C, H, W), their numbers, and the others by name with what was wrong."""
    import numpy as np

    images_NCHW = np.empty((len(files), *shape), dtype=np.uint8)
    good: list[int] = []
    skipped: list[tuple[str, str]] = []
    for number, image in enumerate(_decoded(root, files, shape, fit)):
        if isinstance(image, str):
            skipped.append((files[number], image))
        else:
            images_NCHW[len(good)] = image
            good.append(number)
    return images_NCHW[: len(good)], good, skipped


def _decoded(root: Path, files: tuple[str, ...], shape: tuple[int, int, int], fit: str) -> Iterator[NDArray[Any] | str]:
    """Each image, or why it cannot be read. Pillow lets go of the interpreter while it decodes."""
    from concurrent.futures import ThreadPoolExecutor

    from core.datasets.image_reading import read_image

    def decode(name: str) -> NDArray[Any] | str:
        try:
            return read_image(str(root / name), shape[0], shape[1:], fit)
        # Whatever a damaged file makes of its reader.
        except Exception as error:
            return reason(error)

    with ThreadPoolExecutor(4) as pool:
        for start in range(0, len(files), 256):
            yield from pool.map(decode, files[start : start + 256])


def reason(error: Exception) -> str:
    """In a few words, without the place of the file."""
    said = " ".join(str(error).split())
    return "no image" if "cannot identify image file" in said else said[:100] or type(error).__name__


def _streamed(arguments: Arguments, known: Chosen, root: Path, images: Listed, targets_N: NDArray[Any]) -> Splits:
    import numpy as np
    import torch

    from core.datasets.load import Splits
    from core.datasets.streaming import Streamed

    fit = str(arguments["fit"])
    parts = np.array(images.parts, dtype=object) if images.parts else None
    sides: list[Streamed] = []
    looked: list[Tensor] = []
    for numbers in splitting.split(arguments, root, targets_N, True, parts):
        files = tuple(images.files[number] for number in numbers)
        sides.append(Streamed(root, files, known.shape, fit, torch.from_numpy(targets_N[numbers])))
        # Evenly from all of them: they lie class after class.
        some = np.linspace(0, len(files) - 1, min(len(files), LOOKED_AT)).astype(np.int64)
        pictures, _, skipped = read_all(root, tuple(files[one] for one in some), known.shape, fit)
        if skipped:
            raise DataError("own_broken_image", file=str(root / skipped[0][0]), reason=skipped[0][1])
        looked += [torch.from_numpy(pictures), torch.from_numpy(targets_N[numbers][some])]
    train, labels, test, test_labels = looked
    return Splits(train, labels, test, test_labels, len(known.classes), streamed=(sides[0], sides[1]))


def _code(arguments: Arguments) -> DataCode:
    from core.codegen.own_images import images_code

    return images_code(arguments)


SOURCES = (Source(NAME, _facts, _load, _code, FIELDS, FOUND),)
