"""How far frames reach, and which of them nodes are in that are being dragged. Annotations and gestures ask here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF

from core.annotations import joined, left_frame
from core.layout import Frame, Layout
from gui.canvas.boxes import Area, Boxes, area_of, rect_of, united
from gui.canvas.scene import CanvasScene

PADDING = 20
"""Between a frame's border and what it holds."""
TITLE = 28
"""Height of the bar with the title."""
BELOW_TITLE = 16
"""Between that bar and what the frame holds: a port and the wire into it."""


class Reaches:
    """The rectangle of every frame that is shown, found anew only around nodes that moved."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._frames: Mapping[str, Frame] = {}
        self._held: dict[str, QRectF] = {}
        """By frame: what its nodes cover."""
        self._order: list[str] = []
        self._inside: Mapping[str, list[str]] = {}
        """By frame: the frames of which it holds all nodes."""
        self.rects: Mapping[str, QRectF] = {}

    @property
    def order(self) -> Sequence[str]:
        """From the lowest to the uppermost: what holds more lies below."""
        return self._order

    def show(self, frames: Mapping[str, Frame]) -> None:
        self._arrange(frames)
        self._held = {key: self._covered(frame.nodes) for key, frame in frames.items()}
        self.rects = self._around()

    def move(self, node_ids: Collection[str], frames: Mapping[str, Frame]) -> None:
        """These nodes stand elsewhere, and the frames may be around others now."""
        moved, before = frozenset(node_ids), self._frames
        if frames != before:
            self._arrange(frames)
        for key, frame in frames.items():
            if frame is not before.get(key) or not moved.isdisjoint(frame.nodes):
                self._held[key] = self._covered(frame.nodes)
        self.rects = self._around()

    def _arrange(self, frames: Mapping[str, Frame]) -> None:
        self._frames = frames
        self._order = sorted(frames, key=lambda key: -len(frames[key].nodes))
        rank = {key: index for index, key in enumerate(self._order)}
        around: dict[str, list[str]] = {}
        for key in self._order:
            for node_id in frames[key].nodes:
                around.setdefault(node_id, []).append(key)
        inside: dict[str, list[str]] = {key: [] for key in frames}
        for key in self._order:
            nodes = frozenset(frames[key].nodes)
            for outer in around[frames[key].nodes[0]]:
                if rank[outer] < rank[key] and nodes.issubset(frames[outer].nodes):
                    inside[outer].append(key)
        self._inside = inside

    def _covered(self, node_ids: Iterable[str]) -> QRectF:
        whole: Area | None = None
        for node_id in node_ids:
            if node_id in self._scene.nodes:
                whole = united(whole, self._scene.nodes[node_id].area)
        return QRectF() if whole is None else rect_of(whole)

    def _around(self) -> Mapping[str, QRectF]:
        """A frame in a frame has a border and a title of its own: the outer one reaches around them."""
        rects: dict[str, QRectF] = {}
        for key in reversed(self._order):
            held = self._held[key]
            for inner in self._inside[key]:
                held = held.united(rects[inner])
            rects[key] = held.adjusted(-PADDING, -TITLE - BELOW_TITLE, PADDING, PADDING)
        return rects


@dataclass(frozen=True)
class _Lot:
    """Nodes that join and leave together: a frame that is carried as a whole, or one node."""

    nodes: frozenset[str]
    frame: str | None = None


class Carried:
    """Nodes from the moment they are lifted: let go inside a frame they join it, wholly out of it they leave it.

    The frames count as they lay when the drag began, so that none runs away from what is dragged out of it.
    """

    def __init__(
        self, scene: CanvasScene, layout: Layout, rects: Mapping[str, QRectF], node_ids: Iterable[str]
    ) -> None:
        self._scene = scene
        self._frames = layout.frames
        self.nodes = frozenset(node_ids)
        whole = [key for key, frame in layout.frames.items() if self.nodes.issuperset(frame.nodes)]
        self._grounds: Boxes[str] = Boxes()
        for key in rects.keys() - set(whole):
            self._grounds.place(key, area_of(rects[key]))
        lots: list[_Lot] = []
        left = set(self.nodes)
        for key in sorted(whole, key=lambda key: -len(layout.frames[key].nodes)):
            inside = frozenset(layout.frames[key].nodes)
            if left >= inside:
                lots.append(_Lot(inside, key))
                left -= inside
        lots += [_Lot(frozenset([node_id])) for node_id in left]
        around: dict[str, set[str]] = {}
        for key in self._frames.keys() - set(whole):
            for node_id in self._frames[key].nodes:
                around.setdefault(node_id, set()).add(key)
        nowhere: set[str] = set()
        self._lots = [(lot, set.intersection(*(around.get(key, nowhere) for key in lot.nodes))) for lot in lots]
        """With the frames that each is in, beside those that are carried whole."""

    def frames(self, rects: Mapping[str, QRectF]) -> Mapping[str, Frame]:
        """The frames as they would be if the nodes were let go here. `rects` are those of the frames carried whole."""
        members: dict[str, set[str]] = {}

        def of(key: str) -> set[str]:
            return members.setdefault(key, set(self._frames[key].nodes))

        for lot, inside in self._lots:
            place = rects[lot.frame] if lot.frame is not None else self._place(lot)
            touched = self._grounds.near(area_of(place))
            for key in inside - touched:
                of(key).difference_update(lot.nodes)
            x, y = place.center().x(), place.center().y()
            for key in self._grounds.near((x, y, x, y)) - inside:
                of(key).update(lot.nodes)
        changed = {key: tuple(nodes) for key, nodes in members.items() if nodes != set(self._frames[key].nodes)}
        return {**self._frames, **{key: replace(self._frames[key], nodes=nodes) for key, nodes in changed.items()}}

    def settled(self, layout: Layout, frames: Mapping[str, Frame]) -> Layout:
        """The layout with the frames around those nodes, where it has such."""
        for key, frame in frames.items():
            if frame is not self._frames.get(key) and key in layout.frames:
                before, now = frozenset(layout.frames[key].nodes), frozenset(frame.nodes)
                layout = joined(layout, key, (now - before) & self.nodes)
                layout = left_frame(layout, (before - now) & self.nodes, key)
        return layout

    def _place(self, lot: _Lot) -> QRectF:
        node = self._scene.nodes.get(next(iter(lot.nodes)))
        return node.rect if node is not None else QRectF()
