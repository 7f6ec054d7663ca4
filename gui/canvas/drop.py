"""A layer is dragged in from the palette: a ghost shows where it would stand, and the wire it would go into is lit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.catalogue import ENTRIES
from core.edits import added, insertable, inserted, new_name
from core.layout import Edge, Layout, Position
from core.placement import WIDTH, free_spot, places
from gui.canvas.geometry import HEIGHT, RADIUS, STRIPE, TEXT_LEFT, snapped
from gui.canvas.look import ICON, Look, hairline
from gui.canvas.stage import Stage

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

LAYER_MIME = "application/x-layerloom-layer"
"""A drag that carries the name of a layer in UTF-8."""
WIRE_REACH = 16


def dragged_layer(data: QMimeData, layout: Layout) -> str | None:
    """The layer, operation or block of this layout that a drag carries; None if it carries something else."""
    if not data.hasFormat(LAYER_MIME):
        return None
    name = bytes(data.data(LAYER_MIME).data()).decode("utf-8", errors="replace")
    return name if name in ENTRIES or name in layout.blocks else None


class Drags:
    """What comes over the canvas from the palette. Anything else is left to the window."""

    def __init__(self, view: CanvasView, stage: Stage) -> None:
        self._view = view
        self._stage = stage
        self._drop: LayerDrop | None = None

    def enter(self, event: QDragEnterEvent) -> None:
        layer = dragged_layer(event.mimeData(), self._stage.document.layout)
        if layer is None:
            event.ignore()
            return
        self.leave()
        self._view.touched = True
        self._view.show_empty(False)
        self._drop = LayerDrop(self._stage, layer)
        self.move(event)

    def move(self, event: QDragMoveEvent) -> None:
        if self._drop is None:
            event.ignore()
            return
        self._drop.move(self._view.mapToScene(event.position().toPoint()))
        event.acceptProposedAction()

    def leave(self) -> None:
        if self._drop is not None:
            self._drop.leave()
            self._drop = None
        self._view.show_empty(True)

    def drop(self, event: QDropEvent) -> None:
        drop, self._drop = self._drop, None
        if drop is None:
            event.ignore()
            return
        drop.move(self._view.mapToScene(event.position().toPoint()))
        self._stage.scene.select_wires(frozenset())
        node_id = drop.drop()
        event.acceptProposedAction()
        self._view.came(node_id)
        self._view.setFocus()


class LayerDrop:
    """From the moment a layer comes over the canvas until it is let go or leaves."""

    def __init__(self, stage: Stage, layer: str) -> None:
        self._stage = stage
        self._layer = layer
        self._ghost = Ghost(layer, stage.document.layout.entry_of(layer).category, stage.scene.look)
        self._wire: Edge | None = None
        self._place: Position = (0.0, 0.0)
        stage.scene.addItem(self._ghost)

    def move(self, at: QPointF) -> None:
        wire = None
        if insertable(self._stage.document.layout, self._layer) and self._stage.scene.node_at(at) is None:
            wire = self._stage.scene.wire_at(at, WIRE_REACH)
        self._target(wire)
        self._place = (snapped(at.x() - WIDTH / 2), snapped(at.y() - HEIGHT / 2))
        if wire is None and self._stage.scene.nodes_in(QRectF(*self._place, WIDTH, HEIGHT)):
            layout = self._stage.document.layout
            self._place = free_spot(places(layout).values(), self._place, layout.direction)
        self._ghost.setPos(*self._place)
        self._ghost.setOpacity(0.9 if wire is None else 0.6)

    def drop(self) -> str:
        """Add the node where the ghost is, or into the wire under it; its name."""
        document, layer, place, wire = self._stage.document, self._layer, self._place, self._wire
        self.leave()
        name = new_name(document.layout, layer)
        if wire is not None:
            document.apply("canvas.edit.insert", lambda layout: inserted(layout, wire, layer, place))
        else:
            document.apply("canvas.edit.add", lambda layout: added(layout, layer, place))
        document.select([name])
        return name

    def leave(self) -> None:
        self._target(None)
        if self._ghost.scene() is not None:
            self._stage.scene.removeItem(self._ghost)

    def _target(self, wire: Edge | None) -> None:
        for edge, aimed in ((self._wire, False), (wire, True)):
            if edge in self._stage.scene.wires:
                self._stage.scene.wires[edge].set_target(aimed)
        self._wire = wire


class Ghost(QGraphicsItem):
    """The outline of a node to come."""

    def __init__(self, layer: str, category: str, look: Look) -> None:
        super().__init__()
        self._layer, self._category = layer, category
        self._look = look
        self.setZValue(5)

    def boundingRect(self) -> QRectF:
        return QRectF(-2, -2, WIDTH + 4, HEIGHT + 4)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look, category = self._look, self._category
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(0, 0, WIDTH, HEIGHT)
        border: QPen = hairline(look.accent)
        border.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(border)
        painter.setBrush(look.raised)
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        painter.fillRect(QRectF(0, RADIUS, STRIPE, HEIGHT - 2 * RADIUS), look.categories[category])
        look.paint_layer_icon(painter, QRectF(12, (HEIGHT - ICON) / 2, ICON, ICON), self._layer, category)
        painter.setPen(look.text)
        painter.setFont(look.name_font)
        text = QRectF(TEXT_LEFT, 0, WIDTH - TEXT_LEFT - 12, HEIGHT)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._layer)
