"""The name of a new block is asked for where the block will stand. Nothing happens until it is entered."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from core.block_edits import fresh_block_name, new_block_name_problem
from core.collapsing import collapsed, use_name
from core.layout import Layout
from core.names import LONGEST_NAME
from gui.canvas.stage import Stage, send_away
from gui.focus import lent
from gui.theme import restyle

WIDTH = 184
"""Pixels."""
OWN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
"""While a name is typed they are no commands of the canvas."""


class BlockNameEditor(QLineEdit):
    """Lies over the middle of the nodes that become a block, until Enter makes it or anything else gives it up."""

    def __init__(self, stage: Stage, node_ids: Collection[str]) -> None:
        super().__init__(stage.view.viewport())
        self._stage = stage
        self._node_ids = frozenset(node_ids)
        self._layout = stage.document.layout
        self._done = False
        self.setObjectName("canvas_block_name")
        self.setMaxLength(LONGEST_NAME)
        self.setText(fresh_block_name(stage.document.root))
        self.selectAll()
        self.setAccessibleName(stage.words.say("canvas.block_name", count=len(self._node_ids)))
        self.textEdited.connect(self._judge)
        self.returnPressed.connect(self._commit)
        self.follow()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._judge()

    def holds_in(self, layout: Layout) -> bool:
        """Whether the question still makes sense: after another edit these nodes may be no block any more."""
        return layout is self._layout

    @property
    def finished(self) -> bool:
        return self._done

    def follow(self) -> None:
        """Stay over the nodes while the canvas moves below, as far as there is room in the view."""
        rect = QRectF()
        for node_id in self._node_ids & self._stage.scene.nodes.keys():
            rect = rect.united(self._stage.scene.nodes[node_id].rect)
        place = self._stage.view.viewportTransform().mapRect(rect)
        room = self._stage.view.viewport().rect()
        width, height = max(WIDTH, self.fontMetrics().horizontalAdvance("n") * 24), self.sizeHint().height()
        left = min(max(round(place.center().x() - width / 2), 8), max(room.width() - width - 8, 8))
        top = min(max(round(place.center().y() - height / 2), 8), max(room.height() - height - 48, 8))
        self.setGeometry(left, top, width, height)

    def close_editor(self) -> None:
        """Give the question up, and hand the keyboard back."""
        if self._done:
            return
        self._done = True
        send_away(self._stage, self)

    def finish(self) -> None:
        """Something else is done: nobody asked for the block yet."""
        self.close_editor()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_editor()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not lent(event):
            self.finish()

    def _judge(self) -> bool:
        """Whether the name can be one; what to do or why not stands beside it."""
        words, wanted = self._stage.words, self.text().strip()
        rule = new_block_name_problem(self._stage.document.root, wanted)
        self.setProperty("wrong", rule is not None)
        restyle(self)
        text = words.say(rule, name=wanted) if rule is not None else words.say("canvas.block_name_hint")
        self._stage.hint.say(text, self.geometry().bottomLeft() + QPoint(-16, -14), bad=rule is not None)
        return rule is None

    def _commit(self) -> None:
        if self._done or not self._judge():
            return
        document, node_ids, name = self._stage.document, self._node_ids, self.text().strip()
        use = use_name(document.layout, node_ids, name)
        self.close_editor()
        document.apply("canvas.edit.collapse", lambda layout: collapsed(layout, node_ids, name))
        document.select([use])
