"""Selecting along the wires."""

from __future__ import annotations

from core.graph import reachable
from gui.document import Document


def upstream(document: Document) -> None:
    """Select also all nodes from which a way leads to the selected ones."""
    _grow(document, backward=True)


def downstream(document: Document) -> None:
    """Select also all nodes to which a way leads from the selected ones."""
    _grow(document, backward=False)


def _grow(document: Document, backward: bool) -> None:
    layout = document.layout
    document.select(frozenset[str]().union(*(reachable(layout, key, backward) for key in document.selection)))
