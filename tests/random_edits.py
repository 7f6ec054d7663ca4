"""Random edits of a layout: what the window, the inspector and a problem's card can do, wisely and unwisely."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from random import Random
from typing import TypeAlias, get_args

from core.blocks import interior, nesting_problem, with_interior
from core.catalogue import ENTRIES, OPERATIONS
from core.datasets import NAMES as DATASETS
from core.edits import added, appended, deleted, duplicated, inserted, lone, moved_into, shifted
from core.graph import connection_problem, free_input, ports
from core.layers import specification
from core.layout import (
    Direction,
    Edge,
    Layout,
    with_argument,
    with_edge,
    with_frozen,
    with_positions,
    with_renamed,
    with_repeat,
    with_shared,
    with_title,
    with_training,
    without_argument,
    without_edges,
    without_nodes,
)
from core.placement import settled
from core.shapes import infer
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.training.losses import LOSSES
from core.training.optimizers import OPTIMIZERS
from core.training.schedulers import SCHEDULERS
from core.values import Reference, Value
from tests.random_annotations import annotation_edit, loosened, switched
from tests.random_blocks import wrapped
from tests.random_graphs import NAMES
from tests.random_restructuring import restructured
from tests.random_training import random_training

TRAINING = tuple(field.name for field in fields(TrainingConfig))

ODD_VALUES: Sequence[Value] = (
    *(0, 1, -1, 2, 3, 7, 64, 10**9, 2**63, -(10**9), 10**30),
    *(0.0, 0.5, -0.5, 1e300, 1e-300, -0.0),
    *(True, False, None, "", "same", "zeros", "가", "x" * 300, "a\nb"),
    *((), (1,), (2, 3), (0, 0), (-1, 64), (1, 2, 3, 4), (0.5, True), ("a",), ((1, 2), (3,)), (None, 4), (1, 28, 28)),
    *(Reference("channels"), Reference("nothing", 3)),
)

Edit: TypeAlias = Callable[[Layout, Random], Layout]


def random_edit(layout: Layout, random: Random) -> Layout:
    """The layout after one edit, at the top or inside a block; the same layout where the edit does not apply."""
    if layout.blocks and random.random() < 0.3:
        name = random.choice(list(layout.blocks))
        return _sound(with_interior(layout, name, _edited(interior(layout, name), random)), layout)
    if random.random() < 0.08:
        return random.choice((_training, _title, _mended, _wrapped, _turned))(layout, random)
    return _sound(_edited(layout, random), layout)


def _sound(edited: Layout, layout: Layout) -> Layout:
    """The window offers no block inside itself."""
    return layout if nesting_problem(edited.blocks) else edited


def _edited(layout: Layout, random: Random) -> Layout:
    return random.choice(EDITS if layout.nodes else EDITS[:1])(layout, random)


def _layer(layout: Layout, random: Random) -> str:
    return random.choice((*ENTRIES, *layout.blocks, *layout.blocks))


def _place(random: Random) -> tuple[float, float]:
    return random.choice((0.0, -40.0, 12.5, 300.0)), random.choice((0.0, 100.0, 1e6))


def _node(layout: Layout, random: Random) -> str:
    return random.choice(list(layout.nodes))


def _some(layout: Layout, random: Random) -> list[str]:
    return random.sample(list(layout.nodes), random.randint(1, min(3, len(layout.nodes))))


def _added(layout: Layout, random: Random) -> Layout:
    return added(layout, _layer(layout, random), _place(random))


def _appended(layout: Layout, random: Random) -> Layout:
    return appended(layout, _node(layout, random), _layer(layout, random))


def _inserted(layout: Layout, random: Random) -> Layout:
    layer = _layer(layout, random)
    entry = layout.entry_of(layer)
    if not layout.edges or not entry.inputs or not entry.outputs:
        return layout
    return inserted(layout, random.choice(layout.edges), layer, random.choice((None, _place(random))))


def _moved_into(layout: Layout, random: Random) -> Layout:
    alone = [key for key in layout.nodes if lone(layout, key)]
    if not alone or not layout.edges:
        return layout
    return moved_into(layout, random.choice(layout.edges), random.choice(alone), _place(random))


def _deleted(layout: Layout, random: Random) -> Layout:
    edges = random.sample(layout.edges, random.randint(0, min(2, len(layout.edges))))
    return deleted(layout, _some(layout, random), edges)


def _without_nodes(layout: Layout, random: Random) -> Layout:
    return without_nodes(layout, [_node(layout, random)])


def _duplicated(layout: Layout, random: Random) -> Layout:
    return duplicated(layout, _some(layout, random)) if len(layout.nodes) < 30 else layout


def _shifted(layout: Layout, random: Random) -> Layout:
    return shifted(layout, _some(layout, random), *_place(random)) if random.random() < 0.5 else settled(layout)


def _positions(layout: Layout, random: Random) -> Layout:
    return with_positions(layout, {key: _place(random) for key in _some(layout, random)})


def _argument(layout: Layout, random: Random) -> Layout:
    """An argument of the layer's form, or a strange one, with a value of any kind."""
    node_id = _node(layout, random)
    layer = layout.nodes[node_id].layer
    if layer in layout.blocks:
        names = [*layout.blocks[layer].arguments]
    else:
        names = [field.name for field in specification(layer).fields]
    name = random.choice(names) if names and random.random() < 0.9 else random.choice(("out_features", "nothing"))
    value = random.choice((random.choice(ODD_VALUES), random.randint(1, 8)))
    return with_argument(layout, node_id, name, value)


