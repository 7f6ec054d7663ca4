"""The nodes and wires of the canvas, kept equal to the document: only what differs is touched.

What moves out of sight is noted, and looked after when the change is on the screen: one edit may push half of a
thousand nodes aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer

from core.layout import Edge, Layout, Node, Position
from core.placement import WIDTH, places
from core.shapes import Inference, pending
from gui.canvas.boxes import Area, Boxes, grown, touch, united, within
from gui.canvas.faces import Faces
from gui.canvas.look import Look
from gui.canvas.node_item import NodeItem
from gui.canvas.overview import Overview
from gui.canvas.repainting import Repainting
from gui.canvas.routes import FARTHEST, Route
from gui.canvas.wire_item import WireItem
from gui.canvas.wiring import Wiring
from gui.words import Words

LABELLED = 0.4
"""Scale from which on shapes stand beside the wires."""
EXACT = 300
"""Nodes up to which the bounds count every wire and shape. In more, the border makes no difference."""
BORDER = 60.0
"""Around the nodes of a larger network, for the wires beside them."""
FAR = 200.0
"""Above and below what is seen: a node that moves there may still be in the way of a wire that is seen."""
LATER_MS, LATEST_MS = 30, 500
"""When what moved out of sight is looked after: so long after the change was painted, or if no view was, after it."""


class Network(QObject):
    """The ground that nodes and wires stand on."""

    def __init__(
        self, look: Look, words: Words, repainting: Repainting, came: Callable[[NodeItem], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self.faces = Faces(Layout(), pending(Layout()), words)
        self.inputs: tuple[str, ...] = ()
        self.boxes: Boxes[NodeItem] = Boxes()
        self.wiring = Wiring(self.boxes, self.repaint)
        self.overview = Overview(self.wiring)
        self.lively: tuple[set[NodeItem], set[WireItem]] = (set(), set())
        """Nodes and wires that are drawn over the usual ones."""
        self.bounds: Area | None = None
        """As `measured` found them last; None after something changed them."""
        self._words = words
        self._language = words.language
        self._repainting = repainting
        self._came = came
        """Gives a new node the marks that are on."""
        self._edges: dict[int, WireItem] = {}
        """By the identity of the edge, which an edit keeps: comparing thousands of edges would take too long."""
        self._edges_of: tuple[Edge, ...] = ()
        self._carried: dict[NodeItem, Area] = {}
        """Nodes that `preview` moved, with where they were."""
        self._astray: set[WireItem] = set()
        """Wires whose ends moved."""
        self._ranks = 0
        self._late: set[NodeItem] = set()
        """Nodes that moved out of sight: they know where they stand, but are found where they stood."""
        self._watched: list[Area] | None = None
        """Where a move is looked after at once."""
        self._seen: list[Area] = []
        """What the views showed then, and a little around it."""
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.catch_up)

    # --- keeping up with the document ---

    def show_layout(self, layout: Layout, inference: Inference) -> None:
        """Make the nodes and wires say what the layout and the inference say."""
        with self._repainting.together():
            self._watch()
            before, self.faces = self.faces, Faces(layout, inference, self._words)
            new, gone = self._edge_changes(layout)
            disturbed = self._show_nodes(before, {edge.target for edge in new} | {wire.edge.target for wire in gone})
            for wire in gone:
                self._remove_wire(wire)
            for edge in new:
                self._add_wire(edge)
            self._reroute()
            self.wiring.disturb(disturbed, [area for area, _ in self._repainting.seen()])
            self._settle()
            self._watched = None

    def _show_nodes(self, before: Faces, doubtful: set[str]) -> list[Area]:
        """Bring the nodes up to date; the areas in which one came, went, moved or grew."""
        layout, facts = self.faces.layout, self.faces.inference.nodes
        old_nodes, old_facts = before.layout.nodes, before.inference.nodes
        all_new = (
            layout.direction != before.layout.direction
            or bool(facts) != bool(old_facts)
            or self._language != self._words.language
        )
        self._language = self._words.language
        for node_id in self.faces.worst.keys() | before.worst.keys():
            if self.faces.worst.get(node_id) != before.worst.get(node_id):
                doubtful.add(node_id)
        same_blocks = layout.blocks is before.layout.blocks
        disturbed: list[Area] = []
        if layout.nodes is not old_nodes:
            for node_id in [key for key in self.nodes if key not in layout.nodes]:
                disturbed.append(self._remove_node(node_id))
            self.inputs = tuple(node_id for node_id, node in layout.nodes.items() if node.layer == "Input")
        disturbed += [area for node, area in self._carried.items() if node.node_id in self.nodes]
        disturbed += [node.outer for node in self._carried if node.node_id in self.nodes]
        self._carried.clear()
        stands = places(layout)
        for node_id, node in layout.nodes.items():
            item = self.nodes.get(node_id)
            if item is None:
                self._show_node(self._add_node(node_id), stands[node_id], disturbed)
                continue
            old = old_nodes.get(node_id)
            if (
                old is None
                or all_new
                or (old is not node and not _only_moved(old, node))
                or facts.get(node_id) is not old_facts.get(node_id)
                or node_id in doubtful
                or node.shares is not None
                or not (same_blocks or node.layer not in layout.blocks)
            ):
                self._show_node(item, stands[node_id], disturbed)
            elif item.place != stands[node_id]:
                disturbed += self._move(item, stands[node_id])
        return disturbed

    def _show_node(self, item: NodeItem, place: Position, disturbed: list[Area]) -> None:
        """Make a node say what the layout says; the areas in which others may be disturbed by it."""
        old, width, body = self.boxes.get(item), item.known_width, item.body
        shaped = item.become(self.faces.body(item.node_id))
        retold = item.retell()
        for wire in item.wires:
            if wire.source is item and wire.retell():
                self.wiring.relabel(wire)
        if old is None or shaped or item.place != place:
            disturbed += self._move(item, place)
        elif retold or body != item.body:
            self.repaint(old)
            self.overview.touch(item)
            if retold and item.width != width:
                disturbed.append(old)
                if item.direction == "right":
                    self._astray.update(item.wires)

    def _move(self, item: NodeItem, place: Position) -> list[Area]:
        """Let a node stand in another place, or take another one; the areas before and after."""
        old = self.boxes.get(item)
        item.stand_at(place)
        area = item.outer
        watched = self._watched
        if watched is not None and old is not None and not any(touch(area, at) or touch(old, at) for at in watched):
            self._late.add(item)
            return []
        self.boxes.place(item, area)
        self.overview.touch(item)
        self._astray.update(item.wires)
        self.bounds = None
        self.repaint(area)
        if old is None or old == area:
            return [area]
        self.repaint(old)
        return [old, area]

    def _add_node(self, node_id: str) -> NodeItem:
        self._ranks += 1
        item = self.nodes[node_id] = NodeItem(node_id, self, self._ranks)
        self._came(item)
        return item

    def _remove_node(self, node_id: str) -> Area:
        item = self.nodes.pop(node_id)
        area = item.outer
        self._late.discard(item)
        self.repaint(area)
        self.boxes.remove(item)
        self.overview.remove(item)
        self.lively[0].discard(item)
        self._carried.pop(item, None)
        self.bounds = None
        return area

    # --- wires ---

    def _edge_changes(self, layout: Layout) -> tuple[list[Edge], list[WireItem]]:
        """Which edges have no wire yet, and which wires no edge any more."""
        if layout.edges is self._edges_of:
            return [], []
        self._edges_of = layout.edges
        known = self._edges
        new = [edge for edge in layout.edges if id(edge) not in known]
        if not new and len(layout.edges) == len(known):
            return [], []
        kept = {id(edge) for edge in layout.edges}
        gone = [wire for key, wire in known.items() if key not in kept]
        # An edge that was made anew is the same edge.
        equal = {edge: edge for edge in new} if gone and new else {}
        left: list[WireItem] = []
        for wire in gone:
            del known[id(wire.edge)]
            edge = equal.pop(wire.edge, None)
            if edge is None:
                left.append(wire)
            else:
                wire.edge = edge
                known[id(edge)] = wire
        return [edge for edge in new if id(edge) not in known], left

    def _add_wire(self, edge: Edge) -> None:
        source, target = self.nodes[edge.source], self.nodes[edge.target]
        wire = self.wires[edge] = self._edges[id(edge)] = WireItem(edge, source, target, self)
        for node in (source, target):
            node.wires.append(wire)
            self._ports_changed(node)
        self.wiring.add(wire)
        self.overview.touch_wire(wire)

    def _reroute(self) -> None:
        """Let the wires follow whose ends moved."""
        for wire in self._astray:
            self.wiring.reroute(wire)
            self.overview.touch_wire(wire)
        self._astray.clear()

    def _remove_wire(self, wire: WireItem) -> None:
        del self.wires[wire.edge]
        self._astray.discard(wire)
        self.wiring.remove(wire)
        self.overview.touch_wire(wire)
        self.lively[1].discard(wire)
        for node in (wire.source, wire.target):
            node.wires.remove(wire)
            self._ports_changed(node)
        self.bounds = None

    def _ports_changed(self, node: NodeItem) -> None:
        """A port has a wire, or has none any more."""
        area = self.boxes.get(node)
        if area is not None:
            self.repaint(area)

    def refresh(self) -> None:
        """The colours, fonts or words changed: measure and paint everything anew."""
        with self._repainting.together():
            for node in self.nodes.values():
                node.refresh()
            self.wiring.disturb_all()
            self.overview.forget()
            self.bounds = None
            self._settle()

    # --- while nodes are dragged ---

    def preview(self, positions: Mapping[str, Position]) -> None:
        """Show nodes elsewhere than the document says, until the next `show_layout`. Their wires follow."""
        with self._repainting.together():
            self._watch()
            covered: list[Area] = []
            for node_id, position in positions.items():
                item = self.nodes[node_id]
                if item.place != position:
                    self._carried.setdefault(item, self.boxes[item])
                    covered += self._move(item, position)[-1:]
            self._reroute()
            self.wiring.cover(covered)
            self._settle()
            self._watched = None

    # --- what moved out of sight ---

    def _watch(self) -> None:
        """From now on, what moves and cannot be seen is only noted, and looked after when there is time."""
        if len(self.nodes) > EXACT:
            views = [area for area, _ in self._repainting.seen()]
            seen = [grown(area, FAR / 2) for area in views]
            if seen != self._seen:
                self.catch_up()
            self._seen = seen
            self._watched = [
                (left - FARTHEST, top - FAR, right + FARTHEST, bottom + FAR) for left, top, right, bottom in views
            ]
            self._later.start(LATEST_MS)

    def catch_up(self) -> None:
        """Look after what moved out of sight, before somebody asks for it or looks at it."""
        if not self._late:
            return
        self._later.stop()
        with self._repainting.together():
            late, self._late = self._late, set()
            disturbed: list[Area] = []
            for item in late:
                disturbed += self._move(item, item.place)
            self._reroute()
            self.wiring.disturb(disturbed, [area for area, _ in self._repainting.seen()])
            self._settle()

    def _settle(self) -> None:
        seen = self._repainting.seen()
        if seen:
            self.wiring.settle([area for area, _ in seen], any(scale > LABELLED for _, scale in seen))

    # --- what nodes and wires ask of the ground they stand on ---

    def repaint(self, area: Area) -> None:
        self._repainting.add(area)

    def liven(self, item: NodeItem | WireItem, lively: bool) -> None:
        lot: set[NodeItem] | set[WireItem] = self.lively[0 if isinstance(item, NodeItem) else 1]
        if lively:
            lot.add(item)  # type: ignore[arg-type]
        else:
            lot.discard(item)

    def faded(self, item: NodeItem) -> None:
        self.overview.touch(item)

    def run(self, wire: WireItem) -> Route:
        self.catch_up()
        return self.wiring.run(wire)

    def put_label(self, wire: WireItem) -> None:
        self.catch_up()
        self.wiring.put_label(wire)

    def hide(self, wire: WireItem) -> None:
        self.overview.touch_wire(wire)
        with self._repainting.together():
            self.repaint(grown(self.wiring.run(wire).bounds, 8))
            if wire.place is not None:
                self.repaint(grown(wire.place, 4))

    def seen_in(self, area: Area, labels: bool) -> tuple[set[WireItem], set[WireItem], set[NodeItem]]:
        """The wires, the shapes beside them, and the nodes that can be seen in an area, which is being painted."""
        if self._late:
            if any(within(area, seen) for seen in self._seen):
                self._later.start(LATER_MS)
            else:
                self.catch_up()
        with self._repainting.together():
            self.wiring.prepare(area, labels)
        shapes = self.wiring.labels_in(area) if labels else set()
        return self.wiring.seen_in(area), shapes, self.boxes.near(area)

    def measured(self) -> Area | None:
        """What all nodes, wires and shapes take; None if there are none."""
        if self.bounds is None and self.nodes:
            if len(self.nodes) > EXACT:
                nodes = self.nodes.values()
                left, right = min(node.x for node in nodes), max(node.x for node in nodes) + WIDTH
                top, bottom = min(node.y for node in nodes), max(node.y + node.height for node in nodes)
                self.bounds = grown((left, top, right, bottom), BORDER)
            else:
                self.catch_up()
                with self._repainting.together():
                    self.bounds = self.wiring.bounds()
                for node in self.nodes.values():
                    self.bounds = united(self.bounds, node.area)
        return self.bounds


def _only_moved(old: Node, node: Node) -> bool:
    """Whether a node says what it said before, for all that it says by itself."""
    return (
        node.arguments is old.arguments
        and node.layer == old.layer
        and node.repeat == old.repeat
        and node.shares == old.shares
        and node.frozen == old.frozen
        and node.muted == old.muted
        and node.note == old.note
    )
