"""What an edit touched: all else is as it was, so that an inference after it need not ask a thousand nodes again."""

from __future__ import annotations

from core.layout import Layout, Node


def touched(layout: Layout, before: Layout) -> set[str]:
    """The nodes that are new, gone, or others than before, or whose wires are; not those that merely stand elsewhere.

    What else depends on these, such as what reads from them, whoever asks must see to.
    """
    if layout.blocks is not before.blocks:
        return {*layout.nodes, *before.nodes}
    earlier = before.nodes
    found = {key for key, node in layout.nodes.items() if not _alike(node, earlier.get(key))}
    found |= earlier.keys() - layout.nodes.keys()
    return found | layout.wires.others_than(before.wires)


def same_but_place(node: Node, other: Node) -> bool:
    """Whether two nodes compute the same from the same, wherever they stand. Arguments count as the very same values,
    which an edit elsewhere leaves them."""
    return node is other or (
        node.arguments is other.arguments
        and node.layer == other.layer
        and node.repeat == other.repeat
        and node.shares == other.shares
        and node.frozen == other.frozen
    )


def _alike(node: Node, other: Node | None) -> bool:
    return node is other or (other is not None and same_but_place(node, other) and node.muted == other.muted)
