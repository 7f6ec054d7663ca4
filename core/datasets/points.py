"""Toy points in the plane, made from a seed. Each function stands by itself, so that a printed script can contain it.

spiral(samples, noise, seed) -> points (N, 2) float32 about -1 … 1, labels (N,) int64, in random order
"""

from __future__ import annotations

import numpy as np


def spiral(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Three arms that wind round the origin, a turn and a bit each; `noise` is the spread of a point about its arm."""
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % 3
    radius = np.sqrt(random.uniform(0.01, 1.0, samples))
    angle = 7.0 * radius + labels * (2.0 * np.pi / 3.0)
    points = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    points = points + random.normal(0.0, noise, (samples, 2))
    order = random.permutation(samples)
    return points[order].astype(np.float32), labels[order]


def moons(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other."""
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % 2
    angle = random.uniform(0.0, np.pi, samples)
    x = np.where(labels == 0, np.cos(angle) - 0.5, 0.5 - np.cos(angle))
    y = np.where(labels == 0, np.sin(angle) - 0.25, 0.25 - np.sin(angle))
    points = np.stack((x, y), axis=1) / 1.5 + random.normal(0.0, noise, (samples, 2))
    order = random.permutation(samples)
    return points[order].astype(np.float32), labels[order]


def circles(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A ring inside a ring."""
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % 2
    angle = random.uniform(0.0, 2.0 * np.pi, samples)
    radius = np.where(labels == 0, 1.0, 0.5)
    points = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    points = points + random.normal(0.0, noise, (samples, 2))
    order = random.permutation(samples)
    return points[order].astype(np.float32), labels[order]


def xor(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A square of four quarters; opposite ones are of one class. No straight line parts them."""
    random = np.random.default_rng(seed)
    points = random.uniform(-1.0, 1.0, (samples, 2))
    labels = ((points[:, 0] > 0) != (points[:, 1] > 0)).astype(np.int64)
    points = points + random.normal(0.0, noise, (samples, 2))
    return points.astype(np.float32), labels


def blobs(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Four clouds of points about four corners; `noise` is how wide they are. Straight lines part them."""
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % 4
    centres = np.array([[-0.6, -0.6], [0.6, -0.6], [-0.6, 0.6], [0.6, 0.6]])
    points = centres[labels] + random.normal(0.0, noise, (samples, 2))
    order = random.permutation(samples)
    return points[order].astype(np.float32), labels[order]
