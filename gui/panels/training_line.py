"""One line of the training form: one or two named editors, and below them the sentence why a value is refused.

Or what is wrong with it beside the others, with the edit that would mend it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.fields import Field, FieldError
from core.problems import Mend, Problem
from core.values import Value
from gui.panels.field_editors import FieldEditor, Given, NotGiven, editor_for
from gui.panels.styling import label, plain, set_property
from gui.theme import Theme
from gui.words import Words

GAP = 8
HALF, MOST = (1, 1), (3, 1)
"""What an editor takes of a line that it may have for itself: words need more than numbers."""


class FormLine(QWidget):
    """One or two names with their editors. All lines of a form begin and end at the same places."""

    def __init__(self, words: Words, shares: tuple[int, int] = (1, 1), parent: QWidget | None = None) -> None:
        """`shares`: how the two editors divide what the names leave."""
        super().__init__(parent)
        self._words = words
        self.names: list[QLabel] = []
        self.cells: list[FieldCell] = []
        self._problem: Problem | None = None
        self._mend: Callable[[Mend], None] = lambda mend: None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(2)
        for column, share in zip((1, 3), shares, strict=True):
            self._grid.setColumnStretch(column, share)
        self.note = label(self, voice="small", wrap=True)
        set_property(self.note, "tone", "bad")
        self.note.setObjectName("refusal")
        self.note.hide()
        self._grid.addWidget(self.note, 1, 0, 1, 4)
        self.mend = QToolButton(self)
        self.mend.setObjectName("mend")
        self.mend.setProperty("kind", "link")
        self.mend.setProperty("flush", True)
        self.mend.hide()
        self.mend.clicked.connect(self._ask_mend)
        self._grid.addWidget(self.mend, 2, 0, 1, 4, Qt.AlignmentFlag.AlignLeft)

    def add(self, editor: QWidget, wide: bool = False) -> QLabel:
        """Add an editor, over the whole line if `wide`; its name is returned, still without words."""
        column = 2 * len(self.names)
        name = label(self, voice="quiet")
        name.setBuddy(editor)
        self.names.append(name)
        # All editors are as wide as their column, whatever they hold.
        editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        editor.setMinimumWidth(max(editor.minimumWidth(), 40))
        self._grid.addWidget(name, 0, column, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(editor, 0, column + 1, 1, 3 if wide else 1)
        return name

    def add_button(self, button: QToolButton) -> None:
        """A small button at the end."""
        self._grid.addWidget(button, 0, 4)

    def add_hint(self, hint: QLabel) -> None:
        """Quiet words below the editors, in their column."""
        self._grid.addWidget(hint, 3, 1, 1, 3)

    def remove(self, cell: FieldCell) -> None:
        """Take the last cell away."""
        self.cells.remove(cell)
        self.names.remove(cell.name)
        for widget in (cell.name, cell.editor):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.say()

    def align(self, width: int) -> None:
        """The width of the name on the left, as in the other lines."""
        self._grid.setColumnMinimumWidth(0, width)

    def complain(self, problem: Problem | None, mend: Callable[[Mend], None]) -> None:
        """Show what is wrong beside the values themselves, and offer to mend it."""
        self._problem, self._mend = problem, mend
        self.say()

    def say(self) -> None:
        """Show why the first refused value of the line is refused; else what is wrong with it."""
        say = self._words.say
        error = next((cell.error for cell in self.cells if cell.error is not None), None)
        problem = self._problem if error is None else None
        if error is not None:
            self.note.setText(say(f"problem.{error.rule}", **error.values))
        elif problem is not None:
            self.note.setText(plain(say(f"problem.{problem.rule}", **problem.values)))
        set_property(self.note, "tone", "warn" if problem is not None and problem.severity == "warning" else "bad")
        self.note.setVisible(error is not None or problem is not None)
        mends = problem.mends if problem is not None else ()
        if mends:
            self.mend.setText(plain(say(f"mend.{mends[0].rule}", **mends[0].values)))
        self.mend.setVisible(bool(mends))

    def _ask_mend(self) -> None:
        if self._problem is not None and self._problem.mends:
            self._mend(self._problem.mends[0])


class Section(QWidget):
    """A place for lines that come and go with what is chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.parts: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def add(self, part: QWidget) -> None:
        self.parts.append(part)
        self._column.addWidget(part)

    def clear(self) -> None:
        for part in self.parts:
            part.hide()
            part.setParent(None)
            part.deleteLater()
        self.parts = []

    @property
    def lines(self) -> list[FormLine]:
        return [part for part in self.parts if isinstance(part, FormLine)]


class FieldCell:
    """One argument in a line: shows it, asks for another value, and knows why one is refused."""

    def __init__(self, line: FormLine, field: Field, theme: Theme, ask: Callable[[Given, bool], None]) -> None:
        self.field = field
        self.line = line
        self._error: FieldError | None = None
        self._blamed = False
        self.editor: FieldEditor = editor_for(field, theme, line)
        self.name = line.add(self.editor)
        # Qt's tab key stops at a proxy a second time once its widget has been put into another order.
        self.editor.setFocusProxy(None)  # type: ignore[arg-type] # the stub knows no way back
        self.name.setBuddy(self.editor.held)
        line.cells.append(self)
        self.editor.edited.connect(ask)
        self.editor.refused.connect(self._refuse)

    @property
    def error(self) -> FieldError | None:
        return self._error

    @property
    def wrong(self) -> bool:
        """Whether its value stops the training, by itself or beside the others."""
        return self._blamed or self._error is not None

    def show(
        self, given: Given, name: str, help_text: str, fallback: Value = None, fallback_text: str | None = None
    ) -> None:
        """Show a value of the layout; one that does not fit is marked, however it came there.

        `fallback` counts instead where none is given: the field's own default if it is None.
        """
        self.name.setText(name)
        for widget in (self.name, self.editor):
            widget.setToolTip(help_text)
        self.editor.held.setAccessibleName(name)
        self.editor.held.setAccessibleDescription(help_text)
        counts = self.field.default if fallback is None else fallback
        self.editor.show_value(given, counts, self.field.show(counts) if fallback_text is None else fallback_text)
        if not isinstance(given, NotGiven):
            wrong = self.field.check(given)
            if wrong is not None:
                self._refuse(wrong)
        self.line.say()

    def blame(self, wrong: bool) -> None:
        """Mark the editor: its value is no mistake by itself, but beside the others."""
        self._blamed = wrong
        self.editor.set_marked(self.wrong)

    def _refuse(self, error: FieldError | None) -> None:
        self._error = error
        self.editor.set_marked(self.wrong)
        self.line.say()
