"""A part of the training form that is folded away: its name, and beside it in a few words what it holds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.panels.folding import FoldingSection
from gui.panels.styling import label
from gui.panels.training_line import FormLine, Section
from gui.theme import Theme


class TrainingSection(FoldingSection):
    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(f"section-{name}", theme, parent)
        self.name = name
        self.summary = label(self, voice="quiet", wrap=True)
        self.summary.setObjectName(f"summary-{name}")
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # The words take what the name leaves, in two lines if need be.
        self.head.takeAt(1)
        self.head.addWidget(self.summary, 1)
        self.head.setSpacing(8)
        self.column.setSpacing(4)
        self.column.setContentsMargins(0, 0, 0, 4)
        whole = self.layout()
        assert whole is not None
        whole.setSpacing(4)
        self.content = Section(self.body)
        self.column.addWidget(self.content)
        theme.changed.connect(self.recolour)

    def say(self, title: str, summary: str) -> None:
        self.title.setText(title)
        self.title.setAccessibleDescription(summary)
        self.summary.setText(summary)

    @property
    def lines(self) -> list[FormLine]:
        return self.content.lines

    def unfold(self) -> None:
        """Something in here must be seen."""
        self.title.setChecked(True)

    def align(self) -> None:
        """The names in here take the room of the longest of them."""
        widest = max((line.names[0].sizeHint().width() for line in self.lines if line.names), default=0)
        for line in self.lines:
            line.align(widest)
