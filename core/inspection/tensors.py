"""A tensor becomes numbers, a histogram, a heat map, filter images and a table, in a few milliseconds.

view(name, kind, tensor) -> TensorView        look(node_id, module, source, step) -> Snapshot
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.inspection.snapshot import Histogram, Kind, Snapshot, Source, Statistics, TensorView

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

# R rows, C columns, O out channels, I in channels, H height, W width

BINS = 64
LARGEST_PICTURE = 256
"""Rows and columns. A panel has no more pixels."""
MOST_FILTERS = 64
MOST_VALUES = 65_536
"""Numbers in a table."""


def look(node_id: str, module: nn.Module | None, source: Source, step: int) -> Snapshot:
    """The parameters, gradients and buffers of a node's module; none for an operation."""
    if module is None:
        return Snapshot(node_id, "", source, step, ())
    tensors: list[TensorView] = []
    convolution = type(module).__name__.startswith("Conv")
    transposed = type(module).__name__.startswith("ConvTranspose")
    for name, parameter in module.named_parameters():
        # A transposed convolution keeps its filters in the second dimension; here the first one counts them.
        turned = transposed and parameter.dim() > 2
        tensors.append(view(name, "parameter", parameter, convolution, turned))
        if parameter.grad is not None:
            tensors.append(view(name, "gradient", parameter.grad, convolution, turned))
    tensors += [view(name, "buffer", buffer) for name, buffer in module.named_buffers()]
    return Snapshot(node_id, type(module).__name__, source, step, tuple(tensors))


def view(name: str, kind: Kind, tensor: Tensor, filters: bool = False, turned: bool = False) -> TensorView:
    """What there is to see of a tensor of any device and number type.

    `filters`: it belongs to a convolution; `turned`: its weight is (I, O, H, W) and not (O, I, H, W).
    """
    values = np.ascontiguousarray(tensor.detach().float().cpu().numpy())
    images = filters and tensor.dim() in (3, 4)
    # A copy where it is a view of the live parameter, which the next step overwrites while the picture is on its way.
    table = values.reshape(-1)[:MOST_VALUES].copy()
    statistics = statistics_of(values)
    return TensorView(
        name=name,
        kind=kind,
        shape=tuple(tensor.shape),
        statistics=statistics,
        histogram=histogram(values, statistics),
        picture=picture(values),
        filters=filter_images(values.swapaxes(0, 1) if turned else values) if images else None,
        values=table,
    )


def statistics_of(values: NDArray[np.float32]) -> Statistics:
    """Mean, standard deviation (of the values, not an estimate), smallest and largest of the finite values."""
    # A sum is finite only if all of its parts are: far quicker than a mask. An overflow just takes the careful way.
    with np.errstate(all="ignore"):
        whole = bool(np.isfinite(values.sum()))
    finite = values if whole else values[np.isfinite(values)]
    if not finite.size:
        return Statistics(float("nan"), float("nan"), float("nan"), float("nan"), values.size)
    return Statistics(
        mean=float(finite.mean(dtype=np.float64)),
        std=float(finite.std(dtype=np.float64)),
        minimum=float(finite.min()),
        maximum=float(finite.max()),
        not_finite=values.size - finite.size,
    )


def histogram(values: NDArray[np.float32], statistics: Statistics) -> Histogram:
    """Counts of the finite values in equal bins from the smallest to the largest."""
    import torch

    low, high = statistics.minimum, statistics.maximum
    if not low <= high:
        return Histogram(np.zeros(BINS, np.int64), np.linspace(0.0, 1.0, BINS + 1))
    if low == high:
        # One bin would have no width: make room around the one value.
        margin = abs(low) * 0.5 or 0.5
        low, high = low - margin, high + margin
    # Torch counts equal bins several times as fast as numpy; it drops what lies outside, so also nan and infinity.
    flat = torch.from_numpy(values.reshape(-1))
    if statistics.not_finite:
        flat = flat[torch.isfinite(flat)]
    counts = torch.histc(flat, BINS, low, high)
    return Histogram(counts.numpy().astype(np.int64), np.linspace(low, high, BINS + 1))


def picture(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(R, C) of at most 256 × 256: first dimension down, the others side by side. A scalar or vector is one row."""
    if values.size == 0:
        return np.zeros((1, 1), np.float32)
    matrix_RC = values.reshape(1, -1) if values.ndim < 2 else values.reshape(values.shape[0], -1)
    return _block_means(_block_means(matrix_RC, 0), 1)


def filter_images(weight_OIHW: NDArray[np.float32]) -> NDArray[np.float32]:
    """(filters, H, W): each filter's mean over its input channels. A one-dimensional filter (O, I, W) has one row."""
    filters = weight_OIHW[:MOST_FILTERS].mean(axis=1)
    return filters[:, None, :] if filters.ndim == 2 else filters


def _block_means(matrix: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The matrix with at most LARGEST_PICTURE entries along an axis, each the mean of neighbours."""
    size = matrix.shape[axis]
    if size <= LARGEST_PICTURE:
        return matrix.copy()
    starts = np.arange(LARGEST_PICTURE) * size // LARGEST_PICTURE
    widths = np.diff(np.append(starts, size)).astype(np.float32)
    sums = np.add.reduceat(matrix, starts, axis=axis)
    return (sums / (widths[:, None] if axis == 0 else widths[None, :])).astype(np.float32)
