"""Arrays of a file as samples. Each function stands by itself, so that a printed script can contain it."""

from __future__ import annotations

import numpy as np


def samples(values: np.ndarray, axes: str) -> np.ndarray:
    """(N, C, H, W) of images whose axes are HW or HWC; all else as it is, numbers as (N, 1)."""
    if axes == "HW":
        values = values[:, None]
    elif axes == "HWC":
        values = values.transpose(0, 3, 1, 2)
    elif values.ndim == 1:
        values = values[:, None]
    if axes and values.dtype == np.uint8:
        return np.ascontiguousarray(values)
    return np.ascontiguousarray(values, dtype=np.float32)
