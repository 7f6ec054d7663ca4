"""Nodes of a network become a block: what goes in and comes out of them are its Inputs and Outputs.

The canvas asks whether that can be before it offers it. Works at the top as well as inside a block, where what the
nodes take from its arguments becomes arguments of the new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from core.annotations import lies_among
from core.graph import LEVEL_HEIGHT, input_names, output_names, ports
from core.layout import Block, Edge, Frame, Layout, Node, Position, on_canvas
from core.muting import left_out
from core.names import LONGEST_NAME, another_name, fresh_name, name_problem
from core.placement import TALL, WIDTH, places
from core.problems import Problem
from core.steps import Source
from core.values import Reference, Value


def collapse_problem(layout: Layout, node_ids: Collection[str]) -> Problem | None:
    """Why these nodes cannot become a block, or None.

    `collapse.nothing`, `.ends` (an Input or Output is among them), `.around` (a way leads out and comes back, which
    would close a circle), `.shared` (a module is used inside and outside), `.no_output` (nothing comes out).
    """
    chosen = [key for key in layout.nodes if key in node_ids]
    if not chosen:
        return Problem(None, "collapse.nothing")
    for key in chosen:
        node = layout.nodes[key]
        if node.layer in ("Input", "Output"):
            return Problem(key, "collapse.ends", {"node": key})
    for key, node in layout.nodes.items():
        if node.shares is not None and (key in node_ids) != (node.shares in node_ids):
            return Problem(key, "collapse.shared", {"node": key, "owner": node.shares})
    outside = _on_a_way_back(layout, frozenset(chosen))
    if outside is not None:
        return Problem(outside, "collapse.around", {"node": outside})
    if not _leaving(layout, chosen):
        return Problem(chosen[-1], "collapse.no_output", {"node": chosen[-1]})
    return None


def _on_a_way_back(layout: Layout, chosen: frozenset[str]) -> str | None:
    """A node outside that reads from the chosen ones and that they read from, along whatever way."""
    behind = _reached(layout, chosen, backward=False)
    before = _reached(layout, chosen, backward=True)
    return next((key for key in layout.nodes if key in behind and key in before), None)


def _reached(layout: Layout, chosen: frozenset[str], backward: bool) -> set[str]:
    """The nodes outside to which a way leads from the chosen ones, or from which."""
    found: set[str] = set()
    waiting = list(chosen)
    while waiting:
        key = waiting.pop()
        following = [edge.source for edge in layout.into(key)] if backward else [e.target for e in layout.out_of(key)]
        for other in following:
            if other not in found and other not in chosen:
                found.add(other)
                waiting.append(other)
    return found


def use_name(layout: Layout, node_ids: Collection[str], name: str) -> str:
    """What the use of a block will be called that is made of these nodes."""
    stem = fresh_name(name, frozenset())
    return another_name(stem if name_problem(stem) is None else "block", layout.nodes.keys() - set(node_ids))


def collapsed(layout: Layout, node_ids: Collection[str], name: str) -> Layout:
    """With these nodes inside a new block, and its one use in their middle.

    The caller has asked `collapse_problem` and `new_block_name_problem`. Inside, ids and places stay; there is an Input
    for every value that goes in and an Output for every one that comes out, named after what they carry.
    """
    stands = places(layout)
    inner = {key: replace(node, position=stands[key]) for key, node in layout.nodes.items() if key in node_ids}
    use = use_name(layout, node_ids, name)
    inputs, outputs = _entering(layout, list(inner)), _leaving(layout, list(inner))
    starts, ends = _named(layout, inner, inputs, outputs)
    arguments, given = _arguments(layout, inner)
    right = layout.direction == "right"
    block = Block(
        {
            **_row([starts[source] for source in inputs], "Input", inner, right),
            **inner,
            **_row([ends[source] for source in outputs], "Output", inner, right),
        },
        _inner_edges(layout, inner, starts, ends),
        arguments,
        {key: frame for key, frame in layout.frames.items() if set(frame.nodes) <= inner.keys()},
        {key: note for key, note in layout.notes.items() if lies_among(note, [stands[key] for key in inner])},
    )
    use_node = Node(name, given, _middle(inner))
    nodes: dict[str, Node] = {}
    for key, node in layout.nodes.items():
        if key not in inner:
            nodes[key] = node if node.position is not None else replace(node, position=stands[key])
        elif use not in nodes:
            nodes[use] = use_node
    return replace(
        layout,
        nodes=nodes,
        edges=_outer_edges(layout, inner, use, inputs, outputs),
        blocks={**layout.blocks, name: block},
        frames=_frames(layout, block, inner, use),
        notes={key: note for key, note in layout.notes.items() if key not in block.notes},
    )


# --- what goes in and comes out ---

_Entering: TypeAlias = "Source | tuple[None, str, int]"
"""What flows in by an Input: an output of a node outside, or nothing yet, for an input that waits for its wire."""


def _entering(layout: Layout, chosen: list[str]) -> list[_Entering]:
    """Each value once that the nodes read from outside, and each input of theirs that must still be wired.

    What is put aside waits for nothing, and nothing for it: inside it is left out as it was outside.
    """
    inside, aside = set(chosen), left_out(layout)
    found: dict[_Entering, None] = {}
    for key in chosen:
        wires = {edge.input: edge for edge in layout.into(key)}
        for port in range(max([ports(layout, key).inputs, *(index + 1 for index in wires)])):
            if port not in wires:
                if layout.entry(key).needs(port) and key not in aside:
                    found[None, key, port] = None
            elif wires[port].source not in inside:
                found[wires[port].source, wires[port].output] = None
    return list(found)


def _leaving(layout: Layout, chosen: list[str]) -> list[Source]:
    """Each value once that is read outside, and the first output of each node that nothing reads yet."""
    inside, aside = set(chosen), left_out(layout)
    found: dict[Source, None] = {}
    for key in chosen:
        readers = layout.out_of(key)
        for output in sorted({edge.output for edge in readers if edge.target not in inside}):
            found[key, output] = None
        if not readers and ports(layout, key).outputs and key not in aside:
            found[key, 0] = None
    return list(found)


def _named(
    layout: Layout, inner: Mapping[str, Node], inputs: list[_Entering], outputs: list[Source]
) -> tuple[dict[_Entering, str], dict[Source, str]]:
    """The ids of the Inputs and Outputs: `images` for what `images` gives, `conv_out` for what `conv` gives."""
    taken = set(inner)
    starts: dict[_Entering, str] = {}
    for source in inputs:
        if source[0] is None:
            names = input_names(layout, source[1])
            stem = names[source[2]] if source[2] < len(names) else source[1]
        else:
            stem = source[0] if source[1] == 0 else f"{source[0]}_{_output_name(layout, source[0], source[1])}"
        starts[source] = another_name(stem[:LONGEST_NAME], taken)
        taken.add(starts[source])
    ends: dict[Source, str] = {}
    for key, output in outputs:
        stem = f"{key}_{'out' if output == 0 else _output_name(layout, key, output)}"
        ends[key, output] = another_name(stem[:LONGEST_NAME], taken)
        taken.add(ends[key, output])
    return starts, ends


def _output_name(layout: Layout, key: str, output: int) -> str:
    names = output_names(layout, key)
    return names[output] if output < len(names) else str(output)


# --- wires ---


def _inner_edges(
    layout: Layout, inner: Mapping[str, Node], starts: Mapping[_Entering, str], ends: Mapping[Source, str]
) -> tuple[Edge, ...]:
    found: list[Edge] = []
    for edge in layout.edges:
        if edge.target in inner:
            within = edge.source in inner
            found.append(edge if within else Edge(starts[edge.source, edge.output], edge.target, input=edge.input))
    for source, start in starts.items():
        if source[0] is None:
            found.append(Edge(start, source[1], input=source[2]))
    return (*found, *(Edge(key, end, output) for (key, output), end in ends.items()))


def _outer_edges(
    layout: Layout, inner: Mapping[str, Node], use: str, inputs: list[_Entering], outputs: list[Source]
) -> tuple[Edge, ...]:
    """The wires outside, in their order; one that carried a value to several of the nodes is one now."""
    found: dict[Edge, None] = {}
    for edge in layout.edges:
        if edge.target in inner:
            if edge.source not in inner:
                found[Edge(edge.source, use, edge.output, inputs.index((edge.source, edge.output)))] = None
        elif edge.source in inner:
            found[replace(edge, source=use, output=outputs.index((edge.source, edge.output)))] = None
        else:
            found[edge] = None
    return tuple(found)


# --- arguments, frames, notes and places ---


def _arguments(layout: Layout, inner: Mapping[str, Node]) -> tuple[dict[str, Value], dict[str, Value]]:
    """Inside a block: the arguments of it that the nodes use, with their defaults, and what the use gives for them."""
    around = layout.blocks.get(layout.title)
    known = around.arguments if around is not None else {}
    used = dict.fromkeys(reference.argument for reference in _references(inner))
    return {name: known.get(name, 1) for name in used}, {name: Reference(name) for name in used}


def _references(nodes: Mapping[str, Node]) -> Iterator[Reference]:
    for node in nodes.values():
        yield from (value for value in node.arguments.values() if isinstance(value, Reference))


def _frames(layout: Layout, block: Block, inner: Mapping[str, Node], use: str) -> dict[str, Frame]:
    """The frames that stay, with the use in those that some of the nodes stood in."""
    return {
        key: replace(frame, nodes=tuple(dict.fromkeys(use if node in inner else node for node in frame.nodes)))
        for key, frame in layout.frames.items()
        if key not in block.frames
    }


def _bounds(nodes: Mapping[str, Node]) -> tuple[float, float, float, float]:
    xs, ys = zip(*(node.position for node in nodes.values() if node.position is not None), strict=True)
    return min(xs), min(ys), max(xs) + WIDTH, max(ys) + TALL


def _middle(inner: Mapping[str, Node]) -> Position:
    """Where the use stands, so that its middle is that of the nodes."""
    left, top, right, bottom = _bounds(inner)
    return (left + right - WIDTH) / 2, (top + bottom - TALL) / 2


def _row(names: list[str], layer: str, inner: Mapping[str, Node], right: bool) -> dict[str, Node]:
    """Inputs stand in a row before the first of the nodes, Outputs behind the last."""
    left, top, far, bottom = _bounds(inner)
    step, middle = (LEVEL_HEIGHT, (top + bottom - TALL) / 2) if right else (WIDTH + 32, (left + far - WIDTH) / 2)
    first = middle - step * (len(names) - 1) / 2
    found: dict[str, Node] = {}
    for index, name in enumerate(names):
        across = round(first + step * index)
        if right:
            along = left - WIDTH - 48 if layer == "Input" else far + 48
            found[name] = Node(layer, position=on_canvas((along, across)))
        else:
            along = top - LEVEL_HEIGHT if layer == "Input" else bottom - TALL + LEVEL_HEIGHT
            found[name] = Node(layer, position=on_canvas((across, along)))
    return found
