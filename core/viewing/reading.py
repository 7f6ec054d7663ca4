"""What the process that reads data finds out: overviews, samples, a sample's way through transforms, surveys of files.

The data set that was looked at last stays in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from core.datasets import data_folder, facts, load, looking
from core.datasets import transforms as pipelines
from core.datasets.facts import arguments, source
from core.inspection.snapshot import Histogram
from core.training.config import Choice
from core.viewing import messages
from core.viewing.surveying import Surveyor

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from core.datasets import DatasetFacts, Splits
    from core.datasets.looking import Sample

BINS = 48
COUNTED = 2**21
"""Values of which the distribution is counted."""


class Reader:
    def __init__(self) -> None:
        self._surveyor = Surveyor()
        self._held: tuple[Choice, float, Splits] | None = None

    def survey(self, question: messages.Survey, progress: Callable[[int, int], None]) -> messages.Surveyed:
        return self._surveyor.survey(question, progress)

    def answer(self, question: messages.Question) -> messages.Answer:
        """DataError, or whatever a file makes of its reader."""
        assert isinstance(question, messages.Look | messages.Pick | messages.Walk | messages.Measure)
        splits = self._splits(question.choice)
        if splits is None:
            return messages.Missing(question.number)
        if isinstance(question, messages.Look):
            overview = looking.overview(splits, facts(question.choice))
            counted = _spread(splits.train_inputs)
            streamed = splits.streamed is not None
            return messages.Looked(question.number, overview, counted, splits.skipped, streamed)
        if isinstance(question, messages.Pick):
            size = len(splits.train_inputs if question.part == "train" else splits.test_inputs)
            indices = [index for index in question.indices if 0 <= index < size]
            known = facts(question.choice)
            return messages.Picked(question.number, looking.samples(splits, known, indices, question.part))
        if isinstance(question, messages.Walk):
            return self._walked(question, splits)
        return messages.Measured(question.number, pipelines.normalizing(splits, question.before))

    def _splits(self, choice: Choice) -> Splits | None:
        """None if the data set has to be downloaded first."""
        stamp = _stamp(choice)
        if self._held is None or self._held[:2] != (choice, stamp):
            # The last one goes before the next one comes: there may be room for one only.
            self._held = None
            if is_missing(choice):
                return None
            self._held = (choice, stamp, load(choice))
        return self._held[2]

    def _walked(self, question: messages.Walk, splits: Splits) -> messages.Walked:
        known, training = facts(question.choice), question.part == "train"
        inputs = splits.train_inputs if training else splits.test_inputs
        targets = splits.train_targets if training else splits.test_targets
        index = min(max(question.index, 0), len(inputs) - 1)
        arrays: list[NDArray[Any]] = []
        for count in range(len(question.transforms), -1, -1):
            try:
                chosen = question.transforms[:count]
                arrays = pipelines.before_after(chosen, inputs[index], training, question.seed)
                break
            # One that does not fit: the problems say so, and those before it are shown.
            except (ValueError, RuntimeError, IndexError, TypeError):
                continue
        if known.dtype != "float32" or not arrays:
            arrays = [inputs[index].numpy()]
        steps = tuple(_step(index, array, targets[index], known) for array in arrays)
        return messages.Walked(
            question.number, steps, tuple(array.shape for array in arrays), tuple(_range(array) for array in arrays)
        )


def is_missing(choice: Choice) -> bool:
    """Whether files of a data set have to be downloaded."""
    from core.datasets.published_files import missing

    return source(choice.name).fetch is not None and bool(missing(choice.name, arguments(choice), data_folder()))


def _stamp(choice: Choice) -> float:
    """When a person's own file was last written to."""
    file = choice.arguments.get("file")
    try:
        return (data_folder() / file).stat().st_mtime if isinstance(file, str) and file else 0.0
    except (OSError, ValueError):
        return 0.0


def _step(index: int, array: NDArray[Any], target: Tensor, known: DatasetFacts) -> Sample:
    import torch

    return looking.sample(index, torch.from_numpy(np.ascontiguousarray(array)), target, known)


def _range(array: NDArray[Any]) -> tuple[float, float]:
    good = array[np.isfinite(array)]
    return (float(good.min()), float(good.max())) if good.size else (float("nan"), float("nan"))


def _spread(inputs: Tensor) -> Histogram:
    flat = inputs.reshape(-1)
    held = flat[:: max(1, -(-flat.numel() // COUNTED))].numpy()
    values = held.astype(np.float64) / 255 if held.dtype == np.uint8 else held.astype(np.float64)
    counts, edges = np.histogram(values[np.isfinite(values)], bins=BINS)
    return Histogram(counts, edges)
