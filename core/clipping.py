"""A part of a network on its own, as it goes onto the clipboard, and the same part put into another network.

A part is a layout: it can be written as text, mailed, and read by the same strict reader as any file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from core.annotations import lies_among
from core.block_edits import fresh_block_name, new_block_name_problem, renamed_argument, renamed_block
from core.blocks import block_around, resolved
from core.graph import LEVEL_HEIGHT
from core.layout import Block, Edge, Layout, Node, Position, on_canvas, with_module_of
from core.names import another_name, another_names
from core.placement import GAP, SNAP, TALL, WIDTH, Crowd, places, settled
from core.values import Reference, Value

# Where a free place for what is pasted is looked for, in widths and levels: beside before below, right before left.
STEPS = sorted(
    ((x, y) for x in range(-6, 7) for y in range(-6, 7)),
    key=lambda step: (abs(step[0]) + 2 * abs(step[1]), -step[0], -step[1]),
)
ASIDE = 24
"""From a note to its copy, to the right and down."""
LOOKED_AT = 20_000
"""Places of nodes at the most. A thousand nodes seldom find a gap: they go beside everything sooner."""


# --- out ---


def clipped(layout: Layout, node_ids: Collection[str], note_ids: Collection[str] = ()) -> Layout:
    """These nodes with the wires among them, the blocks they use, and the frames and notes that lie wholly among them.

    The notes that are named come along wherever they lie.
    A node that shares the module of one that stays behind gets one of its own, built alike.
    """
    node_ids = frozenset(node_ids)
    nodes = {key: node for key, node in settled(_with_own_modules(layout, node_ids)).nodes.items() if key in node_ids}
    stands = [node.position for node in nodes.values() if node.position is not None]
    used = _used(nodes, layout.blocks)
    if layout.title in layout.blocks and _referring(nodes):
        # Inside a block: its arguments and their defaults, for a place that has none of these.
        used[layout.title] = layout.blocks[layout.title]
        used |= _used(used[layout.title].nodes, layout.blocks)
    return Layout(
        layout.title,
        nodes,
        tuple(edge for edge in layout.edges if edge.source in nodes and edge.target in nodes),
        blocks={name: layout.blocks[name] for name in layout.blocks if name in used},
        frames={key: frame for key, frame in layout.frames.items() if nodes.keys() >= set(frame.nodes)},
        notes={key: note for key, note in layout.notes.items() if key in note_ids or lies_among(note, stands)},
        direction=layout.direction,
    )


def _with_own_modules(layout: Layout, node_ids: Collection[str]) -> Layout:
    """Where the owner of a module stays behind, the first of its uses that goes brings a module along."""
    heirs: dict[str, str] = {}
    nodes = dict(layout.nodes)
    for key, node in layout.nodes.items():
        if key not in node_ids or node.shares is None or node.shares in node_ids:
            continue
        if node.shares in heirs:
            nodes[key] = replace(node, shares=heirs[node.shares])
        elif node.shares in layout.nodes:
            heirs[node.shares] = key
            nodes[key] = with_module_of(node, layout.nodes[node.shares])
    return replace(layout, nodes=nodes)


def _used(nodes: Mapping[str, Node], blocks: Mapping[str, Block]) -> dict[str, Block]:
    """The blocks that nodes use, and those that these use in turn."""
    found: dict[str, Block] = {}
    waiting = [node.layer for node in nodes.values()]
    while waiting:
        name = waiting.pop()
        if name in blocks and name not in found:
            found[name] = blocks[name]
            waiting += [node.layer for node in blocks[name].nodes.values()]
    return found


def _referring(nodes: Mapping[str, Node]) -> bool:
    return any(isinstance(value, Reference) for node in nodes.values() for value in node.arguments.values())


# --- in ---


def pasted(layout: Layout, clip: Layout, at: Position | None = None) -> tuple[Layout, Mapping[str, str]]:
    """With a part put in, around `at` or near where it came from, at a free place; and the new names of its nodes.

    Ids that are taken are counted on. A block that is here already is used; another of the same name gets a new one.
    """
    around = clip.blocks[clip.title].arguments if clip.title in clip.blocks else {}
    clip, blocks = _with_known_blocks(layout, clip)
    home = block_around(layout)
    arguments = home.arguments if home is not None else {}
    layout = settled(layout)
    stands = _stands(layout, clip, at)
    names = another_names(clip.nodes, layout.nodes)
    nodes = dict(layout.nodes)
    for key, node in clip.nodes.items():
        nodes[names[key]] = replace(
            node,
            arguments=_at_home(node, arguments, around),
            position=stands.nodes[key],
            shares=None if node.shares is None else names.get(node.shares),
        )
    edges = (Edge(names[edge.source], names[edge.target], edge.output, edge.input) for edge in clip.edges)
    frames = dict(layout.frames)
    for frame_id, frame in clip.frames.items():
        members = tuple(names[node] for node in frame.nodes)
        frames[another_name(frame_id, frames)] = replace(frame, nodes=members)
    notes = dict(layout.notes)
    for note_id, note in clip.notes.items():
        notes[another_name(note_id, notes)] = replace(note, position=stands.notes[note_id])
    found = replace(layout, nodes=nodes, edges=(*layout.edges, *edges), blocks=blocks, frames=frames, notes=notes)
    return found, names


def _at_home(node: Node, known: Mapping[str, Value], around: Mapping[str, Value]) -> dict[str, Value]:
    """A node's arguments; a reference to what is no argument here becomes the value that it had by default."""
    found: dict[str, Value] = {}
    for name, value in node.arguments.items():
        if isinstance(value, Reference) and value.argument not in known:
            value = resolved(value, around)
            if isinstance(value, Reference):
                continue
        found[name] = value
    return found


