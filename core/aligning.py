"""Nodes put in line: along a side, at equal distances, or straight below what they read from.

Every node is as wide as the next, so left, right and middle differ in which of the nodes the others follow.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

from core.graph import order
from core.layout import Layout, Position, on_canvas, with_positions
from core.placement import GAP, TALL, WIDTH, Crowd, places, settled

Side: TypeAlias = Literal["left", "centre", "right", "top", "middle", "bottom"]
Way: TypeAlias = Literal["across", "down"]

NEARLY = 60.0
"""Canvas units by which two nodes that a wire joins may be out of line and still be meant to stand in one."""


def aligned(layout: Layout, node_ids: Collection[str], side: Side) -> Layout:
    """With these nodes along one line. Those that would come to lie on each other stand one behind the other."""
    stands = _chosen(layout, node_ids)
    if len(stands) < 2:
        return layout
    axis = 0 if side in ("left", "centre", "right") else 1
    values = [place[axis] for place in stands.values()]
    middle = (min(values) + max(values)) / 2
    line = {"left": min(values), "top": min(values), "right": max(values), "bottom": max(values)}.get(side, middle)
    least = TALL + GAP if axis == 0 else WIDTH + GAP
    found: dict[str, Position] = {}
    last: float | None = None
    for key in sorted(stands, key=lambda key: stands[key][1 - axis]):
        along = stands[key][1 - axis]
        if last is not None and along < last + least:
            along = last + least
        last = along
        found[key] = on_canvas((line, along) if axis == 0 else (along, line))
    return with_positions(settled(layout), found)


def distributed(layout: Layout, node_ids: Collection[str], way: Way) -> Layout:
    """With these nodes at equal distances between the first and the last of them."""
    stands = _chosen(layout, node_ids)
    if len(stands) < 3:
        return layout
    axis = 0 if way == "across" else 1
    ordered = sorted(stands, key=lambda key: (stands[key][axis], stands[key][1 - axis]))
    first, last = stands[ordered[0]][axis], stands[ordered[-1]][axis]
    found: dict[str, Position] = {}
    for index, key in enumerate(ordered):
        along = first + (last - first) * index / (len(ordered) - 1)
        found[key] = (along, stands[key][1]) if axis == 0 else (stands[key][0], along)
    return with_positions(settled(layout), found)


def straightened(layout: Layout, node_ids: Collection[str]) -> Layout:
    """With wires straight that nearly are: each of these nodes in line with what it reads from, or else its reader.

    The first of them stays, the others follow along the wires. None comes to lie on another node.
    """
    layout = settled(layout)
    stands = dict(places(layout))
    axis = 0 if layout.direction == "down" else 1
    chosen, crowd = frozenset(node_ids), Crowd(stands.values())
    # Those on a circle have no place in the order: they come last.
    for key in dict.fromkeys((*order(layout), *layout.nodes)):
        line = _nearest_line(layout, key, stands, axis, chosen) if key in chosen else None
        if line is None:
            continue
        place = (line, stands[key][1]) if axis == 0 else (stands[key][0], line)
        crowd.remove(stands[key])
        if not crowd.touches(place):
            stands[key] = place
        crowd.add(stands[key])
    return with_positions(layout, {key: stands[key] for key in layout.nodes if key in chosen})


def _nearest_line(
    layout: Layout, key: str, stands: Mapping[str, Position], axis: int, node_ids: Collection[str]
) -> float | None:
    """Where a node must stand for a wire of its own to be straight; None if none nearly is, or one is already."""
    own = stands[key][axis]
    before = [stands[edge.source][axis] for edge in layout.into(key)]
    # What follows and is selected too will itself come into line.
    after = [stands[edge.target][axis] for edge in layout.out_of(key) if edge.target not in node_ids]
    for lines in (before, after):
        near = [line for line in lines if abs(line - own) <= NEARLY]
        if own in near:
            return None
        if near:
            return min(near, key=lambda line: abs(line - own))
    return None


def _chosen(layout: Layout, node_ids: Collection[str]) -> dict[str, Position]:
    stands, chosen = places(layout), frozenset(node_ids)
    return {key: stands[key] for key in layout.nodes if key in chosen}
