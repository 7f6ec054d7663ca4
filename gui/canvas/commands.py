"""What the canvas does at a key, a menu entry or a press in the palette: one edit of the document each."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, Qt

from core.edits import added, appended, copy_names, deleted, duplicated, new_name, only_end, shifted
from core.layout import Edge
from core.placement import WIDTH, free_spot, places
from gui.canvas.geometry import HEIGHT, SNAP, snapped
from gui.document import Document

FAR = 4
"""How many steps an arrow key takes with Shift."""
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
"""How far to the right and down one step of an arrow key leads."""


def add_layer(document: Document, layer: str, centre: QPointF) -> str:
    """A new node behind the selected one, else at the network's one free end, else in the middle of what is seen."""
    layout = document.layout
    name = new_name(layout, layer)
    after = document.selected or only_end(layout, layer)
    if after is not None:
        document.apply("canvas.edit.add", lambda layout: appended(layout, after, layer))
    else:
        wanted = (snapped(centre.x() - WIDTH / 2), snapped(centre.y() - HEIGHT / 2))
        place = free_spot(places(layout).values(), wanted, layout.direction)
        document.apply("canvas.edit.add", lambda layout: added(layout, layer, place))
    document.select([name])
    return name


def delete(document: Document, wires: Collection[Edge]) -> None:
    selection = document.selection
    if selection or wires:
        document.apply("canvas.edit.delete", lambda layout: deleted(layout, selection, wires))


def duplicate(document: Document) -> None:
    """Copy the selected nodes and select the copies."""
    selection = document.selection
    if selection:
        names = copy_names(document.layout, selection)
        document.apply("canvas.edit.duplicate", lambda layout: duplicated(layout, selection))
        document.select(names.values())


def nudge(document: Document, right: int, down: int, far: bool, merge: bool) -> None:
    """Move the selected nodes by a step; `merge` makes one undo step of a run of these."""
    selection, step = document.selection, SNAP * (FAR if far else 1)
    document.apply(
        "canvas.edit.nudge", lambda layout: shifted(layout, selection, right * step, down * step), merge=merge
    )
