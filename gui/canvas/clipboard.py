"""Cut, copy and paste: the clipboard holds a part of a layout as the text of a layout file.

So it goes into another window, into another program and into a mail, and comes back through the same strict reader as
any file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from core.annotations import without_notes
from core.clipping import clipped, pasted
from core.edits import deleted
from core.layout import Layout, Position
from core.layout_reader import LayoutFileError, loads
from core.layout_writer import FORMAT, dumps

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

LONGEST_TEXT = 20_000_000
"""Characters. What is longer was not copied from here, and would be slow to read."""


def copyable(view: CanvasView) -> bool:
    """Whether anything is chosen that goes onto the clipboard."""
    return bool(view.document.selection or view.annotations.selected)


def copy(view: CanvasView) -> None:
    """Put the selected nodes and the wires among them on the clipboard, or the chosen notes and what frames hold."""
    nodes, notes = _chosen(view)
    if nodes or notes:
        # As Qt's own text: a QMimeData made here would be Python's, and asked for by others after Python has ended.
        QApplication.clipboard().setText(dumps(clipped(view.document.layout, nodes, notes)))


def cut(view: CanvasView) -> None:
    """Copy what is selected, then delete it."""
    nodes, notes = _chosen(view)
    if nodes or notes:
        copy(view)
        view.document.apply("canvas.edit.cut", lambda layout: without_notes(deleted(layout, nodes, ()), notes))


def duplicate_annotations(view: CanvasView) -> None:
    """Put a copy of the chosen notes, and of what frames hold, beside them and choose it."""
    _put(view, "canvas.edit.duplicate", clipped(view.document.layout, *_chosen(view)), None)


def paste(view: CanvasView, at: QPointF) -> None:
    """Put what is on the clipboard around a point of the canvas, at a free place, and select it."""
    document = view.document
    try:
        clip = _read()
    except LayoutFileError as error:
        document.refused.emit(f"file.{error.rule}", error.values)
        return
    if clip is None:
        document.refused.emit("canvas.nothing_to_paste", {})
        return
    _put(view, "canvas.edit.paste", clip, (at.x(), at.y()))


def _put(view: CanvasView, label: str, clip: Layout, at: Position | None) -> None:
    document = view.document
    before = document.layout
    after, names = pasted(before, clip, at)
    document.apply(label, lambda _layout: after)
    # A block that would stand in itself is refused: then nothing has come.
    if document.layout is before:
        return
    if names:
        view.items_scene.select_wires(frozenset())
        document.select(names.values())
    else:
        view.annotations.select(("note", key) for key in after.notes if key not in before.notes)


def _chosen(view: CanvasView) -> tuple[frozenset[str], frozenset[str]]:
    """The nodes and the notes that a person has chosen, by themselves or by the frames that hold them."""
    selection = view.document.selection
    return (selection, frozenset()) if selection else view.annotations.held(view.annotations.selected)


def _read() -> Layout | None:
    """The part of a layout on the clipboard; None if something else is there. LayoutFileError if it is a broken one."""
    data = QApplication.clipboard().mimeData()
    if data is None:
        # A clipboard that nothing was ever put on, on some platforms.
        return None
    text = data.text() if data.hasText() else ""
    # A mail may have put other words around it.
    start, end = text.find("{"), text.rfind("}")
    if FORMAT not in text or start < 0 or len(text) > LONGEST_TEXT:
        return None
    found = loads(text[start : end + 1])
    return found if found.nodes or found.notes else None
