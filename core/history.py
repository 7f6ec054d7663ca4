"""Undo and redo over immutable values: the past is a stack of earlier values, and an edit is the difference."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.layout import Layout

LONGEST_PAST = 1000
"""Layouts share what did not change, so a thousand of them are cheap."""


@dataclass(frozen=True)
class Step:
    label: str
    """Text key of the edit that led from this layout to the next."""
    layout: Layout
    scope: tuple[str, ...] = ()
    """The uses of blocks that lead to where the edit was made."""


@dataclass(frozen=True)
class History:
    present: Layout
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    def applied(self, label: str, layout: Layout, merge: bool = False, scope: tuple[str, ...] = ()) -> History:
        """With a new present. `merge` joins it to the step before if that has the same label (a drag, a spin)."""
        if layout == self.present:
            return self
        last = self.past[-1] if self.past else None
        if merge and last is not None and (last.label, last.scope) == (label, scope) and not self.future:
            return History(layout, self.past)
        return History(layout, (*self.past, Step(label, self.present, scope))[-LONGEST_PAST:])

    def undone(self) -> History:
        if not self.past:
            return self
        *past, step = self.past
        return History(step.layout, tuple(past), (replace(step, layout=self.present), *self.future))

    def redone(self) -> History:
        if not self.future:
            return self
        step, *future = self.future
        return History(step.layout, (*self.past, replace(step, layout=self.present)), tuple(future))
