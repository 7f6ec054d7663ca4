"""How a node is drawn: a quiet card that reads like a line of code, with its ports above and below, or at its sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF, QStaticText

from core.layout import Direction
from gui.canvas.badges import BADGE, paint_badge
from gui.canvas.faces import NodeFace
from gui.canvas.geometry import (
    OPTIONAL_RADIUS,
    PORT_RADIUS,
    RADIUS,
    STRIPE,
    TEXT_LEFT,
    TEXT_RIGHT,
    picture_width,
    port_shift,
    ports_middle,
)
from gui.canvas.look import ICON, Look, hairline, thick
from gui.canvas.runs import set_line
from gui.canvas.sprites import Easel
from gui.theme.stripes import stripe_pieces

if TYPE_CHECKING:
    from gui.canvas.miniature import Miniature
    from gui.canvas.node_item import NodeItem

MARGIN = 10
SIGN = 18
"""Room of a sign at the right of the name: frozen, muted."""
SIGN_SIDE = 14
FOLD = 10
"""Side of the folded corner that says that something is written about a node."""
LINES = ((6, 20), (26, 16), (42, 16))
"""Top and height of a node's lines of text."""
DIMMED = 0.3


class Card(NamedTuple):
    """All that a node looks like but for its text. Nodes with equal cards share one picture."""

    layer: str
    category: str
    width: float
    height: float
    direction: Direction
    severity: Literal["error", "warning"] | None
    frozen: bool
    muted: bool
    remark: bool
    selected: bool
    hovered: bool
    on_path: bool
    pulse: bool | None
    """Whether the line of training is bright; None while it does not show."""
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    """Each port: `wired`, `free`, `optional`, or while a wire is dragged `lit` or (stepping) `back`."""


class Line(NamedTuple):
    """A piece of text on a node."""

    text: QStaticText
    at: QPointF
    font: str
    tone: str
    """Of the look."""


def paint_node(painter: QPainter, item: NodeItem, look: Look) -> None:
    """A node with the top left of its rectangle at the origin."""
    easel = Easel(painter, look.sprites)
    easel.go_to(0, 0)
    paint_on(easel, item, look)
    easel.done()


def paint_on(easel: Easel, item: NodeItem, look: Look) -> None:
    """A node at the place that the easel is at."""
    painter, card = easel.painter, item.card
    if item.dim:
        painter.setOpacity(DIMMED)
    easel.copy(card, MARGIN, card.width, card.height, lambda one: paint_card(one, card, look))
    inside = item.face.inside
    if inside is not None:
        _paint_inside(easel, inside, card, look)
    font = ""
    for text, at, wanted, tone in item.lines:
        if wanted != font:
            painter.setFont(look.fonts[wanted])
            font = wanted
        painter.setPen(look.tones[tone])
        painter.drawStaticText(at, text)
    if item.dim:
        painter.setOpacity(1.0)


def paint_card(painter: QPainter, card: Card, look: Look) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    _paint_ground(painter, card, look)
    opacity = painter.opacity()
    if card.muted:
        painter.setOpacity(opacity * 0.5)
    look.paint_layer_icon(painter, QRectF(12, 8, ICON, ICON), card.layer, card.category)
    painter.setOpacity(opacity)
    right = card.width - TEXT_RIGHT
    for shown, paint in ((card.frozen, _paint_frost), (card.muted, _paint_bypass)):
        if shown:
            paint(painter, QRectF(right - SIGN_SIDE, 9, SIGN_SIDE, SIGN_SIDE), look)
            right -= SIGN
    if card.severity is not None:
        top = LINES[2][0] + (LINES[2][1] - BADGE) / 2
        paint_badge(painter, card.severity, QRectF(14, top, BADGE, BADGE), look)
    _paint_ports(painter, card, look)


