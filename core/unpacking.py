"""A block comes apart: in place of its use stand the nodes of its inside, computing the same with the same weights.

Every use of one module comes apart together with the others, for what is shared between blocks' insides could not be
said in any other way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from core.blocks import interior, resolved
from core.catalogue import OPERATIONS
from core.graph import LEVEL_HEIGHT
from core.layout import Edge, Frame, Layout, Node, Note, Position, on_canvas, sharing
from core.names import another_name, another_names
from core.placement import TALL, WIDTH, places, settled, with_room
from core.problems import Problem
from core.steps import Source
from core.values import Reference, Value

MOST_UNPACKED = 2_000
"""Nodes that may come out of one block. More would be no help to anybody."""
LARGEST_TIMES = 1_000
"""What a file may say of a reference."""
# Families without weights: nothing of them can be frozen.
_WEIGHTLESS = frozenset({"pooling", "activation", "regularization", "shape", "distance"})


def unpack_problem(layout: Layout, node_id: str) -> Problem | None:
    """Why a node cannot be unpacked, or None: `unpack.no_block`, `.muted`, `.too_many`, `.times`."""
    node = layout.nodes[node_id]
    if node.layer not in layout.blocks:
        return Problem(node_id, "unpack.no_block", {"node": node_id})
    family = _family(layout, node_id)
    muted = next((key for key in family if layout.nodes[key].muted), None)
    if muted is not None:
        return Problem(node_id, "unpack.muted", {"node": muted})
    owner, block = layout.nodes[family[0]], layout.blocks[node.layer]
    if len(block.nodes) * owner.repeat * len(family) > MOST_UNPACKED:
        return Problem(node_id, "unpack.too_many", {"node": node_id, "most": MOST_UNPACKED})
    values = {**block.arguments, **owner.arguments}
    for inner in block.nodes.values():
        for value in inner.arguments.values():
            found = _filled_in(value, values)
            if isinstance(found, Reference) and found.times > LARGEST_TIMES:
                return Problem(node_id, "unpack.times", {"node": node_id, "argument": found.argument})
    return None


def unpacked(layout: Layout, node_id: str) -> Layout:
    """With the inside of a block in place of its use, and of the other uses of the same module. The block itself stays.

    The caller has asked `unpack_problem`. Ids stay where they are free; repetitions stand one behind the other.
    """
    return _unpacked(layout, node_id)[0]


Names: TypeAlias = Sequence[Mapping[str, str]]
"""By repetition: what the nodes of a block's inside are called where they came out."""


def unpacked_names(layout: Layout, node_id: str) -> Mapping[str, Names]:
    """What the nodes will be called that `unpacked` brings out, by the uses that come apart."""
    return _unpacked(layout, node_id)[1]


def _unpacked(layout: Layout, node_id: str) -> tuple[Layout, dict[str, Names]]:
    layout = settled(layout)
    family = _family(layout, node_id)
    owner = layout.nodes[family[0]]
    names: dict[str, Names] = {}
    for use in family:
        inside = _Inside(layout, use, owner, names.get(family[0], ()))
        names[use] = inside.names
        layout = inside.in_place_of_the_use()
    return layout, names


def _family(layout: Layout, node_id: str) -> tuple[str, ...]:
    """The use that brings the module along, and those that use it once more."""
    owner = layout.nodes[node_id].shares or node_id
    owner = owner if owner in layout.nodes else node_id
    return (owner, *sharing(layout, owner))


def _filled_in(value: Value, values: Mapping[str, Value]) -> Value:
    """A value with a block's argument filled in, which may be an argument of the block around it in turn."""
    if not isinstance(value, Reference):
        return value
    found = values.get(value.argument)
    if isinstance(found, Reference):
        return Reference(found.argument, found.times * value.times)
    return resolved(value, values)


