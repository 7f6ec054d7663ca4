"""The one item of the scene that paints the network: those nodes and wires that lie where something is to be drawn.

What others lay over the canvas are items of their own: below z = 0 behind the network, above it before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.boxes import Area, area_of, grown, rect_of
from gui.canvas.network import LABELLED, Network
from gui.canvas.node_item import NodeItem
from gui.canvas.node_paint import paint_on
from gui.canvas.sprites import Easel

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

DETAIL = LABELLED
"""Below this scale text could not be read, and is left out."""
CLEAR = 0.6
"""From this scale on the shapes beside wires are fully there; down to `DETAIL` they fade out."""
EVERYWHERE = QRectF(-1e7, -1e7, 2e7, 2e7)


class Sheet(QGraphicsItem):
    def __init__(self, scene: CanvasScene, network: Network) -> None:
        super().__init__()
        self._scene = scene
        self._network = network
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        # One that followed the network would have to be repainted whole whenever the network grows.
        return EVERYWHERE

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        network = self._network
        exposed = area_of(option.exposedRect)
        scale = painter.worldTransform().m11()
        if scale < DETAIL:
            network.catch_up()
            network.overview.paint(painter, exposed, network.look, network.lively)
            return
        # The view tells of several small areas what Qt tells as the one that holds them.
        areas = self._scene.exposed or [exposed]
        if len(areas) == 1:
            self._paint(painter, areas[0], scale)
            return
        # Within one rectangle after the other: what reaches far would be drawn all the way from one to the next.
        for area in areas:
            painter.save()
            painter.setClipRect(rect_of(area))
            self._paint(painter, area, scale)
            painter.restore()

    def _paint(self, painter: QPainter, exposed: Area, scale: float) -> None:
        network, look = self._network, self._network.look
        wires, labels, nodes = network.seen_in(exposed, scale > DETAIL)
        around = grown(exposed, 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.wire_pen)
        lively = []
        for wire in wires:
            if wire.lively:
                lively.append(wire)
            elif not wire.hidden and wire.route is not None:
                painter.drawPath(wire.route.within(around))
        for wire in lively:
            if not wire.hidden:
                wire.paint_line(painter, look, around)
        easel = Easel(painter, look.sprites)
        painter.setOpacity(min(1.0, (scale - DETAIL) / (CLEAR - DETAIL)))
        for wire in labels:
            if not wire.hidden:
                wire.paint_label(easel, look)
        painter.setOpacity(1.0)
        for node in sorted(nodes, key=above):
            left, top, _, _ = node.area
            easel.go_to(left, top)
            paint_on(easel, node, look)
        easel.done()


def above(node: NodeItem) -> tuple[bool, int]:
    """Later nodes are painted over earlier ones, and selected ones over both."""
    return node.selected, node.rank
