"""The layout: an immutable value that holds a network as a person drew it, and the edits that return a new one.

Everything else in the program is a function of a layout. Dictionaries inside are typed as `Mapping` and never changed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

from core.catalogue import ENTRIES
from core.catalogue.entry import Entry
from core.closing import closed
from core.training.config import TrainingConfig
from core.values import Value, alike
from core.wires import Wires, wires_of

FARTHEST = 1e7
"""Canvas units from the origin; beyond that a scene loses precision."""
LONGEST_TITLE = 200
LONGEST_NOTE = 20_000
"""Characters of a note on the canvas or on a node."""
NOTE_SIZES = (40.0, 4_000.0)
"""Canvas units, the least and the most that a note is wide or high."""

Position: TypeAlias = tuple[float, float]
"""Top left of a node in canvas units, x to the right, y downward."""


@dataclass(frozen=True)
class Node:
    layer: str
    """A torch.nn class (`Conv2d`), an operation (`add`), `Input`, `Output`, or the name of a block."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """Only what differs from torch's default, or from the block's."""
    position: Position | None = None
    repeat: int = 1
    """How many of a block stand one behind the other, each with weights of its own."""
    shares: str | None = None
    """The node whose module is used here once more, with its arguments and weights; this one has none of its own."""
    frozen: bool = False
    """Whether training leaves its weights as they are."""
    muted: bool = False
    """Whether what comes in goes out unchanged, as through an Identity; one without wires is then left out."""
    note: str = ""
    """What a person wrote about it."""

    def __eq__(self, other: object) -> Any:
        return alike(self, other)


LARGEST_REPEAT = 256

Direction: TypeAlias = Literal["down", "right"]
"""Where the network flows on the canvas. Ports are above and below the nodes, or at their left and right."""

Colour: TypeAlias = Literal["grey", "blue", "green", "yellow", "orange", "red", "purple"]
"""Of a frame, by name: the theme knows which."""


@dataclass(frozen=True)
class Frame:
    """A titled ground behind some nodes. It reaches as far as they do, so that it goes wherever they go."""

    title: str
    nodes: tuple[str, ...]
    """At least one: a frame goes with the last of its nodes."""
    colour: Colour = "grey"


@dataclass(frozen=True)
class Note:
    """A text on the canvas, in Markdown."""

    text: str
    position: Position
    size: tuple[float, float] = (240.0, 120.0)
    """Width and height in canvas units."""


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    output: int = 0
    """Which of the source's outputs."""
    input: int = 0
    """Which of the target's inputs."""

    def touches(self, node_id: str) -> bool:
        return node_id in (self.source, self.target)


@dataclass(frozen=True)
class Block:
    """A sub-network that is used by its name, as a module class is: with Inputs, Outputs and arguments of its own."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """By name, with the value that each has where a use gives none. The nodes inside use them by `Reference`."""
    frames: Mapping[str, Frame] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)

    def __eq__(self, other: object) -> Any:
        return alike(self, other)


@dataclass(frozen=True)
class Layout:
    title: str = ""
    nodes: Mapping[str, Node] = field(default_factory=dict)
    """By id, in the order of the file."""
    edges: tuple[Edge, ...] = ()
    training: TrainingConfig = field(default_factory=TrainingConfig)
    blocks: Mapping[str, Block] = field(default_factory=dict)
    """By name, in the order of the file."""
    frames: Mapping[str, Frame] = field(default_factory=dict)
    """By id, from the lowest to the uppermost."""
    notes: Mapping[str, Note] = field(default_factory=dict)
    direction: Direction = "down"

    def into(self, node_id: str) -> tuple[Edge, ...]:
        """The edges that end at a node, by input."""
        return self.wires.into.get(node_id, ())

    def out_of(self, node_id: str) -> tuple[Edge, ...]:
        """The edges that begin at a node, in the order of the file."""
        return self.wires.out_of.get(node_id, ())

    def entry(self, node_id: str) -> Entry:
        """What is known without torch of a node's layer, operation or block."""
        return self.entry_of(self.nodes[node_id].layer)

    def entry_of(self, layer: str) -> Entry:
        """The same of a layer, an operation or a block by its name. KeyError if there is none."""
        known = ENTRIES.get(layer)
        return self.block_entries[layer] if known is None else known

    # A layout never changes, so its wires are sorted once however often they are asked for.
    @cached_property
    def wires(self) -> Wires:
        """The edges by the nodes that they join."""
        return wires_of(self.edges)

    @cached_property
    def block_entries(self) -> Mapping[str, Entry]:
        """An entry for every block: its Inputs and Outputs by their ids, its arguments in their order."""
        return {name: _block_entry(name, block) for name, block in self.blocks.items()}