# --- blocks ---


def _with_known_blocks(layout: Layout, clip: Layout) -> tuple[Layout, Mapping[str, Block]]:
    """The clip with its blocks called as they will be here, and all blocks that there will be."""
    blocks = dict(layout.blocks)
    wanted = _inner_first(clip)
    # Put aside under names that no block can bear, so that none is taken for another on the way.
    for name in wanted:
        clip = renamed_block(clip, name, f".{name}")
    # Those inside others first: what they are called is part of what the others are.
    for name in wanted:
        aside = f".{name}"
        clip = _without_hiding(clip, aside, blocks)
        block = clip.blocks[aside]
        same = next((other for other in (name, *blocks) if other in blocks and _alike(blocks[other], block)), None)
        if same is None:
            here = replace(layout, blocks={**blocks, aside: block})
            same = name if new_block_name_problem(here, name) is None else fresh_block_name(here, name)
            blocks[same] = block
        clip = renamed_block(clip, aside, same)
    return clip, blocks


def _inner_first(clip: Layout) -> list[str]:
    """The blocks that the clip's nodes use, each behind those inside it."""
    used = _used(clip.nodes, clip.blocks)
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        for node in used[name].nodes.values():
            if node.layer in used and node.layer not in found:
                visit(node.layer)
        found[name] = None

    for name in used:
        if name not in found:
            visit(name)
    return list(found)


def _without_hiding(clip: Layout, name: str, blocks: Mapping[str, Block]) -> Layout:
    """The clip with those arguments of a block renamed that in code would hide the class of a block here."""
    for argument in tuple(clip.blocks[name].arguments):
        if argument in blocks:
            taken = {*clip.blocks[name].arguments, *blocks}
            clip = renamed_argument(clip, name, argument, another_name(argument, taken))
    return clip


def _alike(one: Block, other: Block) -> bool:
    """Whether two blocks are the same, their Inputs, Outputs and arguments in the same order."""
    return one == other and list(one.nodes) == list(other.nodes) and list(one.arguments) == list(other.arguments)


# --- places ---


@dataclass(frozen=True)
class _Stands:
    nodes: Mapping[str, Position]
    notes: Mapping[str, Position]


def _stands(layout: Layout, clip: Layout, at: Position | None) -> _Stands:
    """Where everything of the clip goes: moved as a whole, to the free place nearest to the one that is wanted."""
    own, notes = places(clip), {key: note.position for key, note in clip.notes.items()}
    corners = [*own.values(), *notes.values()]
    if not corners:
        return _Stands({}, {})
    if not own:
        return _Stands({}, _notes_alone(layout, clip, at))
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    wide = max((x + WIDTH for x, _ in own.values()), default=left) - left
    tall = max((y + TALL for _, y in own.values()), default=top) - top
    dx, dy = (0, 0) if at is None else (_snapped(at[0] - wide / 2 - left), _snapped(at[1] - tall / 2 - top))
    stands = places(layout)
    crowd = Crowd(stands.values())
    way: Position
    waiting = list(own.values())
    for x, y in STEPS[: max(12, LOOKED_AT // len(corners))]:
        way = (dx + x * (WIDTH + GAP), dy + y * LEVEL_HEIGHT)
        reached = (crowd.touches((place[0] + way[0], place[1] + way[1])) for place in waiting)
        hit = next((index for index, touching in enumerate(reached) if touching), None)
        if hit is None:
            break
        # What was in the way here is so at the next step too, most likely: it is asked first.
        waiting.insert(0, waiting.pop(hit))
    else:
        way = (max(x for x, _ in stands.values()) + WIDTH + GAP - left, dy)

    def moved(places: Mapping[str, Position]) -> dict[str, Position]:
        return {key: on_canvas((x + way[0], y + way[1])) for key, (x, y) in places.items()}

    return _Stands(moved(own), moved(notes))


def _notes_alone(layout: Layout, clip: Layout, at: Position | None) -> Mapping[str, Position]:
    """Where notes without nodes go: around `at` or where they were, and aside until none lies on its own likeness."""
    notes = clip.notes.values()
    left, top = min(note.position[0] for note in notes), min(note.position[1] for note in notes)
    right = max(note.position[0] + note.size[0] for note in notes)
    bottom = max(note.position[1] + note.size[1] for note in notes)
    dx, dy = (0, 0) if at is None else (_snapped(at[0] - (left + right) / 2), _snapped(at[1] - (top + bottom) / 2))
    taken = {note.position for note in layout.notes.values()}
    while True:
        found = {key: on_canvas((note.position[0] + dx, note.position[1] + dy)) for key, note in clip.notes.items()}
        if not taken & set(found.values()):
            return found
        dx, dy = dx + ASIDE, dy + ASIDE


def _snapped(value: float) -> int:
    return round(value / SNAP) * SNAP
