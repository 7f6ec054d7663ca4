"""What is inside a block: its nodes with their layers, shapes and parameters. The inspector shows it below the form."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from core.inference import Inference, NodeFacts
from core.layout import Layout
from core.summary import decisive
from core.text import value_text
from gui.panels.flow_layout import FlowLayout
from gui.panels.folding import FoldingSection
from gui.panels.styling import label, shape_html
from gui.theme import Theme
from gui.words import Words

LONGEST_LIST = 60
"""Nodes that are listed. A block of hundreds is looked at on the canvas."""


@dataclass(frozen=True)
class Line:
    """One node inside."""

    name: str
    layer: str
    shapes: str
    """Of what leaves it, as rich text; empty while nothing is known."""
    parameters: str


class BlockSection(FoldingSection):
    """Of each node the name and its parameters in one line, and quietly below them the layer and its shape."""

    enter_wanted = Signal()
    """The block is to be looked into."""
    unpack_wanted = Signal()
    """What is inside is to be put in its place."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("inside-block", theme, parent)
        self._words = words
        self._asked: tuple[Layout, str, NodeFacts | None] | None = None
        self._shown: tuple[Line, ...] | None = None
        self.table = QWidget(self.body)
        self._grid = QGridLayout(self.table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._cells: list[QLabel] = []
        self._note = label(self.body, voice="quiet", wrap=True)
        self.column.setSpacing(4)
        self.column.addWidget(self._note)
        self.column.addWidget(self.table)
        self._more = label(self.body, voice="quiet", wrap=True)
        self.column.addWidget(self._more)
        self.enter, self.unpack = QPushButton(self.body), QPushButton(self.body)
        buttons = QWidget(self.body)
        flow = FlowLayout(buttons)
        for button, name, wanted in (
            (self.enter, "enter-block", self.enter_wanted),
            (self.unpack, "unpack-block", self.unpack_wanted),
        ):
            button.setObjectName(name)
            button.setAutoDefault(False)
            # The button goes with what it shows: the press is over first.
            button.clicked.connect(lambda _checked=False, signal=wanted: QTimer.singleShot(0, self, signal.emit))
            flow.addWidget(button)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        buttons.setSizePolicy(policy)
        self.column.insertWidget(0, buttons)
        self.title.setChecked(True)
        self.folded.connect(self._refresh)

    def show_node(self, layout: Layout, node_id: str, facts: NodeFacts | None) -> None:
        """Of a node whose layer is a block; hidden for any other."""
        layer = layout.nodes[node_id].layer
        self._asked = (layout, node_id, facts) if layer in layout.blocks else None
        self.setVisible(self._asked is not None)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # The rows of a large block are not kept where no block is looked at.
        if self.isHidden():
            self._shown = None
            self._fill(())

    def retranslate(self) -> None:
        self._shown = None
        self._refresh()

    def recolour(self) -> None:
        super().recolour()
        self._shown = None

    def texts(self) -> list[tuple[str, str, str]]:
        """Name, layer and parameters of every line that is shown."""
        return [(line.name, line.layer, line.parameters) for line in self._shown or ()]

    def _refresh(self) -> None:
        if self._asked is None:
            return
        layout, node_id, facts = self._asked
        name = layout.nodes[node_id].layer
        say = self._words.say
        self.title.setText(say("inspector.inside", block=name))
        self.enter.setText(say("inspector.enter_block"))
        self.enter.setToolTip(say("inspector.enter_block_help"))
        self.unpack.setText(say("inspector.unpack"))
        self.unpack.setToolTip(say("inspector.unpack_help"))
        if not self.open:
            return
        instances = facts.instances if facts is not None else ()
        self._note.setText(say("inspector.inside_first", count=len(instances)) if len(instances) > 1 else "")
        self._note.setVisible(bool(self._note.text()))
        count = len(layout.blocks[name].nodes)
        self._more.setText(say("inspector.inside_more", count=count - LONGEST_LIST) if count > LONGEST_LIST else "")
        self._more.setVisible(bool(self._more.text()))
        lines = inside_lines(layout, name, instances[0] if instances else None, self._words, self._theme)
        if lines != self._shown:
            self._shown = lines
            self._fill(lines)

    def _fill(self, lines: tuple[Line, ...]) -> None:
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells = []
        right = Qt.AlignmentFlag.AlignRight
        for row, line in enumerate(lines):
            name, parameters, layer, shapes = (
                label(self.table, voice="mono small", wrap=True),
                label(self.table, voice="mono small"),
                label(self.table, voice="quiet", wrap=True),
                label(self.table, voice="quiet"),
            )
            for cell, text in zip(
                (name, parameters, layer, shapes), (line.name, line.parameters, line.layer, line.shapes), strict=True
            ):
                cell.setText(text)
            shapes.setTextFormat(Qt.TextFormat.RichText)
            shapes.setAlignment(right)
            for below in (layer, shapes):
                below.setContentsMargins(0, 0, 0, 6)
            self._grid.addWidget(name, 2 * row, 0, Qt.AlignmentFlag.AlignBottom)
            self._grid.addWidget(parameters, 2 * row, 1, right | Qt.AlignmentFlag.AlignBottom)
            self._grid.addWidget(layer, 2 * row + 1, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shapes, 2 * row + 1, 1, right | Qt.AlignmentFlag.AlignTop)
            self._cells += [name, parameters, layer, shapes]


def inside_lines(layout: Layout, name: str, inside: Inference | None, words: Words, theme: Theme) -> tuple[Line, ...]:
    """A line for each node of a block, as its first use has it; without shapes where nothing is known of that."""
    shown = inside.layout if inside is not None else Layout(name, layout.blocks[name].nodes, blocks=layout.blocks)
    lines: list[Line] = []
    for node_id in list(inside.order if inside is not None else shown.nodes)[:LONGEST_LIST]:
        facts = inside.nodes.get(node_id) if inside is not None else None
        known = facts.outputs if facts is not None else ()
        layer = shown.nodes[node_id].layer
        drawn = layout.blocks[name].nodes.get(node_id)
        if drawn is not None and drawn.muted:
            # It computes as an Identity, which nobody chose.
            layer = words.say("inspector.inside_muted", layer=drawn.layer)
        elif inside is not None:
            layer = f"{layer} {decisive(shown, node_id, facts)}".rstrip()
        parameters = value_text(facts.parameters) if facts is not None and facts.parameters else ""
        shapes = "<br>".join(shape_html(signal.shape, theme) for signal in known)
        lines.append(Line(node_id, layer, shapes, parameters))
    return tuple(lines)
