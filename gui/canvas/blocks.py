"""Blocks on the canvas: made of a selection, looked into, left and unpacked. Commands and the inspector ask here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.block_edits import unused_blocks, without_blocks
from core.collapsing import collapse_problem
from core.unpacking import unpack_problem, unpacked, unpacked_names
from gui.document import Document

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def use_selected(document: Document) -> bool:
    """Whether the one selected node is a block."""
    node_id = document.selected
    return node_id is not None and document.layout.nodes[node_id].layer in document.root.blocks


def enter(document: Document) -> None:
    if document.selected is not None:
        document.enter(document.selected)


def collapse(window: MainWindow) -> None:
    """Ask for the name of a block that the selected nodes become, or say why they cannot."""
    document = window.document
    # A block has ends of its own: with everything selected, what lies between the network's is meant.
    between = [key for key in document.selection if document.layout.nodes[key].layer not in ("Input", "Output")]
    if between:
        document.select(between)
    problem = collapse_problem(document.layout, document.selection)
    if problem is not None:
        document.refused.emit(f"problem.{problem.rule}", dict(problem.values))
    else:
        window.canvas.name_block()


def unpack(document: Document) -> None:
    """Put what is inside the selected block in its place and select it, or say why that cannot be."""
    node_id = document.selected
    if node_id is None or not use_selected(document):
        return
    problem = unpack_problem(document.layout, node_id)
    if problem is not None:
        document.refused.emit(f"problem.{problem.rule}", dict(problem.values))
        return
    names = unpacked_names(document.layout, node_id)
    document.apply("canvas.edit.unpack", lambda layout: unpacked(layout, node_id))
    document.select(name for repetitions in names.values() for one in repetitions for name in one.values())


def has_unused(document: Document) -> bool:
    """Whether there is a block that nothing in the network uses."""
    return bool(unused_blocks(document.root))


def remove_unused(document: Document) -> None:
    """Forget the blocks that nothing uses: unpacking the last use of one leaves it in the palette."""
    names = unused_blocks(document.root)
    if names:
        document.apply_root("canvas.edit.remove_blocks", partial(without_blocks, names=names))
