"""What a command is: its name, keys and icon, when it can be used and what it does. Its words are `action.<name>`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from gui.main_window import MainWindow

Ask: TypeAlias = "Callable[[MainWindow], bool]"
StandardKey = QKeySequence.StandardKey


@dataclass(frozen=True)
class Condition:
    """When a command can be used. Where it cannot, `command_why.<why>` says what is missing."""

    why: str
    holds: Ask

    def __call__(self, window: MainWindow) -> bool:
        return self.holds(window)


def always(_window: MainWindow) -> bool:
    return True


@dataclass(frozen=True)
class Command:
    name: str
    do: Callable[[MainWindow], object]
    icon: str = ""
    keys: StandardKey | str | tuple[str, ...] = ""
    enabled: Ask = always
    checked: Ask | None = None
    """For a command that is on or off: whether it is on."""
    text: Callable[[MainWindow], str] | None = None
    """For a command whose words change: what it says now."""
    on_canvas: bool = False
    """Whether its keys hold only where the canvas has the focus, because they mean something else in a field."""

    @property
    def why(self) -> str:
        """The text key that says what is missing where the command cannot be used; empty where nothing can be."""
        return f"command_why.{self.enabled.why}" if isinstance(self.enabled, Condition) else ""

    def sequences(self) -> tuple[QKeySequence, ...]:
        """Its keys on this system, the first of them to be shown. Needs a QApplication."""
        if isinstance(self.keys, StandardKey):
            return tuple(QKeySequence.keyBindings(self.keys))
        keys = (self.keys,) if isinstance(self.keys, str) else self.keys
        return tuple(QKeySequence(key) for key in keys if key)


def _compiled(window: MainWindow) -> bool:
    document = window.document
    return document.ready and bool(document.root.nodes) and not document.root_inference.errors


has_nodes = Condition("no_nodes", lambda window: bool(window.document.layout.nodes))
has_content = Condition("no_nodes", lambda window: bool(window.document.layout.nodes or window.document.layout.notes))
"""Whether there is anything on the canvas: notes can stand there alone."""
some_selected = Condition("none_selected", lambda window: bool(window.document.selection))
one_selected = Condition("not_one_selected", lambda window: window.document.selected is not None)
several_selected = Condition("not_several_selected", lambda window: len(window.document.selection) > 1)
compiled = Condition("not_compiled", _compiled)
"""Whether the whole network is known to be without mistakes."""
inside_block = Condition("not_inside", lambda window: bool(window.document.scope))
