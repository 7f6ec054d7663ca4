"""Which node a person looks at, and whether an answer about another layout still holds for it.

A node inside a block is named by the way to its module: `layer1.0.conv1`.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.layout import Block, Layout, Node


def same_node(one: Layout | None, other: Layout | None, node_id: str) -> bool:
    """Whether both layouts have this node with the same module: layer, arguments, repetition and inside of a block.

    Of a node inside a block that is asked of the whole block.
    """
    node_id = _outermost(node_id)
    if one is None or other is None or node_id not in one.nodes or node_id not in other.nodes:
        return False
    first, second = one.nodes[node_id], other.nodes[node_id]
    if first is not second and _module(first) != _module(second):
        return False
    # A block may hold others, and is small: all of them are compared.
    return first.layer not in one.blocks or one.blocks is other.blocks or _insides(one) == _insides(other)


def _outermost(node_id: str) -> str:
    return node_id.partition(".")[0]


def _insides(layout: Layout) -> Mapping[str, object]:
    """What all blocks compute. Where their nodes stand and what is written beside them does not count."""
    return {name: _inside(block) for name, block in layout.blocks.items()}


def _inside(block: Block) -> tuple[object, ...]:
    nodes = [(key, _module(node), node.frozen) for key, node in block.nodes.items()]
    return nodes, block.edges, block.arguments


def _module(node: Node) -> tuple[object, ...]:
    """What decides the weights that a node begins with. Where it stands and whether it is frozen do not."""
    return node.layer, node.arguments, node.repeat, node.shares, node.muted


def same_network(one: Layout | None, other: Layout | None) -> bool:
    """Whether both layouts start with the same weights: positions, title and the rest of the training do not matter."""
    if one is other:
        return True
    if one is None or other is None:
        return False
    if one.edges != other.edges or list(one.nodes) != list(other.nodes):
        return False
    if (one.training.seed, one.training.dataset) != (other.training.seed, other.training.dataset):
        return False
    return all(same_node(one, other, node_id) for node_id in one.nodes)


def same_parameters(one: Layout | None, other: Layout | None, node_id: str) -> bool:
    """Whether one layout's weights of a node fit the other: the same layer, and parameters of the same shapes."""
    if one is None or other is None or not same_node(one, other, node_id):
        return False
    if same_network(one, other):
        return True
    # What flows in decides shapes too, and only torch can tell; it is there by the time that a run is edited.
    from core.shapes import NodeFacts, infer

    node_id = _outermost(node_id)
    first, second = (infer(layout).nodes.get(node_id, NodeFacts()) for layout in (one, other))
    return first.parameter_shapes == second.parameter_shapes


class Watching:
    """What is looked at, and the one question about it that may be on its way: a click wanders faster than answers."""

    def __init__(self) -> None:
        self.layout: Layout | None = None
        self.node: str | None = None
        self._request = 0
        self.asked = False
        """Whether an answer is awaited."""
        self._outdated = False

    def look_at(self, layout: Layout, node: str | None) -> bool:
        """Turn to a node, or to none; whether that is another one or its network has changed."""
        moved = node != self.node or not same_network(self.layout, layout)
        self.layout, self.node = layout, node
        return moved

    def next_request(self) -> int | None:
        """The number of a new question; None while one is on its way, which is then asked again when it comes back."""
        if self.asked:
            self._outdated = True
            return None
        self.asked = True
        self._request += 1
        return self._request

    def answered(self, request: int) -> bool:
        """An answer has come; whether it is the answer to what is looked at now."""
        if request != self._request:
            return False
        self.asked = False
        current, self._outdated = not self._outdated, False
        return current

    def forget(self) -> None:
        """The one that was asked is gone."""
        self.asked = self._outdated = False
