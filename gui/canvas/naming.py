"""A node's name is changed where it stands. A name that cannot be is refused in words while it is typed."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from core.layout import Layout, with_renamed
from core.names import name_problem
from gui.canvas.stage import Stage, send_away
from gui.focus import lent
from gui.theme import restyle

SMALLEST_TEXT = 11
"""Pixels: however far zoomed out, what is typed can be read."""


def rename_problem(layout: Layout, old: str, new: str) -> str | None:
    """The text key of why a node cannot be called that, or None."""
    if new != old and new in layout.nodes:
        return "name.taken"
    return name_problem(new)


class NameEditor(QLineEdit):
    """Lives over a node's name from F2 or a double click until Enter, Esc, or a click elsewhere."""

    def __init__(self, stage: Stage, node_id: str) -> None:
        super().__init__(stage.view.viewport())
        self._stage = stage
        self._node_id = node_id
        self._done = False
        self.setObjectName("canvas_name_editor")
        self.setText(node_id)
        self.selectAll()
        self.setAccessibleName(stage.words.say("canvas.rename_name", node=node_id))
        self.textEdited.connect(self._judge)
        self.returnPressed.connect(self._commit)
        self.follow()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def holds_in(self, layout: Layout) -> bool:
        """Whether what is named is still there."""
        return self._node_id in layout.nodes

    @property
    def finished(self) -> bool:
        return self._done

    def follow(self) -> None:
        """Stay over the name while the canvas moves below."""
        item = self._stage.scene.nodes.get(self._node_id)
        if item is None:
            self.close_editor()
            return
        transform = self._stage.view.viewportTransform()
        rect: QRectF = transform.mapRect(item.name_rect().adjusted(-9, -2, 9, 2))
        font = QFont(self._stage.scene.look.name_font)
        font.setPixelSize(max(SMALLEST_TEXT, round(13 * transform.m11())))
        self.setFont(font)
        height = max(round(rect.height()), self.fontMetrics().height() + 6)
        self.setGeometry(
            round(rect.left()), round(rect.center().y() - height / 2), max(120, round(rect.width())), height
        )

    def close_editor(self) -> None:
        """Give up the editor without a change, and hand the keyboard back."""
        if self._done:
            return
        self._done = True
        send_away(self._stage, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_editor()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab keeps the name, as Enter does."""
        self.finish()
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not lent(event):
            self.finish()

    def finish(self) -> None:
        """Keep what was typed if it can be a name, else give it up."""
        if self._done:
            return
        if rename_problem(self._stage.document.layout, self._node_id, self._wanted()) is None:
            self._commit()
        self.close_editor()

    def _wanted(self) -> str:
        return self.text().strip()

    def _judge(self) -> None:
        wanted = self._wanted()
        rule = rename_problem(self._stage.document.layout, self._node_id, wanted)
        self.setProperty("wrong", rule is not None)
        restyle(self)
        if rule is None:
            self._stage.hint.silence()
        else:
            below = self.geometry().bottomLeft() + QPoint(-16, -14)
            self._stage.hint.say(self._stage.words.say(rule, name=wanted), below)

    def _commit(self) -> None:
        old, new, document = self._node_id, self._wanted(), self._stage.document
        if self._done or rename_problem(document.layout, old, new) is not None:
            self._judge()
            return
        was_selected = document.selection
        self.close_editor()
        if new != old:
            document.apply("canvas.edit.rename", lambda layout: with_renamed(layout, old, new))
            document.select({new if key == old else key for key in was_selected})
