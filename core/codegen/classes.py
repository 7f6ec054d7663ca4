"""Which class each block becomes in the code: its constructor's arguments, and what its layers are built with.

A use of a block decides sizes inside it that nobody wrote down, such as `in_channels`. Where they differ between the
uses, the class takes them as arguments; where an argument of the block says the same, it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.blocks import resolved
from core.names import name_problem
from core.steps import Forward, Step, forward_of
from core.values import Reference, Value

if TYPE_CHECKING:
    from core.inference import Inference
    from core.layout import Layout

MULTIPLES = (2, 3, 4, 6, 8)
"""What sizes are multiples of in the networks that people write: the gates, the heads, the wide layer between."""


@dataclass
class BlockClass:
    """A class of the printed code, and the arguments of each of its layers: values, or references to its own."""

    name: str
    forward: Forward
    """Of its first use."""
    sizes: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    """The arguments that the uses decide, with what each use decides."""
    entrances: dict[str, int] = field(default_factory=dict)
    """Those of them that are sizes of what flows into the block, with the number of its Input."""
    declared: Mapping[str, Value] = field(default_factory=dict)
    """The arguments of the block itself, with their defaults."""
    given: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    """What each use gives them."""
    arguments: dict[str, Mapping[str, Value]] = field(default_factory=dict)
    """By node, what the layer or operation is called with."""
    uses: dict[str, tuple[Use, ...]] = field(default_factory=dict)
    """By node, for a block inside this one: a use for each repetition."""
    same_shapes: bool = True
    """Whether the same shapes flow through every use of it."""


@dataclass(frozen=True)
class Use:
    """A call of a block's class."""

    block: str
    decided: Mapping[str, Value]
    """The arguments that the uses decide, in the order of the class's signature."""
    arguments: Mapping[str, Value]
    """Those of the block's own that differ from its defaults."""


@dataclass(frozen=True)
class _Instance:
    values: Mapping[str, Value]
    forward: Forward


def block_classes(inference: Inference) -> tuple[BlockClass, ...]:
    """The classes of all blocks that are used, each behind those it needs; last, without a name, the network itself."""
    layout, forward = inference.layout, forward_of(inference)
    instances: dict[str, list[_Instance]] = {}
    _collect(layout, forward, instances)
    found: dict[str, BlockClass] = {}
    order: dict[int, int] = {}
    for name in instances:
        _plan(layout, name, instances, found, order)
    root = BlockClass("", forward)
    _fill(layout, root, [_Instance({}, forward)], found, order)
    return (*found.values(), root)


def _collect(layout: Layout, forward: Forward, instances: dict[str, list[_Instance]]) -> None:
    for step in forward.steps:
        for inside in step.inside:
            values = {**layout.blocks[step.layer].arguments, **step.arguments}
            instances.setdefault(step.layer, []).append(_Instance(values, inside))
            _collect(layout, inside, instances)


def _plan(
    layout: Layout,
    name: str,
    instances: Mapping[str, list[_Instance]],
    found: dict[str, BlockClass],
    order: dict[int, int],
) -> None:
    """Plan a block's class after those of the blocks inside it. `order` numbers the instances of each block."""
    if name in found:
        return
    block, own = layout.blocks[name], instances[name]
    for node in block.nodes.values():
        if node.layer in layout.blocks:
            _plan(layout, node.layer, instances, found, order)
    order.update({id(instance.forward): index for index, instance in enumerate(own)})
    given = {key: tuple(instance.values[key] for instance in own) for key in block.arguments}
    plan = BlockClass(name, own[0].forward, declared=block.arguments, given=given)
    _fill(layout, plan, own, found, order)
    plan.same_shapes = len({tuple(step.outputs for step in instance.forward.steps) for instance in own}) == 1
    found[name] = plan


