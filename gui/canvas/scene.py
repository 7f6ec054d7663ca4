"""The nodes and wires of the canvas by id and by edge, and what is marked among them. Gestures ask here what is where.

`Network` keeps them equal to the document, and `Sheet` paints them.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from core.layout import Edge, Layout, Position
from core.shapes import Inference
from gui.canvas.boxes import Area, area_of, grown, rect_of, touch
from gui.canvas.geometry import PORT_REACH
from gui.canvas.look import Look
from gui.canvas.network import Network
from gui.canvas.node_item import NodeItem, Ports
from gui.canvas.repainting import Repainting
from gui.canvas.sheet import Sheet, above
from gui.canvas.wire_item import WireItem
from gui.words import Words


class CanvasScene(QGraphicsScene):
    previewed = Signal(object)
    """Nodes are seen elsewhere than the document says: their ids."""

    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self.look = look
        self._repainting = Repainting(self)
        self._network = Network(look, words, self._repainting, self._mark, self)
        self.nodes = self._network.nodes
        self.wires = self._network.wires
        self.exposed: list[Area] | None = None
        """What is being painted, while a view paints; it may be several small areas far apart."""
        self.annotated = QRectF()
        """What frames and notes cover, as whoever shows them tells."""
        self._selected_wires: frozenset[Edge] = frozenset()
        self._selected_nodes: frozenset[str] = frozenset()
        self._path: frozenset[str | Edge] = frozenset()
        self._only: frozenset[str] | None = None
        self._training = False
        self._bright = True
        self._ports_lit = False
        self._sheet = Sheet(self, self._network)
        self.addItem(self._sheet)

    @property
    def lively(self) -> tuple[set[NodeItem], set[WireItem]]:
        """Nodes and wires that are drawn otherwise than the usual ones."""
        return self._network.lively

    # --- keeping up with the document ---

    def show_layout(self, layout: Layout, inference: Inference) -> None:
        """Make the nodes and wires say what the layout and the inference say."""
        self._network.show_layout(layout, inference)
        self._selected_wires &= self.wires.keys()
        self._selected_nodes &= self.nodes.keys()

    def preview(self, positions: Mapping[str, Position]) -> None:
        """Show nodes elsewhere than the document says, until the next `show_layout`. Their wires follow."""
        self._network.preview(positions)
        self.previewed.emit(positions.keys())

    def refresh(self) -> None:
        """The colours, fonts or words changed: measure and paint everything anew."""
        self._network.refresh()
        self.update()

    # --- what is marked ---

    @property
    def selected_wires(self) -> frozenset[Edge]:
        """Wires that delete would remove. Which nodes are selected, the document knows."""
        return self._selected_wires

    def select_wires(self, edges: frozenset[Edge]) -> None:
        with self._repainting.together():
            for edge in edges ^ self._selected_wires:
                if edge in self.wires:
                    self.wires[edge].set_selected(edge in edges)
            self._selected_wires = edges

    def select_nodes(self, node_ids: frozenset[str]) -> None:
        """Show which nodes are selected; the document knows."""
        with self._repainting.together():
            for node_id in node_ids ^ self._selected_nodes:
                if node_id in self.nodes:
                    self.nodes[node_id].set_selected(node_id in node_ids)
            self._selected_nodes = node_ids

    def light_path(self, lit: frozenset[str | Edge] | None) -> None:
        """Show nodes and wires as the path that the pointer is on; None when it is on none."""
        lit = lit or frozenset()
        with self._repainting.together():
            for key in lit ^ self._path:
                item = self.wires.get(key) if isinstance(key, Edge) else self.nodes.get(key)
                if item is not None:
                    item.set_on_path(key in lit)
            self._path = lit

    def light_ports(self, lit: Mapping[str, Ports] | None) -> None:
        """During a drag of a wire: the ports, by node, that would take it; all others step back. None afterwards."""
        if lit is None and not self._ports_lit:
            return
        self._ports_lit = lit is not None
        with self._repainting.together():
            for node_id, item in self.nodes.items():
                item.light_ports(None if lit is None else lit.get(node_id, frozenset()))

    def show_only(self, node_ids: frozenset[str] | None) -> None:
        """Let all nodes but these step back, as a search does; None shows all alike."""
        if node_ids == self._only:
            return
        self._only = node_ids
        with self._repainting.together():
            for node_id, item in self.nodes.items():
                item.set_dim(node_ids is not None and node_id not in node_ids)

    def show_training(self, training: bool, bright: bool = True) -> None:
        """Show on every node that learns whether training is on, and at which moment of its pulse."""
        if (training, bright) == (self._training, self._bright):
            return
        self._training, self._bright = training, bright
        with self._repainting.together():
            for node in self.nodes.values():
                node.set_training(training, bright)

    def _mark(self, node: NodeItem) -> None:
        """A node came: what is marked on all is marked on it."""
        if self._training:
            node.set_training(True, self._bright)
        if self._only is not None:
            node.set_dim(node.node_id not in self._only)

    # --- what is where ---

    def node_at(self, point: QPointF) -> str | None:
        """The topmost node that covers a point."""
        self._network.catch_up()
        x, y = point.x(), point.y()
        near = self._network.boxes.near((x, y, x, y))
        found = [node for node in near if touch(node.area, (x, y, x, y))]
        return max(found, key=above).node_id if found else None

    def port_at(self, point: QPointF, reach: float = PORT_REACH) -> tuple[str, bool, int] | None:
        """The nearest port within reach, as (node, is output, index)."""
        self._network.catch_up()
        x, y = point.x(), point.y()
        best: tuple[float, str, bool, int] | None = None
        for node in self._network.boxes.near(grown((x, y, x, y), reach)):
            for output, index in node.ports():
                port_x, port_y = node.port_at(output, index)
                distance = max(abs(port_x - x), abs(port_y - y))
                if distance <= reach and (best is None or distance < best[0]):
                    best = (distance, node.node_id, output, index)
        return best[1:] if best is not None else None

    def wire_at(self, point: QPointF, reach: float = 6) -> Edge | None:
        """The nearest wire whose line or label is within reach."""
        self._network.catch_up()
        wire = self._network.wiring.at((point.x(), point.y()), reach)
        return wire.edge if wire is not None else None

    def nodes_in(self, area: QRectF) -> set[str]:
        self._network.catch_up()
        wanted = area_of(area)
        return {node.node_id for node in self._network.boxes.near(wanted) if touch(node.area, wanted)}

    def beginning(self) -> QRectF:
        """Where reading begins: the Inputs, or all nodes of a layout that has none."""
        if not self._network.inputs:
            return self.content()
        rect = QRectF()
        for node_id in self._network.inputs:
            rect = rect.united(self.nodes[node_id].rect)
        return rect

    def content(self) -> QRectF:
        """What fit shows: all nodes, wires, shapes, frames and notes. Empty for an empty layout."""
        bounds = self._network.measured()
        return self.annotated if bounds is None else rect_of(bounds).united(self.annotated)
