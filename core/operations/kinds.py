"""Kinds of number: a second tensor or a number in its place, reals or whole numbers, and numbers too large for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.operations.asked import REALS, Call, Refusal
from core.operations.forms import FIELDS
from core.operations.spelling import NUMBER

# Some kernels have no code for a kind of number; on the meta device nothing of it is seen.
BOOLEANS: Mapping[str, str] = {"where": "condition", "masked_fill": "mask"}
ALIKE = frozenset({"matmul", "bmm", "scaled_dot_product_attention"})

# Operations whose number becomes one of the tensor's own kind; the others compute with it in a wider one.
NARROW = frozenset("pow where masked_fill clamp pad norm normalize hardtanh full_like".split())
PROMOTING = frozenset({"pow", "where", "clamp", "hardtanh"})
"""Those that make reals of whole numbers when the number is real."""
# The largest whole number as torch compares it: as a float64, where 2**63 - 1 would be 2**63.
LARGEST: Mapping[str, float] = {"float16": 65504, "int32": 2**31 - 1, "int64": 2**63 - 1024}


def operand_problems(call: Call) -> Iterator[Refusal]:
    """Of a second tensor and a number in its place there must be exactly one."""
    name = NUMBER.get(call.name, "other")
    if name not in call.entry.optional or name not in call.arguments:
        return
    wired = call.inputs[call.entry.input_names.index(name)] is not None
    number = call.arguments[name]
    if not wired and number is None:
        example = next(each.example for each in FIELDS[call.name] if each.name == name)
        yield call.refused("operation.no_operand", name, example)
    elif wired and number is not None:
        yield call.refused("operation.two_operands", name)


def kind_problems(call: Call) -> Iterator[Refusal]:
    for port, signal in enumerate(call.inputs):
        if signal is None:
            continue
        name = call.entry.input_names[min(port, call.entry.inputs - 1)]
        kind, dtype = call.entry.kind(port), signal.dtype
        values = {"dtype": dtype, "input": name, "received": signal.shape}
        if kind == "real" and dtype not in REALS:
            yield Refusal("dtype.reals_needed", values, port=port)
        elif kind == "number" and dtype == "bool":
            yield Refusal("dtype.numbers_needed", values, port=port)
        elif kind == "integer" and dtype != "int64":
            yield Refusal("dtype.integers_needed", values, port=port)
        elif kind == "mask" and dtype not in {"bool", call.signals[0].dtype}:
            yield Refusal("dtype.mask", values, port=port)
        elif BOOLEANS.get(call.name) == name and dtype != "bool":
            yield Refusal("dtype.truth_needed", values, port=port)
        elif call.name in ALIKE and kind != "mask" and dtype != call.signals[0].dtype:
            yield Refusal("dtype.alike", {**values, "first": call.signals[0].dtype}, port=port)


def number_problems(call: Call) -> Iterator[Refusal]:
    """A number that is too large for the kind of the tensor it stands beside."""
    if call.name not in NARROW:
        return
    dtype = call.signals[1 if call.name == "where" else 0].dtype
    largest = LARGEST.get(dtype)
    for each in FIELDS[call.name]:
        value = call.arguments[each.name]
        if largest is None or each.kind != "real" or not isinstance(value, (int, float)):
            continue
        # `where` widens a real kind to its number, too.
        widened = call.name in PROMOTING and (isinstance(value, float) if dtype not in REALS else call.name == "where")
        if abs(value) > largest and not widened:
            yield call.refused("operation.number_range", each.name, dtype=dtype, largest=largest)
            return


def clamp_problems(call: Call) -> Iterator[Refusal]:
    if call.arguments["min"] is None and call.arguments["max"] is None:
        yield call.refused("operation.clamp", "min", 0.0)


def power_problems(call: Call) -> Iterator[Refusal]:
    exponent = call.arguments["exponent"]
    if isinstance(exponent, int) and exponent < 0 and call.signals[0].dtype not in REALS:
        yield call.refused("operation.whole_power", "exponent", float(exponent), dtype=call.signals[0].dtype)