def _fill(
    layout: Layout,
    plan: BlockClass,
    instances: Sequence[_Instance],
    found: Mapping[str, BlockClass],
    order: Mapping[int, int],
) -> None:
    """Find what each layer inside is called with, adding the arguments that the class needs for it."""
    for index, step in enumerate(plan.forward.steps):
        steps = [instance.forward.steps[index] for instance in instances]
        if step.inside:
            plan.uses[step.node] = tuple(_uses(layout, plan, step, steps, found, order))
            continue
        written = layout.blocks[plan.name].nodes[step.module].arguments if plan.name else {}
        plan.arguments[step.node] = {
            key: _expressed(
                plan,
                step.node,
                key,
                written.get(key),
                tuple(other.arguments[key] for other in steps),
                _entrance(plan, step, {name: port for name, port, _ in step.entry.decided}.get(key)),
            )
            for key in step.arguments
        }


def _uses(
    layout: Layout,
    plan: BlockClass,
    step: Step,
    steps: Sequence[Step],
    found: Mapping[str, BlockClass],
    order: Mapping[int, int],
) -> Iterator[Use]:
    inner = found[step.layer]
    written = layout.blocks[plan.name].nodes[step.module].arguments if plan.name else {}
    for repetition, inside in enumerate(step.inside):
        arguments: dict[str, Value] = {}
        decided: dict[str, Value] = {}
        for name, sizes in inner.sizes.items():
            values = tuple(sizes[order[id(other.inside[repetition])]] for other in steps)
            entrance = _entrance(plan, step, inner.entrances.get(name))
            decided[name] = _expressed(plan, step.node, name, None, values, entrance)
        for name, default in inner.declared.items():
            given = tuple(inner.given[name][order[id(other.inside[repetition])]] for other in steps)
            raw = written.get(name, default if plan.name else None)
            value = raw if isinstance(raw, Reference) else _expressed(plan, step.node, name, raw, given)
            if not _same(value, default):
                arguments[name] = value
        assert inside is step.inside[repetition]
        yield Use(step.layer, decided, arguments)


def _entrance(plan: BlockClass, step: Step, port: int | None) -> int | None:
    """The number of the block's Input that a step reads at this port; None if it reads something else there."""
    source = step.sources[port] if port is not None and port < len(step.sources) else None
    if source is None or source[0] not in plan.forward.starts:
        return None
    return plan.forward.starts.index(source[0])


def _expressed(
    plan: BlockClass, node: str, name: str, written: Value, values: tuple[Value, ...], entrance: int | None = None
) -> Value:
    """The value, or the reference to the class's argument, that gives each use what it has there.

    What comes in by an `entrance` of the block is decided outside: that it is a multiple of an argument is chance.
    """
    if isinstance(written, Reference):
        return written
    constant = all(_same(value, values[0]) for value in values)
    if written is not None or not plan.name:
        assert constant, (node, name, values)
        return values[0]
    known = {**plan.given, **plan.sizes}
    if isinstance(values[0], int) and not isinstance(values[0], bool):
        for argument, given in known.items():
            if _equal(given, values):
                return Reference(argument)
        for argument in plan.given if entrance is None else ():
            for times in MULTIPLES:
                multiple = Reference(argument, times)
                each = (resolved(multiple, {argument: value}) for value in plan.given[argument])
                if _equal(tuple(each), values):
                    return multiple
    if constant and entrance is None:
        return values[0]
    fresh = name
    if fresh in known or name_problem(fresh) is not None:
        fresh = f"{node}_{name}"
    plan.sizes[fresh] = values
    if entrance is not None:
        plan.entrances[fresh] = entrance
    return Reference(fresh)


def _equal(given: Sequence[Value], values: Sequence[Value]) -> bool:
    return all(_same(one, other) for one, other in zip(given, values, strict=True))


def _same(one: Value, other: Value) -> bool:
    """Whether two values are one argument: 1 and True and 1.0 are equal in Python and are not."""
    return type(one) is type(other) and one == other
