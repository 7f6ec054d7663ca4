"""One node on the canvas: where it stands, what it says and how it is seen. `node_paint` draws it.

It is no QGraphicsItem: ten thousand of those would take a second to make. What is only needed to draw a node is found
when it is first seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from core.layout import Direction, Position
from core.placement import WIDTH
from gui.canvas.boxes import Area, grown, rect_of
from gui.canvas.faces import Body, Faces, NodeFace
from gui.canvas.geometry import (
    TEXT_LEFT,
    TEXT_RIGHT,
    WIDEST,
    least_height,
    least_width,
    picture_width,
    port_shift,
    ports_middle,
)
from gui.canvas.look import Look
from gui.canvas.node_paint import LINES, SIGN, Card, Line, paint_node, set_lines
from gui.canvas.routes import Point
from gui.canvas.runs import line_width

if TYPE_CHECKING:
    from gui.canvas.wire_item import WireItem

MARGIN = 10
"""What a node paints around its rectangle: ports and the ring of the selection."""
Ports = frozenset[tuple[bool, int]]
"""As (is output, index)."""


NOTHING = Body("", 0, 0, False, "down", False, None)


class Ground(Protocol):
    """What nodes and wires stand on."""

    look: Look
    faces: Faces

    def repaint(self, area: Area) -> None: ...

    def liven(self, item: NodeItem | WireItem, lively: bool) -> None:
        """It is, or is no longer, to be drawn above all that are as usual."""

    def faded(self, item: NodeItem) -> None:
        """It stepped back, or came forward again."""


class NodeItem:
    """Shows a `NodeFace`. Its place is the top left of a node of usual width; a wide one grows to both sides."""

    __slots__ = (
        "_bright",
        "_dim",
        "_face",
        "_ground",
        "_hovered",
        "_lines",
        "_lit",
        "_on_path",
        "_selected",
        "_training",
        "_width",
        "body",
        "half",
        "height",
        "node_id",
        "rank",
        "reach",
        "wires",
        "x",
        "y",
    )

    def __init__(self, node_id: str, ground: Ground, rank: int) -> None:
        self.node_id = node_id
        self.rank = rank
        """Later nodes are painted over earlier ones."""
        self.x = self.y = 0.0
        self.body = NOTHING
        self.height = 0.0
        self.half = self.reach = 0.0
        """From its middle to its sides without a long text, and to what it may paint on at most."""
        self.wires: list[WireItem] = []
        self._ground = ground
        self._face: NodeFace | None = None
        self._width = 0.0
        """0 until it is asked for."""
        self._lines: tuple[Line, ...] | None = None
        self._selected = self._hovered = self._training = self._on_path = self._dim = False
        self._bright = True
        self._lit: Ports | None = None

    # --- what it shows ---

    @property
    def face(self) -> NodeFace:
        if self._face is None:
            self._face = self._ground.faces.node(self.node_id)
        return self._face

    @property
    def place(self) -> Position:
        return self.x, self.y

    @property
    def rect(self) -> QRectF:
        """On the canvas."""
        return rect_of(self.area)

    @property
    def area(self) -> Area:
        """The same in plain numbers."""
        half = self.width / 2
        middle = self.x + WIDTH / 2
        return middle - half, self.y, middle + half, self.y + self.height

    @property
    def trunk(self) -> Area:
        """What wires keep away from: the same for every text, so that no wire moves when a word does."""
        middle = self.x + WIDTH / 2
        return middle - self.half, self.y, middle + self.half, self.y + self.height

    @property
    def outer(self) -> Area:
        """What it may paint on, however long its text is."""
        middle, half = self.x + WIDTH / 2, self.reach
        return middle - half, self.y - MARGIN, middle + half, self.y + self.height + MARGIN

    @property
    def width(self) -> float:
        if not self._width:
            self._width = self._measured()
        return self._width

    @property
    def known_width(self) -> float:
        """Its width, or the usual one while nobody has asked for it."""
        return self._width or WIDTH

    @property
    def selected(self) -> bool:
        return self._selected

    @property
    def lively(self) -> bool:
        """Whether it looks otherwise than it would by itself."""
        return self._selected or self._hovered or self._on_path or self._lit is not None

    @property
    def dim(self) -> bool:
        return self._dim

    @property
    def pulse(self) -> bool | None:
        """Whether the line of training is bright; None while it does not show."""
        return self._bright if self._training and self.face.learns else None

    @property
    def inputs(self) -> int:
        return self.body.inputs

    @property
    def outputs(self) -> int:
        return self.body.outputs

    @property
    def direction(self) -> Direction:
        return self.body.direction

    def become(self, body: Body) -> bool:
        """True if it now takes another area, or its ports stand elsewhere."""
        before, self.body = self.body, body
        if body[1:5] == before[1:5] and self.height:
            return False
        ports = max(body.inputs, body.outputs)
        self.height = least_height(ports, body.tall, body.direction)
        self.half = least_width(ports, body.direction) / 2
        self.reach = max(WIDEST / 2, self.half) + MARGIN
        return True

    def retell(self) -> bool:
        """It may have something else to say; True if it does, and was seen saying something before."""
        before = self._face
        if before is None:
            return False
        self._face = self._ground.faces.node(self.node_id)
        if self._face == before:
            return False
        self.refresh()
        return True

    def refresh(self) -> None:
        """Measure and paint anew: the words, the fonts or the colours changed."""
        self._lines = None
        self._width = 0.0

    def forget(self) -> None:
        self._face = None
        self.refresh()

    def stand_at(self, place: Position) -> None:
        """Take another place. The scene, which keeps who is where, is asked for that by `preview`."""
        self.x, self.y = place

    def set_selected(self, selected: bool) -> None:
        if selected != self._selected:
            self._selected = selected
            self._changed()

    def set_hovered(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self._changed()

    def set_on_path(self, on_path: bool) -> None:
        if on_path != self._on_path:
            self._on_path = on_path
            self._changed()

    def set_dim(self, dim: bool) -> None:
        if dim != self._dim:
            self._dim = dim
            self._ground.faded(self)
            self._changed()

    def set_training(self, training: bool, bright: bool = True) -> None:
        """Whether the thin line of training shows, and at which moment of its pulse."""
        if (training, bright) != (self._training, self._bright):
            self._training, self._bright = training, bright
            if self._face is None or not self._face.learns:
                return
            left, _, right, bottom = self.outer
            self._ground.repaint((left, bottom - MARGIN - 8, right, bottom - MARGIN + 1))

    def light_ports(self, lit: Ports | None) -> None:
        """During a drag: the ports that would take the wire; the others step back. None when no drag is on."""
        if lit != self._lit:
            self._lit = lit
            self._changed()

    def _changed(self) -> None:
        self._ground.liven(self, self.lively)
        self._ground.repaint(grown(self.area, MARGIN) if self._width else self.outer)

    # --- ports and text ---

    def port(self, output: bool, index: int) -> QPointF:
        """The middle of a port on the canvas."""
        return QPointF(*self.port_at(output, index))

    def port_at(self, output: bool, index: int, width: float = 0.0) -> Point:
        """The same in plain numbers. `width` stands for the node's own, where that need not be known."""
        body = self.body
        count = body.outputs if output else body.inputs
        shift = port_shift(index, count, body.direction) if count > 1 else 0.0
        middle = self.x + WIDTH / 2
        if body.direction == "right":
            half = (width or self.width) / 2
            return middle + (half if output else -half), self.y + ports_middle(max(body.inputs, body.outputs)) + shift
        return middle + shift, self.y + self.height if output else self.y

    def ports(self) -> list[tuple[bool, int]]:
        return [(False, index) for index in range(self.inputs)] + [(True, index) for index in range(self.outputs)]

    def name_rect(self) -> QRectF:
        """Where the name stands, on the canvas."""
        top, height = LINES[0]
        left, upper, right, _ = self.area
        return QRectF(left + TEXT_LEFT, upper + top, right - left - TEXT_LEFT - TEXT_RIGHT - self._aside(), height)

    def _aside(self) -> float:
        """What the picture of a block's inside takes from the text."""
        inside = self.face.inside
        return 0.0 if inside is None else picture_width(inside.aspect)

    def _measured(self) -> float:
        """As wide as usual if the text fits, else a little wider."""
        look, face = self._ground.look, self.face
        least = least_width(max(self.inputs, self.outputs), self.direction)
        if face.inside is not None:
            return max(WIDEST, least)
        second = look.advance(face.layer, "text_font") + 6 + line_width([(face.decisive, "plain")], look)
        first = look.advance(face.name, "name_font") + SIGN * (face.frozen + face.muted)
        needed = TEXT_LEFT + max(first, second, look.advance(face.note, "text_font")) + TEXT_RIGHT
        return max(WIDTH if needed <= WIDTH else WIDEST, least)

    # --- painting ---

    @property
    def card(self) -> Card:
        """All of its look but the text."""
        wired = {(True, wire.edge.output) if wire.source is self else (False, wire.edge.input) for wire in self.wires}
        return Card(
            self.face.layer,
            self.face.category,
            self.width,
            self.height,
            self.direction,
            self.face.severity,
            self.face.frozen,
            self.face.muted,
            self.face.remark,
            self._selected,
            self._hovered,
            self._on_path,
            self.pulse,
            tuple(self._port_look(False, index, wired) for index in range(self.inputs)),
            tuple(self._port_look(True, index, wired) for index in range(self.outputs)),
        )

    def _port_look(self, output: bool, index: int, wired: set[tuple[bool, int]]) -> str:
        if self._lit is not None:
            return "lit" if (output, index) in self._lit else "back"
        if (output, index) in wired:
            return "wired"
        return "optional" if not output and index in self.face.optional else "free"

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its text, laid out."""
        if self._lines is None:
            self._lines = set_lines(self.face, self.width - TEXT_LEFT - TEXT_RIGHT - self._aside(), self._ground.look)
        return self._lines

    def paint(self, painter: QPainter) -> None:
        """With the top left of its rectangle at the origin."""
        paint_node(painter, self, self._ground.look)

    @property
    def size(self) -> QSizeF:
        return QSizeF(self.width, self.height)

    def touches(self, area: Area) -> bool:
        """Whether it paints on an area."""
        left, top, right, bottom = grown(self.area, MARGIN)
        return left <= area[2] and right >= area[0] and top <= area[3] and bottom >= area[1]
