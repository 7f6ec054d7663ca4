"""Where the nodes of a graph stand in layers, so that wires are short, straight and seldom cross. `arrangement` asks.

The steps are those of Sugiyama: a level for every node, places at which long wires pass the levels between, an order
within each level, and then, in `core.spreading`, how far across.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.layout import Edge
from core.medians import inversions
from core.spreading import Links, Measures, Spread

MOST_PASSED = (2_000, 4)
"""Levels that wires pass, of all wires together: so many in a small network, so many per node in a large one.

Beyond that the wires that pass most are left out: to lead them all would take seconds, and nobody could follow them.
"""
SWEEPS = 24
EFFORT = 250_000
"""How many times places are looked at to find their order: a large network gets fewer sweeps than a small one."""
SMALL = 3_000
"""Places up to which neighbours are also tried in exchanged order."""


def across(
    level: Mapping[str, int], edges: Sequence[Edge], measures: Measures, frames: Mapping[str, str]
) -> dict[str, float]:
    """How far across each node stands, the first at 0. `frames` says in which one a node stands."""
    return _Rows(level, edges, measures, frames).found()


class _Rows:
    """The nodes by level, and between them the places at which wires pass. All of them are numbers: there are many."""

    def __init__(
        self, level: Mapping[str, int], edges: Sequence[Edge], measures: Measures, frames: Mapping[str, str]
    ) -> None:
        self.measures = measures
        self.names = list(level)
        self.number = {key: index for index, key in enumerate(self.names)}
        self.level = [level[key] for key in self.names]
        self.frame: list[str | None] = [frames.get(key) for key in self.names]
        self.framed = any(frame is not None for frame in self.frame)
        self.up: Links = [[] for _ in self.names]
        """By place: what leads there from the level above, and at which part of it the wire leaves."""
        self.down: Links = [[] for _ in self.names]
        self._link_all(edges)
        self.real = len(self.names)
        self.rows: list[list[int]] = [[] for _ in range(max(self.level, default=-1) + 1)]
        for place in range(len(self.level)):
            self.rows[self.level[place]].append(place)
        self.at = [0] * len(self.level)
        """By place: which of its level it is, from left to right."""
        self._count()

    # --- wires, and the places at which they pass ---

    def _link_all(self, edges: Sequence[Edge]) -> None:
        spans = [(self.level[self.number[edge.target]] - self.level[self.number[edge.source]], edge) for edge in edges]
        most, per_node = MOST_PASSED
        longest = _longest_that_passes(spans, max(most, per_node * len(self.names)))
        outputs: dict[str, int] = {}
        inputs: dict[str, int] = {}
        for edge in edges:
            outputs[edge.source] = max(outputs.get(edge.source, 1), edge.output + 1)
            inputs[edge.target] = max(inputs.get(edge.target, 1), edge.input + 1)
        chains: dict[tuple[int, int], list[int]] = {}
        for span, edge in spans:
            if not 0 < span <= longest:
                continue
            source, target = self.number[edge.source], self.number[edge.target]
            leaving = (edge.output + 1) / (outputs[edge.source] + 1) - 0.5
            arriving = (edge.input + 1) / (inputs[edge.target] + 1) - 0.5
            chain = chains.setdefault((source, edge.output), [])
            frame = self.frame[source] if self.frame[source] == self.frame[target] else None
            while len(chain) < span - 1:
                place = self._passing(self.level[source] + len(chain) + 1, frame)
                self._link(chain[-1] if chain else source, place, 0.0 if chain else leaving, 0.0)
                chain.append(place)
            last = chain[span - 2] if span > 1 else source
            self._link(last, target, 0.0 if span > 1 else leaving, arriving)

    def _passing(self, level: int, frame: str | None) -> int:
        self.level.append(level)
        self.frame.append(frame)
        self.up.append([])
        self.down.append([])
        return len(self.level) - 1

    def _link(self, above: int, below: int, leaving: float, arriving: float) -> None:
        self.down[above].append((below, arriving))
        self.up[below].append((above, leaving))

    def found(self) -> dict[str, float]:
        self._order()
        places = Spread(self.rows, self.up, self.down, self.frame, self.real, self.measures).found()
        first = places[0] if places else 0.0
        return {key: places[index] - first for index, key in enumerate(self.names)}

    # --- the order within each level ---

    def _order(self) -> None:
        sweeps = max(3, min(SWEEPS, EFFORT // (len(self.level) + 1)))
        best, crossings, idle = [list(row) for row in self.rows], self._crossings(), 0
        for sweep in range(sweeps):
            if crossings == 0 or idle == 4:
                break
            self._sweep(downward=sweep % 2 == 0)
            found = self._crossings()
            idle = 0 if found < crossings else idle + 1
            if found < crossings:
                best, crossings = [list(row) for row in self.rows], found
        self.rows = best
        self._count()
        if crossings and len(self.level) <= SMALL:
            self._exchange()
        if self.framed:
            for row in self.rows:
                self._sort(row, {place: float(self.at[place]) for place in row})

    def _count(self, rows: Iterable[list[int]] | None = None) -> None:
        for row in self.rows if rows is None else rows:
            for index, place in enumerate(row):
                self.at[place] = index

    def _sweep(self, downward: bool) -> None:
        links, at = (self.up if downward else self.down), self.at
        for row in self.rows if downward else reversed(self.rows):
            keys = {}
            for place in row:
                near = links[place]
                if len(near) == 1:
                    # A wire that passes, as most are where it matters how long this takes.
                    keys[place] = at[near[0][0]] + near[0][1]
                else:
                    wanted = sum([at[other] + part for other, part in near])
                    keys[place] = wanted / len(near) if near else float(at[place])
            self._sort(row, keys)

    def _sort(self, row: list[int], keys: dict[int, float]) -> None:
        """The row by these keys, what stands in one frame side by side."""
        frames: dict[str, list[float]] = {}
        for place in row if self.framed else ():
            frame = self.frame[place]
            if frame is not None:
                frames.setdefault(frame, []).append(keys[place])
        if frames:
            means = {frame: sum(own) / len(own) for frame, own in frames.items()}

            def key(place: int) -> tuple[float, str, float]:
                frame = self.frame[place]
                return (keys[place], "", 0.0) if frame is None else (means[frame], frame, keys[place])

            row.sort(key=key)
        else:
            row.sort(key=keys.__getitem__)
        self._count([row])

    def _crossings(self) -> int:
        return sum(self._crossings_below(row) for row in self.rows[:-1])

    def _crossings_below(self, row: list[int]) -> int:
        """How often the wires between a level and the next cross: pairs of which one begins left and ends right."""
        if len(row) == 1:
            return 0
        at, ends = self.at, list[float]()
        for place in row:
            near = self.down[place]
            # Of one output, the wires do not cross each other; of several, as their ports stand.
            ends += [at[near[0][0]] + near[0][1]] if len(near) == 1 else sorted([at[o] + part for o, part in near])
        return inversions(ends)

    def _exchange(self) -> None:
        """Neighbours change places wherever that leaves fewer crossings."""
        for _ in range(6):
            better = False
            for row in self.rows:
                for index in range(len(row) - 1):
                    one, other = row[index], row[index + 1]
                    if self._between(other, one) < self._between(one, other):
                        row[index], row[index + 1] = other, one
                        self.at[one], self.at[other] = index + 1, index
                        better = True
            if not better:
                return

    def _between(self, left: int, right: int) -> int:
        """Crossings among the wires of two neighbours, standing in this order."""
        at, found = self.at, 0
        for links in (self.up, self.down):
            for one, part in links[left]:
                found += sum(at[other] + share < at[one] + part for other, share in links[right])
        return found


def _longest_that_passes(spans: Sequence[tuple[int, Edge]], most: int) -> int:
    """How many levels a wire may span and still be led past the nodes between."""
    passed = 0
    for span in sorted(span for span, _ in spans):
        passed += max(span - 1, 0)
        if passed > most:
            return max(span - 1, 1)
    return max((span for span, _ in spans), default=1)
