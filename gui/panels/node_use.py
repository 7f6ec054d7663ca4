"""How a node uses its module: how often a block stands in a row, whose weights it has, and whether they learn."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.fields import Field
from core.inference import NodeFacts
from core.layout import LARGEST_REPEAT, Layout, sharing, with_frozen, with_repeat, with_shared
from gui.document import Document
from gui.panels.argument_row import GAP, ArgumentRow
from gui.panels.field_controls import CalmCheckBox, CalmComboBox
from gui.panels.field_editors import NOT_GIVEN, Given
from gui.panels.styling import label
from gui.theme import Theme
from gui.words import Words

REPEAT = Field("repeat", "integer", default=1, minimum=1, maximum=LARGEST_REPEAT)


class UseSection(QWidget):
    """Rows that show themselves only where they mean something: repeat, weights, frozen."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words = document, words
        self._node_id = ""
        self._aligned = (0, False)
        self._lenders: tuple[str, ...] | None = None
        """Whose weights are offered; None if the entries are to be written again."""
        self.repeat = ArgumentRow(REPEAT, words, theme, self, help_key="inspector.repeat_help")
        self._weights_name = label(self, voice="small")
        self.weights = CalmComboBox(self)
        self.weights.setObjectName("use-weights")
        self.weights.setMinimumContentsLength(4)
        self.weights.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._weights_name.setBuddy(self.weights)
        self.own = QPushButton(self)
        self.own.setObjectName("use-own-weights")
        self.own.setAutoDefault(False)
        self.frozen = CalmCheckBox(self)
        self.frozen.setObjectName("use-frozen")
        self._others = label(self, voice="quiet", wrap=True)
        self._others.setObjectName("use-others")
        # The columns of an argument's row, with the room that its reset button would take.
        self._rows = rows = QGridLayout()
        rows.setHorizontalSpacing(0)
        rows.setVerticalSpacing(4)
        rows.setColumnStretch(1, 1)
        rows.setColumnMinimumWidth(2, ArgumentRow.ROOM_FOR_RESET - GAP)
        buttons = QHBoxLayout()
        buttons.addWidget(self.own)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.repeat)
        column.addLayout(rows)
        column.addLayout(buttons)
        column.addWidget(self._others)
        column.addWidget(self.frozen)
        self.repeat.edited.connect(self._repeat)
        self.weights.activated.connect(self._use)
        self.own.clicked.connect(lambda: self._share(None))
        self.frozen.clicked.connect(self._freeze)
        self.retranslate()

    def show_node(self, node_id: str, facts: NodeFacts | None) -> None:
        """`facts` is what is known of the node, None as long as nothing is."""
        layout = self._document.layout
        self._node_id = node_id
        node = layout.nodes[node_id]
        owner_id = node.shares or node_id
        owner = layout.nodes.get(owner_id, node)
        is_block = node.layer in layout.blocks
        inside = bool(self._document.scope)
        # Inside a block the rows above have one more button.
        beside = ArgumentRow.ROOM_FOR_RESET - GAP + (ArgumentRow.ROOM_FOR_LINK if inside else 0)
        self._rows.setColumnMinimumWidth(2, beside)
        self.repeat.set_linkable(False, inside)
        self.repeat.setVisible(is_block and node.shares is None)
        if is_block:
            self.repeat.show_value(node.repeat if node.repeat != 1 else NOT_GIVEN, None, False)
        learns = node.shares is not None or owner.frozen or (facts is not None and facts.parameters > 0)
        self._show_weights(layout, node_id, learns)
        self.frozen.setVisible(learns)
        self.frozen.setChecked(owner.frozen)
        self.setVisible(is_block or learns)

    def stops(self) -> list[QWidget]:
        """What the tabulator key goes to, in order."""
        return [self.repeat.editor.held, self.repeat.reset, self.weights, self.own, self.frozen]

    def commit(self) -> None:
        """Hand in what was typed and not yet entered."""
        if not self.repeat.isHidden():
            self.repeat.editor.commit()

    def align(self, name_width: int, stacked: bool) -> None:
        """Line up with the arguments above."""
        self._arrange(name_width, stacked)

    def _arrange(self, name_width: int, stacked: bool) -> None:
        self._aligned = (name_width, stacked)
        self.repeat.arrange(max(name_width, self.repeat.name_width()), stacked)
        # The words of the row are no name of torch's and may be longer than all of those.
        own = self._weights_name.fontMetrics().horizontalAdvance(self._weights_name.text()) + 2
        self._weights_name.setFixedWidth(max(name_width, own) + GAP)
        self._rows.addWidget(self._weights_name, 0, 0, 1, 2 if stacked else 1)
        if stacked:
            self._rows.addWidget(self.weights, 1, 0, 1, 2)
        else:
            self._rows.addWidget(self.weights, 0, 1)

    def retranslate(self) -> None:
        say = self._words.say
        self.repeat.retranslate()
        self._weights_name.setText(say("inspector.weights"))
        self.weights.setToolTip(say("inspector.weights_help"))
        self.weights.setAccessibleName(say("inspector.weights"))
        self.weights.setAccessibleDescription(say("inspector.weights_help"))
        self.own.setText(say("inspector.own_weights"))
        self.own.setToolTip(say("inspector.own_weights_help"))
        self.frozen.setText(say("inspector.frozen"))
        self.frozen.setToolTip(say("inspector.frozen_help"))
        self.frozen.setAccessibleDescription(say("inspector.frozen_help"))
        self._arrange(*self._aligned)
        # The entries are words too.
        self._lenders = None

    def recolour(self) -> None:
        self.repeat.recolour()

    def _show_weights(self, layout: Layout, node_id: str, learns: bool) -> None:
        say, shares = self._words.say, layout.nodes[node_id].shares
        others = lenders(layout, node_id)
        if others != self._lenders:
            self._lenders = others
            self.weights.clear()
            self.weights.addItem(say("inspector.weights_own"), None)
            for other in others:
                self.weights.addItem(say("inspector.weights_of", node=other), other)
        self.weights.setCurrentIndex(1 + others.index(shares) if shares in others else 0)
        shown = learns and bool(others)
        self.weights.setVisible(shown)
        self._weights_name.setVisible(shown)
        self.own.setVisible(shares is not None)
        users = sharing(layout, node_id)
        self._others.setText(say("inspector.weights_used", nodes=", ".join(users)) if users else "")
        self._others.setVisible(bool(users))

    def _repeat(self, _name: str, value: Given, merge: bool) -> None:
        count = value if isinstance(value, int) else 1
        if self._node_id in self._document.layout.nodes:
            edit = partial(with_repeat, node_id=self._node_id, repeat=count)
            self._document.apply("inspector.edit_repeat", edit, merge)

    def _use(self, index: int) -> None:
        self._share(self.weights.itemData(index))

    def _share(self, owner: str | None) -> None:
        node = self._document.layout.nodes.get(self._node_id)
        if node is not None and node.shares != owner:
            edit = partial(with_shared, node_id=self._node_id, owner=owner)
            self._document.apply("inspector.edit_shared", edit)

    def _freeze(self, frozen: bool) -> None:
        if self._node_id in self._document.layout.nodes:
            edit = partial(with_frozen, node_id=self._node_id, frozen=frozen)
            self._document.apply("inspector.edit_frozen", edit)


def lenders(layout: Layout, node_id: str) -> tuple[str, ...]:
    """The nodes whose module this one could use: of the same layer, and with a module of their own."""
    layer = layout.nodes[node_id].layer
    return tuple(
        key for key, node in layout.nodes.items() if key != node_id and node.layer == layer and node.shares is None
    )
