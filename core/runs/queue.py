"""What is trained once a run has ended: the same layout from its beginning, or the next one of a sweep. No Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.layout import Layout
from core.runs.sweep import Variant, tag


@dataclass(frozen=True)
class Next:
    """A layout to be trained, and what its run is called."""

    layout: Layout
    name: str = ""
    tags: tuple[str, ...] = ()


class Queue:
    """Empty until somebody asks for more than one run."""

    def __init__(self) -> None:
        self._again: Layout | None = None
        self._variants: deque[Variant] = deque()
        self._tags: tuple[str, ...] = ()

    def __len__(self) -> int:
        """The runs of a sweep that are to come."""
        return len(self._variants)

    def sweep(self, variants: Sequence[Variant]) -> None:
        """Train these one after the other, each kept under its name and all under one tag."""
        self._variants, self._tags = deque(variants), (tag(datetime.now()),)

    def again(self, layout: Layout) -> None:
        """Train this before anything else."""
        self._again = layout

    def clear(self) -> None:
        """Nothing comes any more."""
        self._again = None
        self._variants.clear()

    def take(self) -> Next | None:
        """What comes now, which no longer waits; None if nothing does."""
        if self._again is not None:
            layout, self._again = self._again, None
            return Next(layout)
        if not self._variants:
            return None
        variant = self._variants.popleft()
        return Next(variant.layout, variant.name, self._tags)
