"""How far across the places of a drawing stand, once it is known in which order they follow each other on each level.

The longest way stands straight, what is shorter goes around it. `core.layered` asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from core.medians import middle, rising

Links: TypeAlias = list[list[tuple[int, float]]]
"""By place: the places on the next level that wires lead to, each with where at it the wire ends."""

VISITS = 40_000
"""How many times places are looked at: a large drawing gets fewer rounds than a small one."""
STRAIGHT, PASSING = 1_000.0, 8.0
"""How much the longest way and a wire that passes want to run straight, against one of everything else."""


@dataclass(frozen=True)
class Measures:
    """Across the flow, in canvas units."""

    node: float
    """From one side of a node to the other."""
    gap: float
    """Between nodes, and between a node and a wire that passes."""
    wire: float
    """Between wires that pass side by side."""
    frame: float
    """More of it where a frame ends."""


class Spread:
    def __init__(
        self,
        rows: Sequence[list[int]],
        up: Links,
        down: Links,
        frame: Sequence[str | None],
        real: int,
        measures: Measures,
    ) -> None:
        self.rows, self.up, self.down = rows, up, down
        self.frame = frame
        self.real = real
        """Places from this number on are none of nodes: wires pass there."""
        self.measures = measures

    def found(self) -> list[float]:
        """By place: the middle of it, counted from wherever."""
        at = [0.0] * len(self.up)
        spaced = [(row, self._steps(row)) for row in self.rows if row]
        for row, steps in spaced:
            for place, step in zip(row, steps, strict=True):
                at[place] = step - steps[-1] / 2
        straight = self._straight()
        up, down = self._weighed(self.up, straight), self._weighed(self.down, straight)
        both = [one + other for one, other in zip(up, down, strict=True)]
        # One that stands alone on its level takes no time.
        crowded = sum(len(row) for row in self.rows if len(row) > 1)
        rounds = max(1, min(6, VISITS // (2 * crowded + 1) - 1))
        for links, backward in ([(up, False), (down, True)] * rounds) + [(both, False), (both, True)]:
            for row, steps in reversed(spaced) if backward else spaced:
                self._place(row, steps, links, at)
        return at

    def _steps(self, row: Sequence[int]) -> list[float]:
        """How far each place of a row must be from the first, at least."""
        measures, found = self.measures, [0.0]
        for left, right in pairwise(row):
            passing = (left >= self.real) + (right >= self.real)
            step = measures.wire if passing == 2 else measures.gap + measures.node * (1 - passing / 2)
            found.append(found[-1] + step + (measures.frame if self.frame[left] != self.frame[right] else 0.0))
        return found

    def _straight(self) -> set[tuple[int, int]]:
        """The wires of the longest ways, where there is one longest and no choice."""
        height = [0] * self.real
        for row in reversed(self.rows):
            for place in row:
                if place < self.real:
                    height[place] = max((height[end] + 1 for end in self._ends(place)), default=0)
        found: set[tuple[int, int]] = set()
        for place in range(self.real):
            below = [other for other, _ in self.down[place] if other < self.real]
            main = {other for other in below if height[other] == height[place] - 1}
            if len(main) == 1:
                (other,) = main
                above = {source for source, _ in self.up[other] if source < self.real}
                if above == {place}:
                    found.add((place, other))
        return found

    def _ends(self, place: int) -> list[int]:
        """The nodes that read a node, also behind the places where its wires pass."""
        found: list[int] = []
        waiting = [other for other, _ in self.down[place]]
        while waiting:
            other = waiting.pop()
            if other < self.real:
                found.append(other)
            else:
                waiting += [below for below, _ in self.down[other]]
        return found

    def _weighed(self, links: Links, straight: set[tuple[int, int]]) -> Links:
        def weight(one: int, other: int) -> float:
            if (one, other) in straight or (other, one) in straight:
                return STRAIGHT
            return PASSING if one >= self.real and other >= self.real else 1.0

        return [[(other, weight(place, other)) for other, _ in near] for place, near in enumerate(links)]

    def _place(self, row: list[int], steps: list[float], links: Links, at: list[float]) -> None:
        """Put the places of a row as near as can be to where their neighbours stand, heavy ones first of all."""
        wishes = [self._wish(place, links[place], at) for place in row]
        if len(row) == 1:
            at[row[0]] = wishes[0][0]
            return
        wishes = [(wish - step, weight) for (wish, weight), step in zip(wishes, steps, strict=True)]
        if all(one[0] <= other[0] for one, other in pairwise(wishes)):
            for place, (wish, _), step in zip(row, wishes, steps, strict=True):
                at[place] = wish + step
            return
        # Where the wishes leave a choice, one way of reading them ends at its left and the other at its right.
        left = rising(wishes)
        right = rising([(-wish, weight) for wish, weight in reversed(wishes)])
        for place, step, one, other in zip(row, steps, left, reversed(right), strict=True):
            at[place] = (one - other) / 2 + step

    def _wish(self, place: int, near: list[tuple[int, float]], at: list[float]) -> tuple[float, float]:
        if not near:
            return at[place], 0.01
        if len(near) == 1:
            return at[near[0][0]], near[0][1]
        return middle(sorted((at[other], weight) for other, weight in near)), max(weight for _, weight in near)
