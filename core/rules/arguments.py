"""What can be wrong with a node's arguments, by themselves and together with what flows in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.catalogue import ENTRIES, Entry
from core.layers import specification
from core.layout import Layout
from core.problems import Problem
from core.rules import mends
from core.signals import Signal, values_in
from core.values import Value

# Layers that torch runs on whole numbers too.
ANY_DTYPE = frozenset({"Identity", "Flatten", "Unflatten", "Output", "Input"})


def argument_problems(layout: Layout, node_id: str) -> Iterator[Problem]:
    """Unknown, missing and out-of-range arguments."""
    node = layout.nodes[node_id]
    spec = specification(node.layer)
    known = {field.name: field for field in spec.fields}
    for name, value in node.arguments.items():
        if name not in known:
            values = {"node": node_id, "layer": node.layer, "argument": name}
            yield Problem(node_id, "argument.unknown", values, (mends.leave_out(node_id, name),), argument=name)
            continue
        error = known[name].check(value)
        if error is not None:
            mend = () if known[name].required else (mends.leave_out(node_id, name),)
            yield Problem(node_id, error.rule, {"node": node_id, **error.values}, mend, argument=name)
    for field in spec.fields:
        if field.required and field.name not in node.arguments:
            example = (mends.set_argument(node_id, field.name, field.example),) if field.example is not None else ()
            values = {"node": node_id, "argument": field.name}
            yield Problem(node_id, "argument.missing", values, example, argument=field.name)


def input_problems(
    layout: Layout, node_id: str, arguments: Mapping[str, Value], received: tuple[Signal, ...]
) -> Iterator[Problem]:
    """Why this layer cannot take what flows in; `arguments` is complete and each by itself is sound."""
    node = layout.nodes[node_id]
    entry = ENTRIES[node.layer]
    if entry.category == "operation":
        return
    signal = received[0]
    values: dict[str, object] = {"node": node_id, "layer": node.layer, "received": signal.shape}
    if entry.integers != signal.dtype.startswith("int") and node.layer not in ANY_DTYPE:
        rule = "dtype.integers_needed" if entry.integers else "dtype.reals_needed"
        yield Problem(node_id, rule, {**values, "dtype": signal.dtype})
        return
    if entry.ranks and len(signal.shape) not in entry.ranks:
        yield _rank_problem(layout, node_id, entry, signal, values)
        return
    yield from _inferred_problem(layout, node_id, entry, signal, values)
    yield from _dimension_problems(node_id, arguments, signal, values)
    yield from _group_problems(node_id, arguments, values)
    if entry.category in ("convolution", "pooling") and not entry.name.startswith(("ConvTranspose", "Adaptive")):
        yield from _window_problems(node_id, entry, arguments, signal, values)


def _rank_problem(layout: Layout, node_id: str, entry: Entry, signal: Signal, values: Mapping[str, object]) -> Problem:
    wanted = entry.ranks[0]
    form = ("N", "C", "D", "H", "W") if wanted == 5 else ("N", "C", "H", "W")[:wanted]
    form = ("N", "C", "L") if wanted == 3 else form
    mend: tuple[mends.Mend, ...] = ()
    if wanted == 2 and len(signal.shape) > 2:
        mend = (mends.insert(layout.into(node_id)[0], "Flatten"),)
    return Problem(node_id, "shape.rank", {**values, "wanted": form}, mend)


def _inferred_problem(
    layout: Layout, node_id: str, entry: Entry, signal: Signal, values: Mapping[str, object]
) -> Iterator[Problem]:
    """An `in_…` argument that was given and is not what flows in."""
    name = entry.inferred
    if name is None:
        return
    if len(signal.shape) < 2:
        yield Problem(node_id, "shape.no_features", values)
        return
    given = layout.nodes[node_id].arguments.get(name)
    size = signal.shape[entry.axis]
    if isinstance(given, tuple):
        found: object = signal.shape[-len(given) :]
        if given == found:
            return
    elif given is None or given == size:
        return
    mend = [mends.leave_out(node_id, name)]
    if entry.name == "Linear" and len(signal.shape) > 2 and values_in(signal.shape) == given:
        mend.insert(0, mends.insert(layout.into(node_id)[0], "Flatten"))
    details = {**values, "argument": name, "given": given, "size": size}
    yield Problem(node_id, "shape.inferred_mismatch", details, tuple(mend), argument=name)


def _dimension_problems(
    node_id: str, arguments: Mapping[str, Value], signal: Signal, values: Mapping[str, object]
) -> Iterator[Problem]:
    rank = len(signal.shape)
    for name in ("dim", "start_dim", "end_dim"):
        value = arguments.get(name)
        if isinstance(value, int) and not -rank <= value < rank:
            details = {**values, "argument": name, "given": value, "lowest": -rank, "highest": rank - 1}
            yield Problem(node_id, "argument.dim", details, argument=name)
    if values["layer"] in ("Softmax", "LogSoftmax", "Softmin"):
        dim = arguments.get("dim")
        if dim is None or dim in (0, -rank):
            mend = (mends.set_argument(node_id, "dim", 1),)
            yield Problem(node_id, "argument.softmax_dim", values, mend, severity="warning", argument="dim")


def _group_problems(node_id: str, arguments: Mapping[str, Value], values: Mapping[str, object]) -> Iterator[Problem]:
    for groups, counts in (("groups", ("in_channels", "out_channels")), ("num_groups", ("num_channels",))):
        number = arguments.get(groups)
        for count in counts:
            channels = arguments.get(count)
            if isinstance(number, int) and isinstance(channels, int) and number > 0 and channels % number:
                details = {**values, "groups": groups, "number": number, "argument": count, "channels": channels}
                yield Problem(node_id, "argument.groups", details, argument=groups)
                return


def _window_problems(
    node_id: str, entry: Entry, arguments: Mapping[str, Value], signal: Signal, values: Mapping[str, object]
) -> Iterator[Problem]:
    """A kernel that is larger than the padded image."""
    dimensions = entry.ranks[0] - 2
    sizes = signal.shape[2:]
    kernel = _each(arguments.get("kernel_size"), dimensions)
    padding = _each(arguments.get("padding", 0), dimensions)
    dilation = _each(arguments.get("dilation", 1), dimensions)
    if kernel is None or padding is None or dilation is None:  # padding="same" always fits
        return
    if entry.category == "pooling" and any(2 * pad > size for pad, size in zip(padding, kernel, strict=True)):
        details = {**values, "padding": arguments.get("padding"), "kernel": arguments.get("kernel_size")}
        yield Problem(node_id, "argument.pool_padding", details, argument="padding")
        return
    for size, width, pad, spread in zip(sizes, kernel, padding, dilation, strict=True):
        assert isinstance(size, int)
        if spread * (width - 1) + 1 > size + 2 * pad:
            mend = [mends.delete(node_id)]
            fitting = size + 2 * pad
            if fitting > 1 and spread == 1 and 2 * pad <= fitting:
                mend.insert(0, mends.set_argument(node_id, "kernel_size", fitting))
            details = {**values, "kernel": spread * (width - 1) + 1, "size": fitting}
            yield Problem(node_id, "shape.kernel_too_large", details, tuple(mend), argument="kernel_size")
            return


def _each(value: Value, dimensions: int) -> tuple[int, ...] | None:
    """A size for every dimension; None if it is a word or not given."""
    if isinstance(value, tuple):
        return tuple(part for part in value if isinstance(part, int))
    return (value,) * dimensions if isinstance(value, int) else None
