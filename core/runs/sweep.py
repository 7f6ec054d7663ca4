"""Sweeps: one layout with a few values of some settings, as a list of layouts to be trained one after the other."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.layout import Layout
from core.runs.settings import CHOICES, SettingError, assigned

MOST_VARIANTS = 1_000
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
RANGE = re.compile(rf"({NUMBER})\.\.({NUMBER})")
WIDE = 10.0
"""From this ratio of its ends on, a range is drawn from by orders of magnitude."""


@dataclass(frozen=True)
class Variant:
    """One layout of a sweep."""

    name: str
    """What differs, as `optimizer.lr=0.1 batch_size=32`."""
    layout: Layout
    values: Mapping[str, str]


def tag(now: datetime) -> str:
    """What the runs of a sweep that begins now are found by."""
    return f"sweep-{now:%Y%m%d-%H%M%S}"


def grid(layout: Layout, values: Mapping[str, Sequence[str]]) -> list[Variant]:
    """Every combination of the values, the last setting changing fastest. SettingError if one does not fit."""
    count = math.prod(len(texts) for texts in values.values())
    if not values or not count:
        raise SettingError("setting.nothing_to_sweep")
    if count > MOST_VARIANTS:
        raise SettingError("setting.too_many", count=count, most=MOST_VARIANTS)
    return [_variant(layout, dict(zip(values, texts, strict=True))) for texts in itertools.product(*values.values())]


def drawn(layout: Layout, values: Mapping[str, Sequence[str]], count: int, seed: int) -> list[Variant]:
    """`count` combinations at random, each at most once; the same ones for the same seed.

    A value `0.001..0.1` is a range: reals where an end is written as one, evenly or, over a factor of ten, by orders of
    magnitude. SettingError if a value does not fit.
    """
    if not values or not all(values.values()):
        raise SettingError("setting.nothing_to_sweep")
    if count > MOST_VARIANTS:
        raise SettingError("setting.too_many", count=count, most=MOST_VARIANTS)
    chance = random.Random(seed)
    found: dict[tuple[str, ...], None] = {}
    # A few lists of values have fewer combinations than are asked for.
    for _ in range(20 * count):
        if len(found) == count:
            break
        found[tuple(_draw(chance.choice(texts), chance) for texts in values.values())] = None
    return [_variant(layout, dict(zip(values, texts, strict=True))) for texts in found]


def split_values(text: str) -> list[str]:
    """`0.1,0.01` as its parts; what stands in brackets or quotes stays together."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == '"'
        depth += (letter in "([{") - (letter in ")]}") if not quoted else 0
        if letter == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _variant(layout: Layout, values: Mapping[str, str]) -> Variant:
    changed = layout
    # A name first: its arguments are another's otherwise.
    for path in sorted(values, key=lambda path: path not in CHOICES):
        changed = assigned(changed, path, values[path])
    return Variant(" ".join(f"{path}={text}" for path, text in values.items()), changed, values)


def _draw(text: str, chance: random.Random) -> str:
    match = RANGE.fullmatch(text)
    if match is None:
        return text
    ends = [int(end) if re.fullmatch(r"[+-]?\d+", end) else float(end) for end in match.groups()]
    lowest, highest = min(ends), max(ends)
    wide = lowest > 0 and highest / lowest >= WIDE
    value = math.exp(chance.uniform(math.log(lowest), math.log(highest))) if wide else chance.uniform(lowest, highest)
    if all(isinstance(end, int) for end in ends):
        return str(min(highest, max(lowest, round(value))))
    return f"{min(float(highest), max(float(lowest), value)):.4g}"
