"""Parts of a valid network made into blocks: with arguments of their own, used twice, repeated, one in the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from random import Random

from core.graph import order
from core.layout import Block, Edge, Layout, Node, framed_without
from core.shapes import infer
from core.steps import Source
from core.values import Reference, Value

BLOCK_NAMES = ("Block", "Stage", "ResidualBlock", "Encoder", "Net", "block", "Inner", "OrderedDict_2", "F", "가지")
ARGUMENT_NAMES = ("channels", "width", "x", "stride", "dim", "in_channels", "p", "conv", "n", "y", "k", "이름")
MULTIPLES = (2, 3, 4)


def wrapped(layout: Layout, random: Random) -> Layout:
    """The layout with some of its nodes in a block, or as it is where that makes no valid network."""
    inner = [key for key in order(layout) if layout.nodes[key].layer not in ("Input", "Output")]
    if not inner:
        return layout
    start = random.randrange(len(inner))
    # A run of the order: no path leaves it and comes back.
    chosen = inner[start : start + random.randint(1, 5)]
    if _shares_across(layout, chosen):
        return layout
    found = _with_block(layout, chosen, random)
    if found is None or infer(found[0]).errors:
        return layout
    best, use = found
    for change in (_repeated, _used_again, _used_again, _with_another_value):
        if random.random() < 0.5:
            changed = change(best, use, random)
            best = best if infer(changed).errors else changed
    return best


def _shares_across(layout: Layout, chosen: Collection[str]) -> bool:
    """Whether a module is used on both sides of the border."""
    shares = ((key, node.shares) for key, node in layout.nodes.items() if node.shares is not None)
    return any((key in chosen) != (owner in chosen) for key, owner in shares)


def _with_block(layout: Layout, chosen: Collection[str], random: Random) -> tuple[Layout, str] | None:
    into = [edge for edge in layout.edges if edge.target in chosen and edge.source not in chosen]
    out = [edge for edge in layout.edges if edge.source in chosen and edge.target not in chosen]
    within = [edge for edge in layout.edges if edge.source in chosen and edge.target in chosen]
    if not into or not out:
        return None
    inputs = dict.fromkeys((edge.source, edge.output) for edge in into)
    outputs = dict.fromkeys((edge.source, edge.output) for edge in out)
    nodes: dict[str, Node] = {}
    starts = {source: _named(nodes, chosen, "Input", random) for source in inputs}
    nodes |= {key: layout.nodes[key] for key in layout.nodes if key in chosen}
    ends = {source: _named(nodes, (), "Output", random) for source in outputs}
    edges = [*within]
    edges += [replace(edge, source=starts[edge.source, edge.output], output=0) for edge in into]
    edges += [Edge(source, name, output) for (source, output), name in ends.items()]
    nodes, arguments, given = _with_references(nodes, random)
    name = _fresh(BLOCK_NAMES, layout.blocks, random)
    use = _fresh(("use", "block_node", "x", "stage", "features"), {*layout.nodes} - {*chosen}, random)
    outer = {key: node for key, node in layout.nodes.items() if key not in chosen}
    outer[use] = Node(name, given, frozen=random.random() < 0.2)
    kept = [edge for edge in layout.edges if edge not in into and edge not in out and edge not in within]
    kept += [Edge(source, use, output, port) for port, (source, output) in enumerate(inputs)]
    places = {source: place for place, source in enumerate(outputs)}
    kept += [replace(edge, source=use, output=places[edge.source, edge.output]) for edge in out]
    blocks = {**layout.blocks, name: Block(nodes, tuple(edges), arguments)}
    frames = framed_without(layout.frames, chosen)
    return replace(layout, nodes=outer, edges=tuple(kept), blocks=blocks, frames=frames), use


def _named(nodes: dict[str, Node], more: Collection[str], layer: str, random: Random) -> str:
    name = _fresh(("x", "y", layer.lower() + "_1", "images", "out", "value"), {*nodes, *more}, random)
    nodes[name] = Node(layer)
    return name


def _fresh(names: Collection[str], taken: Collection[str], random: Random) -> str:
    name = random.choice(sorted(names))
    while name in taken:
        name = f"{name}_{random.randint(2, 9)}"
    return name


def _with_references(
    nodes: Mapping[str, Node], random: Random
) -> tuple[dict[str, Node], dict[str, Value], dict[str, Value]]:
    """The nodes with references for some arguments, the block's arguments, and what the use gives them."""
    found, arguments, given = dict(nodes), dict[str, Value](), dict[str, Value]()
    for key, node in nodes.items():
        for argument, value in node.arguments.items():
            if isinstance(value, Reference) or value is None or random.random() < 0.6:
                continue
            if (node.layer, argument) == ("slice", "dim"):
                # Printed in another way, whose gradient lies differently in memory and has other last bits.
                continue
            times = 1
            if type(value) is int and value and random.random() < 0.3:
                times = next((factor for factor in MULTIPLES if value % factor == 0), 1)
                value //= times
            known = [name for name in arguments if repr(given.get(name, arguments[name])) == repr(value)]
            if known and random.random() < 0.7:
                name = random.choice(known)
            else:
                name = _fresh(ARGUMENT_NAMES, arguments, random)
                arguments[name] = value
                if random.random() < 0.4:
                    given[name] = value
                    arguments[name] = _other(value, random)
            changed = {**found[key].arguments, argument: Reference(name, times)}
            found[key] = replace(found[key], arguments=changed)
    return found, arguments, given


def _other(value: Value, random: Random) -> Value:
    """Another value of the same kind, as a default that the use does not keep."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return max(1, value + random.choice((-1, 0, 1, 2)))
    return value


def _repeated(layout: Layout, use: str, random: Random) -> Layout:
    return replace(layout, nodes={**layout.nodes, use: replace(layout.nodes[use], repeat=random.choice((2, 3)))})


def _used_again(layout: Layout, use: str, random: Random) -> Layout:
    """The block once more: behind another value, behind itself, or with the same module."""
    node = layout.nodes[use]
    sources: list[Source] = [(edge.source, edge.output) for edge in layout.into(use)]
    if random.random() < 0.5:
        found = infer(layout)
        free = [(key, index) for key, facts in found.nodes.items() for index in range(len(facts.outputs))]
        # Whatever lies before the block or not behind it at all: the new use is read by Outputs only.
        sources = [random.choice(free) for _ in sources]
    shares = (node.shares or use) if random.random() < 0.3 else None
    name = _fresh(("again", "second", "use", "out"), layout.nodes, random)
    copy = Node(node.layer, shares=shares) if shares else replace(node, shares=None, frozen=random.random() < 0.2)
    nodes = {**layout.nodes, name: copy}
    edges = [Edge(source, name, output, port) for port, (source, output) in enumerate(sources)]
    for output in range(layout.entry(use).outputs):
        end = _fresh(("end", "result_1", "y"), nodes, random)
        nodes[end] = Node("Output")
        edges.append(Edge(name, end, output))
    return replace(layout, nodes=nodes, edges=(*layout.edges, *edges))


def _with_another_value(layout: Layout, use: str, random: Random) -> Layout:
    arguments = layout.blocks[layout.nodes[use].layer].arguments
    if not arguments:
        return layout
    name = random.choice(sorted(arguments))
    node = layout.nodes[use]
    changed = {**node.arguments, name: _other(node.arguments.get(name, arguments[name]), random)}
    return replace(layout, nodes={**layout.nodes, use: replace(node, arguments=changed)})
