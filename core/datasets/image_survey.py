"""What a folder of images holds, and the choice that comes of it once a person has agreed.

    found = survey(folder)                          a folder for each class, or train/ and test/ with these in them
    found = survey(folder, labels=path_of_table)    images, and a table that says of which class each of them is
    choice_from(found, Corrections(…))              a Choice("images", …)

Every image is decoded once: broken ones are listed by name, with what was wrong, and so is all that does not fit
together. That takes a while for many images: ask in a thread, and be told how far it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from core.datasets.errors import DataError
from core.datasets.image_labels import Annotated, Row, by_folder, matched
from core.datasets.image_reading import image_files, known_names
from core.datasets.images import reason
from core.datasets.own import checked_folder, kept
from core.datasets.table_files import Format, format_of, read
from core.datasets.table_survey import TARGETS, in_order
from core.training.config import Choice
from core.values import Value

TRAIN = frozenset({"train", "training", "학습", "훈련"})
TEST = frozenset({"test", "testing", "val", "valid", "validation", "테스트", "검증", "평가"})
"""What folders above those of the classes are called, small or large."""
LARGEST_GUESSED = 224
"""Pixels of the longer side: photos of a camera are made smaller than they are."""
MOST_CLASSES = 1_000
MOST_BROKEN = 5_000


@dataclass(frozen=True)
class Survey:
    folder: Path
    rows: list[Row] = field(repr=False)
    """Images that can be read and have a class: file, class, part."""
    counts: Mapping[str, int]
    """Images of each class, in order: how balanced they are."""
    parts: Mapping[str, int]
    """Images of each part, where folders or a column part them."""
    folders: tuple[str, ...]
    """Those above the classes."""
    size: tuple[int, int]
    """Height and width: the most frequent, or smaller."""
    sizes: Mapping[tuple[int, int], int]
    """How often each height and width comes."""
    channels: int
    """3 if any image has colours, else 1."""
    broken: tuple[tuple[str, str], ...]
    """Images that cannot be read, each with what was wrong."""
    without_class: tuple[str, ...]
    """Images that lie in no class's folder, or that the table does not name."""
    without_file: tuple[str, ...] = ()
    """What the table names but is not there."""
    doubled: tuple[str, ...] = ()
    """Images that the table gives two classes: the first is taken."""
    labels: tuple[Value, ...] | None = None
    """The table, how it is read, and its columns of files and classes."""
    part_column: str = ""


