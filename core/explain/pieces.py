"""The formulas of what joins tensors along a dimension, and of what takes pieces of one."""

from __future__ import annotations

from collections.abc import Mapping

from core.explain.dimensions import Arguments, Rule, dim_of, heading, number
from core.explain.reason import Reason, about, given, indexed, of_shape, part
from core.signals import Shape, Size


def _cat(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    dim = dim_of(arguments, "dim", 0, len(outputs[0]))
    letter = heading(outputs[0], dim)
    letter = letter if letter.isalpha() else "d"
    known = {indexed(letter, index): shape[dim] for index, shape in enumerate(inputs, start=1)}
    return about(dim, heading(outputs[0], dim), "cat", " + ".join(known), known, dim=dim)


def _stack(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    dim = dim_of(arguments, "dim", 0, len(outputs[0]))
    return about(dim, f"dim {dim}", "stack", "tensors", {"tensors": len(inputs)}, dim=dim)


def _chunk(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    dim = dim_of(arguments, "dim", 0, len(inputs[0]))
    own, size = heading(inputs[0], dim), inputs[0][dim]
    own = own if own.isalpha() else indexed("d", dim)
    chunks = number(arguments, "chunks", len(outputs))
    return _pieces(f"⌈{own} / chunks⌉", own, size, {"chunks": chunks}, dim, outputs)


def _split(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    dim = dim_of(arguments, "dim", 0, len(inputs[0]))
    argument = next((name for name in arguments if name.startswith("split_size")), "split_size_or_sections")
    wanted = arguments.get(argument)
    if isinstance(wanted, tuple):
        return tuple(
            reason
            for index in range(len(outputs))
            for reason in given(
                dim,
                heading(outputs[index], dim),
                f"{argument}[{index}]",
                int(part(arguments, argument, index, 0)[1]),
                index,
            )
        )
    own = heading(inputs[0], dim)
    own = own if own.isalpha() else indexed("d", dim)
    return _pieces(argument, own, inputs[0][dim], {argument: number(arguments, argument, 1)}, dim, outputs)


def _pieces(
    piece: str, own: str, size: Size, known: Mapping[str, int], dim: int, outputs: tuple[Shape, ...]
) -> tuple[Reason, ...]:
    """Equal pieces of a dimension; the last one gets what is left."""
    found: list[Reason] = []
    values: dict[str, Size | float] = {own: size, **known}
    for index, shape in enumerate(outputs):
        last = index == len(outputs) - 1 and shape[dim] != outputs[0][dim]
        formula = f"{own} − {index}·{piece}" if last else piece
        rule = "piece_rest" if last else "piece"
        found += about(dim, heading(shape, dim), rule, formula, values, index, dim=dim)
    return tuple(found)


def _picked(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return of_shape(outputs[0], "picked", dim=dim_of(arguments, "dim", 0, len(inputs[0])))


def _narrow(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    dim = dim_of(arguments, "dim", 0, len(inputs[0]))
    return given(dim, heading(outputs[0], dim), "length", number(arguments, "length", 1))


def _slice(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """From start to stop as Python counts: from the end where negative, and never beyond it."""
    dim = dim_of(arguments, "dim", 0, len(inputs[0]))
    size = inputs[0][dim]
    if not isinstance(size, int):
        return ()
    start, stop, step = slice(arguments.get("start"), arguments.get("stop"), arguments.get("step")).indices(size)
    known = {"start": start, "stop": max(start, stop), "step": step}
    return about(dim, heading(outputs[0], dim), "sliced", "⌈(stop − start) / step⌉", known)


PIECES: Mapping[str, Rule] = {
    "cat": _cat,
    "stack": _stack,
    "chunk": _chunk,
    "split": _split,
    "select": _picked,
    "narrow": _narrow,
    "slice": _slice,
}
