"""The network from far away, where no text can be read: cards and wires, drawn many at once.

What is drawn is kept by tiles of the canvas, each made when it is first seen and again after something in it changed.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from core.placement import WIDTH
from gui.canvas.badges import paint_badge
from gui.canvas.boxes import Area, rect_of, touch, united
from gui.canvas.look import Look, hairline, thick
from gui.canvas.node_item import NodeItem
from gui.canvas.node_paint import DIMMED
from gui.canvas.routes import bend, follow, may_pass
from gui.canvas.sprites import Easel
from gui.canvas.wire_item import WireItem
from gui.canvas.wiring import Wiring, nominal_ends

TILE = 2048
STRIPE = 12
"""Width of the stripe of a category: more than of a card that is read, since it is all that tells the layers apart."""
ICONS = 0.24
"""From this scale on, icons can be told apart."""
ICON_SIDE = 36
MOST_BADGES = 200
"""In a tile: more of them would cover the network."""


class Tile:
    """A square of the canvas, made ready for painting."""

    __slots__ = ("bad", "bounds", "cards", "dim", "muted", "nodes", "path", "stripes", "warned")

    def __init__(self) -> None:
        self.bounds: Area | None = None
        self.cards: list[QRectF] = []
        self.muted: list[QRectF] = []
        self.dim: list[QRectF] = []
        self.bad: list[QRectF] = []
        self.warned: list[QRectF] = []
        self.stripes: dict[str, list[QRectF]] = {}
        self.path = QPainterPath()
        self.nodes: list[NodeItem] = []


class Overview:
    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._members: dict[tuple[int, int], dict[NodeItem, None]] = {}
        self._tiles: dict[tuple[int, int], Tile] = {}
        self._of: dict[NodeItem, tuple[int, int]] = {}

    # --- what changes ---

    def touch(self, node: NodeItem) -> None:
        """A node came, moved or looks otherwise. Its wires belong to the tiles that they begin in: tell of them too."""
        key = (int(node.x // TILE), int(node.y // TILE))
        before = self._of.get(node)
        if before != key:
            if before is not None:
                self._leave(node, before)
            self._of[node] = key
            self._members.setdefault(key, {})[node] = None
        self._tiles.pop(key, None)

    def touch_wire(self, wire: WireItem) -> None:
        key = self._of.get(wire.source)
        if key is not None:
            self._tiles.pop(key, None)

    def remove(self, node: NodeItem) -> None:
        for wire in node.wires:
            self.touch_wire(wire)
        self._leave(node, self._of.pop(node))

    def forget(self) -> None:
        self._tiles.clear()

    def _leave(self, node: NodeItem, key: tuple[int, int]) -> None:
        self._tiles.pop(key, None)
        members = self._members[key]
        del members[node]
        if not members:
            del self._members[key]

    # --- painting ---

    def paint(
        self,
        painter: QPainter,
        exposed: Area,
        look: Look,
        lively: tuple[Iterable[NodeItem], Iterable[WireItem]],
    ) -> None:
        scale = painter.worldTransform().m11()
        tiles = [tile for tile in self._made() if tile.bounds is not None and touch(tile.bounds, exposed)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(hairline(look.wire))
        for tile in tiles:
            painter.drawPath(tile.path)
        for wire in lively[1]:
            if not wire.hidden:
                self._wiring.run(wire, seen=False)
                wire.paint_line(painter, look, exposed)
        # Straight edges on whole pixels need no smoothing, which would cost most of the time.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for tile in tiles:
            self._paint_cards(painter, tile, look, scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for node in lively[0]:
            _paint_lively(painter, node, look)
        if scale >= ICONS:
            _paint_icons(painter, [node for tile in tiles for node in tile.nodes if touch(node.outer, exposed)], look)
        else:
            self._paint_badges(painter, tiles, look)

    def _paint_cards(self, painter: QPainter, tile: Tile, look: Look, scale: float) -> None:
        # From very far a border would be all there is to see of a card.
        border = hairline(look.faint) if scale >= 0.08 else QPen(Qt.PenStyle.NoPen)
        painter.setPen(border)
        painter.setBrush(look.raised)
        painter.drawRects(tile.cards)
        if tile.muted:
            painter.setPen(_dashed(look))
            painter.setBrush(look.canvas)
            painter.drawRects(tile.muted)
        painter.setPen(Qt.PenStyle.NoPen)
        for category, stripes in tile.stripes.items():
            painter.setBrush(look.categories[category])
            painter.drawRects(stripes)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if tile.bad:
            painter.setPen(hairline(look.bad))
            painter.drawRects(tile.bad)
        if tile.dim:
            painter.setOpacity(DIMMED)
            painter.setPen(border)
            painter.setBrush(look.raised)
            painter.drawRects(tile.dim)
            painter.setOpacity(1.0)

    def _paint_badges(self, painter: QPainter, tiles: list[Tile], look: Look) -> None:
        for tile in tiles:
            for severity, rects in (("error", tile.bad), ("warning", tile.warned)):
                for rect in rects[:MOST_BADGES]:
                    side = rect.height() * 0.75
                    place = QRectF(rect.right() - side - 8, rect.center().y() - side / 2, side, side)
                    paint_badge(painter, "error" if severity == "error" else "warning", place, look)

    # --- tiles ---

    def _made(self) -> list[Tile]:
        for key, members in self._members.items():
            if key not in self._tiles:
                self._tiles[key] = self._make(members)
        return list(self._tiles.values())

    def _make(self, members: Iterable[NodeItem]) -> Tile:
        tile = Tile()
        bounds: Area | None = None
        for node in members:
            half = node.known_width / 2
            middle = node.x + WIDTH / 2
            area = (middle - half, node.y, middle + half, node.y + node.height)
            bounds = united(bounds, area)
            rect = rect_of(area)
            if node.dim:
                tile.dim.append(rect)
            elif node.body.muted:
                tile.muted.append(rect)
            else:
                tile.cards.append(rect)
                stripe = QRectF(area[0], area[1], STRIPE, node.height)
                tile.stripes.setdefault(node.body.category, []).append(stripe)
            if node.body.severity == "error":
                tile.bad.append(rect)
            elif node.body.severity == "warning":
                tile.warned.append(rect)
            tile.nodes.append(node)
            for wire in node.wires:
                if wire.source is node and not wire.hidden:
                    bounds = united(bounds, self._draw_wire(tile.path, wire))
        tile.bounds = bounds
        return tile

    def _draw_wire(self, path: QPainterPath, wire: WireItem) -> Area:
        start, end = nominal_ends(wire)
        direction = wire.source.direction
        if wire.route is None and not may_pass(start, end, direction):
            piece = bend(start, end, direction)
            path.moveTo(*start)
            follow(path, [piece])
            xs, ys = [point[0] for point in piece], [point[1] for point in piece]
            return min(xs), min(ys), max(xs), max(ys)
        route = self._wiring.run(wire, seen=False)
        path.addPath(route.path)
        return route.bounds


def _dashed(look: Look) -> QPen:
    pen = hairline(look.wire)
    pen.setStyle(Qt.PenStyle.DashLine)
    return pen


def _paint_lively(painter: QPainter, node: NodeItem, look: Look) -> None:
    half, middle = node.known_width / 2, node.x + WIDTH / 2
    rect = QRectF(middle - half, node.y, 2 * half, node.height)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if node.selected:
        halo = thick(look.halo, 5)
        halo.setCosmetic(True)
        painter.setPen(halo)
        painter.drawRect(rect)
        border = thick(look.bad if node.body.severity == "error" else look.accent, 2)
    else:
        border = thick(look.accent if node.lively else look.wire, 1.5)
    border.setCosmetic(True)
    painter.setPen(border)
    painter.drawRect(rect)


def _paint_icons(painter: QPainter, nodes: list[NodeItem], look: Look) -> None:
    easel = Easel(painter, look.sprites)
    for node in nodes:
        face = node.face
        left, _, right, _ = node.area
        easel.go_to((left + right - ICON_SIDE) / 2, node.y + (node.height - ICON_SIDE) / 2)
        if face.muted or node.dim:
            painter.setOpacity(DIMMED)

        def draw(one: QPainter, layer: str = face.layer, category: str = face.category) -> None:
            look.paint_layer_icon(one, QRectF(0, 0, ICON_SIDE, ICON_SIDE), layer, category)

        own = face.layer if face.category == "in_out" else ""
        easel.copy(("icon", own, face.category), 0, ICON_SIDE, ICON_SIDE, draw)
        painter.setOpacity(1.0)
        if face.severity is not None or face.frozen or node.pulse is not None:
            easel.go_to(left, node.y)
            if face.severity is not None:
                paint_badge(painter, face.severity, QRectF(right - left - 52, 4, 40, 40), look)
            elif face.frozen:
                look.paint_icon(painter, QRectF(right - left - 48, 8, 32, 32), "frozen", "text_quiet")
            if node.pulse is not None:
                painter.setPen(thick(look.accent if node.pulse else look.halo, 4))
                painter.drawLine(12, int(node.height) - 5, int(right - left) - 8, int(node.height) - 5)
    easel.done()
