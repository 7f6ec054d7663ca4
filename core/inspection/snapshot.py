"""What a view draws of a layer's parameters: numbers, a histogram, pictures. Frozen, of numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["parameter", "gradient", "buffer"]
Source = Literal["initial", "training", "trained"]


@dataclass(frozen=True)
class Statistics:
    """Of the finite values of a tensor; all nan if there are none."""

    mean: float
    std: float
    minimum: float
    maximum: float
    not_finite: int = 0
    """How many values are nan or infinite."""


@dataclass(frozen=True)
class Histogram:
    counts: NDArray[np.int64]
    """(bins,)"""
    edges: NDArray[np.float64]
    """(bins + 1,)"""


@dataclass(frozen=True)
class TensorView:
    """One parameter, its gradient, or a buffer such as a running mean."""

    name: str
    """As in the layer: `weight`, `bias`; a gradient has the name of its parameter."""
    kind: Kind
    shape: tuple[int, ...]
    statistics: Statistics
    histogram: Histogram
    picture: NDArray[np.float32]
    """(rows, columns), at most 256 × 256: the tensor as a matrix, first dimension down; means of blocks if larger."""
    filters: NDArray[np.float32] | None
    """(filters, height, width), at most 64, means over the input channels; None but for a convolution's weight."""
    values: NDArray[np.float32]
    """(values,), flat, in torch's order; the first 65,536."""

    @property
    def size(self) -> int:
        """How many values the tensor has."""
        size = 1
        for part in self.shape:
            size *= part
        return size


@dataclass(frozen=True)
class Snapshot:
    """The parameters of one node at one moment."""

    node: str
    layer: str
    """The class of its module, `Conv2d`; empty for an operation."""
    source: Source
    """`initial`: as training will start with; `training`: while it goes; `trained`: after it."""
    step: int
    """Optimizer steps so far."""
    tensors: tuple[TensorView, ...]
    """Parameters, each followed by its gradient if it has one, then buffers. Empty for a layer without."""

    def tensor(self, name: str, kind: Kind = "parameter") -> TensorView | None:
        return next((one for one in self.tensors if one.name == name and one.kind == kind), None)
