"""The one object that holds the layout's history and what follows from it. Views read it and ask it to change.

A person looks at the whole network or into one of its blocks. `layout`, `inference` and `apply` speak of what is looked
at; `root` and `root_inference` of the whole, which is what is saved, trained and printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.blocks import interior, module_path, nesting_problem, use_count, with_interior
from core.history import History, Step
from core.layout import Layout, with_training
from core.problems import Mend
from core.scopes import Scope, block_at, seen_from
from core.shapes import Inference, pending
from gui.sheets import Sheet, fresh


class Document(QObject):
    changed = Signal()
    """The layout that is looked at, or what is known about it, changed."""
    selection_changed = Signal()
    file_changed = Signal()
    """The path or the unsaved mark changed."""
    scope_changed = Signal()
    """Another part of the network is looked at. Comes after `changed`."""
    leaving = Signal()
    """Something else is about to be looked at: what was typed into a field and not yet entered is handed in now."""
    refused = Signal(str, dict)
    """An edit was not made: text key and values of the reason."""

    def __init__(self, layout: Layout, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = History(layout)
        self._saved: Layout | None = layout
        self._path = path
        self._infer: Callable[[Layout], Inference] | None = None
        self._root_inference = pending(layout)
        self._scope: Scope = ()
        self._layout = layout
        self._inference = self._root_inference
        self._selection: frozenset[str] = frozenset()
        self._was_dirty = False

    @property
    def layout(self) -> Layout:
        """The network, or the inside of the block that is looked into."""
        return self._layout

    @property
    def inference(self) -> Inference:
        """Shapes and problems of `layout`; without facts until `set_inference` was called."""
        return self._inference

    @property
    def root(self) -> Layout:
        """The whole network."""
        return self._history.present

    @property
    def root_inference(self) -> Inference:
        return self._root_inference

    @property
    def scope(self) -> Scope:
        return self._scope

    @property
    def block(self) -> str | None:
        """The name of the block that is looked into."""
        return block_at(self.root, self._scope)

    @property
    def uses(self) -> int:
        """At how many uses of the block that is looked into an edit in there counts; 0 where none is."""
        return use_count(self.root, self.block) if self.block is not None else 0

    @property
    def repetitions(self) -> int:
        """How many of the block that is looked into stand in a row at the use that leads in; 1 for the whole."""
        if not self._scope:
            return 1
        outer = block_at(self.root, self._scope[:-1])
        nodes = self.root.nodes if outer is None else self.root.blocks[outer].nodes
        node = nodes[self._scope[-1]]
        return nodes[node.shares].repeat if node.shares is not None else node.repeat

    def block_at(self, scope: Scope) -> str | None:
        """The block whose use stands at the end of a way; None for the whole, or if the way leads nowhere."""
        return block_at(self.root, scope)

    def module_path(self, node_id: str) -> str:
        """What the parameters of a node that is looked at are called by: `layer1.0.conv1`, as in the state_dict."""
        return module_path(self.root, self._scope, node_id)

    @property
    def ready(self) -> bool:
        """Whether torch is there and has found the shapes, as far as there are any."""
        found = self._root_inference
        return self._infer is not None and bool(found.nodes or found.problems or not found.layout.nodes)

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
        return self.sheet.dirty

    @property
    def history(self) -> History:
        return self._history

    @property
    def undo_label(self) -> str | None:
        """Text key of the edit that undo takes back, or None."""
        return self._history.past[-1].label if self._history.past else None

    @property
    def redo_label(self) -> str | None:
        return self._history.future[0].label if self._history.future else None

    @property
    def sheet(self) -> Sheet:
        return Sheet(self._history, self._saved, self._path, self._scope, self._selection)

    def set_inference(self, infer: Callable[[Layout], Inference]) -> None:
        """From now on shapes are known. Called once torch has been imported."""
        self._infer = infer
        self._look(self._scope)
        self.changed.emit()

    # --- edits ---

    def apply(self, label: str, edit: Callable[[Layout], Layout], merge: bool = False) -> None:
        """Edit what is looked at. `label` is its text key; `merge` joins it to the step before with the same label."""
        if not self._scope:
            self.apply_root(label, edit, merge)
            return
        name, before = self.block, self._layout
        assert name is not None
        after = edit(before)
        root = with_interior(self.root, name, after)
        if after.training is not before.training:
            root = with_training(root, after.training)
        if after.direction != before.direction:
            root = replace(root, direction=after.direction)
        self._take(label, root, merge)

    def apply_root(self, label: str, edit: Callable[[Layout], Layout], merge: bool = False) -> None:
        """Edit the whole network, wherever a person looks."""
        self._take(label, edit(self.root), merge)

    def foresee(self, edit: Callable[[Layout], Layout]) -> Inference | None:
        """What would be known of what is looked at after an edit, without making it; None while shapes are unknown."""
        if self._infer is None:
            return None
        after, name = edit(self._layout), self.block
        root = after if name is None else with_interior(self.root, name, after)
        if root.blocks is not self.root.blocks and nesting_problem(root.blocks) is not None:
            return None
        return seen_from(self._infer(root), after, self._scope)

    def mend(self, mend: Mend) -> None:
        """Make the edit of a mend of `inference` or `root_inference`."""
        self.apply_root(f"mend.{mend.rule}", mend.edit)

    def _take(self, label: str, root: Layout, merge: bool) -> None:
        wrong = nesting_problem(root.blocks) if root.blocks is not self.root.blocks else None
        if wrong is not None:
            self.refused.emit(f"window.refused_{wrong[0]}", {"block": wrong[1]})
        else:
            self._move_to(self._history.applied(label, root, merge, self._scope))

    def undo(self) -> None:
        """Take the last edit back, and look at where it was made."""
        self._hand_in(self._history.past[-1:])
        if self._history.past:
            self._move_to(self._history.undone(), self._where(self._history.past[-1]))

    def redo(self) -> None:
        self._hand_in(self._history.future[:1])
        if self._history.future:
            self._move_to(self._history.redone(), self._where(self._history.future[0]))

    def go_to(self, step: int) -> None:
        """Undo or redo until this many edits lie in the past, and look at where the last of them was made."""
        self.leaving.emit()
        history, last = self._history, None
        while len(history.past) > max(step, 0):
            history, last = history.undone(), history.past[-1]
        while len(history.past) < step and history.future:
            history, last = history.redone(), history.future[0]
        if last is not None:
            self._move_to(history, self._where(last))

    def _hand_in(self, steps: tuple[Step, ...]) -> None:
        # What is still being typed where a person looks now becomes an edit, and is then the last one.
        if any(self._where(step) != self._scope for step in steps):
            self.leaving.emit()

    def _where(self, step: Step) -> Scope:
        """Where to look once a step is taken back or made again: where it was made, unless it changed no network."""
        here = self.root
        same = replace(step.layout, title=here.title, training=here.training) == here
        return self._scope if same else step.scope

    # --- where a person looks, and at what ---

    def select(self, node_ids: Iterable[str]) -> None:
        selection = frozenset(node_ids) & frozenset(self.layout.nodes)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    def enter(self, node_id: str) -> None:
        """Look into a block by one of its uses; nothing if the node is no block."""
        node = self.layout.nodes.get(node_id)
        if node is not None and node.layer in self.root.blocks:
            self.look_at((*self._scope, node_id))

    def leave(self) -> None:
        """Look at what the block stands in, with its use selected."""
        if self._scope:
            *outer, use = self._scope
            self.look_at(tuple(outer))
            self.select([use])

    def point_at(self, way: Scope) -> str | None:
        """Look at where a node stands and select it. The node, or the use of a block as far as the way leads."""
        if not way or way[0] not in self.root.nodes:
            return None
        self.look_at(way[:-1])
        node_id = way[len(self._scope)]
        if node_id not in self._layout.nodes:
            return None
        self.select([node_id])
        return node_id

    def look_at(self, scope: Scope) -> None:
        """Look at a part of the network, or at as much of the way there as there is."""
        if scope == self._scope:
            return
        self.leaving.emit()
        before = self._scope
        self._look(scope)
        if self._scope != before:
            self._drop_selection()
            self.changed.emit()
            self.scope_changed.emit()

    # --- files ---

    def open(self, layout: Layout, path: Path | None) -> None:
        """Put another layout in place of this one; its history begins now."""
        self.show_sheet(fresh(layout, path))

    def show_sheet(self, sheet: Sheet) -> None:
        """Put another document in place of this one, as it was when it was put aside."""
        self.leaving.emit()
        scope = self._scope
        self._saved, self._path = sheet.saved, sheet.path
        self._selection = frozenset()
        self._history = sheet.history
        self._look(sheet.scope)
        self._selection = sheet.selection & frozenset(self._layout.nodes)
        self._was_dirty = self.dirty
        self.changed.emit()
        self.selection_changed.emit()
        self.file_changed.emit()
        if self._scope != scope:
            self.scope_changed.emit()

    def mark_saved(self, path: Path) -> None:
        self._mark(self.root, path)

    def mark_unsaved(self, saved: Layout | None) -> None:
        """The file holds something else now, or nothing: what is here counts as saved only where it is that."""
        self._mark(saved, self._path)

    def _mark(self, saved: Layout | None, path: Path | None) -> None:
        self._saved, self._path = saved, path
        self._was_dirty = self.dirty
        self.file_changed.emit()

    # --- keeping in step ---

    def _move_to(self, history: History, scope: Scope | None = None) -> None:
        if history is self._history:
            return
        self._history = history
        before = self._scope
        self._look(before if scope is None else scope)
        if self._scope != before:
            self._drop_selection()
        else:
            self.select(self._selection)
        self.changed.emit()
        if self._scope != before:
            self.scope_changed.emit()
        if self.dirty != self._was_dirty:
            self._was_dirty = self.dirty
            self.file_changed.emit()

    def _look(self, scope: Scope) -> None:
        """Take the layout and the inference at the end of a way into the network, as far as that way goes."""
        root = self.root
        self._root_inference = self._infer(root) if self._infer is not None else pending(root)
        while scope and block_at(root, scope) is None:
            scope = scope[:-1]
        self._scope = scope
        name = block_at(root, scope)
        layout = root if name is None else interior(root, name)
        # The inside of a block is the same value while nothing in there changes: what was found for it still holds.
        self._layout = self._layout if name is not None and layout == self._layout else layout
        self._inference = seen_from(self._root_inference, self._layout, scope)

    def _drop_selection(self) -> None:
        if self._selection:
            self._selection = frozenset()
            self.selection_changed.emit()
