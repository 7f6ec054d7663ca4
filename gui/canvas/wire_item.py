"""One wire on the canvas: a neutral line, and beside it the shape that flows through it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.layout import Edge
from gui.canvas.faces import WireFace
from gui.canvas.look import Look, thick
from gui.canvas.node_item import DETAIL
from gui.canvas.runs import set_line

REACH = 12
"""Width of the band around the line that the mouse finds."""
LABEL_HEIGHT = 16


class WireItem(QGraphicsItem):
    """Shows an edge along a path in canvas coordinates."""

    def __init__(self, edge: Edge, face: WireFace, look: Look) -> None:
        super().__init__()
        self.edge = edge
        self._face = face
        self._look = look
        self._runs = set_line(face.parts, look)
        self._path = QPainterPath()
        self._label: QRectF | None = None
        self._selected = self._hovered = self._target = False
        self.setZValue(0)

    # --- what it shows ---

    @property
    def face(self) -> WireFace:
        return self._face

    @property
    def path(self) -> QPainterPath:
        return self._path

    @property
    def label(self) -> QRectF | None:
        """Where the shape stands on the canvas; None if it shows none."""
        return self._label

    @property
    def selected(self) -> bool:
        return self._selected

    def show_face(self, face: WireFace) -> bool:
        """True if the label needs another size and so perhaps another place."""
        if face == self._face:
            return False
        before = self._runs.width
        self._face = face
        self._runs = set_line(face.parts, self._look)
        self.update()
        return self._runs.width != before

    def refresh(self) -> None:
        """The fonts or the colours changed."""
        self._runs = set_line(self._face.parts, self._look)
        self.update()

    def label_size(self) -> QSizeF:
        """What its shape needs; empty if it has nothing to say."""
        if not self._face.parts:
            return QSizeF()
        return QSizeF(self._runs.width, LABEL_HEIGHT)

    def run_along(self, path: QPainterPath) -> None:
        if path != self._path:
            self.prepareGeometryChange()
            self._path = path

    def put_label(self, place: QRectF | None) -> None:
        if place != self._label:
            self.prepareGeometryChange()
            self._label = place

    def set_selected(self, selected: bool) -> None:
        self._selected = selected
        self._restack()

    def set_hovered(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self._restack()

    def set_target(self, target: bool) -> None:
        """Whether a layer would be dropped into it now."""
        if target != self._target:
            self._target = target
            self._restack()

    def _restack(self) -> None:
        self.setZValue(0.5 if self._selected or self._hovered or self._target else 0)
        self.update()

    # --- painting ---

    def boundingRect(self) -> QRectF:
        rect = self._path.boundingRect().adjusted(-6, -6, 6, 6)
        return rect if self._label is None else rect.united(self._label.adjusted(-4, -2, 4, 2))

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(REACH)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._selected or self._target:
            painter.setPen(thick(look.halo, 7))
            painter.drawPath(self._path)
        lively = self._selected or self._target
        painter.setPen(
            thick(look.accent if lively else look.quiet if self._hovered else look.wire, 2 if lively else 1.5)
        )
        painter.drawPath(self._path)
        if painter.worldTransform().m11() >= DETAIL and self._label is not None:
            self._paint_label(painter, self._label)

    def _paint_label(self, painter: QPainter, rect: QRectF) -> None:
        look = self._look
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.canvas)
        painter.drawRoundedRect(rect.adjusted(-3, 0, 3, 0), 4, 4)
        metrics = look.mono_metrics
        baseline = rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) / 2
        self._runs.paint(painter, rect.left(), baseline, look)
