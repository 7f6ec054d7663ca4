"""A few facts with their names: `Output   N × 10`. The inspector's lower half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.panels.styling import label


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    """Rich text, in the fixed-width font."""
    note: str = ""
    """A quiet line below the value, plain text."""


class FactTable(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        while len(self._rows) < len(facts):
            self._add_row()
        for index, (name, value, note) in enumerate(self._rows):
            fact = facts[index] if index < len(facts) else None
            for made, text in ((name, fact and fact.name), (value, fact and fact.value), (note, fact and fact.note)):
                if made.text() != (text or ""):
                    made.setText(text or "")
                made.setVisible(bool(text))

    def texts(self) -> dict[str, str]:
        """Every fact that is shown, as plain text by name."""
        from PySide6.QtGui import QTextDocumentFragment

        return {
            name.text(): QTextDocumentFragment.fromHtml(value.text()).toPlainText()
            for name, value, _ in self._rows
            if name.text()
        }

    def _add_row(self) -> None:
        row = 2 * len(self._rows)
        name, value, note = (
            label(self, voice="quiet"),
            label(self, voice="mono", wrap=True),
            label(self, voice="quiet", wrap=True),
        )
        value.setTextFormat(Qt.TextFormat.RichText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name.setContentsMargins(0, 5, 0, 4)
        value.setContentsMargins(0, 3, 0, 3)
        note.setContentsMargins(0, 0, 0, 3)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._grid.addWidget(note, row + 1, 1)
        self._rows.append((name, value, note))
