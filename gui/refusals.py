"""Says above the canvas why an edit was not made, until the person has gone on to another one."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.layout import Layout
from gui.document import Document
from gui.notice import NoticeArea


class Refusals(QObject):
    def __init__(self, document: Document, notices: NoticeArea, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._notices = document, notices
        self._rule = ""
        """The text key of the sentence that stands there, or stood there last."""
        self._refused: Layout | None = None
        """The network that the edit was asked of."""
        document.refused.connect(self._tell)
        document.changed.connect(self._withdraw)

    def _tell(self, rule: str, values: dict[str, object]) -> None:
        self._notices.withdraw(self._rule)
        self._rule, self._refused = rule, self._document.root
        self._notices.tell("info", rule, (), **values)

    def _withdraw(self) -> None:
        if self._rule and self._refused is not self._document.root:
            self._notices.withdraw(self._rule)
            self._rule, self._refused = "", None
