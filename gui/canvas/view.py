"""The canvas: the network as nodes and wires, edited with mouse and keyboard. The main window and the panels ask here.

It draws the document and asks it to change; each gesture is told in a file of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gui.canvas import clipboard, commands, tips
from gui.canvas.annotations import Annotations
from gui.canvas.drop import Drags
from gui.canvas.editors import Editors
from gui.canvas.empty import EmptyCanvas
from gui.canvas.hint import Hint
from gui.canvas.keyboard import Keyboard
from gui.canvas.look import Look
from gui.canvas.menu import open_menu
from gui.canvas.motion import Motion
from gui.canvas.mouse import Mouse
from gui.canvas.pulse import Pulse
from gui.canvas.quick_add import QuickAdd
from gui.canvas.scene import CanvasScene
from gui.canvas.stage import Stage
from gui.canvas.standpoints import Standpoints
from gui.canvas.surface import Surface
from gui.document import Document
from gui.words import Words

if TYPE_CHECKING:
    from gui.theme import Theme


class CanvasView(Surface):
    annotations: Annotations
    """Frames and notes."""

    starter_chosen = Signal(str)
    """A network to begin with was chosen on the empty canvas: `digits_mlp`, `digits_cnn` or `spiral`."""
    gallery_wanted = Signal()
    """All of the examples are to be shown."""
    zoomed = Signal()
    """The scale may have changed; `transform().m11()` is it."""
    layer_added = Signal(str)
    """A layer, operation or block came onto the canvas."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        look = Look(theme)
        # Qt asks where the canvas lies, and sends it events, while it is still being built.
        self._built = False
        super().__init__(CanvasScene(look, words), look, parent)
        self.document = document
        self.words = words
        self.setAcceptDrops(True)
        # A Korean syllable is composed from its first letter on: that letter opens the search too.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self._hint = Hint(self, theme)
        self._empty = EmptyCanvas(self, words)
        self._empty.starter_chosen.connect(self.starter_chosen)
        self._empty.gallery_wanted.connect(self.gallery_wanted)
        self._stage = Stage(self, self.items_scene, document, words, self._hint)
        self._editors = Editors(self._stage)
        self.annotations = Annotations(self._stage)
        self.quick_add = QuickAdd(self, self._stage, theme)
        self._mouse = Mouse(self._stage, self)
        self._keyboard = Keyboard(self)
        self._drags = Drags(self, self._stage)
        self._pulse = Pulse(self.items_scene, theme, self)
        self.motion = Motion(self, theme)
        self._shown = document.layout
        self._standpoints = Standpoints()
        self._built = True

        document.changed.connect(self._show_document)
        document.leaving.connect(self.close_editor)
        document.selection_changed.connect(self._show_selection)
        words.changed.connect(self._retell)
        theme.changed.connect(self._recolour)
        self._retell()

    # --- what others ask of it; moving about is in Surface ---

    def add_layer(self, layer: str) -> None:
        """Put a new node behind the selected one, or where it sensibly goes, and select it."""
        self.touched = True
        self.items_scene.select_wires(frozenset())
        self.came(commands.add_layer(self.document, layer, self.mapToScene(self.viewport().rect().center())))

    def came(self, node_id: str, instead: bool = False) -> None:
        """A node came onto the canvas by a person's hand: show it, and remember what it is for the next time.

        One that came `instead` of another is in the frames that the other was in, and in no more.
        """
        if node_id not in self.document.layout.nodes:
            # It was refused, which is said elsewhere.
            return
        if not instead:
            self.annotations.take_in(node_id)
        self.ensure_seen(node_id)
        layer = self.document.layout.nodes[node_id].layer
        self.quick_add.remember(layer)
        self.layer_added.emit(layer)

    @property
    def recent_layers(self) -> tuple[str, ...]:
        """What was added last, newest first: the search begins with it."""
        return self.quick_add.recent

    @recent_layers.setter
    def recent_layers(self, layers: tuple[str, ...]) -> None:
        self.quick_add.recent = layers

    def add_here(self, text: str = "", composing: bool = False) -> None:
        """Search a layer at the pointer; it goes behind the selected node or where the pointer is."""
        self.close_editor()
        self.quick_add.open_for_keyboard(self._mouse.pixel, text, composing)

    def add_at(self, pixel: QPoint) -> None:
        """Search a layer for a point of the viewport, or for the wire that is there."""
        self.close_editor()
        self.quick_add.open_for_point(pixel)

    def replace_selected(self) -> None:
        """Search a layer that takes the place of the selected node."""
        self.close_editor()
        self.quick_add.open_for_replacing()

    def connect_selected(self) -> None:
        """Choose a node to which a wire is to lead from the selected one, or from which."""
        self.close_editor()
        self.quick_add.open_for_connecting()

    def paste(self, at: QPoint | None = None) -> None:
        """Put down what is on the clipboard at a point of the viewport, or else at the pointer."""
        pixel = at if at is not None else self._mouse.pixel
        self.touched = True
        clipboard.paste(self, self.mapToScene(pixel if pixel is not None else self.viewport().rect().center()))

    def add_note(self, at: QPoint | None = None) -> None:
        """Write a note at a point of the viewport, or else at the pointer."""
        pixel = at if at is not None else self._mouse.pixel
        self.annotations.add_note(self.mapToScene(pixel) if pixel is not None else None)

    def select_all(self) -> None:
        self.document.select(self.document.layout.nodes)

    def select_nothing(self) -> None:
        self.items_scene.select_wires(frozenset())
        self.annotations.select_nothing()
        self.document.select(())

    def delete_selected(self) -> None:
        """Delete the selected nodes and wires in one edit."""
        if not self.annotations.delete_selected():
            commands.delete(self.document, self.items_scene.selected_wires)

    def duplicate_selected(self) -> None:
        """Copy the selected nodes or the chosen notes and frames; the copies alone are selected then."""
        self.items_scene.select_wires(frozenset())
        if self.annotations.selected:
            clipboard.duplicate_annotations(self)
        else:
            commands.duplicate(self.document)

    def rename_selected(self) -> None:
        """Open an editor over the selected node's name, if exactly one is selected."""
        node_id = self.document.selected
        if node_id is not None:
            self.close_editor()
            self.ensure_seen(node_id)
            self._editors.rename(node_id)

    def name_block(self) -> None:
        """Ask over the selected nodes for the name of the block that they become."""
        self.close_editor()
        self._editors.name_block()

    def fit_selection(self) -> None:
        """Show the selected nodes, or the chosen frames and notes, at most at full size."""
        rect = self.annotations.selected_rect()
        for node_id in self.document.selection:
            rect = rect.united(self.node_rect(node_id))
        if not rect.isEmpty():
            self.touched = True
            self.navigation.fit(rect)
            self.moved()

    def set_training(self, training: bool) -> None:
        """Show on every node that learns whether training is on."""
        self._pulse.set_on(training)

    def node_rect(self, node_id: str) -> QRectF:
        """Where a node is seen, in canvas units. KeyError if there is no such node."""
        return self.items_scene.nodes[node_id].rect

    def port_point(self, node_id: str, output: bool, index: int = 0) -> QPointF:
        """The middle of a port, in canvas units."""
        return self.items_scene.nodes[node_id].port(output, index)

    @property
    def standpoints(self) -> Standpoints:
        """Where each part of the document is looked at, for whoever puts the document aside."""
        return self._standpoints.left(self, self._standpoints.scope)

    @standpoints.setter
    def standpoints(self, standpoints: Standpoints) -> None:
        self._standpoints = Standpoints(self.document.scope, standpoints.seen)
        self._forget_chosen()
        self._standpoints.stand(self)

    def _forget_chosen(self) -> None:
        """Another part or another document is shown, in which wires and frames may have the same names."""
        self.items_scene.select_wires(frozenset())
        self.annotations.select_nothing()

    # --- keeping up with document, words and theme ---

    def _show_document(self) -> None:
        layout, scope = self.document.layout, self.document.scope
        if layout is not self._shown:
            self._mouse.cancel()
            self.quick_add.close()
            self._shown = layout
        else:
            self.quick_add.keep_up()
        self._mouse.mark(None)
        elsewhere = scope != self._standpoints.scope
        if elsewhere:
            self._forget_chosen()
            self._standpoints = self._standpoints.left(self, scope)
        self.items_scene.show_layout(layout, self.document.inference)
        self.annotations.show(layout)
        self._editors.keep_up(layout)
        self._show_selection()
        self._pulse.show()
        self.show_empty(True)
        if elsewhere:
            self._standpoints.stand(self)
        self.moved()

    def show_empty(self, wanted: bool) -> None:
        """Show the words of an empty canvas if it is one."""
        self._empty.setVisible(wanted and not self.document.layout.nodes and not self.document.layout.notes)

    def _show_selection(self) -> None:
        selection = self.document.selection
        self.items_scene.select_nodes(selection)
        self.setAccessibleDescription(self.annotations.spoken_selected() or tips.spoken(self.document, self.words))

    def _retell(self) -> None:
        self.setAccessibleName(self.words.say("canvas.name"))
        self._empty.retell()
        self.quick_add.close()
        self._show_document()

    def _recolour(self) -> None:
        self._look.refresh()
        self.items_scene.refresh()
        self.follow_text_size()
        self.viewport().update()

    def moved(self) -> None:
        super().moved()
        self.scrolled()
        self.zoomed.emit()

    def scrolled(self) -> None:
        if self._built:
            self._editors.follow()
            self.annotations.follow_view()

    def close_editor(self) -> None:
        """Keep the name that is being typed, if it can be one, and put the search away."""
        self._editors.close()
        self.annotations.close_editor()
        self.quick_add.close()

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

    def hold_pan_key(self, held: bool) -> None:
        self._mouse.hold_pan_key(held)

    def event(self, event: QEvent) -> bool:
        return (self._built and self._keyboard.first(event)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt's own keys would scroll; whatever is not the canvas' own belongs to the window.
        event.setAccepted(self._keyboard.press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._mouse.hold_pan_key(False)
        super().keyReleaseEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._keyboard.compose(event)

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        return self._keyboard.composed(query) or super().inputMethodQuery(query)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._mouse.hold_pan_key(False)
        self._keyboard.left()
        super().focusOutEvent(event)

    # --- drags from the palette, menus and tips ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drags.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drags.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drags.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drags.drop(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.close_editor()
        open_menu(self, event)
        event.accept()

    def over_viewport(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            point = self.mapToScene(event.pos())
            tip = "" if self._mouse.busy else tips.tip_at(self.items_scene, point, self.document, self.words)
            QToolTip.showText(event.globalPos(), tip, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._mouse.leave()
        return super().over_viewport(event)
