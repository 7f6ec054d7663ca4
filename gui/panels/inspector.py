"""What is selected: its name, its arguments to edit, its problems and facts; with nothing selected, the network.

Inside a block it is the block instead of the network, with its own arguments.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.block_edits import new_block_name_problem, renamed_block
from core.graph import output_names
from core.layers import specification
from core.layout import with_renamed, with_title
from core.names import name_problem
from core.problems import Problem
from gui.document import Document
from gui.panels.argument_form import ArgumentForm
from gui.panels.block_arguments import BlockArguments
from gui.panels.block_table import BlockSection
from gui.panels.fact_table import Fact, FactTable
from gui.panels.inspector_header import InspectorHeader
from gui.panels.node_facts import model_facts, node_facts, total_facts
from gui.panels.node_note import NodeNote
from gui.panels.node_use import UseSection
from gui.panels.problem_card import ProblemCard
from gui.panels.scroll_page import ScrollPage
from gui.panels.styling import label, separator
from gui.panels.why import WhySection
from gui.theme import Theme
from gui.theme.icons import layer_icon
from gui.words import Words

LONGEST_TITLE = 200
"""Characters, as the layout file has it."""
LARGE = 300
"""Nodes of a network whose canvas takes so long to follow an edit that it is not to wait for the form as well."""


class InspectorPanel(QScrollArea):
    unpack_wanted = Signal()
    """The selected block is to come apart."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._node_id: str | None = None
        self._renaming = False
        self._seen: tuple[object, ...] = ()
        """What of the document it showed last. None of these is ever changed in place."""
        self._problems: tuple[Problem, ...] = ()
        self.cards: list[ProblemCard] = []
        self.setObjectName("inspector")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = ScrollPage(self)
        self.header = InspectorHeader(theme, body)
        self.header.name.setMaxLength(LONGEST_TITLE)
        self.header.on_entered(self._enter_name)
        self._note = label(body, voice="quiet", wrap=True)
        self._note.setObjectName("inspector-note")
        self.form = ArgumentForm(document, words, theme, body)
        self.use = UseSection(document, words, theme, body)
        self.form.aligned.connect(self.use.align)
        self.arguments = BlockArguments(document, words, theme, body)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self._rule = separator(body)
        self.facts = FactTable(body)
        self.why = WhySection(words, theme, body)
        self.inside = BlockSection(words, theme, body)
        self.inside.enter_wanted.connect(self._enter)
        self.inside.unpack_wanted.connect(self.unpack_wanted)
        self.remark = NodeNote(document, words, body)
        self._sections = (self.use, self.remark, self.why, self.inside)
        """What only a node has."""
        self.link = QPushButton(body)
        self.link.setObjectName("inspector-documentation")
        self.link.setProperty("kind", "link")
        self.link.setProperty("flush", True)
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self.link.clicked.connect(self._open_documentation)
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 12, 12, 16)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self._note)
        column.addWidget(self.arguments)
        column.addWidget(self.form)
        column.addWidget(self.use)
        column.addWidget(self.remark)
        column.addLayout(self._cards)
        column.addWidget(self._rule)
        column.addWidget(self.facts)
        column.addWidget(self.why)
        column.addWidget(self.inside)
        row = QHBoxLayout()
        row.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(row)
        column.addStretch(1)
        self.setWidget(body)
        # In a large network the canvas is painted first.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._follow)
        document.changed.connect(self._follow_edit)
        document.selection_changed.connect(self._follow_selection)
        document.leaving.connect(self._hand_in)
        words.changed.connect(self._retranslate)
        theme.changed.connect(self._recolour)
        self._retranslate()
        self._recolour()

    def _follow_edit(self) -> None:
        if len(self._document.root.nodes) > LARGE:
            self._soon.start()
        else:
            self._follow()

    def _follow_selection(self) -> None:
        gone = self._node_id is not None and self._node_id not in self._document.layout.nodes
        # What was typed for a node that is still there is handed in before anything else happens.
        if gone:
            self._follow_edit()
        else:
            self._follow()

    def _follow(self) -> None:
        """Of an edit that takes the selected node away it is told twice, with the same to show."""
        document = self._document
        seen = (
            *(document.root, document.root_inference, document.layout, document.inference),
            *(document.scope, document.selection),
        )
        if len(seen) != len(self._seen) or any(one is not other for one, other in zip(seen, self._seen, strict=True)):
            self._refresh()
            self._seen = () if self._renaming else seen

    def _refresh(self) -> None:
        if self._renaming:
            return
        node_id = self._document.selected
        if node_id != self._node_id:
            self._node_id = node_id
            # What was typed for the node that is left still counts, as when a field is left.
            self._commit()
            self.header.drop()
            node_id = self._node_id
            self.verticalScrollBar().setValue(0)
        if node_id is not None:
            self._show_node(node_id)
        elif self._document.selection:
            self._show_several()
        else:
            self._show_model()

    def _commit(self) -> None:
        """Hand in what was typed and not yet entered, for what it was typed for."""
        self.form.commit()
        self.use.commit()
        self.remark.commit()
        self.arguments.commit()

    def _hand_in(self) -> None:
        self._commit()
        self.header.name.commit()

    def _show_node(self, node_id: str) -> None:
        say, layout = self._words.say, self._document.layout
        layer, category = layout.nodes[node_id].layer, layout.entry(node_id).category
        ready, inference = self._document.ready, self._document.inference
        facts = inference.nodes.get(node_id)
        about = say(f"layer.{layer}") if self._words.has(f"layer.{layer}") else ""
        if category == "block":
            about = say("inspector.block")
        self.header.name.setReadOnly(False)
        self.header.show_name(node_id, "", say("inspector.name"))
        self.header.show_kind(layer_icon(layer, category), f"category.{category}", layer, about)
        muted = say("inspector.muted") if layout.nodes[node_id].muted else ""
        self._show_note(muted if ready else say("inspector.pending"))
        self.arguments.hide()
        self.form.show_node(node_id if ready else None)
        self.use.show_node(node_id, facts)
        self.remark.show_node(node_id)
        # A muted node computes as an Identity, and that is what there is to explain.
        computed = inference.layout if node_id in inference.layout.nodes else layout
        self.why.show_node(computed.nodes[node_id].layer, facts, output_names(computed, node_id))
        self.inside.show_node(layout, node_id, facts)
        self._show_problems(inference.of(node_id))
        self._order_tabs()
        inside_block = bool(self._document.scope)
        facts_shown = node_facts(inference, node_id, self._words, self._theme, inside_block) if ready else []
        self._show_facts(facts_shown)
        self.link.setVisible(bool(self._address()))

    def _order_tabs(self) -> None:
        """From the name through the form to the link; Qt would put rows made later behind all other panels."""
        stops: list[QWidget] = [self.header.name, *self.form.stops(), *self.use.stops(), self.remark.field]
        for card in self.cards:
            stops += card.findChildren(QPushButton)
        stops += [self.why.title, self.inside.title, self.inside.enter, self.inside.unpack]
        for before, after in pairwise([*stops, self.link]):
            QWidget.setTabOrder(before, after)

    def _show_several(self) -> None:
        say, selection = self._words.say, self._document.selection
        chosen = [node_id for node_id in self._document.layout.nodes if node_id in selection]
        self.header.name.setReadOnly(True)
        self.header.show_name(say("inspector.several", count=len(chosen)), "", say("inspector.several_name"))
        self.header.show_kind("layout", "text_quiet", "", ", ".join(chosen))
        self._show_note(say("inspector.several_hint"))
        self.arguments.hide()
        self._hide_form()
        self._show_problems(())
        self._show_facts(total_facts(self._document.inference, chosen, self._words))
        self.link.hide()

    def _show_model(self) -> None:
        """The network, or the block that is looked into."""
        say, document = self._words.say, self._document
        self.header.name.setReadOnly(False)
        if document.block is None:
            self.header.show_name(document.layout.title, say("inspector.untitled"), say("inspector.title"))
            self.header.show_kind("layout", "text_quiet", "", say("inspector.model"))
            note = say("inspector.hint")
        else:
            self.header.show_name(document.block, "", say("inspector.block_title"))
            about = say(
                "inspector.block_page" if document.uses > 1 else "inspector.block_page_once", count=document.uses
            )
            self.header.show_kind("category_block", "category.block", "", about)
            note = self._inside_note()
        self._show_note(note if document.ready else say("inspector.pending"))
        self._hide_form()
        self.arguments.show_block()
        if not self.arguments.isHidden():
            for before, after in pairwise([self.header.name, *self.arguments.stops()]):
                QWidget.setTabOrder(before, after)
        self._show_problems(())
        inside_block = bool(document.scope)
        self._show_facts(model_facts(document.inference, self._words, self._theme, inside_block))
        self.link.hide()

    def _inside_note(self) -> str:
        """What to know of the shapes and numbers in here."""
        document, use = self._document, self._document.scope[-1]
        repeated = document.repetitions
        if not document.inference.nodes and document.layout.nodes:
            return self._words.say("inspector.inside_unknown", node=use)
        return self._words.say("inspector.inside_first", count=repeated) if repeated > 1 else ""

    def _hide_form(self) -> None:
        self.form.show_node(None)
        for section in self._sections:
            section.hide()

    def _show_note(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _show_facts(self, facts: list[Fact]) -> None:
        self.facts.show_facts(facts)
        self.facts.setVisible(bool(facts))
        self._rule.setVisible(bool(facts))

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems == self._problems:
            return
        self._problems = problems
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [
            ProblemCard(problem, self._document, self._words, self._theme, False, self.widget()) for problem in problems
        ]
        for card in self.cards:
            self._cards.addWidget(card)

    def _enter_name(self, text: str) -> str | None:
        """Rename the node, or the network if none is selected. The sentence that says why not, if it cannot be."""
        if self._node_id is None and self._document.block is not None:
            return self._rename_block(self._document.block, text.strip())
        if self._node_id is None:
            self._document.apply("inspector.edit_title", partial(with_title, title=text.strip()))
            return None
        old, new = self._node_id, text.strip()
        rule = name_problem(new)
        if rule is None and new != old and new in self._document.layout.nodes:
            rule = "name.taken"
        if rule is not None:
            return self._words.say(rule, name=new)
        if new != old:
            self._rename(old, new)
        return None

    def _rename_block(self, old: str, new: str) -> str | None:
        rule = new_block_name_problem(self._document.root, new) if new != old else None
        if rule is not None:
            return self._words.say(rule, name=new)
        if new != old:
            self._document.apply_root("canvas.edit.block_rename", partial(renamed_block, old=old, new=new))
        return None

    def _enter(self) -> None:
        if self._node_id is not None:
            self._document.enter(self._node_id)

    def _rename(self, old: str, new: str) -> None:
        # Between the edit and the selection of the new name nothing is selected: the form must not go and come again.
        self._renaming = True
        try:
            self.form.renamed(old, new)
            self.remark.renamed(old, new)
            self._node_id = new
            self._document.apply("inspector.rename", partial(with_renamed, old=old, new=new))
            self._document.select([new])
        finally:
            self._renaming = False
        self._refresh()

    def _address(self) -> str:
        """Where torch describes the selected layer; empty for what torch does not know, or before torch is there."""
        node = self._document.layout.nodes.get(self._node_id or "")
        if node is None or not self._document.ready or node.layer in self._document.layout.blocks:
            return ""
        return specification(node.layer).url

    def _open_documentation(self) -> None:
        QDesktopServices.openUrl(QUrl(self._address()))

    def _retranslate(self) -> None:
        self.setAccessibleName(self._words.say("inspector.panel_name"))
        self.link.setText(self._words.say("inspector.documentation"))
        self.form.retranslate()
        self.arguments.retranslate()
        for section in self._sections:
            section.retranslate()
        self._redraw()

    def _recolour(self) -> None:
        self.link.setIcon(self._theme.icon("external", "accent"))
        self.form.recolour()
        self.arguments.recolour()
        for section in self._sections:
            section.recolour()
        self._redraw()

    def _redraw(self) -> None:
        """Show everything anew: the words or the colours are others."""
        self._show_problems(())
        self._refresh()
