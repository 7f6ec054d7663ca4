"""How large the text is, from 80 to 200 %: the steps that a person goes through, and a style sheet of another size."""

from __future__ import annotations

import math
import re

STEPS = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
_LENGTH = re.compile(r"(\d+)px")


def nearest(scale: float) -> float:
    """The step nearest to a factor that may come from anywhere."""
    return min(STEPS, key=lambda step: abs(step - scale)) if math.isfinite(scale) else 1.0


def stepped(scale: float, steps: int) -> float:
    """The factor so many steps larger, or smaller below 0; the last one where there are no more."""
    at = STEPS.index(nearest(scale)) + steps
    return STEPS[min(max(at, 0), len(STEPS) - 1)]


def scaled_sheet(sheet: str, scale: float) -> str:
    """A style sheet with fonts, paddings and controls of that size. A hairline stays one."""

    def length(found: re.Match[str]) -> str:
        pixels = int(found[1])
        return found[0] if pixels <= 1 else f"{max(1, round(pixels * scale))}px"

    return _LENGTH.sub(length, sheet)
