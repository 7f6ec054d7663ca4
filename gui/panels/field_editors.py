"""One editor for each kind of field. Forms of layers are built from these; any form over `core.fields.Field` can be.

An editor shows a value of the document, or quietly what counts while none is given. It asks with `edited`, and
`refused` says why what was typed is no value of the field. It never keeps a value of its own.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from core.fields import Field, FieldError
from core.values import Value
from gui.panels.commit_line import CommitLine
from gui.panels.field_controls import CalmCheckBox, CalmComboBox, Stepper
from gui.panels.styling import set_property
from gui.theme import Theme


class NotGiven:
    """The one value that says: the argument is left out."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN = NotGiven()
Given = Value | NotGiven


class FieldEditor(QWidget):
    """What all editors have in common."""

    edited = Signal(object, bool)
    """The value that is asked for, or NOT_GIVEN; and whether it continues the step before (an arrow held down)."""
    refused = Signal(object)
    """The FieldError of what was typed, or None when that is settled."""
    focus_changed = Signal(bool)

    def __init__(self, field: Field, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.held: QWidget = self
        """The widget that takes the keys."""
        self._theme = theme
        self._column = QHBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_value(self, given: Given, fallback: Value, fallback_text: str) -> None:
        """Show the given value, or `fallback_text` for what counts instead.

        `fallback` is that as a value, None where it is open.
        """
        raise NotImplementedError

    def set_marked(self, bad: bool) -> None:
        """Mark the editor as holding something wrong."""
        set_property(self.held, "wrong", bad)

    def commit(self) -> None:
        """Hand in what was typed and not yet entered."""

    def _hold(self, editor: QWidget) -> None:
        self.held = editor
        editor.setObjectName(f"field-{self.field.name}")
        editor.setAccessibleName(self.field.name)
        self._column.addWidget(editor)
        self.setFocusProxy(editor)
        self._refont()
        # A method of its own, which goes with the editor; a lambda would be called for ever.
        self._theme.changed.connect(self._refont)

    def _refont(self) -> None:
        if self.held is not None:
            self.held.setFont(self._theme.font(13, mono=True))


class TextEditor(FieldEditor):
    """Integers, reals and sizes, typed freely. Empty means left out; the arrow keys step an integer."""

    def __init__(self, field: Field, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(field, theme, parent)
        self.line = CommitLine(self)
        self._given: Given = NOT_GIVEN
        self._fallback: Value = None
        self._stepping = False
        self._hold(self.line)
        self.line.entered.connect(self._read)
        self.line.taken_back.connect(lambda: self.refused.emit(None))
        self.line.textEdited.connect(self._stop_stepping)
        self.line.focus_changed.connect(self.focus_changed)
        self.line.focus_changed.connect(self._stop_stepping)
        if field.kind == "integer":
            self.line.stepped.connect(self._step)
            self._steps = Stepper(self.line, theme)
            self._steps.stepped.connect(self._step)

    def show_value(self, given: Given, fallback: Value, fallback_text: str) -> None:
        if given != self._given or type(given) is not type(self._given):
            self.refused.emit(None)
        self._given, self._fallback = given, fallback
        self.line.show_text("" if isinstance(given, NotGiven) else self.field.show(given))
        self.line.setPlaceholderText(fallback_text)

    def commit(self) -> None:
        self.line.commit()

    def _read(self, text: str) -> None:
        if not text.strip() and not self.field.required:
            self._ask(NOT_GIVEN, False)
            return
        try:
            value = self.field.read(text)
        except FieldError as error:
            self.refused.emit(error)
            return
        self._ask(value, False)

    def _ask(self, value: Given, merge: bool) -> None:
        self.refused.emit(None)
        self.edited.emit(value, merge)
        # "064" is the 64 that the document holds already: then nothing changed, and its way of writing comes back.
        self.line.take_back()

    def _step(self, steps: int) -> None:
        value = self._current()
        if value is None:
            return
        lowest = self.field.minimum if self.field.minimum is not None else value + steps
        highest = self.field.maximum if self.field.maximum is not None else value + steps
        stepped = int(min(max(value + steps, lowest), highest))
        if stepped != value and self.field.check(stepped) is None:
            self._ask(stepped, self._stepping)
            self._stepping = True

    def _current(self) -> int | None:
        """The number that is stepped from: what is typed, else what counts."""
        try:
            typed: Value = self.field.read(self.line.text()) if self.line.text().strip() else self._fallback
        except FieldError:
            return None
        value = self.field.example if typed is None else typed
        return value if isinstance(value, int) else None

    def _stop_stepping(self) -> None:
        self._stepping = False


class ChoiceEditor(FieldEditor):
    """One of a few words. The first entry leaves the argument out where that is not one of the words itself."""

    def __init__(self, field: Field, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(field, theme, parent)
        self.box = CalmComboBox(self)
        self._hold(self.box)
        self.box.activated.connect(self._choose)
        self.box.focus_changed.connect(self.focus_changed)
        self.box.setMinimumContentsLength(4)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def show_value(self, given: Given, fallback: Value, fallback_text: str) -> None:
        entries: list[tuple[str, Given]] = [(choice, choice) for choice in self.field.choices]
        if not isinstance(fallback, str) or self.field.inferred:
            entries.insert(0, (fallback_text, NOT_GIVEN))
        if isinstance(given, str) and given not in self.field.choices:
            # A file may hold a word that is none of the choices: it is shown, so that it can be corrected.
            entries.append((given, given))
        shown = [self.box.itemText(index) for index in range(self.box.count())]
        if shown != [text for text, _ in entries]:
            self.box.clear()
            for text, value in entries:
                self.box.addItem(text, value)
        quiet = isinstance(given, NotGiven)
        wanted = fallback if quiet and isinstance(fallback, str) and not self.field.inferred else given
        self.box.setCurrentIndex(next((i for i, (_, value) in enumerate(entries) if value == wanted), 0))
        set_property(self.box, "quiet", quiet)
        self.refused.emit(None)

    def _choose(self, index: int) -> None:
        self.edited.emit(self.box.itemData(index), False)


class FlagEditor(FieldEditor):
    """True or False, in Python's words."""

    def __init__(self, field: Field, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(field, theme, parent)
        self.box = CalmCheckBox(self)
        self._hold(self.box)
        self._column.addStretch(1)
        self.box.clicked.connect(lambda checked: self.edited.emit(checked, False))
        self.box.focus_changed.connect(self.focus_changed)

    def show_value(self, given: Given, fallback: Value, fallback_text: str) -> None:
        value = fallback if isinstance(given, NotGiven) else given
        self.box.setChecked(value is True)
        self.box.setText(str(value))
        set_property(self.box, "quiet", isinstance(given, NotGiven))
        self.refused.emit(None)


EDITORS: dict[str, type[FieldEditor]] = {
    "integer": TextEditor,
    "real": TextEditor,
    "size": TextEditor,
    "choice": ChoiceEditor,
    "flag": FlagEditor,
}


def editor_for(field: Field, theme: Theme, parent: QWidget | None = None) -> FieldEditor:
    return EDITORS[field.kind](field, theme, parent)
