"""What a look at a data set needs: counts and ranges of all of it, and some samples as they are drawn. Plain numpy.

overview(splits, facts(choice))          -> an Overview: class counts, range, mean, deviation, dtype, shape
samples(splits, facts(choice), indices)  -> one Sample each: a picture, a row, a point … and its label
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.datasets.source import DatasetFacts

if TYPE_CHECKING:
    from torch import Tensor

    from core.datasets.load import Splits

# N samples, C channels, H height, W width

Part = Literal["train", "test"]

TOGETHER = 2**22
"""Values that are counted at once: a large set of bytes is never turned into eight times as many."""


@dataclass(frozen=True)
class PartOverview:
    """What training or test data hold, as the network gets them: images from 0 to 1."""

    samples: int
    counts: NDArray[np.int64]
    """Of each class; empty for regression."""
    lowest: float
    highest: float
    mean: float
    deviation: float
    target_lowest: float | None
    """Of the targets of regression, else None."""
    target_highest: float | None
    bad: int
    """Values that are no finite number."""


@dataclass(frozen=True)
class Overview:
    shape: tuple[int, ...]
    """Of one sample."""
    dtype: str
    """What the network gets."""
    held: str
    """What lies in memory."""
    bytes: int
    """Of all tensors in memory."""
    classes: tuple[str, ...]
    train: PartOverview
    test: PartOverview


@dataclass(frozen=True)
class Sample:
    index: int
    kind: Literal["picture", "point", "row", "sequence", "text", "values"]
    values: NDArray[Any]
    """A picture is uint8 (H, W, 1) or (H, W, 3); the others as they are held: (F,), (L, F), tokens (L,)."""
    label: str
    """The class by its name, or the target as a number."""
    text: str = ""
    """What a text says, where it is known what its tokens stand for."""


def overview(splits: Splits, known: DatasetFacts) -> Overview:
    tensors = (splits.train_inputs, splits.train_targets, splits.test_inputs, splits.test_targets)
    return Overview(
        shape=tuple(splits.train_inputs.shape[1:]),
        dtype=known.dtype,
        held=_dtype(splits.train_inputs),
        bytes=sum(tensor.numel() * tensor.element_size() for tensor in tensors),
        classes=known.classes,
        train=_part(splits.train_inputs, splits.train_targets, known),
        test=_part(splits.test_inputs, splits.test_targets, known),
    )


def samples(splits: Splits, known: DatasetFacts, indices: Sequence[int], part: Part = "train") -> tuple[Sample, ...]:
    """The samples of these numbers, in this order. IndexError if there is no such sample."""
    inputs, targets = (
        (splits.train_inputs, splits.train_targets) if part == "train" else (splits.test_inputs, splits.test_targets)
    )
    return tuple(sample(index, inputs[index], targets[index], known) for index in indices)


def _dtype(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _part(inputs: Tensor, targets: Tensor, known: DatasetFacts) -> PartOverview:
    values = inputs.cpu().numpy().reshape(-1)
    # Bytes are scaled when a batch is cut; everything else goes in as it is.
    scale = 255.0 if values.dtype == np.uint8 else 1.0
    lowest, highest, mean, deviation, bad = _moments(values)
    numbers = targets.cpu().numpy()
    regression = known.task == "regression"
    return PartOverview(
        samples=len(inputs),
        counts=np.zeros(0, np.int64) if regression else np.bincount(numbers, minlength=len(known.classes)),
        lowest=lowest / scale,
        highest=highest / scale,
        mean=mean / scale,
        deviation=deviation / scale,
        target_lowest=float(numbers.min()) if regression and numbers.size else None,
        target_highest=float(numbers.max()) if regression and numbers.size else None,
        bad=bad,
    )


def _moments(values: NDArray[Any]) -> tuple[float, float, float, float, int]:
    """Lowest, highest, mean, deviation of the finite values, and how many are not finite. NaN if there are none."""
    lowest, highest, count, total = np.inf, -np.inf, 0, 0.0
    pieces = [values[start : start + TOGETHER] for start in range(0, len(values), TOGETHER)]
    for piece in pieces:
        good = _finite(piece)
        if good.size:
            lowest, highest = min(lowest, float(good.min())), max(highest, float(good.max()))
            count, total = count + good.size, total + float(good.sum(dtype=np.float64))
    if count == 0:
        return np.nan, np.nan, np.nan, np.nan, len(values)
    mean = total / count
    # A second walk: the difference of two large sums would lose the deviation of values far from 0.
    squares = sum(float(np.square(_finite(piece).astype(np.float64) - mean).sum()) for piece in pieces)
    return lowest, highest, mean, float(np.sqrt(squares / count)), len(values) - count


def _finite(piece: NDArray[Any]) -> NDArray[Any]:
    return piece[np.isfinite(piece)] if piece.dtype.kind == "f" else piece


def sample(index: int, values: Tensor, target: Tensor, known: DatasetFacts) -> Sample:
    """One sample as it is drawn, also behind transforms."""
    array = values.cpu().numpy()
    label = _label(target, known)
    if known.kind == "images" and array.ndim == 3:
        return Sample(index, "picture", _picture(array), label)
    if known.kind == "text":
        words = [known.tokens[token] for token in array if 0 <= token < len(known.tokens)]
        # Letters are written together, words apart.
        between = "" if all(len(word) <= 1 for word in known.tokens) else " "
        return Sample(index, "text", array, label, between.join(word for word in words if word))
    kinds: dict[str, Literal["point", "row", "sequence"]] = {"points": "point", "table": "row", "sequences": "sequence"}
    return Sample(index, kinds.get(known.kind, "values"), array, label)


def _label(target: Tensor, known: DatasetFacts) -> str:
    if known.task == "regression":
        return ", ".join(f"{value:.4g}" for value in target.reshape(-1).tolist())
    number = int(target)
    return known.classes[number] if 0 <= number < len(known.classes) else str(number)


def _picture(image_CHW: NDArray[Any]) -> NDArray[np.uint8]:
    """One channel or three. Of two only the first is drawn, of four the first three: the others are no colours.

    Floating values from 0 to 1 become bytes; others are stretched from their lowest to their highest.
    """
    channels = 3 if image_CHW.shape[0] >= 3 else 1
    image_HWC = image_CHW[:channels].transpose(1, 2, 0)
    if image_HWC.dtype == np.uint8:
        return np.ascontiguousarray(image_HWC)
    image_HWC = np.nan_to_num(image_HWC.astype(np.float64))
    lowest, highest = float(image_HWC.min()), float(image_HWC.max())
    if lowest < 0 or highest > 1:
        image_HWC = (image_HWC - lowest) / ((highest - lowest) or 1)
    return np.ascontiguousarray(np.round(image_HWC * 255).astype(np.uint8))
