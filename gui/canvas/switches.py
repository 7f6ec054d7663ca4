"""What can be switched on a node: muted, bypassed, frozen, taken out of its wires."""

from __future__ import annotations

from core.catalogue import OPERATIONS
from core.extracting import extracted, put_aside
from core.layout import Layout, with_frozen, with_muted
from core.muting import mutable
from gui.document import Document


def all_muted(document: Document) -> bool:
    """Whether of the selected nodes all that can be muted are."""
    chosen, nodes = _mutable(document), document.layout.nodes
    return bool(chosen) and all(nodes[key].muted for key in chosen)


def all_frozen(document: Document) -> bool:
    chosen = _freezable(document)
    return bool(chosen) and all(_frozen(document.layout, key) for key in chosen)


def mute(document: Document) -> None:
    """Have the selected nodes hand on what they receive, or do their work again where all are muted."""
    chosen, muted = _mutable(document), not all_muted(document)
    if not chosen:
        document.refused.emit("canvas.nothing_to_mute", {})
        return
    label = "canvas.edit.mute" if muted else "canvas.edit.unmute"
    document.apply(label, lambda layout: with_muted(layout, chosen, muted))


def bypass(document: Document) -> None:
    """Put the selected nodes aside, with the wires closed behind them, so that training goes on without them."""
    chosen = _mutable(document)
    if not chosen:
        document.refused.emit("canvas.nothing_to_mute", {})
        return
    document.apply("canvas.edit.bypass", lambda layout: put_aside(layout, chosen))


def freeze(document: Document) -> None:
    """Keep the weights of the selected nodes out of training, or let them learn again where all are frozen."""
    chosen, frozen = _freezable(document), not all_frozen(document)
    if not chosen:
        document.refused.emit("canvas.nothing_to_freeze", {})
        return

    def edit(layout: Layout) -> Layout:
        for key in chosen:
            layout = with_frozen(layout, key, frozen)
        return layout

    document.apply("canvas.edit.freeze" if frozen else "canvas.edit.unfreeze", edit)


def extract(document: Document) -> None:
    """Take the selected nodes out of their wires, which close behind them. They stay where they are, and selected."""
    selection = document.selection
    document.apply("canvas.edit.extract", lambda layout: extracted(layout, selection))


def _mutable(document: Document) -> frozenset[str]:
    return frozenset(key for key in document.selection if mutable(document.layout, key))


def _freezable(document: Document) -> frozenset[str]:
    """The selected nodes that have weights, as far as is known."""
    return frozenset(key for key in document.selection if _has_weights(document, key))


def _has_weights(document: Document, node_id: str) -> bool:
    layout, facts = document.layout, document.inference.nodes
    layer = layout.nodes[node_id].layer
    if layer in OPERATIONS or layer in ("Input", "Output"):
        return False
    owner = layout.nodes[node_id].shares or node_id
    known = facts.get(owner)
    # Of a node that nothing is known of, or that hands on what it receives, the weights may come to light later.
    if known is None or not known.outputs or layout.nodes[owner].muted:
        return True
    return known.parameters > 0 or _frozen(layout, node_id)


def _frozen(layout: Layout, node_id: str) -> bool:
    return layout.nodes[layout.nodes[node_id].shares or node_id].frozen
