"""Where an axis is labelled, and with which words: round numbers, few of them. Charts and histograms ask here."""

from __future__ import annotations

from math import ceil, floor, log10

STEPS = (1.0, 2.0, 5.0, 10.0)


def nice_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that divides a span into at most `most` parts."""
    rough = span / max(most, 1)
    power = 10.0 ** floor(log10(rough))
    return power * next(step for step in STEPS if step * power >= rough * (1 - 1e-9))


def ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """(place, words) of at most about `most` round numbers from low to high. None where low is not below high."""
    if not low < high or high - low < 1e-12 * max(abs(low), abs(high)):
        return []
    step = nice_step(high - low, most)
    first, last = ceil(low / step - 1e-6), floor(high / step + 1e-6)
    places = [index * step for index in range(first, last + 1)]
    digits = max(0, -floor(log10(step) + 1e-9))
    largest = max((abs(place) for place in places), default=0.0)
    scientific = largest >= 1e6 or (0 < largest < 1e-3)
    return [(place, _words(place, step, digits, scientific)) for place in places]


def log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """(place, words) on an axis that shows the base-10 logarithm: place is the logarithm, words name the value."""
    if not low < high:
        return []
    if high - low > 2:
        every = max(1, ceil((high - low) / max(most, 1)))
        return [(float(power), short(10.0**power)) for power in range(ceil(low), floor(high) + 1) if power % every == 0]
    if high - low < 0.3:
        # Hardly bent: round numbers of the value itself.
        return [(log10(place), words) for place, words in ticks(10.0**low, 10.0**high, most) if place > 0]
    places = [10.0**power * step for power in range(floor(low), ceil(high) + 1) for step in (1.0, 2.0, 5.0)]
    return [(log10(place), short(place)) for place in places if low <= log10(place) <= high]


def short(value: float) -> str:
    """A number in about four digits, as an axis or a reading shows it: `0.2134`, `12.3`, `1.2e−5`."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "∞", "-inf": "−∞"}[str(value)]
    magnitude = abs(value)
    if magnitude and (magnitude >= 1e6 or magnitude < 1e-3):
        text = f"{value:.2g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    elif magnitude >= 1e4:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.4g}"
    return text.replace("-", "−")


def compact(value: float, digits: int) -> str:
    """A number in as few characters as it can be told in: `0.073`, `−0.13`, `12`, `1e−5`, with so many digits."""
    if value != value or abs(value) == float("inf"):
        return short(value)
    magnitude = abs(value)
    if magnitude and (magnitude < 10.0**-digits or magnitude >= 10.0 ** (digits + 2)):
        text = f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    else:
        text = f"{value:.{max(digits - (magnitude >= 10) - (magnitude >= 100), 0)}f}"
    return text.replace("-", "−")


def _words(place: float, step: float, digits: int, scientific: bool) -> str:
    if scientific and place:
        return short(place)
    return f"{place:,.{digits}f}".replace("-", "−") if abs(place) >= step / 2 else "0"
