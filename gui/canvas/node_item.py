"""One node on the canvas: a quiet card that reads like a line of code, with its ports above and below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QStaticText, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.layout import Position
from core.placement import TALL, WIDTH
from gui.canvas.badges import BADGE, paint_badge
from gui.canvas.faces import NodeFace
from gui.canvas.geometry import (
    HEIGHT,
    OPTIONAL_RADIUS,
    PORT_RADIUS,
    RADIUS,
    STRIPE,
    TEXT_LEFT,
    TEXT_RIGHT,
    WIDEST,
    node_rect,
    port_point,
    port_x,
    width_for_ports,
)
from gui.canvas.look import ICON, Look, hairline, thick
from gui.canvas.runs import Runs, set_line

DETAIL = 0.4
"""Below this zoom text could not be read, and is left out."""
MARGIN = 10
"""What a node paints around its rectangle: ports and the ring of the selection."""
FROST = 14
"""Side of the sign of a frozen node, at the right of its name."""
LINES = ((6, 20), (26, 16), (42, 16))
"""Top and height of a node's lines of text."""


class NodeItem(QGraphicsItem):
    """Shows a `NodeFace`. Its position is the top left of `rect`."""

    def __init__(self, face: NodeFace, look: Look) -> None:
        super().__init__()
        self._look = look
        self._face = face
        self._place: Position = (0.0, 0.0)
        self._selected = self._hovered = self._training = False
        self._bright = True
        self._lit: frozenset[tuple[bool, int]] | None = None
        self._wired: frozenset[tuple[bool, int]] = frozenset()
        self._texts: list[tuple[QStaticText, QPointF, str, QColor]] = []
        self._texts_version = -1
        self._decisive = Runs()
        self._decisive_left = 0.0
        self._measure()
        self.setZValue(1)

    # --- what it shows ---

    @property
    def face(self) -> NodeFace:
        return self._face

    @property
    def rect(self) -> QRectF:
        """On the canvas."""
        return node_rect(self._place, self._width, self._height)

    @property
    def place(self) -> Position:
        return self._place

    def show_face(self, face: NodeFace) -> None:
        if face != self._face:
            self._face = face
            self.refresh()

    def refresh(self) -> None:
        """Measure and paint anew: the words, the fonts or the colours changed."""
        self._texts_version = -1
        self.prepareGeometryChange()
        self._measure()
        self.setPos(self.rect.topLeft())
        self.update()

    def stand_at(self, place: Position) -> None:
        self._place = place
        self.setPos(self.rect.topLeft())

    def set_selected(self, selected: bool) -> None:
        if selected != self._selected:
            self._selected = selected
            self.setZValue(2 if selected else 1)
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def set_training(self, training: bool, bright: bool = True) -> None:
        """Whether the thin line of training shows, and at which moment of its pulse."""
        training = training and self._face.learns
        if (training, bright) != (self._training, self._bright):
            self._training, self._bright = training, bright
            self.update(QRectF(0, self._height - 6, self._width, 6))

    def set_wired(self, ports: frozenset[tuple[bool, int]]) -> None:
        """Which ports, as (is output, index), have a wire."""
        if ports != self._wired:
            self._wired = ports
            self.update()

    def light_ports(self, lit: frozenset[tuple[bool, int]] | None) -> None:
        """During a drag: the ports that would take the wire; the others step back. None when no drag is on."""
        if lit != self._lit:
            self._lit = lit
            self.update()

    def port(self, output: bool, index: int) -> QPointF:
        """The middle of a port on the canvas."""
        return port_point(self.rect, output, index, self._count(output))

    def ports(self) -> list[tuple[bool, int]]:
        inputs, outputs = range(len(self._face.inputs)), range(len(self._face.outputs))
        return [(False, index) for index in inputs] + [(True, index) for index in outputs]

    def name_rect(self) -> QRectF:
        """Where the name stands, on the canvas."""
        top, height = LINES[0]
        right = self._width - TEXT_RIGHT
        return QRectF(TEXT_LEFT, top, right - TEXT_LEFT, height).translated(self.pos())

    def _count(self, output: bool) -> int:
        return len(self._face.outputs if output else self._face.inputs)

    # --- painting ---

    def boundingRect(self) -> QRectF:
        return QRectF(-MARGIN, -MARGIN, self._width + 2 * MARGIN, self._height + 2 * MARGIN)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(QRectF(0, 0, self._width, self._height))
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        scale = painter.worldTransform().m11()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter)
        look = self._look
        if scale < DETAIL:
            side = 36
            self._paint_icon(painter, QRectF((self._width - side) / 2, (self._height - side) / 2, side, side))
            if self._face.severity is not None:
                paint_badge(painter, self._face.severity, QRectF(self._width - 52, 4, 40, 40), look)
            elif self._face.frozen:
                self._paint_frost(painter, QRectF(self._width - 48, 8, 32, 32))
            return
        self._paint_icon(painter, QRectF(12, 8, ICON, ICON))
        self._paint_texts(painter)
        if self._face.frozen:
            self._paint_frost(painter, QRectF(self._width - TEXT_RIGHT - FROST, 9, FROST, FROST))
        if self._face.severity is not None:
            top = LINES[2][0] + (LINES[2][1] - BADGE) / 2
            paint_badge(painter, self._face.severity, QRectF(14, top, BADGE, BADGE), look)
        self._paint_ports(painter)

    def _paint_card(self, painter: QPainter) -> None:
        look = self._look
        card = QRectF(0, 0, self._width, self._height)
        if self._selected:
            painter.setPen(look.halo_border)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(card, RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.raised)
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        painter.fillPath(self._stripe, look.categories[self._face.category])
        if self._training:
            painter.setPen(thick(look.accent if self._bright else look.halo, 2))
            painter.drawLine(QPointF(12, self._height - 3), QPointF(self._width - 8, self._height - 3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._face.severity == "error":
            # The halo says that it is selected: the border is free to say what is wrong.
            painter.setPen(thick(look.bad, 2) if self._selected else hairline(look.bad))
        elif self._selected:
            painter.setPen(look.selected_border)
        else:
            painter.setPen(look.hover_border if self._hovered else look.border)
        painter.drawRoundedRect(card, RADIUS, RADIUS)

    def _paint_icon(self, painter: QPainter, place: QRectF) -> None:
        pixmap = self._look.layer_icon(self._face.layer, self._face.category)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))

    @property
    def _frost_room(self) -> float:
        return FROST + 4 if self._face.frozen else 0.0

    def _paint_frost(self, painter: QPainter, place: QRectF) -> None:
        """The sign that training leaves the node as it is."""
        pixmap = self._look.icon("frozen", "text_quiet")
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))

    def _paint_texts(self, painter: QPainter) -> None:
        look = self._look
        if self._texts_version != look.version:
            self._lay_out_texts()
            self._texts_version = look.version
        for text, point, font, colour in self._texts:
            painter.setFont(getattr(look, font))
            painter.setPen(colour)
            painter.drawStaticText(point, text)
        self._decisive.paint(painter, self._decisive_left, self._baseline(1, look.text_metrics), look)

    def _paint_ports(self, painter: QPainter) -> None:
        look = self._look
        for output, index in self.ports():
            point = QPointF(port_x(self._width, index, self._count(output)), self._height if output else 0)
            quiet = not output and index in self._face.optional and (output, index) not in self._wired
            radius = OPTIONAL_RADIUS if quiet else PORT_RADIUS
            if self._lit is not None and (output, index) in self._lit:
                painter.setPen(thick(look.halo, 4))
                painter.setBrush(look.accent)
                radius = PORT_RADIUS + 1.5
            elif self._lit is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.faint)
                radius -= 1.5
            else:
                line = look.faint if quiet and not self._hovered else look.wire
                painter.setPen(thick(line, 1.2))
                painter.setBrush(look.wire if (output, index) in self._wired else look.canvas)
            painter.drawEllipse(point, radius, radius)

    # --- layout ---

    def _measure(self) -> None:
        """Width and height for the face: as usual if the text fits, else a little wider."""
        look, face = self._look, self._face
        second = look.text_metrics.horizontalAdvance(face.layer) + 6
        second += set_line([(face.decisive, "plain")], look).width
        first = look.name_metrics.horizontalAdvance(face.name)
        third = look.text_metrics.horizontalAdvance(face.note)
        needed = TEXT_LEFT + max(first + self._frost_room, second, third) + TEXT_RIGHT
        ports = width_for_ports(max(len(face.inputs), len(face.outputs)))
        self._width = max(WIDTH if needed <= WIDTH else WIDEST, ports)
        self._height = TALL if face.tall else HEIGHT
        card, stripe = QPainterPath(), QPainterPath()
        card.addRoundedRect(QRectF(0, 0, self._width, self._height), RADIUS, RADIUS)
        stripe.addRect(QRectF(0, 0, STRIPE, self._height))
        self._stripe = card.intersected(stripe)

    def _lay_out_texts(self) -> None:
        look, face = self._look, self._face
        room = self._width - TEXT_LEFT - TEXT_RIGHT
        self._texts = []
        self._add_text(0, TEXT_LEFT, face.name, room - self._frost_room, "name_font", look.name_metrics, look.text)
        layer_width = min(room, look.text_metrics.horizontalAdvance(face.layer))
        self._add_text(1, TEXT_LEFT, face.layer, room, "text_font", look.text_metrics, look.quiet)
        left = layer_width + 6
        self._decisive_left = TEXT_LEFT + left
        self._decisive = set_line([(face.decisive, "plain")], look, max(0.0, room - left))
        if face.note:
            colour = {"error": look.bad, "warning": look.warn, None: look.quiet}[face.severity]
            self._add_text(2, TEXT_LEFT, face.note, room, "text_font", look.text_metrics, colour)

    def _add_text(
        self, line: int, left: float, words: str, room: float, font: str, metrics: QFontMetricsF, colour: QColor
    ) -> None:
        text = QStaticText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.prepare(QTransform(), getattr(self._look, font))
        self._texts.append((text, QPointF(left, self._baseline(line, metrics) - metrics.ascent()), font, colour))

    def _baseline(self, line: int, metrics: QFontMetricsF) -> float:
        top, height = LINES[line]
        return top + (height + metrics.ascent() - metrics.descent()) / 2
