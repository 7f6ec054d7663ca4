"""One wire on the canvas: where it runs, how it is seen, and the shape beside it. As a node, it is no QGraphicsItem.

Its way and the place of its shape are found when it is first seen, or asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from core.layout import Edge
from gui.canvas.boxes import Area, grown, rect_of
from gui.canvas.faces import WireFace
from gui.canvas.geometry import port_shift
from gui.canvas.look import Look, thick
from gui.canvas.node_item import Ground
from gui.canvas.routes import Route
from gui.canvas.runs import line_width, set_line
from gui.canvas.sprites import Easel

if TYPE_CHECKING:
    from gui.canvas.node_item import NodeItem

LABEL_HEIGHT = 16
LABEL_PADDING = 3
"""Of the ground behind a shape, at its left and right."""
MARGIN = 6
"""What a wire paints around its line: the halo, and the rounding of its ends."""


class WireGround(Ground, Protocol):
    """What wires run on."""

    def run(self, wire: WireItem) -> Route: ...

    def put_label(self, wire: WireItem) -> None: ...

    def hide(self, wire: WireItem) -> None:
        """It is hidden, or shows again."""


class WireItem:
    """Shows an edge along a path in canvas coordinates."""

    __slots__ = (
        "_face",
        "_ground",
        "_hovered",
        "_on_path",
        "_selected",
        "_target",
        "edge",
        "hidden",
        "place",
        "placed",
        "route",
        "source",
        "target",
    )

    def __init__(self, edge: Edge, source: NodeItem, target: NodeItem, ground: WireGround) -> None:
        self.edge = edge
        self.source = source
        self.target = target
        self.route: Route | None = None
        """None until it is asked for, and again when it is not right any more."""
        self.place: Area | None = None
        """Of its shape. None where there is no room, and until it is `placed`."""
        self.placed = False
        self.hidden = False
        self._face: WireFace | None = None
        self._ground = ground
        self._selected = self._hovered = self._target = self._on_path = False

    # --- what it shows ---

    @property
    def face(self) -> WireFace:
        if self._face is None:
            self._face = self._ground.faces.wire(self.edge)
        return self._face

    @property
    def path(self) -> QPainterPath:
        return self._ground.run(self).path

    @property
    def side(self) -> float:
        """At which side of its neighbours it comes in, and leaves: left of them (or above) below 0, right above 0."""
        edge = self.edge
        into, out = self.target.body.inputs, self.source.body.outputs
        return port_shift(edge.input, into) or port_shift(edge.output, out)

    @property
    def label(self) -> QRectF | None:
        """Where the shape stands on the canvas; None if it shows none."""
        if not self.placed:
            self._ground.put_label(self)
        return None if self.place is None else rect_of(self.place)

    @property
    def selected(self) -> bool:
        return self._selected

    @property
    def lively(self) -> bool:
        return self._selected or self._hovered or self._target or self._on_path

    def retell(self) -> bool:
        """It may have another shape to say; True if its text then needs another size."""
        before = self._face
        if before is None:
            return False
        self._face = self._ground.faces.wire(self.edge)
        if self._face == before:
            return False
        look = self._ground.look
        if self.place is not None:
            self._ground.repaint(padded(self.place))
        return line_width(self._face.parts, look) != line_width(before.parts, look)

    def forget(self) -> None:
        self._face = None

    def label_size(self) -> QSizeF:
        """What its shape needs; empty if it has nothing to say."""
        if not self.face.parts:
            return QSizeF()
        return QSizeF(line_width(self.face.parts, self._ground.look), LABEL_HEIGHT)

    def set_selected(self, selected: bool) -> None:
        if selected != self._selected:
            self._selected = selected
            self._changed()

    def set_hovered(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self._changed()

    def set_target(self, target: bool) -> None:
        """Whether a layer would be dropped into it now."""
        if target != self._target:
            self._target = target
            self._changed()

    def set_on_path(self, on_path: bool) -> None:
        if on_path != self._on_path:
            self._on_path = on_path
            self._changed()

    def setVisible(self, visible: bool) -> None:
        """Whether it shows at all: while its end is carried about, another line stands for it."""
        if visible == self.hidden:
            self.hidden = not visible
            self._ground.hide(self)

    def _changed(self) -> None:
        self._ground.liven(self, self.lively)
        if self.route is not None:
            self._ground.repaint(grown(self.route.bounds, MARGIN))

    # --- painting ---

    def paint_line(self, painter: QPainter, look: Look, area: Area) -> None:
        """A line that is more than an ordinary one; those are drawn together."""
        assert self.route is not None
        path = self.route.within(area)
        lively = self._selected or self._target
        if lively:
            painter.setPen(thick(look.halo, 7))
            painter.drawPath(path)
        if lively or self._on_path:
            painter.setPen(thick(look.accent, 2))
        else:
            painter.setPen(thick(look.quiet, 1.5))
        painter.drawPath(path)

    def paint_label(self, easel: Easel, look: Look) -> None:
        if self.place is None:
            return
        left, top, right, bottom = self.place
        width = right - left
        parts = self.face.parts

        def draw(painter: QPainter) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.canvas)
            rect = QRectF(-LABEL_PADDING, 0, width + 2 * LABEL_PADDING, LABEL_HEIGHT)
            painter.drawRoundedRect(rect, 4, 4)
            metrics = look.mono_metrics
            set_line(parts, look).paint(painter, 0.0, (LABEL_HEIGHT + metrics.ascent() - metrics.descent()) / 2, look)

        easel.go_to(left, top)
        easel.copy(parts, LABEL_PADDING + 1, width, bottom - top, draw)


def padded(place: Area) -> Area:
    """A shape with the ground behind it."""
    return place[0] - LABEL_PADDING - 1, place[1] - 1, place[2] + LABEL_PADDING + 1, place[3] + 1