def _block_entry(name: str, block: Block) -> Entry:
    def ids(layer: str) -> tuple[str, ...]:
        return tuple(node_id for node_id, node in block.nodes.items() if node.layer == layer)

    return Entry(name, "block", takes=ids("Input"), returns=ids("Output"), decisive=tuple(block.arguments))


def with_node(layout: Layout, node_id: str, node: Node) -> Layout:
    """The layout with one more node, unconnected."""
    return replace(layout, nodes={**layout.nodes, node_id: node})


def without_nodes(layout: Layout, node_ids: Iterable[str]) -> Layout:
    """The layout without these nodes; where a deleted run had one way in and one way out, its neighbours are joined."""
    chosen = frozenset(node_ids)
    # One after the other as in the file: a set would come in another order each time.
    gone = {key: None for key in layout.nodes if key in chosen}
    nodes = {key: node for key, node in with_heirs(layout, gone).items() if key not in gone}
    return replace(layout, nodes=nodes, edges=closed(layout.edges, gone), frames=framed_without(layout.frames, gone))


def framed_without(frames: Mapping[str, Frame], gone: Container[str]) -> Mapping[str, Frame]:
    """The frames without nodes that go; one that nothing is left in goes too."""
    left: dict[str, Frame] = {}
    for key, frame in frames.items():
        nodes = tuple(node_id for node_id in frame.nodes if node_id not in gone)
        if nodes:
            left[key] = frame if len(nodes) == len(frame.nodes) else replace(frame, nodes=nodes)
    return frames if left == frames else left


def framed_by_names(frames: Mapping[str, Frame], names: Mapping[str, str]) -> Mapping[str, Frame]:
    """The frames around the same nodes by other names, where they have such."""
    return {
        key: replace(frame, nodes=tuple(names.get(node_id, node_id) for node_id in frame.nodes))
        for key, frame in frames.items()
    }


def sharing(layout: Layout, node_id: str) -> tuple[str, ...]:
    """The other nodes that use the module of this one once more."""
    return tuple(key for key, node in layout.nodes.items() if node.shares == node_id)


def with_heirs(layout: Layout, gone: Container[str]) -> Mapping[str, Node]:
    """The nodes, with the module of each that goes handed on to the first that shares it and stays."""
    heirs: dict[str, str] = {}
    for key, node in layout.nodes.items():
        if node.shares is not None and node.shares in gone and key not in gone:
            heirs.setdefault(node.shares, key)
    if not heirs:
        return layout.nodes
    nodes = {
        key: replace(node, shares=heirs[node.shares]) if node.shares in heirs else node
        for key, node in layout.nodes.items()
    }
    for owner, heir in heirs.items():
        nodes[heir] = with_module_of(layout.nodes[heir], layout.nodes[owner])
    return nodes


def with_module_of(node: Node, owner: Node) -> Node:
    """A node that brings the module of another along. Where it stands, its note and whether it is muted are its own."""
    return replace(owner, position=node.position, muted=node.muted, note=node.note, shares=None)


def with_edge(layout: Layout, edge: Edge) -> Layout:
    return replace(layout, edges=(*layout.edges, edge))


def without_edges(layout: Layout, edges: Iterable[Edge]) -> Layout:
    gone = set(edges)
    return replace(layout, edges=tuple(edge for edge in layout.edges if edge not in gone))


def with_inserted(layout: Layout, edge: Edge, node_id: str, node: Node) -> Layout:
    """The layout with a new or existing node in the middle of an edge."""
    layout = layout if node_id in layout.nodes else with_node(layout, node_id, node)
    layout = without_edges(layout, [edge])
    into = Edge(edge.source, node_id, output=edge.output)
    out = Edge(node_id, edge.target, input=edge.input)
    return replace(layout, edges=(*layout.edges, into, out))