def _without_argument(layout: Layout, random: Random) -> Layout:
    node_id = _node(layout, random)
    given = layout.nodes[layout.nodes[node_id].shares or node_id].arguments
    return without_argument(layout, node_id, random.choice([*given, "nothing"]))


def _renamed(layout: Layout, random: Random) -> Layout:
    new = random.choice(NAMES)
    return layout if new in layout.nodes else with_renamed(layout, _node(layout, random), new)


def _connected(layout: Layout, random: Random) -> Layout:
    source, target = _node(layout, random), _node(layout, random)
    outputs, port = ports(layout, source).outputs, free_input(layout, target)
    if not outputs or port is None:
        return layout
    edge = Edge(source, target, random.randrange(outputs), port)
    problem = connection_problem(layout, edge)
    # A file may hold a cycle, so the core knows what to say of one.
    refused = problem is not None and (problem.rule != "connection.cycle" or random.random() < 0.7)
    return layout if refused else with_edge(layout, edge)


def _disconnected(layout: Layout, random: Random) -> Layout:
    return without_edges(layout, [random.choice(layout.edges)]) if layout.edges else layout


def _repeated(layout: Layout, random: Random) -> Layout:
    uses = [key for key, node in layout.nodes.items() if node.layer in layout.blocks and node.shares is None]
    return with_repeat(layout, random.choice(uses), random.choice((1, 2, 3))) if uses else layout


def _has_module(layout: Layout, node_id: str) -> bool:
    return layout.nodes[node_id].layer not in {*OPERATIONS, "Input", "Output"}


def _frozen(layout: Layout, random: Random) -> Layout:
    return with_frozen(layout, _node(layout, random), random.random() < 0.7)


def _shared(layout: Layout, random: Random) -> Layout:
    modules = [key for key in layout.nodes if _has_module(layout, key)]
    if not modules:
        return layout
    node_id, owner = random.choice(modules), random.choice((None, random.choice(modules)))
    alike = owner is None or layout.nodes[owner].layer == layout.nodes[node_id].layer
    if not alike or (owner is not None and node_id in (owner, layout.nodes[owner].shares)):
        return layout
    return with_shared(layout, node_id, owner)


def _training(layout: Layout, random: Random) -> Layout:
    training, rate = layout.training, random.choice((0.1, -1.0, True, None, "x"))
    change: Mapping[str, object] = random.choice(
        (
            {"dataset": Choice(random.choice(tuple(DATASETS)))},
            {"loss": Choice(random.choice(tuple(LOSSES)))},
            {"optimizer": Choice(random.choice(tuple(OPTIMIZERS)), {"lr": rate})},
            {"batch_size": random.choice((1, 7, 65_536))},
            {"epochs": random.choice((1, 100_000))},
            {(name := random.choice(TRAINING)): getattr(random_training(random), name)},
            {"scheduler": Choice(random.choice(tuple(SCHEDULERS)), {"gamma": rate}), "warmup_steps": 100},
            {"added_losses": tuple(AddedLoss(Choice(name), 0.5) for name in random.sample(tuple(LOSSES), 2))},
        )
    )
    return with_training(layout, replace(training, **change))  # type: ignore[arg-type]


def _title(layout: Layout, random: Random) -> Layout:
    return with_title(layout, random.choice(("", "이름", "a\tb", '"', "\\u0000", "\u2028")))


def _mended(layout: Layout, random: Random) -> Layout:
    mends = [mend for problem in infer(layout).problems for mend in problem.mends]
    return random.choice(mends).edit(layout) if mends else layout


def _wrapped(layout: Layout, random: Random) -> Layout:
    muted = any(node.muted for node in layout.nodes.values())
    return layout if muted or infer(layout).errors or len(layout.blocks) > 4 else wrapped(layout, random)


def _turned(layout: Layout, random: Random) -> Layout:
    return replace(layout, direction=random.choice(get_args(Direction)))


EDITS: Sequence[Edit] = (
    _added,
    _appended,
    _inserted,
    _moved_into,
    _deleted,
    _without_nodes,
    _duplicated,
    _shifted,
    _positions,
    _argument,
    _argument,
    _argument,
    _without_argument,
    _renamed,
    _connected,
    _connected,
    _disconnected,
    _repeated,
    _frozen,
    _shared,
    switched,
    loosened,
    annotation_edit,
    annotation_edit,
    restructured,
    restructured,
)
