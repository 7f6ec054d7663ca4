"""Numbers to predict from numbers, made from a seed. Each function stands by itself, so that a script can contain it.

line(samples, noise, seed) -> inputs (N, 1) float32, targets (N, 1) float32, in random order
"""

from __future__ import annotations

import numpy as np


def line(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """y = 2x + 1 for x from -1 to 1; `noise` is the spread of y about the line."""
    random = np.random.default_rng(seed)
    x = random.uniform(-1.0, 1.0, (samples, 1))
    y = 2.0 * x + 1.0 + random.normal(0.0, noise, (samples, 1))
    return x.astype(np.float32), y.astype(np.float32)


def sine(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """y = sin(3x) for x from -pi/2 to pi/2, a wave and a half; `noise` is the spread of y about it."""
    random = np.random.default_rng(seed)
    x = random.uniform(-np.pi / 2.0, np.pi / 2.0, (samples, 1))
    y = np.sin(3.0 * x) + random.normal(0.0, noise, (samples, 1))
    return x.astype(np.float32), y.astype(np.float32)


def hills(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A hill and a hollow over the plane, the height at each point; `noise` is the spread of the height."""
    random = np.random.default_rng(seed)
    points = random.uniform(-1.0, 1.0, (samples, 2))
    x, y = points[:, :1], points[:, 1:]
    hill = np.exp(-8.0 * ((x - 0.4) ** 2 + (y - 0.4) ** 2))
    hollow = np.exp(-8.0 * ((x + 0.4) ** 2 + (y + 0.4) ** 2))
    height = hill - hollow + random.normal(0.0, noise, (samples, 1))
    return points.astype(np.float32), height.astype(np.float32)
