"""Shapes of a very large network are found in pieces, so that the window shows it at once and answers meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from core.inference import Inference, Part
from core.layout import Layout
from core.shapes import Inferrer, found_in_pieces, pending
from gui.document import Document

LARGE = 2000
"""Nodes up to which all shapes are found before anything is shown: that takes a tenth of a second."""
PIECE_SECONDS = 0.012
"""For which the window does nothing else. The pauses between are for whatever waits."""


class PatientInferrer(QObject):
    """Infers as `Inferrer` does, but answers with nothing known for a large network that it has never seen.

    What it has found it keeps when the network is edited meanwhile. At the end it tells the document to ask again.
    """

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._inferrer = Inferrer()
        self._layout: Layout | None = None
        """That pieces are found of."""
        self._pieces: Iterator[Mapping[str, Part]] = iter(())
        self._parts: Mapping[str, Part] = {}
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def __call__(self, layout: Layout) -> Inference:
        if layout is self._layout:
            return pending(layout)
        last = self._inferrer.last
        if len(layout.nodes) <= LARGE or self._inferrer.knows(layout) or (last is not None and _edited(last, layout)):
            self._stop()
            return self._inferrer(layout)
        self._layout = layout
        self._pieces = found_in_pieces(layout, self._parts)
        self._timer.start()
        return pending(layout)

    def _stop(self) -> None:
        self._timer.stop()
        self._layout = None
        self._pieces, self._parts = iter(()), {}

    def _go_on(self) -> None:
        end = perf_counter() + PIECE_SECONDS
        for parts in self._pieces:
            self._parts = parts
            if perf_counter() >= end:
                return
        layout, parts = self._layout, self._parts
        self._stop()
        if layout is not None:
            # Of its wires and of the whole nothing is known yet: only the parts are to be taken over.
            self._inferrer(layout, Inference(Layout(), (), {}, parts=parts))
            self._document.set_inference(self)


def _edited(last: Inference, layout: Layout) -> bool:
    """Whether a layout is the one of the last answer but for an edit, so that most is known already."""
    before = last.layout.nodes
    return 2 * sum(before.get(node_id) is node for node_id, node in layout.nodes.items()) > len(layout.nodes)
