"""Where wires run and where their shapes stand, found for those that are seen: around nodes, and on nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from core.placement import WIDTH
from gui.canvas.boxes import Area, Boxes, grown, touch
from gui.canvas.geometry import WIDEST
from gui.canvas.labels import label_place
from gui.canvas.node_item import NodeItem
from gui.canvas.routes import FARTHEST, Point, Route, crosses, distance, may_pass, reach, routed
from gui.canvas.wire_item import MARGIN, WireItem, padded

NEAR = 24
"""A node this close to a wire may be in the way of its shape."""
MANY = 60
"""Areas or wires that are looked at one by one."""
LINE_CELL = 512
"""Side of a cell in which wires are looked for: they reach further than nodes."""
OVER = 32
"""A shape stands no further than this above or below the line, and so far and its width beside it."""


class Wiring:
    """Knows all wires by place. What is not right any more is found again by `settle`, or when it comes into view."""

    def __init__(self, bodies: Boxes[NodeItem], repaint: Callable[[Area], None]) -> None:
        self._bodies = bodies
        self._repaint = repaint
        self._lines: Boxes[WireItem] = Boxes(LINE_CELL)
        """By the area that a wire stays in; by its line, once it is known."""
        self._labels: Boxes[WireItem] = Boxes()
        self._widest = 140.0
        """Of all shapes, as far as they are known."""
        self._astray: set[WireItem] = set()
        """Wires whose line is to be found again."""
        self._unplaced: set[WireItem] = set()
        """Wires whose shape is to be placed again."""

    # --- what changes ---

    def add(self, wire: WireItem) -> None:
        self._astray.add(wire)
        self._lines.place(wire, _reach(wire))

    def remove(self, wire: WireItem) -> None:
        self._clear(wire)
        self._lines.remove(wire)
        self._astray.discard(wire)
        self._unplaced.discard(wire)

    def reroute(self, wire: WireItem) -> None:
        """An end of a wire moved, or what it runs past."""
        self._clear(wire)
        self._astray.add(wire)
        self._lines.place(wire, _reach(wire))

    def relabel(self, wire: WireItem) -> None:
        """The shape of a wire changed, or what stands beside it."""
        if wire.place is not None:
            self._repaint(padded(wire.place))
            self._labels.remove(wire)
        wire.place = None
        wire.placed = False
        self._unplaced.add(wire)

    def disturb(self, areas: Sequence[Area], seen: Sequence[Area]) -> None:
        """Something in these areas came, went, moved or grew: what runs past may run elsewhere now.

        Where much did, only what is seen is looked at closely; all else is found anew when it comes into view.
        """
        near: set[WireItem] = set()
        if len(areas) > MANY:
            watched: set[WireItem] = set()
            for area in seen:
                watched |= self._lines.near(area)
            for wire in self._lines.all():
                if (wire.route is not None or wire.placed) and wire not in watched:
                    self.reroute(wire)
            areas = [area for area in areas if _any_touch(grown(area, NEAR), seen)]
        for area in areas:
            near |= self._lines.near(grown(area, NEAR))
            near |= self._labels.near(area)
        for wire in near:
            if wire.route is not None and may_pass(*nominal_ends(wire), wire.source.direction):
                self.reroute(wire)
            elif wire.placed:
                self.relabel(wire)

    def disturb_all(self) -> None:
        for wire in self._lines.all():
            if wire.route is not None or wire.placed:
                self.reroute(wire)

    def cover(self, areas: Iterable[Area]) -> None:
        """Nodes are carried over these areas: no shape stays below them."""
        for area in areas:
            for wire in self._labels.near(area):
                self.relabel(wire)

    def settle(self, seen: Sequence[Area], labels: bool) -> None:
        """Find again what can be seen of all that changed; the rest is found when it comes into view."""
        astray = [wire for wire in self._astray if wire.route is None and _any_touch(self._lines[wire], seen)]
        self._astray.clear()
        if labels or len(astray) < MANY:
            for wire in astray:
                self.run(wire)
        else:
            # From afar nobody sees which of many wires it was; what is painted knows its way by then.
            for wire in astray:
                self._repaint(self._lines[wire])
        unplaced, self._unplaced = self._unplaced, set()
        if labels:
            # In an order that does not depend on chance.
            for wire in sorted(unplaced.union(astray), key=_order):
                if wire.route is not None and not wire.placed and _any_touch(self._lines[wire], seen):
                    self.put_label(wire)

    def seen_in(self, area: Area) -> set[WireItem]:
        """The wires whose lines can be seen in an area."""
        return self._lines.near(grown(area, MARGIN))

    def prepare(self, area: Area, labels: bool) -> None:
        """Make everything known about the wires that can be seen in an area, they or their shapes."""
        left, top, right, bottom = area
        aside = self._widest + OVER
        wires = self._lines.near((left - aside, top - OVER, right + aside, bottom + OVER))
        fresh = [wire for wire in wires if wire.route is None]
        for wire in fresh:
            self.run(wire, seen=False)
        if labels:
            bare = [wire for wire in wires if not wire.placed]
            for wire in sorted(bare, key=_order):
                self.put_label(wire, seen=False)
            if fresh or bare:
                self.settle([area], labels)

    # --- where a wire runs ---

    def run(self, wire: WireItem, seen: bool = True) -> Route:
        """Find where it runs; repaint that, unless it was not `seen` before and is about to be painted."""
        if wire.route is not None:
            return wire.route
        start, end = ends(wire)
        direction = wire.source.direction

        def in_the_way(area: Area) -> list[Area]:
            found = []
            for node in self._bodies.near(area):
                if node is not wire.source and node is not wire.target and touch(node.trunk, area):
                    found.append(node.trunk)
            return found

        route = wire.route = routed(start, end, in_the_way, direction, wire.side)
        self._lines.place(wire, route.bounds)
        if seen:
            self._repaint(grown(route.bounds, MARGIN))
        for other in self._labels.near(route.bounds):
            if other is not wire and crosses(route.points, padded(self._labels[other])):
                self.relabel(other)
        return route

    def put_label(self, wire: WireItem, seen: bool = True) -> None:
        if wire.placed:
            return
        wire.placed = True
        size = wire.label_size()
        if size.isEmpty():
            return
        self._widest = max(self._widest, size.width())
        route = self.run(wire)
        left, top, right, bottom = route.bounds
        aside = size.width() + OVER
        around = (left - aside, top - OVER, right + aside, bottom + OVER)
        if bottom - top < FARTHEST and right - left < FARTHEST:
            taken = self._obstacles(wire, around)
        else:

            def taken(area: Area) -> bool:
                # Mostly by a node, and no wire is to be looked at then.
                ground = padded(area)
                covered = any(touch(node.area, ground) for node in self._bodies.near(ground))
                return covered or self._obstacles(wire, ground)(area)

        wire.place = label_place(route.points, (size.width(), size.height()), taken, wire.source.direction)
        if wire.place is not None:
            self._labels.place(wire, wire.place)
            if seen:
                self._repaint(padded(wire.place))

    def _obstacles(self, wire: WireItem, around: Area) -> Callable[[Area], bool]:
        """Whether a shape of this wire would cover something in an area, all of them within `around`."""
        solid = [node.area for node in self._bodies.near(around)]
        solid += [padded(self._labels[other]) for other in self._labels.near(around) if other is not wire]
        lines = [(self._lines[other], other) for other in self._lines.near(around) if other is not wire]

        def taken(area: Area) -> bool:
            left, top, right, bottom = area = padded(area)
            for at in solid:
                if at[0] <= right and at[2] >= left and at[1] <= bottom and at[3] >= top:
                    return True
            for at, other in lines:
                near = at[0] <= right and at[2] >= left and at[1] <= bottom and at[3] >= top
                if near and crosses((other.route or self.run(other, seen=False)).points, area):
                    return True
            return False

        return taken

    # --- what is where ---

    def at(self, point: Point, within: float) -> WireItem | None:
        """The nearest wire whose line is within reach, or else whose shape is."""
        area = grown((*point, *point), within)
        shown = [wire for wire in self._lines.near(area) if not wire.hidden]
        away = {wire: distance(self.run(wire).points, point) for wire in shown}
        nearest = min(away, key=away.__getitem__, default=None)
        if nearest is not None and away[nearest] <= within:
            return nearest
        return next((wire for wire in self._labels.near(area) if not wire.hidden), None)

    def labels_in(self, area: Area) -> set[WireItem]:
        return self._labels.near(padded(area))

    def bounds(self) -> Area | None:
        """Of all lines and shapes, which are all found for it."""
        for wire in self._lines.all():
            self.run(wire)
            self.put_label(wire)
        lines, labels = self._lines.bounds(), self._labels.bounds()
        if lines is None or labels is None:
            return lines
        return (
            min(lines[0], labels[0]),
            min(lines[1], labels[1]),
            max(lines[2], labels[2]),
            max(lines[3], labels[3]),
        )

    def _clear(self, wire: WireItem) -> None:
        """Take away what is seen of a wire."""
        if wire.route is not None:
            self._repaint(grown(wire.route.bounds, MARGIN))
        if wire.place is not None:
            self._repaint(padded(wire.place))
            self._labels.remove(wire)
        wire.route = None
        wire.place = None
        wire.placed = False


def ends(wire: WireItem, width: float = 0.0) -> tuple[Point, Point]:
    """Where a wire begins and ends. `width` stands for those of the nodes, where they need not be known."""
    edge = wire.edge
    return wire.source.port_at(True, edge.output, width), wire.target.port_at(False, edge.input, width)


def nominal_ends(wire: WireItem) -> tuple[Point, Point]:
    return ends(wire, WIDTH)


def _reach(wire: WireItem) -> Area:
    """The area that it stays in, however wide the nodes are that it joins."""
    edge, source = wire.edge, wire.source
    direction = source.direction
    area = reach(source.port_at(True, edge.output, WIDTH), wire.target.port_at(False, edge.input, WIDTH), direction)
    return area if direction == "down" else grown(area, WIDEST - WIDTH)


def _order(wire: WireItem) -> tuple[int, int, int, int]:
    edge = wire.edge
    return wire.source.rank, edge.output, wire.target.rank, edge.input


def _any_touch(area: Area, areas: Iterable[Area]) -> bool:
    return any(touch(area, other) for other in areas)
