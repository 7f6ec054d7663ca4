"""Cut, copy and paste: the clipboard holds a part of a layout as the text of a layout file.

So it goes into another window, into another program and into a mail, and comes back through the same strict reader as
any file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF
from PySide6.QtWidgets import QApplication

from core.clipping import clipped, pasted
from core.edits import deleted
from core.layout import Layout
from core.layout_reader import LayoutFileError, loads
from core.layout_writer import FORMAT, dumps
from gui.document import Document

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

LAYOUT_MIME = "application/x-layerloom-layout"
"""The same text, for programs that ask by kind."""
LONGEST_TEXT = 20_000_000
"""Characters. What is longer was not copied from here, and would be slow to read."""


def copy(document: Document) -> None:
    """Put the selected nodes and the wires among them on the clipboard."""
    if not document.selection:
        return
    text = dumps(clipped(document.layout, document.selection))
    data = QMimeData()
    data.setText(text)
    data.setData(LAYOUT_MIME, text.encode())
    QApplication.clipboard().setMimeData(data)


def cut(document: Document) -> None:
    """Copy the selected nodes, then delete them."""
    selection = document.selection
    if selection:
        copy(document)
        document.apply("canvas.edit.cut", lambda layout: deleted(layout, selection, ()))


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
    before = document.layout
    after, names = pasted(before, clip, (at.x(), at.y()))
    document.apply("canvas.edit.paste", lambda _layout: after)
    # A block that would stand in itself is refused: then nothing has come.
    if document.layout is not before and names:
        view.items_scene.select_wires(frozenset())
        document.select(names.values())


def _read() -> Layout | None:
    """The part of a layout on the clipboard; None if something else is there. LayoutFileError if it is a broken one."""
    data = QApplication.clipboard().mimeData()
    if data is None:
        # A clipboard that nothing was ever put on, on some platforms.
        return None
    if data.hasFormat(LAYOUT_MIME):
        text = bytes(data.data(LAYOUT_MIME).data()).decode(errors="replace")
    else:
        text = data.text() if data.hasText() else ""
    # A mail may have put other words around it.
    start, end = text.find("{"), text.rfind("}")
    if FORMAT not in text or start < 0 or len(text) > LONGEST_TEXT:
        return None
    found = loads(text[start : end + 1])
    return found if found.nodes or found.notes else None
