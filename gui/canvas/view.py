"""The canvas: the network as nodes and wires, edited with mouse and keyboard. The main window and the panels ask here.

It draws the document and asks it to change; each gesture is told in a file of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gui.canvas import commands, tips
from gui.canvas.drop import LayerDrop, dragged_layer
from gui.canvas.empty import EmptyCanvas
from gui.canvas.hint import Hint
from gui.canvas.keyboard import press_key
from gui.canvas.look import Look
from gui.canvas.menu import build_menu
from gui.canvas.mouse import Mouse
from gui.canvas.naming import NameEditor
from gui.canvas.scene import CanvasScene
from gui.canvas.stage import Stage
from gui.canvas.surface import Surface
from gui.document import Document
from gui.words import Words

if TYPE_CHECKING:
    from gui.theme import Theme

PULSE_MS = 700
"""Half a beat of the line that shows training. Slow, so that drawing it costs the training nothing."""


class CanvasView(Surface):
    starter_chosen = Signal(str)
    """A network to begin with was chosen on the empty canvas: `digits_mlp`, `digits_cnn` or `spiral`."""
    gallery_wanted = Signal()
    """All of the examples are to be shown."""
    zoomed = Signal()
    """The scale may have changed; `transform().m11()` is it."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        look = Look(theme)
        # Qt asks where the canvas lies while it is still being built.
        self._editor: NameEditor | None = None
        super().__init__(CanvasScene(look, words), look, parent)
        self.document = document
        self.words = words
        self.setAcceptDrops(True)
        self._hint = Hint(self.viewport(), theme)
        self._empty = EmptyCanvas(self.viewport(), words)
        self._empty.starter_chosen.connect(self.starter_chosen)
        self._empty.gallery_wanted.connect(self.gallery_wanted)
        self._stage = Stage(self, self.items_scene, document, words, self._hint)
        self._mouse = Mouse(self._stage, self, self.rename_selected)
        self._drop: LayerDrop | None = None
        self._shown = document.layout
        self._nudged: frozenset[str] = frozenset()
        self._pulse = QTimer(self, interval=PULSE_MS)
        self._pulse.timeout.connect(self._beat)
        self._bright = True

        document.changed.connect(self._show_document)
        document.selection_changed.connect(self._show_selection)
        words.changed.connect(self._retell)
        theme.changed.connect(self._recolour)
        self._retell()

    # --- what others ask of it; moving about is in Surface ---

    def add_layer(self, layer: str) -> None:
        """Put a new node behind the selected one, or where it sensibly goes, and select it."""
        self.touched = True
        centre = self.mapToScene(self.viewport().rect().center())
        self.ensure_seen(commands.add_layer(self.document, layer, centre))

    def select_all(self) -> None:
        self.document.select(self.document.layout.nodes)

    def select_nothing(self) -> None:
        self.items_scene.select_wires(frozenset())
        self.document.select(())

    def delete_selected(self) -> None:
        """Delete the selected nodes and wires in one edit."""
        commands.delete(self.document, self.items_scene.selected_wires)

    def duplicate_selected(self) -> None:
        commands.duplicate(self.document)

    def rename_selected(self) -> None:
        """Open an editor over the selected node's name, if exactly one is selected."""
        node_id = self.document.selected
        if node_id is not None:
            self.close_editor()
            self.ensure_seen(node_id)
            self._editor = NameEditor(self._stage, node_id)

    def nudge(self, right: int, down: int, far: bool) -> None:
        """Move the selected nodes by a step. A run of these is one step to undo."""
        selection = self.document.selection
        commands.nudge(self.document, right, down, far, merge=self._nudged == selection)
        self._nudged = selection

    def set_training(self, training: bool) -> None:
        """Show on every node that learns whether training is on."""
        self._bright = True
        if training:
            self._pulse.start()
        else:
            self._pulse.stop()
        self._show_training()

    def node_rect(self, node_id: str) -> QRectF:
        """Where a node is seen, in canvas units. KeyError if there is no such node."""
        return self.items_scene.nodes[node_id].rect

    def port_point(self, node_id: str, output: bool, index: int = 0) -> QPointF:
        """The middle of a port, in canvas units."""
        return self.items_scene.nodes[node_id].port(output, index)

    # --- keeping up with document, words and theme ---

    def _show_document(self) -> None:
        layout = self.document.layout
        if layout is not self._shown:
            self._mouse.cancel()
            self._shown = layout
        self._mouse.mark(None)
        self.items_scene.show_layout(layout, self.document.inference)
        if self._editor is not None and self._editor.node_id not in layout.nodes:
            self.close_editor()
        self._show_selection()
        self._show_training()
        self._empty.setVisible(not layout.nodes)
        self.moved()

    def _show_selection(self) -> None:
        selection = self.document.selection
        for node_id, node in self.items_scene.nodes.items():
            node.set_selected(node_id in selection)
        if selection != self._nudged:
            self._nudged = frozenset()
        self.setAccessibleDescription(tips.spoken(self.document, self.words))

    def _retell(self) -> None:
        self.setAccessibleName(self.words.say("canvas.name"))
        self._empty.retell()
        self._show_document()

    def _recolour(self) -> None:
        self._look.refresh()
        self.items_scene.refresh()
        self.viewport().update()

    def _show_training(self) -> None:
        for node in self.items_scene.nodes.values():
            node.set_training(self._pulse.isActive(), self._bright)

    def _beat(self) -> None:
        self._bright = not self._bright
        self._show_training()

    def moved(self) -> None:
        super().moved()
        self.scrolled()
        self.zoomed.emit()

    def scrolled(self) -> None:
        if self._editor is not None:
            self._editor.follow()

    def close_editor(self) -> None:
        """Keep the name that is being typed, if it can be one."""
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.finish()

    # --- mouse and keyboard ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched = True
        self.close_editor()
        self._mouse.press(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._mouse.double_click(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse.move(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mouse.release(event)
        event.accept()

    def cancel_gesture(self) -> bool:
        """Give up a drag that is on; False if none is."""
        return self._mouse.cancel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._mouse.hold_pan_key(True)
            event.accept()
        else:
            # Qt's own keys would scroll; whatever is not the canvas' own belongs to the window.
            event.setAccepted(press_key(self, event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._mouse.hold_pan_key(False)
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._mouse.hold_pan_key(False)
        super().focusOutEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks along the network, and leaves the canvas behind its last node."""
        following = commands.neighbour_in_order(self.document, forward)
        if following is None:
            return super().focusNextPrevChild(forward)
        self.document.select([following])
        self.ensure_seen(following)
        return True

    # --- drags from the palette ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        layer = dragged_layer(event.mimeData(), self.document.layout)
        if layer is None:
            event.ignore()
            return
        self._end_drop()
        self.touched = True
        self._empty.hide()
        self._drop = LayerDrop(self._stage, layer)
        self._drop.move(self.mapToScene(event.position().toPoint()))
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._drop is None:
            event.ignore()
            return
        self._drop.move(self.mapToScene(event.position().toPoint()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drop()

    def dropEvent(self, event: QDropEvent) -> None:
        drop, self._drop = self._drop, None
        if drop is None:
            event.ignore()
            return
        drop.move(self.mapToScene(event.position().toPoint()))
        self.items_scene.select_wires(frozenset())
        drop.drop()
        event.acceptProposedAction()
        self.setFocus()

    def _end_drop(self) -> None:
        if self._drop is not None:
            self._drop.leave()
            self._drop = None
        self._empty.setVisible(not self.document.layout.nodes)

    # --- menus and tips ---

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.close_editor()
        scene = self.items_scene
        node_id, edge = next(iter(self.document.selection), None), next(iter(scene.selected_wires), None)
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            point = self.mapToScene(event.pos())
            node_id = scene.node_at(point)
            edge = scene.wire_at(point) if node_id is None else None
            if node_id is not None and node_id not in self.document.selection:
                self.select_nothing()
                self.document.select([node_id])
            elif edge is not None and edge not in scene.selected_wires:
                self.select_nothing()
                scene.select_wires(frozenset({edge}))
        build_menu(self, node_id is not None, edge is not None).popup(event.globalPos())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip_at(event), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave and not self._mouse.busy:
            self._mouse.mark(None)
        return super().viewportEvent(event)

    def _tip_at(self, event: QHelpEvent) -> str:
        point = self.mapToScene(event.pos())
        node_id = self.items_scene.node_at(point)
        edge = self.items_scene.wire_at(point) if node_id is None else None
        if self._mouse.busy:
            return ""
        if node_id is not None:
            return tips.node_tip(self.document, node_id, self.words)
        return tips.wire_tip(self.document, edge, self.words) if edge is not None else ""
