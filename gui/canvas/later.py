"""Values that were typed behind a layer's name while torch was being imported: its node has them once they can be read.

What an argument is called, and what it takes, is in torch's signatures. Asking before the import has ended would stop
the window until then. The search asks here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from core.history import History
from core.layout import Layout, Node
from core.requests import request_arguments
from core.scopes import Scope
from core.values import Value
from gui.canvas.adding import with_arguments
from gui.document import Document


@dataclass(frozen=True)
class _Asked:
    scope: Scope
    node_id: str
    node: Node
    """As it came onto the canvas: with other arguments since, it is as the person wants it."""
    values: tuple[str, ...]
    history: History
    """As it was when the node had come: the values belong to the same edit, while it is the last."""


def signatures_known() -> bool:
    """Whether torch is there, so that asking for the arguments of a layer takes no time."""
    torch = sys.modules.get("torch")
    # Python marks a module so until all of it was run.
    return torch is not None and not getattr(torch.__spec__, "_initializing", False)


class Later(QObject):
    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._asked: list[_Asked] = []
        document.changed.connect(self._look)

    def give(self, node_id: str, values: Sequence[str]) -> None:
        """A node has just come: give it the arguments that these values mean as soon as they can be read."""
        document = self._document
        node = document.layout.nodes[node_id]
        self._asked.append(_Asked(document.scope, node_id, node, tuple(values), document.history))

    def _look(self) -> None:
        # Not while others are being told of a change: they would be told of the next one first.
        if self._asked and self._document.ready:
            QTimer.singleShot(0, self, self._catch_up)

    def _catch_up(self) -> None:
        document = self._document
        here = [asked for asked in self._asked if asked.scope == document.scope]
        self._asked = [asked for asked in self._asked if asked not in here]
        # The last first: its edit is still the last one.
        for asked in reversed(here):
            node = document.layout.nodes.get(asked.node_id)
            if node is None or (node.layer, node.arguments) != (asked.node.layer, asked.node.arguments):
                continue
            arguments = request_arguments(node.layer, asked.values, document.layout)

            def edit(layout: Layout, asked: _Asked = asked, arguments: dict[str, Value] = arguments) -> Layout:
                return with_arguments(layout, asked.node_id, arguments)

            label = document.undo_label if document.history is asked.history else None
            document.apply(label or "inspector.edit_argument", edit, merge=label is not None)
