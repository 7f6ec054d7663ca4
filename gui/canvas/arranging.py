"""Tidy, align, distribute and straighten: the selected nodes, or the whole network, put in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.aligning import Side, Way, aligned, distributed, straightened
from core.layout import Direction
from core.placement import places
from core.tidying import tidied
from gui.document import Document

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def tidy(view: CanvasView, direction: Direction) -> None:
    """Put the nodes where the order of the network says: those selected if there are several, else all.

    Inside a block the network flows as it does outside, and a part as the whole: elsewise its wires would bend back to
    reach their ports.
    """
    document = view.document
    before, selection = places(document.layout), document.selection
    whole = len(selection) < 2 or len(selection) == len(document.layout.nodes)
    flow = document.layout.direction
    way = direction if whole and not document.scope else flow
    document.apply("canvas.edit.tidy", lambda layout: tidied(layout, None if whole else selection, way))
    if whole:
        view.show_beginning()
    elif direction != flow:
        document.refused.emit(f"canvas.part_flows_{flow}", {})
    view.motion.glide_from(before)


def align(document: Document, side: Side) -> None:
    selection = document.selection
    document.apply("canvas.edit.align", lambda layout: aligned(layout, selection, side))


def distribute(document: Document, way: Way) -> None:
    selection = document.selection
    document.apply("canvas.edit.distribute", lambda layout: distributed(layout, selection, way))


def straighten(document: Document) -> None:
    """Put the selected nodes exactly in line with what they read from, where they nearly are."""
    selection = document.selection
    document.apply("canvas.edit.straighten", lambda layout: straightened(layout, selection))
