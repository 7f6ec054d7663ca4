"""The items of the canvas by node id and by edge, kept equal to the document: only what differs is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from core.layout import Edge, Layout, Position
from core.placement import places
from core.shapes import Inference
from gui.canvas.boxes import Boxes
from gui.canvas.faces import node_faces, wire_faces
from gui.canvas.geometry import PORT_REACH
from gui.canvas.labels import label_place
from gui.canvas.look import Look
from gui.canvas.node_item import NodeItem
from gui.canvas.routes import PIECES, line_pieces, routed
from gui.canvas.wire_item import WireItem
from gui.words import Words

NEAR = 24
"""A node this close to a wire may be in the way of its label."""


class CanvasScene(QGraphicsScene):
    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self.look = look
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self._words = words
        self._boxes: Boxes[str] = Boxes()
        self._labels: Boxes[Edge] = Boxes()
        self._lines: Boxes[tuple[Edge, int]] = Boxes()
        """Short pieces of the wires."""
        self._inputs: tuple[str, ...] = ()
        self._wires_of: dict[str, set[Edge]] = {}
        self._selected_wires: frozenset[Edge] = frozenset()

    @property
    def selected_wires(self) -> frozenset[Edge]:
        """Wires that delete would remove. Which nodes are selected, the document knows."""
        return self._selected_wires

    def select_wires(self, edges: frozenset[Edge]) -> None:
        for edge in edges ^ self._selected_wires:
            if edge in self.wires:
                self.wires[edge].set_selected(edge in edges)
        self._selected_wires = edges

    # --- keeping up with the document ---

    def show_layout(self, layout: Layout, inference: Inference) -> None:
        """Make the items say what the layout and the inference say."""
        moved: list[QRectF] = []
        self._inputs = tuple(node_id for node_id, node in layout.nodes.items() if node.layer == "Input")
        stands = places(layout)
        faces = node_faces(layout, inference, self._words)
        for node_id in [key for key in self.nodes if key not in layout.nodes]:
            moved.append(self.nodes[node_id].rect)
            self._boxes.remove(node_id)
            self.removeItem(self.nodes.pop(node_id))
        for node_id, face in faces.items():
            item = self.nodes.get(node_id)
            if item is None:
                item = self.nodes[node_id] = NodeItem(face, self.look)
                self.addItem(item)
            item.show_face(face)
            item.stand_at(stands[node_id])
            moved += self._boxed(node_id)
        self._show_wires(layout, inference, moved)

    def _show_wires(self, layout: Layout, inference: Inference, moved: list[QRectF]) -> None:
        faces = wire_faces(layout, inference)
        stale: set[Edge] = set()
        self._selected_wires &= faces.keys()
        for edge in [edge for edge in self.wires if edge not in faces]:
            self._labels.remove(edge)
            self._note_line(edge, [])
            self.removeItem(self.wires.pop(edge))
        for edge, face in faces.items():
            wire = self.wires.get(edge)
            if wire is None:
                wire = self.wires[edge] = WireItem(edge, face, self.look)
                self.addItem(wire)
                stale.add(edge)
            elif wire.show_face(face):
                stale.add(edge)
        self._wires_of = {node_id: set() for node_id in layout.nodes}
        for edge in layout.edges:
            self._wires_of[edge.source].add(edge)
            self._wires_of[edge.target].add(edge)
        for node_id, item in self.nodes.items():
            item.set_wired(self._wired(node_id))
        self._run_wires(stale | self._disturbed(moved))

    def _wired(self, node_id: str) -> frozenset[tuple[bool, int]]:
        return frozenset(
            (True, edge.output) if edge.source == node_id else (False, edge.input) for edge in self._wires_of[node_id]
        )

    def _boxed(self, node_id: str) -> list[QRectF]:
        """Note where a node stands now; the areas that this changes, none if it stood there before."""
        rect = self.nodes[node_id].rect
        before = self._boxes.get(node_id)
        if rect == before:
            return []
        self._boxes.place(node_id, rect)
        return [rect] if before is None else [rect, before]

    def _disturbed(self, areas: Iterable[QRectF]) -> set[Edge]:
        """The wires that begin or end in one of these areas, or come near it."""
        found: set[Edge] = set()
        rects = list(areas)
        if len(rects) > len(self.wires) / 4:
            return set(self.wires)
        for edge, item in self.wires.items():
            bounds = item.boundingRect().adjusted(-NEAR, -NEAR, NEAR, NEAR)
            if any(bounds.intersects(rect) for rect in rects):
                found.add(edge)
        return found

    def refresh(self) -> None:
        """The colours, fonts or words changed: measure and paint everything anew."""
        for node_id, node in self.nodes.items():
            node.refresh()
            self._boxed(node_id)
        for wire in self.wires.values():
            wire.refresh()
        self._run_wires(self.wires)
        self.update()

    # --- wires ---

    def _run_wires(self, edges: Iterable[Edge]) -> None:
        wanted = set(edges)
        edges = [edge for edge in self.wires if edge in wanted]
        crossed: set[Edge] = set()
        for edge in edges:
            self._labels.remove(edge)
            self._run_wire(edge)
            pieces = line_pieces(self.wires[edge].path)
            self._note_line(edge, pieces)
            crossed.update(*(self._labels.near(piece) for piece in pieces))
        for edge in crossed - wanted:
            self._labels.remove(edge)
            self._put_label(self.wires[edge])
        for edge in edges:
            self._put_label(self.wires[edge])

    def _note_line(self, edge: Edge, pieces: list[QRectF]) -> None:
        for index in range(PIECES):
            if index < len(pieces):
                self._lines.place((edge, index), pieces[index])
            else:
                self._lines.remove((edge, index))

    def _run_wire(self, edge: Edge) -> None:
        ends = {edge.source, edge.target}

        def in_the_way(area: QRectF) -> list[QRectF]:
            return [self._boxes[key] for key in self._boxes.near(area) if key not in ends]

        start = self.nodes[edge.source].port(True, edge.output)
        end = self.nodes[edge.target].port(False, edge.input)
        self.wires[edge].run_along(routed(start, end, in_the_way))

    def _put_label(self, item: WireItem) -> None:
        size = item.label_size()
        place = None
        if not size.isEmpty():
            place = label_place(item.path, size, lambda area: self._taken(area, item.edge))
        item.put_label(place)
        if place is not None:
            self._labels.place(item.edge, place)

    def _taken(self, area: QRectF, edge: Edge) -> list[QRectF]:
        """What a label of this edge would cover there."""
        area = area.adjusted(-2, -1, 2, 1)
        nodes = [self._boxes[key] for key in self._boxes.near(area)]
        labels = [self._labels[key] for key in self._labels.near(area)]
        return nodes + labels + [self._lines[key] for key in self._lines.near(area) if key[0] != edge]

    # --- while nodes are dragged ---

    def preview(self, positions: Mapping[str, Position]) -> None:
        """Show nodes elsewhere than the document says, until the next `show_layout`. Their wires follow."""
        edges: set[Edge] = set()
        for node_id, position in positions.items():
            self.nodes[node_id].stand_at(position)
            self._boxed(node_id)
            edges |= self._wires_of[node_id]
        self._run_wires(edges)

    # --- what is where ---

    def node_at(self, point: QPointF) -> str | None:
        """The topmost node that covers a point."""
        found = self._boxes.near(QRectF(point.x() - 0.5, point.y() - 0.5, 1, 1))
        # Later nodes are painted over earlier ones, and selected ones over both.
        return max(found, key=lambda key: (self.nodes[key].zValue(), self._rank(key)), default=None)

    def _rank(self, node_id: str) -> int:
        return next(index for index, key in enumerate(self.nodes) if key == node_id)

    def port_at(self, point: QPointF, reach: float = PORT_REACH) -> tuple[str, bool, int] | None:
        """The nearest port within reach, as (node, is output, index)."""
        best: tuple[float, str, bool, int] | None = None
        for node_id in self._boxes.near(QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)):
            item = self.nodes[node_id]
            for output, index in item.ports():
                away = item.port(output, index) - point
                distance = max(abs(away.x()), abs(away.y()))
                if distance <= reach and (best is None or distance < best[0]):
                    best = (distance, node_id, output, index)
        return best[1:] if best is not None else None

    def wire_at(self, point: QPointF, reach: float = 6) -> Edge | None:
        """The nearest wire whose line or label is within reach."""
        area = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for item in self.items(area):
            if isinstance(item, WireItem):
                return item.edge
        return next(iter(self._labels.near(area)), None)

    def nodes_in(self, area: QRectF) -> set[str]:
        return self._boxes.near(area)

    def beginning(self) -> QRectF:
        """Where reading begins: the Inputs, or all nodes of a layout that has none."""
        rect = QRectF()
        for node_id in self._inputs or self.nodes:
            rect = rect.united(self.nodes[node_id].rect)
        return rect

    def content(self) -> QRectF:
        """What fit shows: all nodes, wires and shapes. Empty for an empty layout."""
        rect = QRectF()
        for node in self.nodes.values():
            rect = rect.united(node.rect)
        for wire in self.wires.values():
            rect = rect.united(wire.boundingRect())
        return rect