def with_argument(layout: Layout, node_id: str, name: str, value: Value) -> Layout:
    """The layout with one argument of a node set. Use `without_argument` to go back to torch's default.

    A node that shares a module has no arguments of its own: the module's are set.
    """
    node_id = layout.nodes[node_id].shares or node_id
    node = layout.nodes[node_id]
    return with_replaced(layout, node_id, replace(node, arguments={**node.arguments, name: value}))


def without_argument(layout: Layout, node_id: str, name: str) -> Layout:
    node_id = layout.nodes[node_id].shares or node_id
    node = layout.nodes[node_id]
    arguments = {key: value for key, value in node.arguments.items() if key != name}
    return with_replaced(layout, node_id, replace(node, arguments=arguments))


def with_renamed(layout: Layout, old: str, new: str) -> Layout:
    """The layout with a node's id changed everywhere, in the same place. The caller has checked the name."""
    nodes = {
        new if key == old else key: replace(node, shares=new) if node.shares == old else node
        for key, node in layout.nodes.items()
    }
    edges = tuple(
        replace(
            edge,
            source=new if edge.source == old else edge.source,
            target=new if edge.target == old else edge.target,
        )
        for edge in layout.edges
    )
    return replace(layout, nodes=nodes, edges=edges, frames=framed_by_names(layout.frames, {old: new}))


def with_positions(layout: Layout, positions: Mapping[str, Position]) -> Layout:
    """The layout with nodes at these places, or at the nearest to them that a file may hold."""
    nodes = {
        key: _standing_at(node, on_canvas(positions[key])) if key in positions else node
        for key, node in layout.nodes.items()
    }
    return replace(layout, nodes=nodes)


def _standing_at(node: Node, place: Position) -> Node:
    """The node elsewhere. An edit may push hundreds aside, and `replace` takes four times as long."""
    if node.position == place:
        return node
    moved = object.__new__(Node)
    moved.__dict__.update(node.__dict__, position=place)
    return moved


def on_canvas(place: Position) -> Position:
    """The place, or the nearest to it that a file may hold."""
    x, y = place
    return min(max(x, -FARTHEST), FARTHEST), min(max(y, -FARTHEST), FARTHEST)


def with_training(layout: Layout, training: TrainingConfig) -> Layout:
    return replace(layout, training=training)


def with_title(layout: Layout, title: str) -> Layout:
    return replace(layout, title=title)


def with_blocks(layout: Layout, blocks: Mapping[str, Block]) -> Layout:
    return replace(layout, blocks=blocks)


def with_repeat(layout: Layout, node_id: str, repeat: int) -> Layout:
    return with_replaced(layout, node_id, replace(layout.nodes[node_id], repeat=repeat))


def with_frozen(layout: Layout, node_id: str, frozen: bool) -> Layout:
    """The layout with the weights of a node's module kept out of training, or learning again."""
    node_id = layout.nodes[node_id].shares or node_id
    return with_replaced(layout, node_id, replace(layout.nodes[node_id], frozen=frozen))


def with_muted(layout: Layout, node_ids: Iterable[str], muted: bool) -> Layout:
    """The layout with nodes that hand on what they receive, or that do their work again."""
    chosen = {key: replace(layout.nodes[key], muted=muted) for key in node_ids if layout.nodes[key].muted != muted}
    return replace(layout, nodes={**layout.nodes, **chosen}) if chosen else layout


def with_shared(layout: Layout, node_id: str, owner: str | None) -> Layout:
    """The layout with a node that uses the module of `owner` once more; None gives it a module of its own again."""
    node = layout.nodes[node_id]
    if owner is None:
        kept = layout.nodes[node.shares] if node.shares else node
        return with_replaced(layout, node_id, with_module_of(node, kept))
    owner = layout.nodes[owner].shares or owner
    shared = with_module_of(node, Node(layout.nodes[owner].layer))
    nodes = with_heirs(layout, (node_id,))
    return with_replaced(replace(layout, nodes=nodes), node_id, replace(shared, shares=owner))


def with_replaced(layout: Layout, node_id: str, node: Node) -> Layout:
    """The layout with another node in the place of one, under its id and in its wires."""
    return replace(layout, nodes={**layout.nodes, node_id: node})
