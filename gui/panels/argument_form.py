"""The form of one node: a row for every argument of its layer or block, in order. Good values become edits.

Inside a block a value may come from an argument of the block: `gui.panels.linking` says what can be chosen.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.datasets.facts import NO_DATA
from core.fields import Field
from core.layers import specification
from core.layout import Layout, with_argument, without_argument
from core.values import Reference, Value
from gui.document import Document
from gui.panels.argument_row import ArgumentRow
from gui.panels.field_editors import NOT_GIVEN, Given, NotGiven
from gui.panels.linking import link_menu, linkable, value_here
from gui.theme import Theme
from gui.words import Words

ROOM_FOR_EDITOR = 140
"""Pixels that an editor needs beside the names; with less it stands below its name."""


class ArgumentForm(QWidget):
    aligned = Signal(int, bool)
    """The width of the names, and whether editors stand below them."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._node_id: str | None = None
        self._layer = ""
        self._fields: tuple[Field, ...] = ()
        self.rows: dict[str, ArgumentRow] = {}
        self.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_node(self, node_id: str | None) -> None:
        """Show a node's arguments. The rows stay as they are while it is the same node and layer."""
        layer = self._document.layout.nodes[node_id].layer if node_id is not None else ""
        fields = fields_of(self._document.layout, layer) if layer else ()
        if layer == "Input" and self._document.scope and node_id is not None:
            # What flows into the block decides: only what must be taken back is shown.
            fields = tuple(field for field in fields if field.name in self._document.layout.nodes[node_id].arguments)
        if (node_id, layer, fields) != (self._node_id, self._layer, self._fields):
            self._build(node_id, layer, fields)
        if node_id is not None:
            self._refresh(node_id)

    def stops(self) -> list[QWidget]:
        """What the tabulator key goes to, in order."""
        return [stop for row in self.rows.values() for stop in (row.editor.held, row.reset, row.link)]

    def commit(self) -> None:
        """Hand in what was typed and not yet entered; what is refused is dropped with the form."""
        for row in self.rows.values():
            row.editor.commit()

    def renamed(self, old: str, new: str) -> None:
        """The node is the same under another name: its rows stay."""
        if self._node_id == old:
            self._node_id = new

    def retranslate(self) -> None:
        for row in self.rows.values():
            row.retranslate()

    def recolour(self) -> None:
        for row in self.rows.values():
            row.recolour()
        self._align()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._align()

    def _build(self, node_id: str | None, layer: str, fields: tuple[Field, ...]) -> None:
        for row in self.rows.values():
            self._column.removeWidget(row)
            # At once out of sight and out of the tab order; deleted when no event of its own is under way.
            row.hide()
            row.setParent(None)
            row.edited.disconnect(self._edit)
            row.link_wanted.disconnect(self._offer)
            row.deleteLater()
        self._node_id, self._layer, self._fields = node_id, layer, fields
        self.rows = {}
        for field in fields:
            row = ArgumentRow(field, self._words, self._theme, self)
            row.edited.connect(self._edit)
            row.link_wanted.connect(self._offer)
            self.rows[field.name] = row
            self._column.addWidget(row)
        self.setVisible(bool(self.rows))
        self._align()

    def _refresh(self, node_id: str) -> None:
        inference, nodes = self._document.inference, self._document.layout.nodes
        # A node that shares a module has no arguments of its own: those of the module are shown, and edited.
        owner = nodes[node_id].shares or node_id
        arguments = nodes[owner].arguments if owner in nodes else {}
        facts = inference.nodes.get(owner)
        wrong = {problem.argument for problem in inference.of(node_id) if problem.severity == "error"}
        by_data = self._document.layout.training.dataset.name != NO_DATA
        for name, row in self.rows.items():
            given = arguments.get(name, NOT_GIVEN)
            if isinstance(given, Reference):
                row.show_reference(given, value_here(self._document, owner, name), name in wrong)
            else:
                inferred = facts.inferred.get(name) if facts is not None else None
                row.show_value(given, inferred, name in wrong, by_data)
            inside = bool(self._document.scope)
            row.set_linkable(owner in nodes and linkable(self._document, owner, row.field), inside)

    def _align(self) -> None:
        """Give all names one width, and put the editors below them where there is too little room beside."""
        if not self.rows:
            return
        width = max(row.name_width() for row in self.rows.values())
        beside = ArgumentRow.ROOM_FOR_RESET + (ArgumentRow.ROOM_FOR_LINK if self._document.scope else 0)
        stacked = self.width() < width + ROOM_FOR_EDITOR + beside
        for row in self.rows.values():
            row.arrange(width, stacked)
        self.aligned.emit(width, stacked)

    def _offer(self, name: str) -> None:
        """Open the menu of where a value may come from."""
        node = self._document.layout.nodes.get(self._node_id or "")
        if self._node_id is not None and node is not None:
            row = self.rows[name]
            menu = link_menu(self._document, node.shares or self._node_id, row.field, self._words, self)
            menu.popup(row.link.mapToGlobal(QPoint(0, row.link.height())))

    def _edit(self, name: str, value: Given, merge: bool) -> None:
        node_id, node = self._node_id, self._document.layout.nodes.get(self._node_id or "")
        # Between the keystroke and now the node may have gone, or become another layer, by undo.
        if node_id is None or node is None or node.layer != self._layer:
            return
        if isinstance(value, NotGiven) or is_default(self.rows[name].field, value):
            edit = partial(without_argument, node_id=node_id, name=name)
        else:
            edit = partial(with_argument, node_id=node_id, name=name, value=value)
        self._document.apply("inspector.edit_argument", edit, merge)


def fields_of(layout: Layout, layer: str) -> tuple[Field, ...]:
    """The arguments of a layer or operation as torch has them, of a block as it was drawn."""
    if layer not in layout.blocks:
        return specification(layer).fields
    from core.blocks import block_fields

    return block_fields(layout, layer)


def is_default(field: Field, value: Value) -> bool:
    """Whether a value says no more than leaving the argument out would."""
    if field.required or field.inferred:
        return False
    # 1 and 1.0 and True are equal in Python and not the same argument.
    return value == field.default and (isinstance(value, bool) == isinstance(field.default, bool))
