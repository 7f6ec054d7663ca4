"""What people write beside a network and switch off in it: random frames, notes, words on nodes, muted nodes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from random import Random
from typing import get_args

from core.annotations import (
    framed,
    joined,
    left_frame,
    new_note_id,
    shifted_notes,
    unframed,
    with_frame,
    with_node_note,
    with_note,
    without_notes,
)
from core.blocks import interior, with_interior
from core.extracting import extracted, put_aside
from core.inference import Inference
from core.layout import Colour, Direction, Frame, Layout, Note, with_muted
from core.muting import mutable
from core.shapes import infer

TEXTS = (
    "",
    "a",
    "# Title\n\n* one\n* two",
    "이름 \u2028 🙂",
    'quotes " and \\',
    "<b>x</b>\t",
    "  ",
    "half \ud83d",
    "x" * 400,
)
SIZES = (0.0, 40.0, 33.3, 240.0, 1e9, float("nan"))


def some_muted(layout: Layout, random: Random) -> Layout:
    """With up to three nodes muted, at the top or in blocks, that hand on just what they gave before."""
    for _ in range(random.randint(1, 3)):
        found = infer(layout)
        chosen = random.choice([None, *layout.blocks])
        changed = _muted_inside(layout, chosen, found, random) if chosen else _muted(layout, _passing(found), random)
        # What is left out may have been all that read an Input, and what is left may be written over in place.
        layout = layout if infer(changed).errors else changed
    return layout


def _muted(layout: Layout, node_ids: Collection[str], random: Random) -> Layout:
    if not node_ids:
        return layout
    chosen = [random.choice(sorted(node_ids))]
    return put_aside(layout, chosen) if random.random() < 0.4 else with_muted(layout, chosen, True)


def _muted_inside(layout: Layout, name: str, found: Inference, random: Random) -> Layout:
    uses = _uses(found, name)
    passing = set[str](layout.blocks[name].nodes).intersection(*map(_passing, uses)) if uses else set[str]()
    return with_interior(layout, name, _muted(interior(layout, name), passing, random))


def _uses(found: Inference, name: str) -> list[Inference]:
    """The inside of a block at each of its uses."""
    uses: list[Inference] = []
    for node_id, facts in found.nodes.items():
        for inside in facts.instances:
            uses += [inside, *_uses(inside, name)] if found.layout.nodes[node_id].layer == name else _uses(inside, name)
    return uses


def _passing(found: Inference) -> set[str]:
    """The nodes that give just such a tensor as they receive."""
    return {
        key
        for key, facts in found.nodes.items()
        if facts.inputs and facts.outputs and facts.inputs[0] == facts.outputs[0] and mutable(found.layout, key)
    }


def annotated(layout: Layout, random: Random) -> Layout:
    """With frames, notes and words on nodes, at the top and in blocks."""
    for _ in range(random.randint(1, 4)):
        layout = annotation_edit(layout, random)
    for name in layout.blocks:
        if random.random() < 0.6:
            layout = with_interior(layout, name, annotation_edit(interior(layout, name), random))
    return replace(layout, direction=random.choice(get_args(Direction)))


def annotation_edit(layout: Layout, random: Random) -> Layout:
    """The layout after something was written, drawn, moved or taken away beside its nodes."""
    edits = [_noted]
    edits += [_framed, _framed, _worded] if layout.nodes else []
    edits += [_frame_changed] if layout.frames else []
    edits += [_note_changed] if layout.notes else []
    return random.choice(edits)(layout, random)


def loosened(layout: Layout, random: Random) -> Layout:
    """Some nodes out of their wires, and perhaps muted."""
    return random.choice((extracted, put_aside))(layout, _some(layout.nodes, random))


def switched(layout: Layout, random: Random) -> Layout:
    return with_muted(layout, _some(layout.nodes, random), random.random() < 0.7)


def _some(names: Mapping[str, object], random: Random) -> list[str]:
    return random.sample(list(names), random.randint(1, min(4, len(names))))


def _colour(random: Random) -> Colour:
    return random.choice(get_args(Colour))


def _framed(layout: Layout, random: Random) -> Layout:
    return framed(layout, _some(layout.nodes, random), random.choice(TEXTS), _colour(random))


def _frame_changed(layout: Layout, random: Random) -> Layout:
    key = random.choice(list(layout.frames))
    some = _some(layout.nodes, random)
    return random.choice(
        (
            lambda: unframed(layout, key),
            lambda: joined(layout, key, some),
            lambda: left_frame(layout, some),
            lambda: left_frame(layout, some, key),
            lambda: with_frame(layout, key, Frame(random.choice(TEXTS), tuple(some), _colour(random))),
        )
    )()


def _noted(layout: Layout, random: Random) -> Layout:
    return with_note(layout, new_note_id(layout), _note(random))


def _note(random: Random) -> Note:
    return Note(random.choice(TEXTS), (random.choice(SIZES), -random.choice(SIZES)), (random.choice(SIZES), 90.5))


def _note_changed(layout: Layout, random: Random) -> Layout:
    some = _some(layout.notes, random)
    return random.choice(
        (
            lambda: without_notes(layout, some),
            lambda: shifted_notes(layout, some, random.choice((-4.0, 0.25)), 1e7),
            lambda: with_note(layout, some[0], _note(random)),
        )
    )()


def _worded(layout: Layout, random: Random) -> Layout:
    return with_node_note(layout, random.choice(list(layout.nodes)), random.choice(TEXTS))
