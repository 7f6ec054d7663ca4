"""Why a tensor has the shape it has: for each computed dimension the formula, the same with numbers, and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from core.inference import NodeFacts
from core.text import value_text
from gui.panels.folding import FoldingSection
from gui.panels.styling import label, sentence_html, set_property
from gui.theme import Theme
from gui.words import Words

if TYPE_CHECKING:
    from core.explain import Reason


class WhySection(FoldingSection):
    """Asks for the reasons only while it is open: nobody pays for what nobody reads."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("why-this-shape", theme, parent)
        self._words = words
        self._asked: tuple[str, NodeFacts, tuple[str, ...]] | None = None
        self._shown: tuple[object, ...] | None = None
        self.reasons: list[ReasonView] = []
        self._nothing = label(self.body, voice="quiet", wrap=True)
        self.column.addWidget(self._nothing)
        self.folded.connect(self._refresh)
        self.retranslate()

    def show_node(self, layer: str, facts: NodeFacts | None, outputs: tuple[str, ...]) -> None:
        """Of a node with this layer whose outputs have these names; hidden where no tensor leaves it."""
        shown = facts is not None and bool(facts.outputs) and bool(facts.inputs)
        self._asked = (layer, facts, outputs) if shown and facts is not None else None
        self.setVisible(shown)
        self._refresh()

    def retranslate(self) -> None:
        self.title.setText(self._words.say("inspector.why"))
        self._shown = None
        self._refresh()

    def recolour(self) -> None:
        super().recolour()
        self._shown = None

    def _refresh(self) -> None:
        if not self.open or self._asked is None:
            return
        from core.explain import why

        layer, facts, outputs = self._asked
        reasons = why(layer, facts.arguments, facts.inputs, facts.outputs)
        if (reasons, outputs) == self._shown:
            return
        self._shown = (reasons, outputs)
        for view in self.reasons:
            self.column.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.reasons = [ReasonView(reason, outputs, self._words, self._theme, self.body) for reason in reasons]
        for view in self.reasons:
            self.column.addWidget(view)
        self._nothing.setText(self._words.say("inspector.why_nothing"))
        self._nothing.setVisible(not reasons)


class ReasonView(QWidget):
    """The dimension and what it comes to, a sentence about it, and the steps below each other at one equals sign."""

    def __init__(
        self, reason: Reason, outputs: tuple[str, ...], words: Words, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self.lines: list[str] = []
        result = value_text(reason.result) if isinstance(reason.result, int) else reason.result
        # With several outputs the name says of which one: `h_n · L`.
        of = outputs[reason.output] if len(outputs) > 1 and reason.output < len(outputs) else ""
        name = " · ".join(filter(None, (of, reason.name)))
        if name:
            head = label(self, voice="mono small")
            head.setText(name)
            self._grid.addWidget(head, 0, 0, 1, 2)
        if words.has(f"why.{reason.rule}"):
            sentence = label(self, voice="quiet", wrap=True)
            sentence.setTextFormat(Qt.TextFormat.RichText)
            sentence.setText(sentence_html(words.say(f"why.{reason.rule}", **reason.values), theme))
            self._grid.addWidget(sentence, 1, 0, 1, 2)
        steps = list(dict.fromkeys(filter(None, (reason.formula, reason.filled, str(result)))))
        for index, step in enumerate(steps):
            self._add(step, strong=index == len(steps) - 1)

    def _add(self, step: str, strong: bool) -> None:
        row = self._grid.rowCount()
        sign = label(self, voice="mono small quiet")
        sign.setText("=")
        line = label(self, voice="mono small" if strong else "mono small quiet", wrap=True)
        line.setText(step)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_property(line, "strong", strong)
        self._grid.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(line, row, 1)
        self.lines.append(step)
