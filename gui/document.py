"""The one object that holds the layout's history and what follows from it. Views read it and ask it to change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.history import History
from core.layout import Layout
from core.problems import Mend
from core.shapes import Inference, pending


class Document(QObject):
    changed = Signal()
    """The layout or what is known about it changed."""
    selection_changed = Signal()
    file_changed = Signal()
    """The path or the unsaved mark changed."""

    def __init__(self, layout: Layout, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = History(layout)
        self._saved: Layout = layout
        self._path = path
        self._infer: Callable[[Layout], Inference] | None = None
        self._inference = pending(layout)
        self._selection: frozenset[str] = frozenset()
        self._was_dirty = False

    @property
    def layout(self) -> Layout:
        return self._history.present

    @property
    def inference(self) -> Inference:
        """Shapes and problems of `layout`; without facts until `set_inference` was called."""
        return self._inference

    @property
    def ready(self) -> bool:
        """Whether torch is there, so that shapes are known."""
        return self._infer is not None

    @property
    def selection(self) -> frozenset[str]:
        return self._selection

    @property
    def selected(self) -> str | None:
        """The selected node, if it is exactly one."""
        return next(iter(self._selection)) if len(self._selection) == 1 else None

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def dirty(self) -> bool:
        return self.layout is not self._saved and self.layout != self._saved

    @property
    def undo_label(self) -> str | None:
        """Text key of the edit that undo takes back, or None."""
        return self._history.past[-1].label if self._history.past else None

    @property
    def redo_label(self) -> str | None:
        return self._history.future[0].label if self._history.future else None

    def set_inference(self, infer: Callable[[Layout], Inference]) -> None:
        """From now on shapes are known. Called once torch has been imported."""
        self._infer = infer
        self._inference = infer(self.layout)
        self.changed.emit()

    def apply(self, label: str, edit: Callable[[Layout], Layout], merge: bool = False) -> None:
        """Make an edit. `label` is its text key; `merge` joins it to the step before if that has the same label."""
        self._move_to(self._history.applied(label, edit(self.layout), merge))

    def mend(self, mend: Mend) -> None:
        self.apply(f"mend.{mend.rule}", mend.edit)

    def undo(self) -> None:
        self._move_to(self._history.undone())

    def redo(self) -> None:
        self._move_to(self._history.redone())

    def select(self, node_ids: Iterable[str]) -> None:
        selection = frozenset(node_ids) & frozenset(self.layout.nodes)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    def open(self, layout: Layout, path: Path | None) -> None:
        """Put another layout in place of this one; its history begins now."""
        self._saved = layout
        self._path = path
        self._selection = frozenset()
        self._move_to(History(layout))
        self.selection_changed.emit()
        self.file_changed.emit()

    def mark_saved(self, path: Path) -> None:
        self._saved = self.layout
        self._path = path
        self._was_dirty = False
        self.file_changed.emit()

    def _move_to(self, history: History) -> None:
        if history is self._history:
            return
        self._history = history
        self._inference = self._infer(self.layout) if self._infer is not None else pending(self.layout)
        selection = self._selection & frozenset(self.layout.nodes)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()
        self.changed.emit()
        if self.dirty != self._was_dirty:
            self._was_dirty = self.dirty
            self.file_changed.emit()
