"""Putting a network, or a part of it, in the order in which it flows. The canvas asks; each is one edit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from core.arrangement import arranged
from core.blocks import interior
from core.graph import COLUMN_WIDTH, LEVEL_HEIGHT
from core.layout import Block, Direction, Layout, Note, Position, on_canvas, with_positions
from core.placement import TALL, WIDTH, Crowd, places, settled

FARTHEST_TRY = 12
"""Steps to each side at which a free place is looked for."""


def tidied(layout: Layout, node_ids: Collection[str] | None = None, direction: Direction | None = None) -> Layout:
    """With all nodes in order, or only these.

    Of the whole, the network flows in this direction from now on, inside its blocks too, and notes go with the nodes
    beside which they stood. Of a part, the rest stays; the part begins where it began, or at the nearest free place.
    """
    direction = direction or layout.direction
    if node_ids is not None:
        return _part_tidied(layout, node_ids, direction)
    before, after = places(layout), arranged(layout, direction)
    notes = {key: _beside(note, before, after) for key, note in layout.notes.items()}
    found = replace(with_positions(layout, after), notes=notes, direction=direction)
    if direction == layout.direction:
        return found
    return replace(found, blocks={name: _turned(found, name) for name in layout.blocks})


def _turned(layout: Layout, name: str) -> Block:
    """The inside of a block as the whole flows now."""
    inside = tidied(interior(layout, name))
    return replace(layout.blocks[name], nodes=inside.nodes, notes=inside.notes)


def _part_tidied(layout: Layout, node_ids: Collection[str], direction: Direction) -> Layout:
    chosen = [key for key in layout.nodes if key in node_ids]
    if len(chosen) < 2:
        return layout
    layout = settled(layout)
    stands, ideal = places(layout), arranged(layout, direction, node_ids)
    left, top = _corner([stands[key] for key in chosen])
    ideal_left, ideal_top = _corner(list(ideal.values()))
    crowd = Crowd(at for key, at in stands.items() if key not in node_ids)
    for x, y in _ways():
        dx, dy = left - ideal_left + x, top - ideal_top + y
        found = {key: on_canvas((at[0] + dx, at[1] + dy)) for key, at in ideal.items()}
        if not any(crowd.touches(at) for at in found.values()):
            return with_positions(layout, found)
    # It is too large for any gap: beside everything.
    dx = max(x for x, _ in stands.values()) + COLUMN_WIDTH - ideal_left
    return with_positions(layout, {key: on_canvas((x + dx, y + top - ideal_top)) for key, (x, y) in ideal.items()})


def _corner(stands: Collection[Position]) -> Position:
    return min(x for x, _ in stands), min(y for _, y in stands)


def _ways() -> list[Position]:
    """Ways from where something should stand, the shortest first, to the right before to the left."""
    span = range(-FARTHEST_TRY, FARTHEST_TRY + 1)
    ways = [(x * COLUMN_WIDTH / 2, y * LEVEL_HEIGHT / 2) for x in span for y in span]
    return sorted(ways, key=lambda way: (abs(way[0]) + abs(way[1]), -way[0], -way[1]))


def _beside(note: Note, before: Mapping[str, Position], after: Mapping[str, Position]) -> Note:
    """A note with the node that it stood nearest to; at the left of everything where it would lie on a node."""
    if not before:
        return note
    (x, y), (width, height) = note.position, note.size

    def away(key: str) -> float:
        left, top = before[key]
        return max(left - x - width, x - left - WIDTH, 0.0) + max(top - y - height, y - top - TALL, 0.0)

    nearest = min(before, key=away)
    x += after[nearest][0] - before[nearest][0]
    y += after[nearest][1] - before[nearest][1]
    for left, top in after.values():
        if x < left + WIDTH and left < x + width and y < top + TALL and top < y + height:
            x = min(left for left, _ in after.values()) - width - 48
            break
    return replace(note, position=on_canvas((x, y)))