@dataclass(frozen=True)
class Corrections:
    test_folders: tuple[str, ...] = ()
    """Which of the parts test; without it those with a name like test or val."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """Of the form: size, colors, fit, test_share, seed …"""


AS_GUESSED = Corrections()


def survey(
    folder: Path,
    labels: Path | None = None,
    file_column: str = "",
    label_column: str = "",
    part_column: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Survey:
    """`progress` is told how many of how many images were read; what it raises ends the survey. DataError."""
    files = image_files(str(checked_folder(folder)))
    if not files:
        raise DataError("own_no_images", file=str(folder))
    annotated, table = None, None
    folders: tuple[str, ...] = ()
    if labels is None:
        folders = _folders(files)
        rows = by_folder(files, folders)
    else:
        annotated, table = _annotated(files, labels, file_column, label_column, part_column)
        rows = annotated.rows
    if not rows:
        raise DataError("own_no_classes", file=str(folder))
    looks = _looked_at(folder, [file for file, _, _ in rows], progress)
    broken = tuple((row[0], look) for row, look in zip(rows, looks, strict=True) if isinstance(look, str))
    seen = [look for look in looks if not isinstance(look, str)]
    good = [row for row, look in zip(rows, looks, strict=True) if not isinstance(look, str)]
    if not good:
        raise DataError("own_broken_image", file=str(folder / broken[0][0]), reason=broken[0][1])
    counts = Counter(label for _, label, _ in good)
    sizes = Counter(size for size, _ in seen)
    named = {row[0] for row in rows}
    return Survey(
        folder,
        good,
        {name: counts[name] for name in in_order(counts)},
        dict(Counter(part for _, _, part in good if part)),
        folders,
        _smaller(sizes.most_common(1)[0][0]),
        dict(sizes.most_common()),
        3 if any(colours for _, colours in seen) else 1,
        broken,
        tuple(file for file in files if file not in named),
        annotated.without_file if annotated is not None else (),
        annotated.doubled if annotated is not None else (),
        table,
        part_column,
    )


def choice_from(found: Survey, corrections: Corrections = AS_GUESSED, folder: Path | None = None) -> Choice:
    """`folder` is the data folder. DataError says what does not fit."""
    file = str(found.folder)
    if len(found.counts) < 2:
        raise DataError("own_one_class", file=file, received=next(iter(found.counts)))
    if len(found.counts) > MOST_CLASSES:
        values = {"column": found.folder.name, "classes": len(found.counts), "most": MOST_CLASSES}
        raise DataError("own_many_classes", file=file, **values)
    if len(found.broken) > MOST_BROKEN:
        raise DataError("own_many_broken", file=file, count=len(found.broken), most=MOST_BROKEN)
    arguments: dict[str, Value] = {
        **corrections.arguments,
        "file": kept(found.folder, folder),
        "folders": found.folders,
        "classes": tuple(found.counts),
        "counts": tuple(found.counts.values()),
        "samples": len(found.rows),
        "found_size": found.size,
        "found_channels": found.channels,
        "broken": tuple(name for name, _ in found.broken),
    }
    if found.labels is not None:
        name, *rest = found.labels
        arguments["labels"] = (kept(Path(str(name)), folder), *rest)
    if found.parts:
        tested = corrections.test_folders or tuple(part for part in found.parts if part.lower() in TEST)
        count = sum(found.parts.get(part, 0) for part in tested)
        if not 0 < count < len(found.rows):
            raise DataError("own_empty_part", file=file, column=found.part_column or " · ".join(found.parts))
        arguments["split_by"] = (found.part_column, tested, count)
    return Choice("images", arguments)


def _folders(files: Sequence[str]) -> tuple[str, ...]:
    """The folders above the classes, if they are parts: one to train with and at least one to test with."""
    tops = {file.split("/")[0] for file in files if file.count("/") > 1}
    train = [top for top in tops if top.lower() in TRAIN]
    test = [top for top in tops if top.lower() in TEST]
    return tuple(sorted((*train, *test))) if train and test else ()


def _smaller(size: tuple[int, int]) -> tuple[int, int]:
    longest = max(size)
    if longest <= LARGEST_GUESSED:
        return size
    height, width = (max(round(side * LARGEST_GUESSED / longest), 1) for side in size)
    return height, width


def _looked_at(
    folder: Path, files: Sequence[str], progress: Callable[[int, int], None]
) -> list[tuple[tuple[int, int], bool] | str]:
    """Height, width and whether there are colours, or what was wrong."""
    looks: list[tuple[tuple[int, int], bool] | str] = []
    with ThreadPoolExecutor(4) as pool:
        for start in range(0, len(files), 64):
            progress(start, len(files))
            looks += pool.map(_look, [folder / file for file in files[start : start + 64]])
    progress(len(files), len(files))
    return looks


def _look(path: Path) -> tuple[tuple[int, int], bool] | str:
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as picture:
            # Turned as a camera held it; this also decodes all of it.
            width, height = ImageOps.exif_transpose(picture).size
            return (height, width), picture.mode not in ("1", "L", "LA", "F") and not picture.mode.startswith("I")
    # Whatever a damaged file makes of its reader.
    except Exception as error:
        return reason(error)


def _annotated(
    files: Sequence[str], path: Path, file_column: str, label_column: str, part_column: str
) -> tuple[Annotated, tuple[Value, ...]]:
    """With the columns that were named, or with the likely ones."""
    how: Format = format_of(path)
    table = read(path, how)
    known = known_names(list(files))
    hits = {name: int(table[name].isin(known.keys()).sum()) for name in table.columns}
    file_column = file_column or max(hits, key=lambda name: hits[name])
    if not hits.get(file_column):
        raise DataError("own_no_file_column", file=str(path))
    others = [name for name in table.columns if name not in (file_column, part_column)]
    if not others:
        raise DataError("own_no_target", file=str(path))
    likely = [name for name in others if TARGETS.fullmatch(name)]
    label_column = label_column or [*others, *likely][-1]
    found = matched(files, table, path, file_column, label_column, part_column)
    return found, (str(path), (how.kind, how.encoding, how.separator, how.heads), file_column, label_column)
