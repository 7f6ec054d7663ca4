"""A person's own file or folder, looked through: what it holds in plain words, and the choice that comes of it.

Each kind of data has its own survey (core/datasets/*_survey.py); here they become one answer. The last survey is kept:
a correction of it does not read the file again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets import array_survey, image_survey, table_choice, table_survey, texts
from core.datasets.errors import DataError
from core.training.config import Choice
from core.viewing.messages import ColumnFound, Found, Survey, Surveyed, Wishes

if TYPE_CHECKING:
    Progress = Callable[[int, int], None]

ARRAYS = (".npz", ".npy")
FEW_VALUES = 12
"""Different values of a column by which a split can go."""
MOST_NAMED = 200
"""Files that are named one by one."""
PROSE = 24
"""Letters of a text column on the average from which it is something to read, and no code or name."""


class Surveyor:
    def __init__(self) -> None:
        self._last: tuple[object, Any] = (None, None)

    def survey(self, question: Survey, progress: Progress) -> Surveyed:
        path, wishes = Path(question.path), question.wishes
        found = None
        try:
            if path.is_dir():
                images = self._kept((path, wishes.labels), lambda: _images(path, wishes.labels, progress))
                found = _seen_images(images, wishes)
                choice = _images_choice(images, wishes)
            elif path.suffix.lower() in ARRAYS:
                arrays = self._kept((path, _changed(path)), lambda: array_survey.survey(path))
                found = _seen_arrays(arrays, wishes)
                choice = array_survey.choice_from(arrays, _array_corrections(wishes))
            else:
                table = self._kept((path, _changed(path)), lambda: table_survey.survey(path))
                kind = wishes.kind if wishes.kind in ("table", "texts") else _likely(table)
                found = _seen_table(table, wishes, kind)
                choice = _table_choice(table, wishes, kind)
        except DataError as error:
            return Surveyed(question.number, found, None, error.rule, error.values)
        return Surveyed(question.number, _completed(found, choice), choice)

    def _kept(self, key: tuple[object, ...], survey: Callable[[], Any]) -> Any:
        if self._last[0] != key:
            self._last = (None, None)
            self._last = (key, survey())
        return self._last[1]


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


# --- tables and texts ---


def _likely(found: table_survey.Survey) -> str:
    """A table of a text and a class is one to read; one with anything else to learn from is a table."""
    features = [one for one in found.columns if one.kind in ("number", "category", "date") and one.name != found.target]
    prose = [one for one in found.columns if one.kind == "text" and _length(found, one.name) >= PROSE]
    return "texts" if prose and not features else "texts" if _is_only_text(found) else "table"


def _is_only_text(found: table_survey.Survey) -> bool:
    kinds = [one.kind for one in found.columns]
    return "text" in kinds and all(kind in ("text", "category", "ignore") for kind in kinds) and len(kinds) == 2


def _length(found: table_survey.Survey, name: str) -> float:
    return float(found.table[name].dropna().str.len().mean() or 0)


def _seen_table(found: table_survey.Survey, wishes: Wishes, kind: str) -> Found:
    columns = tuple(
        ColumnFound(one.name, one.kind, one.examples, one.missing, one.different, _values(found, one))
        for one in found.columns
    )
    names = {one.name for one in columns}
    target = wishes.target if wishes.target in names else found.target
    task = wishes.task or (found.task(target) if target else "")
    return Found(str(found.file), kind, found.rows, target, task, columns)  # type: ignore[arg-type]


def _values(found: table_survey.Survey, column: table_survey.Column) -> tuple[str, ...]:
    if not 1 < column.different <= FEW_VALUES:
        return ()
    return tuple(table_survey.in_order(found.table[column.name].dropna().unique()))


def _table_choice(found: table_survey.Survey, wishes: Wishes, kind: str) -> Choice:
    names = [one.name for one in found.columns]
    if kind == "texts":
        column = wishes.column if wishes.column in names else ""
        target = wishes.target if wishes.target in names and wishes.target != column else ""
        level = wishes.level or "words"
        return texts.choice_from(found, texts.Corrections(column, target, level, arguments=wishes.arguments))
    kinds = {name: kind for name, kind in wishes.kinds.items() if name in names}
    if wishes.named_only:
        kinds = {**dict.fromkeys(names, "ignore"), **kinds}
    of_kind = {one.name: table_choice.MISSING.get(kinds.get(one.name, one.kind), ()) for one in found.columns}
    # What can be done about gaps depends on the kind: a wish of before may have no sense any more.
    missing = {name: way for name, way in wishes.missing.items() if way in of_kind.get(name, ())}
    corrections = table_choice.Corrections(
        wishes.target if wishes.target in names else "",
        wishes.task or None,  # type: ignore[arg-type]
        kinds,  # type: ignore[arg-type]
        missing,
        wishes.split_column if wishes.split_column in names else "",
        wishes.test_values,
        wishes.arguments,
    )
    return table_choice.choice_from(found, corrections)


# --- arrays ---


def _seen_arrays(found: array_survey.Survey, wishes: Wishes) -> Found:
    arrays = tuple((name, shape, dtype) for name, (shape, dtype) in found.arrays.items())
    keys = tuple(getattr(wishes, name) or getattr(found, name) for name in array_survey.KEYS)
    rows = next((shape[0] for name, shape, _ in arrays if shape and name == keys[0]), 0)
    return Found(str(found.file), "arrays", rows, task=wishes.task, arrays=arrays, keys=keys)


def _array_corrections(wishes: Wishes) -> array_survey.Corrections:
    keys = {name: getattr(wishes, name) for name in array_survey.KEYS}
    task: Any = wishes.task or None
    return array_survey.Corrections(**keys, task=task, axes=wishes.axes, arguments=wishes.arguments)


# --- images ---


def _images(folder: Path, labels: str, progress: Progress) -> image_survey.Survey:
    return image_survey.survey(folder, Path(labels) if labels else None, progress=progress)


def _seen_images(found: image_survey.Survey, wishes: Wishes) -> Found:
    tested = wishes.test_values or tuple(part for part in found.parts if part.lower() in image_survey.TEST)
    return Found(
        str(found.folder),
        "images",
        len(found.rows),
        task="classification",
        size=found.size,
        sizes=len(found.sizes),
        channels=found.channels,
        parts=tuple(found.parts.items()),
        tested=tested,
        broken=found.broken[:MOST_NAMED],
        without_class=found.without_class[:MOST_NAMED],
        without_file=found.without_file[:MOST_NAMED],
        doubled=found.doubled[:MOST_NAMED],
        labels=wishes.labels,
    )


def _images_choice(found: image_survey.Survey, wishes: Wishes) -> Choice:
    return image_survey.choice_from(found, image_survey.Corrections(wishes.test_values, wishes.arguments))


# --- what a choice was made of ---


def _completed(found: Found, choice: Choice) -> Found:
    """With what was decided while the choice was made."""
    given = choice.arguments
    task = "classification" if given.get("classes") else "regression"
    column, target, level = (str(given.get(name) or "") for name in ("column", "target", "level"))
    return replace(found, task=task, column=column, target=target or found.target, level=level)