@dataclass
class _Inside:
    """What comes out of one use of a block."""

    layout: Layout
    use: str
    owner: Node
    """Whose arguments, repetition and frozen weights are those of this use."""
    modules: Names
    """The nodes whose modules are used once more; none where the modules are this use's own."""

    def __post_init__(self) -> None:
        layout, owner = self.layout, self.owner
        self.block = layout.blocks[owner.layer]
        self.values = {**self.block.arguments, **owner.arguments}
        self.starts = [key for key, node in self.block.nodes.items() if node.layer == "Input"]
        self.ends = [key for key, node in self.block.nodes.items() if node.layer == "Output"]
        self.inner = [key for key, node in self.block.nodes.items() if node.layer not in ("Input", "Output")]
        taken, self.names = layout.nodes.keys() - {self.use}, list[dict[str, str]]()
        for _ in range(owner.repeat):
            self.names.append(another_names(self.inner, taken))
            taken.update(self.names[-1].values())
        self.stands = self._stands()

    def in_place_of_the_use(self) -> Layout:
        layout, use = self.layout, self.use
        new = {name: node for copy in range(self.owner.repeat) for name, node in self._nodes(copy).items()}
        nodes: dict[str, Node] = {}
        for key, node in layout.nodes.items():
            if key == use:
                nodes |= new
            else:
                nodes[key] = node
        edges = self._edges()
        found = replace(layout, nodes=nodes, edges=edges, frames=self._frames(new), notes=self._notes())
        return with_room(found, new.keys(), layout.nodes[use].position or (0.0, 0.0))

    # --- nodes ---

    def _nodes(self, copy: int) -> dict[str, Node]:
        return {name: self._node(copy, key) for key, name in self.names[copy].items()}

    def _node(self, copy: int, key: str) -> Node:
        node = self.block.nodes[key]
        place = self.stands[copy][key]
        if self.modules and node.layer not in OPERATIONS:
            owner = self.modules[copy][node.shares or key]
            return Node(node.layer, position=place, shares=owner, muted=node.muted, note=node.note)
        arguments = {name: _filled_in(value, self.values) for name, value in node.arguments.items()}
        shares = None if node.shares is None else self.names[copy].get(node.shares)
        learns = node.layer not in OPERATIONS and self.layout.entry_of(node.layer).category not in _WEIGHTLESS
        frozen = node.frozen or (self.owner.frozen and learns and shares is None)
        return replace(node, arguments=arguments, position=place, shares=shares, frozen=frozen)

    def _stands(self) -> list[dict[str, Position]]:
        """Where the nodes of each repetition go: all of them together around the middle of the use."""
        own = places(interior(self.layout, self.owner.layer))
        if not self.inner:
            return [{} for _ in self.names]
        xs, ys = zip(*(own[key] for key in self.inner), strict=True)
        x, y = self.layout.nodes[self.use].position or (0.0, 0.0)
        right = self.layout.direction == "right"
        far = (max(xs) - min(xs) + WIDTH + 48, 0.0) if right else (0.0, max(ys) - min(ys) + LEVEL_HEIGHT)
        last = len(self.names) - 1
        left = x - (min(xs) + max(xs) + far[0] * last) / 2
        up = y - (min(ys) + max(ys) + far[1] * last) / 2
        return [
            {
                key: on_canvas((own[key][0] + left + far[0] * copy, own[key][1] + up + far[1] * copy))
                for key in self.inner
            }
            for copy in range(last + 1)
        ]

    # --- wires ---

    def _edges(self) -> tuple[Edge, ...]:
        layout, use = self.layout, self.use
        flowing: list[Source | None] = [None] * len(self.starts)
        for edge in layout.into(use):
            if edge.source != use and edge.input < len(flowing):
                flowing[edge.input] = (edge.source, edge.output)
        within: list[Edge] = []
        for copy in range(self.owner.repeat):
            edges, flowing = self._run(copy, flowing)
            within += edges
        found: list[Edge] = []
        for edge in layout.edges:
            if edge.touches(use):
                # The inside's own wires come where the first of the use's was.
                found += within
                within = []
            if edge.target == use:
                continue
            if edge.source == use:
                source = flowing[edge.output] if edge.output < len(flowing) else None
                if source is not None:
                    found.append(replace(edge, source=source[0], output=source[1]))
            else:
                found.append(edge)
        return (*found, *within)

    def _run(self, copy: int, flowing: Sequence[Source | None]) -> tuple[list[Edge], list[Source | None]]:
        """The wires of a repetition into which this flows, and what flows out of it."""
        names, edges = self.names[copy], list[Edge]()
        ends: dict[str, Source | None] = {}
        coming = {start: flowing[index] if index < len(flowing) else None for index, start in enumerate(self.starts)}
        for edge in self.block.edges:
            source = coming[edge.source] if edge.source in coming else (names[edge.source], edge.output)
            if edge.target in names and source is not None:
                edges.append(Edge(source[0], names[edge.target], source[1], edge.input))
            elif edge.target not in names:
                ends[edge.target] = source
        return edges, [ends.get(end) for end in self.ends]

    # --- frames and notes ---

    def _frames(self, new: Collection[str]) -> dict[str, Frame]:
        found: dict[str, Frame] = {}
        for key, frame in self.layout.frames.items():
            nodes = [name for node in frame.nodes for name in (new if node == self.use else (node,))]
            if nodes:
                found[key] = replace(frame, nodes=tuple(nodes))
        for names in self.names:
            for key, frame in self.block.frames.items():
                nodes = [names[node] for node in frame.nodes if node in names]
                if nodes:
                    found[another_name(key, found)] = replace(frame, nodes=tuple(nodes))
        return found

    def _notes(self) -> dict[str, Note]:
        """The notes beside the inside's nodes, and as one more what was written about the use."""
        found = dict(self.layout.notes)
        own = places(interior(self.layout, self.owner.layer))
        for stands in self.stands:
            anchor = next(iter(stands), None)
            if anchor is None:
                continue
            dx, dy = stands[anchor][0] - own[anchor][0], stands[anchor][1] - own[anchor][1]
            for key, note in self.block.notes.items():
                x, y = note.position
                found[another_name(key, found)] = replace(note, position=on_canvas((x + dx, y + dy)))
        written = self.layout.nodes[self.use].note
        first = next((stands for stands in self.stands if stands), None)
        if written and first is not None:
            left, top = min(x for x, _ in first.values()), min(y for _, y in first.values())
            found[another_name("note", found)] = Note(written, on_canvas((left - WIDTH - TALL, top)))
        return found
