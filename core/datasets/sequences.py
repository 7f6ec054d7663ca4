"""Sequences for recurrent networks, made from a seed. Each function stands by itself, so that a script can contain it.

sine_pieces(samples, length, noise, seed) -> sequences (N, L, 1) float32, the value that comes next (N, 1) float32
waves(samples, length, noise, seed)       -> sequences (N, L, 1) float32, the kind of wave (N,) int64
syllables(samples, seed)                  -> letters (N, 12) int64, 0 behind the last, the land (N,) int64
"""

from __future__ import annotations

import numpy as np


def sine_pieces(
    samples: int,
    length: int,
    noise: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of sine waves, each with a pace and a start of its own.

    The target is the value that comes next, without noise.
    """
    random = np.random.default_rng(seed)
    pace = random.uniform(0.2, 0.6, (samples, 1))
    start = random.uniform(0.0, 2.0 * np.pi, (samples, 1))
    values = np.sin(start + pace * np.arange(length + 1))
    seen, following = values[:, :length], values[:, length:]
    seen = seen + random.normal(0.0, noise, (samples, length))
    return seen[:, :, np.newaxis].astype(np.float32), following.astype(np.float32)


def waves(
    samples: int,
    length: int,
    noise: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Sine, square, triangle and sawtooth waves, each with a pace and a start."""
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % 4
    # In turns of the wave: one to three of them in a sequence.
    pace = random.uniform(1.0, 3.0, (samples, 1)) / length
    turn = (random.uniform(0.0, 1.0, (samples, 1)) + pace * np.arange(length)) % 1.0
    shapes = (
        np.sin(2.0 * np.pi * turn),
        np.where(turn < 0.5, 1.0, -1.0),
        4.0 * np.abs(turn - 0.5) - 1.0,
        2.0 * turn - 1.0,
    )
    values = np.choose(labels[:, np.newaxis], shapes)
    values = values + random.normal(0.0, noise, (samples, length))
    order = random.permutation(samples)
    return values[order][:, :, np.newaxis].astype(np.float32), labels[order]


def syllables(samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Made-up names of three made-up lands. The letter a is 1, z is 26, and 0 is none.

    All are two or three syllables of a consonant and a vowel. Names of land 0 end in n,
    those of land 1 repeat their first syllable, those of land 2 have only one vowel.
    """
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % 3
    names = np.zeros((samples, 12), dtype=np.int64)
    for row, land in enumerate(labels):
        count = random.integers(2, 4)
        starts = random.choice(list("bdfgklmprstvz"), count)
        vowels = random.choice(list("aeiou"), count)
        if land == 1:
            starts[1], vowels[1] = starts[0], vowels[0]
        if land == 2:
            vowels[:] = vowels[0]
        pairs = zip(starts, vowels, strict=True)
        letters = "".join(start + vowel for start, vowel in pairs)
        letters += "n" if land == 0 else ""
        names[row, : len(letters)] = [ord(letter) - 96 for letter in letters]
    order = random.permutation(samples)
    return names[order], labels[order]
