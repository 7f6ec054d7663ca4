"""How much of the Input one value of each node depends on: the receptive field. The inspector and `check` ask here.

It is found exactly, for the sizes at hand: along each dimension, every position of a tensor has the stretch of the
Input that it depends on, with all its channels and through every path, and the longest one counts. Padding depends
on nothing, and what normalizations average over is left aside, as is usual.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy

from core.graph import reachable
from core.inference import NodeFacts
from core.layout import Layout
from core.receptive.axis import Stretches, pixels
from core.receptive.rules import step
from core.receptive.step import Step
from core.receptive.track import Track, Tracks
from core.receptive.windows import spatial
from core.signals import Shape, Signal

__all__ = ["Memory", "receptive_fields"]

LARGEST_SIZE = 1_000_000
"""Of a dimension that is followed."""


Memory: TypeAlias = dict[str, tuple[NodeFacts, tuple[Tracks | None, ...], Tracks | None]]
"""By node what was found of it last, from which facts and from what flowed in."""


def receptive_fields(
    layout: Layout,
    order: Sequence[str],
    nodes: Mapping[str, NodeFacts],
    memory: Memory | None = None,
    wanted: str | None = None,
) -> Mapping[str, tuple[int, ...] | None]:
    """For each node the size of the largest patch of an Input that one of its values depends on: `(7, 7)`, `(15,)`.

    The patch has the Input's dimensions that convolutions and poolings run over. None where there is no telling, where
    nothing reaches the node, and for networks without images. With several Inputs the largest patch counts.

    `memory` is kept by who asks again after an edit: what is before the edit need not be found again. If one node is
    `wanted`, only its field is found, and what does not lead to it is not looked at.
    """
    found: dict[str, tuple[int, ...] | None] = dict.fromkeys(order if wanted is None else (wanted,))
    leading = None if wanted is None else reachable(layout, wanted, backward=True)
    several = sum(layout.nodes[node_id].layer == "Input" for node_id in order) > 1
    for input_id in order:
        if layout.nodes[input_id].layer != "Input" or not nodes[input_id].outputs:
            continue
        # Several Inputs would take each other's places in the memory.
        walk = _Walk(None if several else memory)
        shape = nodes[input_id].outputs[0].shape
        all_tracks = walk.through(layout, order, nodes, {input_id: _beginning(shape)}, leading)
        places = walk.places_in(shape)
        for node_id in found:
            tracks = all_tracks.get(node_id)
            if tracks and places:
                sizes = tuple(tracks[place - 1].size for place in places)
                # What depends on no row depends on no column either: there is padding only.
                found[node_id] = _largest(found[node_id], sizes if all(sizes) else (0,) * len(sizes))
    return found


@lru_cache(maxsize=16)
def _beginning(shape: Shape) -> Tracks | None:
    if any(not isinstance(size, int) or size > LARGEST_SIZE for size in shape[1:]):
        return None
    known: dict[object, Stretches] = {}
    return tuple(
        Track(dim, known.setdefault(size, pixels(size)))
        for dim, size in enumerate(shape[1:], start=1)
        if isinstance(size, int)
    )


def _largest(first: tuple[int, ...] | None, second: tuple[int, ...]) -> tuple[int, ...]:
    if first is None or len(first) != len(second):
        return second
    return tuple(max(pair) for pair in zip(first, second, strict=True))


def _came_again(before: tuple[Tracks | None, ...], now: Sequence[tuple[Tracks | None, Signal]]) -> bool:
    return len(before) == len(now) and all(one is other for one, (other, _) in zip(before, now, strict=True))


def _equal(before: Tracks | None, now: Tracks | None) -> bool:
    if before is None or now is None or len(before) != len(now):
        return before is now
    return all(
        one.dim == other.dim and numpy.array_equal(one.stretches, other.stretches)
        for one, other in zip(before, now, strict=True)
    )


class _Walk:
    """One way through a network, with all that depends on one Input."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = {} if memory is None else memory
        # Which dimensions of the Input are places, and not channels: the first convolution or pooling knows.
        self._places: tuple[int, ...] | None = None

    def places_in(self, shape: Shape) -> tuple[int, ...]:
        """Those dimensions. Where nothing asks for places, four dimensions are taken for images."""
        if self._places is not None:
            return self._places
        return tuple(range(2, len(shape))) if len(shape) in (4, 5) else ()

    def through(
        self,
        layout: Layout,
        order: Sequence[str],
        nodes: Mapping[str, NodeFacts],
        given: Mapping[str, Tracks | None],
        leading: Collection[str] | None = None,
    ) -> dict[str, Tracks | None]:
        """The tracks of what leaves each node; `given` has those of the Inputs.

        Once it is known which dimensions are places, `leading` are the only nodes that count, where not all do.
        """
        found: dict[str, Tracks | None] = {}
        for node_id in order:
            if leading is not None and node_id not in leading and self._places is not None:
                continue
            layer, facts = layout.nodes[node_id].layer, nodes[node_id]
            if layer == "Input":
                found[node_id] = given.get(node_id, ())
                continue
            received: list[tuple[Tracks | None, Signal]] = []
            for edge in layout.into(node_id):
                outputs = nodes[edge.source].outputs if edge.source in nodes else ()
                if edge.source in found and edge.output < len(outputs):
                    received.append((found[edge.source], outputs[edge.output]))
            found[node_id] = self._node(layout, node_id, facts, received)
        return found

    def _node(
        self, layout: Layout, node_id: str, facts: NodeFacts, received: list[tuple[Tracks | None, Signal]]
    ) -> Tracks | None:
        layer = layout.nodes[node_id].layer
        before = self._memory.get(node_id)
        # The same facts come of the same module and of inputs of the same shapes.
        if before is not None and before[0] is facts and self._places is not None and _came_again(before[1], received):
            return before[2]
        if not received or any(tracks is None for tracks, _ in received):
            return None
        known = tuple((tracks or (), signal.shape) for tracks, signal in received)
        if layer == "Output":
            return known[0][0]
        if not facts.outputs:
            return None
        if facts.instances:
            return self._block(facts, tuple(tracks for tracks, _ in known))
        name = layer.removeprefix("Lazy")
        given = Step(name, facts.arguments, known, facts.outputs[0].shape)
        if self._places is None and spatial(name) and given.tracks:
            self._places = tuple(
                place
                for place, track in enumerate(given.tracks, start=1)
                if track.dim is not None and track.dim >= given.first
            )
        found = step(given)
        if before is not None and _equal(before[2], found):
            # The very same value, so that what follows is known again too.
            found = before[2]
        self._memory[node_id] = (facts, tuple(tracks for tracks, _ in received), found)
        return found

    def _block(self, facts: NodeFacts, flowing: tuple[Tracks, ...]) -> Tracks | None:
        """Through every repetition of a block."""
        results: tuple[Tracks | None, ...] = flowing
        for inside in facts.instances:
            inputs = [key for key, node in inside.layout.nodes.items() if node.layer == "Input"]
            outputs = [key for key, node in inside.layout.nodes.items() if node.layer == "Output"]
            found = self.through(inside.layout, inside.order, inside.nodes, dict(zip(inputs, results, strict=False)))
            results = tuple(found.get(key) for key in outputs)
        return results[0] if results else None