def _paint_ground(painter: QPainter, card: Card, look: Look) -> None:
    rect = QRectF(0, 0, card.width, card.height)
    if card.selected:
        painter.setPen(look.halo_border)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.canvas if card.muted else look.raised)
    painter.drawRoundedRect(rect, RADIUS, RADIUS)
    painter.fillPath(_stripe(rect, card.category), look.faint if card.muted else look.categories[card.category])
    if card.pulse is not None:
        painter.setPen(thick(look.accent if card.pulse else look.halo, 2))
        painter.drawLine(QPointF(12, card.height - 3), QPointF(card.width - 8, card.height - 3))
    if card.remark:
        # A corner that is folded over, as of a page.
        corner = rect.topRight()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.quiet)
        inner = QPointF(corner.x() - FOLD, corner.y() + FOLD)
        painter.drawPolygon(QPolygonF([corner + QPointF(-FOLD, 0), corner + QPointF(0, FOLD), inner]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_border(card, look))
    painter.drawRoundedRect(rect, RADIUS, RADIUS)


def _border(card: Card, look: Look) -> QPen:
    if card.severity == "error":
        # The halo says that it is selected: the border is free to say what is wrong.
        pen = thick(look.bad, 2) if card.selected else hairline(look.bad)
    elif card.selected:
        pen = QPen(look.selected_border)
    elif card.on_path:
        pen = thick(look.accent, 1.5)
    else:
        pen = QPen(look.hover_border if card.hovered or card.muted else look.border)
    if card.muted:
        pen.setStyle(Qt.PenStyle.DashLine)
    return pen


def _stripe(rect: QRectF, category: str) -> QPainterPath:
    card, stripe = QPainterPath(), QPainterPath()
    card.addRoundedRect(rect, RADIUS, RADIUS)
    for top, bottom in stripe_pieces(category, rect.height()):
        stripe.addRect(QRectF(0, top, STRIPE, bottom - top))
    return card.intersected(stripe)


def _paint_frost(painter: QPainter, place: QRectF, look: Look) -> None:
    """The sign that training leaves the node as it is."""
    look.paint_icon(painter, place, "frozen", "text_quiet")


def _paint_bypass(painter: QPainter, place: QRectF, look: Look) -> None:
    """The sign that what comes in goes out unchanged: a line that goes around a point."""
    painter.setPen(thick(look.quiet, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, side = place.center().x(), place.width()
    way = QPainterPath(QPointF(x - side * 0.2, place.top() + side * 0.05))
    way.lineTo(x - side * 0.2, place.top() + side * 0.2)
    way.cubicTo(
        QPointF(x + side * 0.5, place.top() + side * 0.3),
        QPointF(x + side * 0.5, place.top() + side * 0.7),
        QPointF(x - side * 0.2, place.top() + side * 0.8),
    )
    way.lineTo(x - side * 0.2, place.top() + side * 0.95)
    painter.drawPath(way)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.quiet)
    painter.drawEllipse(QPointF(x - side * 0.2, place.center().y()), 1.8, 1.8)


def _paint_ports(painter: QPainter, card: Card, look: Look) -> None:
    for output, ports in ((False, card.inputs), (True, card.outputs)):
        for index, kind in enumerate(ports):
            shift = port_shift(index, len(ports), card.direction)
            if card.direction == "right":
                middle = ports_middle(max(len(card.inputs), len(card.outputs)))
                point = QPointF(card.width if output else 0, middle + shift)
            else:
                point = QPointF(card.width / 2 + shift, card.height if output else 0)
            _paint_port(painter, point, kind, card.hovered, look)


def _paint_port(painter: QPainter, point: QPointF, kind: str, hovered: bool, look: Look) -> None:
    radius = OPTIONAL_RADIUS if kind == "optional" else PORT_RADIUS
    if kind == "lit":
        painter.setPen(thick(look.halo, 4))
        painter.setBrush(look.accent)
        radius += 1.5
    elif kind == "back":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.faint)
        radius -= 1.5
    else:
        painter.setPen(thick(look.faint if kind == "optional" and not hovered else look.wire, 1.2))
        painter.setBrush(look.wire if kind == "wired" else look.canvas)
    painter.drawEllipse(point, radius, radius)


def _paint_inside(easel: Easel, inside: Miniature, card: Card, look: Look) -> None:
    """The small picture of a block, at the right of its node."""
    width = picture_width(inside.aspect)
    room = QRectF(card.width - 8 - width, 8, width, card.height - 16)
    easel.copy(
        (inside, room.left(), room.height()), 0, card.width, card.height, lambda one: _draw(one, inside, room, look)
    )


def _draw(painter: QPainter, inside: Miniature, room: QRectF, look: Look) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(hairline(look.line))
    painter.setBrush(look.canvas)
    painter.drawRoundedRect(room, 4, 4)
    area = room.adjusted(4, 4, -4, -4)
    width = min(area.width(), area.height() * inside.aspect)
    height = min(area.height(), width / inside.aspect)
    left, top = area.center().x() - width / 2, area.center().y() - height / 2
    painter.setPen(hairline(look.wire))
    for (x, y), (u, v) in inside.wires:
        painter.drawLine(QPointF(left + x * width, top + y * height), QPointF(left + u * width, top + v * height))
    painter.setPen(Qt.PenStyle.NoPen)
    for node in inside.nodes:
        painter.setBrush(look.categories[node.category])
        # Never thinner than can be seen.
        across, down = max(node.width * width, 2.0), max(node.height * height, 1.5)
        painter.drawRect(QRectF(left + node.x * width, top + node.y * height, across, down))


# --- text ---


def set_lines(face: NodeFace, room: float, look: Look) -> tuple[Line, ...]:
    """The text of a node, laid out in a room so wide. What does not fit ends in an ellipsis."""
    signs = SIGN * (face.frozen + face.muted)
    lines = [_line(0, face.name, room - signs, "name_font", "quiet" if face.muted else "plain", look)]
    lines.append(_line(1, face.layer, room, "text_font", "quiet", look))
    if face.note:
        tone = {"error": "bad", "warning": "warn", None: "quiet"}[face.severity]
        lines.append(_line(2, face.note, room, "text_font", tone, look))
    left = min(room, look.advance(face.layer, "text_font")) + 6
    baseline = _baseline(1, "text_font", look)
    for run in set_line([(face.decisive, "plain")], look, max(0.0, room - left)).runs:
        at = QPointF(TEXT_LEFT + left + run.left, baseline - look.metrics(run.font).ascent())
        lines.append(Line(look.static(run.text, run.font), at, run.font, "quiet" if face.muted else run.emphasis))
    return tuple(lines)


def _line(line: int, words: str, room: float, font: str, tone: str, look: Look) -> Line:
    if look.advance(words, font) > room:
        words = look.metrics(font).elidedText(words, Qt.TextElideMode.ElideRight, room)
    top = _baseline(line, font, look) - look.metrics(font).ascent()
    return Line(look.static(words, font), QPointF(TEXT_LEFT, top), font, tone)


def _baseline(line: int, font: str, look: Look) -> float:
    """Where the text of a line stands, from the top of the node."""
    top, height = LINES[line]
    metrics = look.metrics(font)
    return top + (height + metrics.ascent() - metrics.descent()) / 2
