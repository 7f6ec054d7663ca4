"""Random edits of many nodes at once: copied and pasted, made a block, unpacked, replaced, tidied, put in line."""

from __future__ import annotations

from random import Random
from typing import get_args

from core.aligning import Side, Way, aligned, distributed, straightened
from core.block_edits import fresh_block_name
from core.catalogue import ENTRIES
from core.clipping import clipped, pasted
from core.collapsing import collapse_problem, collapsed
from core.layout import Direction, Layout
from core.replacing import replaced
from core.tidying import tidied
from core.unpacking import unpack_problem, unpacked


def restructured(layout: Layout, random: Random) -> Layout:
    """The layout after one of these edits; the same where the edit does not apply."""
    edits = (_pasted, _collapsed, _collapsed, _unpacked, _unpacked, _replaced, _tidied, _in_line)
    return random.choice(edits)(layout, random)


def _some(layout: Layout, random: Random) -> list[str]:
    """Nodes that are wired to each other, or any."""
    found = [random.choice(list(layout.nodes))]
    for _ in range(random.randint(0, 4)):
        near = [edge.target for edge in layout.out_of(found[-1])] or list(layout.nodes)
        found.append(random.choice(near))
    return found


def _pasted(layout: Layout, random: Random) -> Layout:
    if len(layout.nodes) > 30:
        return layout
    return pasted(layout, clipped(layout, _some(layout, random)), random.choice((None, (0.0, 0.0), (1e6, -40.0))))[0]


def _collapsed(layout: Layout, random: Random) -> Layout:
    chosen = [key for key in _some(layout, random) if layout.nodes[key].layer not in ("Input", "Output")]
    if len(layout.blocks) > 6 or collapse_problem(layout, chosen) is not None:
        return layout
    return collapsed(layout, chosen, fresh_block_name(layout, random.choice(("Block", "stem", "층"))))


def _unpacked(layout: Layout, random: Random) -> Layout:
    uses = [key for key, node in layout.nodes.items() if node.layer in layout.blocks]
    use = random.choice(uses) if uses else None
    if use is None or len(layout.nodes) > 60 or unpack_problem(layout, use) is not None:
        return layout
    return unpacked(layout, use)


def _replaced(layout: Layout, random: Random) -> Layout:
    return replaced(layout, random.choice(list(layout.nodes)), random.choice((*ENTRIES, *layout.blocks)))


def _tidied(layout: Layout, random: Random) -> Layout:
    chosen = random.choice((None, set(_some(layout, random))))
    return tidied(layout, chosen, random.choice(get_args(Direction)))


def _in_line(layout: Layout, random: Random) -> Layout:
    chosen = _some(layout, random)
    if random.random() < 0.3:
        return straightened(layout, chosen)
    if random.random() < 0.5:
        return distributed(layout, chosen, random.choice(get_args(Way)))
    return aligned(layout, chosen, random.choice(get_args(Side)))
