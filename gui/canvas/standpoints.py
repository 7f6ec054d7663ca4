"""Where a person stood in each part of the network, so that coming back out of a block finds the place again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from core.scopes import Scope

if TYPE_CHECKING:
    from gui.canvas.surface import Surface


@dataclass(frozen=True)
class Standpoint:
    """What is seen: how large, and what is in the middle."""

    scale: float
    centre: QPointF


@dataclass(frozen=True)
class Standpoints:
    """Of one document: where it is looked at now, and where each part of it was looked at last."""

    scope: Scope = ()
    seen: Mapping[Scope, Standpoint] = field(default_factory=dict)

    def left(self, view: Surface, scope: Scope) -> Standpoints:
        """With the place that is looked from now remembered, on the way to another part."""
        return Standpoints(scope, {**self.seen, self.scope: _standpoint(view)})

    def stand(self, view: Surface) -> None:
        """Look from where this part was looked at last, or at its beginning."""
        place = self.seen.get(self.scope)
        if place is None:
            view.show_beginning()
            return
        view.setTransform(QTransform.fromScale(place.scale, place.scale))
        view.navigation.bound(view.items_scene.content())
        view.centerOn(place.centre)
        view.touched = True
        view.moved()


def _standpoint(view: Surface) -> Standpoint:
    inverse, _ = view.viewportTransform().inverted()
    # In fractions of a pixel: a person who goes in and out a hundred times comes back to the same place.
    return Standpoint(view.navigation.scale, inverse.map(QRectF(view.viewport().rect()).center()))
