"""What is to be painted again: the areas that a change touches, told to the views once it is complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QGraphicsScene

from gui.canvas.boxes import Area, area_of, rect_of, touch, united

MOST_AREAS = 40
"""That are painted one by one; more are painted as the one area that holds them."""


class Repainting:
    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._areas: list[Area] | None = None
        """What the change under way touches."""

    def add(self, area: Area) -> None:
        if self._areas is not None:
            self._areas.append(area)
        else:
            self._paint([area])

    @contextmanager
    def together(self) -> Iterator[None]:
        """Tell the views of what changes inside at the end, so far as it is seen."""
        if self._areas is not None:
            yield
            return
        self._areas = []
        try:
            yield
        finally:
            areas, self._areas = self._areas, None
            self._tell(areas)

    def _tell(self, areas: list[Area]) -> None:
        if not areas:
            return
        seen = [area for area, _ in self.seen()]
        areas = [area for area in areas if any(touch(area, other) for other in seen)]
        if len(areas) > MOST_AREAS:
            whole: Area | None = None
            for area in areas:
                whole = united(whole, area)
            areas = [] if whole is None else [whole]
        self._paint(areas)

    def _paint(self, areas: list[Area]) -> None:
        """Not `QGraphicsScene.update`: the scene would paint at once what it is told, before it has looked where its
        items went that were moved in the same breath, and leave them standing where they were, too."""
        for view in self._scene.views():
            transform = view.viewportTransform()
            for area in areas:
                # Two pixels for what antialiasing spreads, as the view itself takes.
                rect = transform.mapRect(rect_of(area)).toAlignedRect().adjusted(-2, -2, 2, 2)
                view.viewport().update(rect)

    def seen(self) -> list[tuple[Area, float]]:
        """What of the canvas each view shows, and at which scale."""
        found = []
        for view in self._scene.views():
            if view.isVisible():
                rect = view.mapToScene(view.viewport().rect()).boundingRect()
                found.append((area_of(rect), view.transform().m11()))
        return found
