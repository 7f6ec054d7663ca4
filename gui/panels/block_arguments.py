"""The arguments of the block that is looked into: their names, what each is where a use gives none, and who uses it.

The inspector shows it while nothing inside is selected. An argument is made at the field of a layer that it decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QVBoxLayout, QWidget

from core.block_edits import block_argument_problem, renamed_argument, with_block_default, without_block_argument
from core.blocks import block_fields
from core.fields import Field, FieldError
from core.layout import Layout
from core.values import Reference
from gui.document import Document
from gui.panels.commit_line import CommitLine
from gui.panels.field_editors import Given, NotGiven, editor_for
from gui.panels.styling import label, set_property
from gui.theme import Theme
from gui.words import Words


class BlockArguments(QWidget):
    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._shown: tuple[str, tuple[Field, ...]] | None = None
        self.rows: dict[str, BlockArgumentRow] = {}
        self._title = label(self, voice="quiet", wrap=True)
        self._hint = label(self, voice="quiet", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._title)
        self._column.addWidget(self._hint)
        self.retranslate()

    def show_block(self) -> None:
        """Show those of the block that is looked into. The rows stay while it is the same with the same arguments."""
        document, block = self._document, self._document.block
        if block is None or not document.ready:
            self.hide()
            return
        fields = block_fields(document.root, block)
        wanted = (block, tuple(replace(field, default=None) for field in fields))
        if wanted != self._shown:
            self._build(fields)
            self._shown = wanted
        for field in fields:
            self.rows[field.name].show_value(field.default, used_at(document.root, block, field.name))
        self._hint.setVisible(not fields)
        self.show()

    def stops(self) -> list[QWidget]:
        """What the tabulator key goes to, in order."""
        return [stop for row in self.rows.values() for stop in (row.name, row.editor.held, row.remove)]

    def commit(self) -> None:
        """Hand in what was typed and not yet entered."""
        for row in list(self.rows.values()):
            row.editor.commit()
            row.name.commit()

    def retranslate(self) -> None:
        self._title.setText(self._words.say("inspector.block_arguments"))
        self._hint.setText(self._words.say("inspector.block_arguments_none"))
        for row in self.rows.values():
            row.retranslate()

    def recolour(self) -> None:
        for row in self.rows.values():
            row.recolour()

    def _build(self, fields: tuple[Field, ...]) -> None:
        for row in self.rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.setParent(None)
            row.deleteLater()
        self.rows = {}
        for field in fields:
            row = BlockArgumentRow(field, self._words, self._theme, self)
            row.edited.connect(self._set_default)
            row.renamed.connect(self._rename)
            row.removed.connect(self._remove)
            self.rows[field.name] = row
            self._column.insertWidget(self._column.count() - 1, row)

    def _held(self, argument: str) -> str | None:
        """The block that is looked into, if it still has the argument."""
        block = self._document.block
        return block if block is not None and argument in self._document.root.blocks[block].arguments else None

    def _set_default(self, argument: str, value: Given, merge: bool) -> None:
        block = self._held(argument)
        if block is not None and not isinstance(value, NotGiven):
            edit = partial(with_block_default, block=block, argument=argument, default=value)
            self._document.apply_root("canvas.edit.block_default", edit, merge)

    def _rename(self, argument: str, wanted: str) -> None:
        block, new = self._held(argument), wanted.strip()
        if block is None or new == argument:
            self.rows[argument].refuse_name(None)
            return
        rule = block_argument_problem(self._document.root, block, new)
        self.rows[argument].refuse_name(self._words.say(rule, name=new) if rule is not None else None)
        if rule is None:
            edit = partial(renamed_argument, block=block, old=argument, new=new)
            self._document.apply_root("canvas.edit.block_rename_argument", edit)

    def _remove(self, argument: str) -> None:
        block = self._held(argument)
        if block is not None:
            edit = partial(without_block_argument, block=block, argument=argument)
            self._document.apply_root("canvas.edit.block_no_argument", edit)


class BlockArgumentRow(QWidget):
    """A name and a default to edit, a way to remove the argument, and quietly below which fields it decides."""

    edited = Signal(str, object, bool)
    """The argument, its new default, and whether that continues the step before."""
    renamed = Signal(str, str)
    removed = Signal(str)

    def __init__(self, field: Field, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = replace(field, required=True)
        self._words, self._theme = words, theme
        self._refusal = ""
        self._error: FieldError | None = None
        self._used: tuple[str, ...] = ()
        self.name = CommitLine(self)
        self.name.setObjectName(f"argument-{field.name}")
        self.name.show_text(field.name)
        self.editor = editor_for(self.field, theme, self)
        self.remove = QToolButton(self)
        self.remove.setObjectName(f"remove-{field.name}")
        self.remove.setProperty("kind", "small")
        self.remove.setIconSize(QSize(14, 14))
        self.note = label(self, voice="small", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.name, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.editor, 0, 1)
        grid.addWidget(self.remove, 0, 2, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.note, 1, 0, 1, 3)
        self.editor.edited.connect(lambda value, merge: self.edited.emit(field.name, value, merge))
        self.editor.refused.connect(self._refuse_value)
        self.name.entered.connect(lambda text: self.renamed.emit(field.name, text))
        self.name.taken_back.connect(lambda: self.refuse_name(None))
        self.remove.clicked.connect(lambda: self.removed.emit(field.name))
        self.recolour()
        self.retranslate()

    def show_value(self, default: Given, used: tuple[str, ...]) -> None:
        self.editor.show_value(default, None, self._words.say("inspector.required"))
        self._used = used
        self._show_note()

    def refuse_name(self, sentence: str | None) -> None:
        """Say why what is typed cannot be the argument's name; None where it can."""
        self._refusal = sentence or ""
        set_property(self.name, "wrong", sentence is not None)
        self._show_note()

    def retranslate(self) -> None:
        say, argument = self._words.say, self.field.name
        self.name.setFont(self._theme.font(13, mono=True))
        self.name.setAccessibleName(say("inspector.block_argument_name", argument=argument))
        self.name.setToolTip(say("inspector.block_argument_name", argument=argument))
        self.editor.held.setAccessibleName(say("inspector.block_default", argument=argument))
        self.editor.setToolTip(say("inspector.block_default", argument=argument))
        self.remove.setToolTip(say("inspector.block_remove_argument", argument=argument))
        self.remove.setAccessibleName(self.remove.toolTip())
        self._show_note()

    def recolour(self) -> None:
        self.remove.setIcon(self._theme.icon("close", "text_quiet"))
        self.name.setFont(self._theme.font(13, mono=True))

    def _refuse_value(self, error: FieldError | None) -> None:
        self._error = error
        self._show_note()

    def _show_note(self) -> None:
        say = self._words.say
        wrong = self._refusal
        if not wrong and self._error is not None:
            wrong = say(f"problem.{self._error.rule}", **self._error.values)
        used = ", ".join(self._used)
        self.editor.set_marked(self._error is not None)
        set_property(self.note, "tone", "bad" if wrong else "quiet")
        self.note.setText(
            wrong or (say("inspector.block_argument_used", fields=used) if used else say("inspector.block_unused"))
        )


def used_at(layout: Layout, block: str, argument: str) -> tuple[str, ...]:
    """The fields inside a block that one of its arguments decides: `conv1.out_channels`."""
    return tuple(_used(layout, block, argument))


def _used(layout: Layout, block: str, argument: str) -> Iterator[str]:
    for node_id, node in layout.blocks[block].nodes.items():
        for field, value in node.arguments.items():
            if isinstance(value, Reference) and value.argument == argument:
                yield f"{node_id}.{field}"
