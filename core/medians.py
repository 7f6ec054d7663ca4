"""Three small questions about lists of numbers that drawing a graph asks over and over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from heapq import heappop, heappush, heapreplace


def rising(wishes: Sequence[tuple[float, float]]) -> list[float]:
    """Numbers that never fall, together as near to these as can be, each counted by its weight; the least such."""
    heap: list[tuple[float, float]] = []
    tops: list[float] = []
    for wish, weight in wishes:
        heappush(heap, (-wish, 2 * weight))
        while weight > 0:
            value, held = heap[0]
            if held > weight:
                heapreplace(heap, (value, held - weight))
                break
            heappop(heap)
            weight -= held
        tops.append(-heap[0][0])
    for index in range(len(tops) - 2, -1, -1):
        tops[index] = min(tops[index], tops[index + 1])
    return tops


def middle(wishes: Sequence[tuple[float, float]]) -> float:
    """The weighted median of sorted wishes; halfway where it lies between two."""
    half, sofar = sum(weight for _, weight in wishes) / 2, 0.0
    for index, (wish, weight) in enumerate(wishes):
        sofar += weight
        if sofar > half:
            return wish
        if sofar == half:
            return (wish + wishes[min(index + 1, len(wishes) - 1)][0]) / 2
    return wishes[-1][0]


def inversions(values: Sequence[float]) -> int:
    """How many pairs of numbers stand in the wrong order, the larger one first."""
    found, ordered = 0, list[float]()
    for value in values:
        # Equal ends meet and do not cross.
        place = bisect_right(ordered, value)
        found += len(ordered) - place
        ordered.insert(place, value)
    return found
