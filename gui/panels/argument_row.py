"""One argument in the inspector: torch's name for it, its editor, a way back to the default, and a sentence below.

Inside a block an argument may be one of the block's: then its name stands in the editor's place, and a button beside it
offers what the value can come from.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from core.fields import Field, FieldError
from core.values import Reference, Value
from gui.panels.field_editors import NOT_GIVEN, Given, NotGiven, editor_for
from gui.panels.styling import label, set_property
from gui.theme import Theme
from gui.words import Words

RESET = 18
"""Side of the reset button; its room is kept where it is hidden, so that editors line up."""
GAP, SMALL_GAP = 8, 2


class ArgumentRow(QWidget):
    edited = Signal(str, object, bool)
    """The argument's name, the value asked for or NOT_GIVEN, and whether it continues the step before."""
    link_wanted = Signal(str)
    """The button was pressed that offers where the value may come from."""
    ROOM_FOR_RESET = RESET + GAP + SMALL_GAP
    """Pixels beside the name and the editor."""
    ROOM_FOR_LINK = RESET + SMALL_GAP
    """The same beside the reset button, inside a block."""

    def __init__(
        self, field: Field, words: Words, theme: Theme, parent: QWidget | None = None, help_key: str = ""
    ) -> None:
        """`help_key` is the text about an argument that torch has not."""
        super().__init__(parent)
        self.field = field
        self._help_key = help_key or field.text_key
        self._words, self._theme = words, theme
        self._error: FieldError | None = None
        self._problem = False
        self._focused = False
        self.editor = editor_for(field, theme, self)
        self.name = label(self, voice="mono small")
        self.name.setText(field.name)
        self.name.setBuddy(self.editor)
        self.reset = QToolButton(self)
        self.reset.setObjectName(f"reset-{field.name}")
        self.reset.setProperty("kind", "small")
        self.reset.setFixedSize(RESET, RESET)
        self.reset.setIconSize(QSize(14, 14))
        self.reference = label(self, voice="mono", wrap=True)
        self.reference.setObjectName(f"reference-{field.name}")
        self.reference.setTextFormat(Qt.TextFormat.RichText)
        self.reference.hide()
        self._referred: tuple[Reference, Value] | None = None
        self.link = QToolButton(self)
        self.link.setObjectName(f"link-{field.name}")
        self.link.setProperty("kind", "small")
        self.link.setFixedSize(RESET, RESET)
        self.link.setIconSize(QSize(14, 14))
        self.link.hide()
        self.note = label(self, voice="small", wrap=True)
        self.note.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setColumnMinimumWidth(2, RESET + SMALL_GAP)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.arrange(self.name_width(), stacked=False)
        self.reset.hide()
        self.reset.clicked.connect(self._reset)
        self.link.clicked.connect(lambda: self.link_wanted.emit(field.name))
        self.editor.edited.connect(lambda value, merge: self.edited.emit(field.name, value, merge))
        self.editor.refused.connect(self._refuse)
        self.editor.focus_changed.connect(self._focus)
        self.recolour()
        self.retranslate()

    @property
    def error(self) -> FieldError | None:
        """Why what is typed now is refused."""
        return self._error

    def show_value(self, given: Given, inferred: Value, problem: bool, by_data: bool = True) -> None:
        """Show what the layout gives and what the input decides; `problem` marks an argument that one is about.

        `by_data` is whether there are data that decide what an Input gives.
        """
        self._show_reference(None)
        fallback = self.field.default if inferred is None else inferred
        self.editor.show_value(given, fallback, self._fallback_text(inferred, by_data))
        self.reset.setVisible(not isinstance(given, NotGiven) and not self.field.required)
        self._problem = problem
        self._show_note()

    def show_reference(self, reference: Reference, here: Value, problem: bool) -> None:
        """Show that an argument of the block decides; `here` is its value at the use that is looked into, if known."""
        self._show_reference((reference, here))
        self.reset.hide()
        self._problem = problem
        self._show_note()

    def set_linkable(self, linkable: bool, room: bool) -> None:
        """Whether the value may be, or is, an argument of a block. `room` keeps the button's room where it is not."""
        self.link.setVisible(linkable)
        self._grid.setColumnMinimumWidth(3, RESET + SMALL_GAP if linkable or room else 0)

    def _show_reference(self, referred: tuple[Reference, Value] | None) -> None:
        self._referred = referred
        self.editor.setVisible(referred is None)
        self.reference.setVisible(referred is not None)
        token = "accent" if referred is not None else "text_quiet"
        self.link.setIcon(self._theme.icon("shared", token))
        if referred is not None:
            reference, here = referred
            quiet = self._theme.colour("text_quiet").name()
            value = "" if here is None else f' <span style="color:{quiet}">= {escape(self.field.show(here))}</span>'
            self.reference.setText(f"{escape(reference_text(reference))}{value}")
            said = self._words.say("inspector.by_block", argument=reference.argument)
            self.reference.setToolTip(said)
            self.reference.setAccessibleName(f"{self.field.name}: {reference_text(reference)}. {said}")

    def retranslate(self) -> None:
        self.link.setToolTip(self._words.say("inspector.link", argument=self.field.name))
        self.link.setAccessibleName(self.link.toolTip())
        self._show_reference(self._referred)
        key = "inspector.reset_inferred" if self.field.inferred else "inspector.reset"
        self.reset.setToolTip(self._words.say(key, argument=self.field.name))
        self.reset.setAccessibleName(self.reset.toolTip())
        help_text = self.help_text()
        self.name.setToolTip(help_text)
        self.editor.setToolTip(help_text)
        self._show_note()

    def recolour(self) -> None:
        self.reset.setIcon(self._theme.icon("reset", "text_quiet"))
        self._show_reference(self._referred)

    def name_width(self) -> int:
        return QFontMetrics(self.name.font()).horizontalAdvance(self.field.name) + 2

    def arrange(self, name_width: int, stacked: bool) -> None:
        """Put the editor beside the name, or below it; a flag is small enough to stay beside."""
        stacked = stacked and self.field.kind != "flag"
        self.name.setFixedWidth(name_width + GAP)
        self._grid.addWidget(self.name, 0, 0, 1, 2 if stacked else 1, Qt.AlignmentFlag.AlignVCenter)
        for shown in (self.editor, self.reference):
            if stacked:
                self._grid.addWidget(shown, 1, 0, 1, 2)
            else:
                self._grid.addWidget(shown, 0, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(self.reset, 1 if stacked else 0, 2, right)
        self._grid.addWidget(self.link, 1 if stacked else 0, 3, right)
        self._grid.addWidget(self.note, 2, 0, 1, 4)

    def help_text(self) -> str:
        return self._words.say(self._help_key) if self._words.has(self._help_key) else self.field.help

    def _fallback_text(self, inferred: Value, by_data: bool) -> str:
        field = self.field
        if field.inferred:
            of_input = field.name in ("shape", "dtype")
            if of_input and not by_data:
                return self._words.say("inspector.required") if inferred is None else field.show(inferred)
            if inferred is None:
                return self._words.say("inspector.from_data" if of_input else "inspector.from_input")
            key = "inspector.inferred_from_data" if of_input else "inspector.inferred"
            return self._words.say(key, value=field.show(inferred))
        if field.required:
            return self._words.say("inspector.required")
        return field.show(field.default)

    def _reset(self) -> None:
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit(self.field.name, NOT_GIVEN, False)

    def _refuse(self, error: FieldError | None) -> None:
        if error is not self._error:
            self._error = error
            self._show_note()

    def _focus(self, focused: bool) -> None:
        self._focused = focused
        self._show_note()

    def _show_note(self) -> None:
        if self._error is not None:
            text = self._words.say(f"problem.{self._error.rule}", **self._error.values)
        else:
            text = self.help_text() if self._focused else ""
        self.editor.set_marked(self._error is not None or self._problem)
        set_property(self.reference, "tone", "bad" if self._problem else "")
        set_property(self.note, "tone", "bad" if self._error is not None else "quiet")
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.editor.setAccessibleDescription(text or self.help_text())


def reference_text(reference: Reference) -> str:
    """`width`, or a multiple of it: `4 × width`."""
    return reference.argument if reference.times == 1 else f"{reference.times} × {reference.argument}"
