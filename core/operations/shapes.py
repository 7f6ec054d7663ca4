"""Shapes that an operation makes or takes: what fills them, and which of them fit together."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from core.operations.asked import Call, Refusal
from core.signals import PROBE_BATCHES, Shape, Size, sized


def reshape_problems(call: Call) -> Iterator[Refusal]:
    wanted = call.numbers("shape")
    if wanted.count(-1) > 1:
        yield call.refused("operation.open_sizes", "shape")
        return
    known = prod(size for size in wanted if size != -1)
    if -1 not in wanted and _follows_batch(call.shape):
        # A shape in numbers alone would hold for one size of batch.
        samples = next((size for size in call.shape if not isinstance(size, int)), "N")
        fits = (-1, *wanted[1:]) if _divides(prod(wanted[1:]), call.shape) else None
        yield call.refused("operation.reshape_batch", "shape", fits, samples=samples)
    elif not (_divides(known, call.shape) if -1 in wanted else known == prod(sized(call.shape, 1))):
        yield call.refused("operation.reshape", "shape")


def unflatten_problems(call: Call) -> Iterator[Refusal]:
    wanted, size = call.numbers("sizes"), call.shape[call.number("dim")]
    if wanted.count(-1) > 1:
        yield call.refused("operation.open_sizes", "sizes")
        return
    known = prod(part for part in wanted if part != -1)
    fits = _divides(known, (size,)) if -1 in wanted else known == size
    if not fits:
        yield call.refused("shape.unflatten", "sizes", size=size)


def flatten_problems(call: Call) -> Iterator[Refusal]:
    rank = max(len(call.shape), 1)
    start, end = call.number("start_dim"), call.number("end_dim")
    if start % rank > end % rank:
        yield call.refused("shape.flatten_order", "start_dim", start=start, end=end)


def permute_problems(call: Call) -> Iterator[Refusal]:
    rank = len(call.shape)
    if len(call.numbers("dims")) != rank:
        yield call.refused("operation.permute", "dims", tuple(range(rank)) or None, rank=rank)


def expand_problems(call: Call) -> Iterator[Refusal]:
    wanted, shape = call.numbers("size"), call.shape
    if len(wanted) < len(shape):
        yield call.refused("operation.expand_rank", "size", rank=len(shape))
        return
    new = len(wanted) - len(shape)
    for place, size in enumerate(wanted):
        own: Size = shape[place - new] if place >= new else 1
        if (size == -1 and place < new) or (size not in (-1, own) and own != 1):
            yield call.refused("operation.expand", "size", place=place, size=own)
            return


def product_problems(call: Call) -> Iterator[Refusal]:
    """The rows of the first tensor and the columns of the second must be equally long."""
    first, second = (signal.shape for signal in call.signals)
    if not first or not second or (call.name == "bmm" and (len(first), len(second)) != (3, 3)):
        rule = "operation.product_rank"
    elif first[-1] != (second[-2] if len(second) > 1 else second[0]):
        rule = "operation.product"
    else:
        return
    yield call.refused(rule, first=_text(first), second=_text(second))


def attention_problems(call: Call) -> Iterator[Refusal]:
    query, key, value = (signal.shape for signal in call.signals[:3])
    mask = call.inputs[3] if len(call.inputs) > 3 else None
    shapes = {"query": _text(query), "key": _text(key), "value": _text(value)}
    if min(len(query), len(key), len(value)) < 2:
        yield call.refused("operation.attention_rank", **shapes)
    elif query[-1] != key[-1] or key[-2] != value[-2]:
        yield call.refused("operation.attention", **shapes)
    elif mask is not None and call.arguments["is_causal"] is True:
        yield call.refused("operation.attention_mask", "is_causal", False)


def pad_problems(call: Call) -> Iterator[Refusal]:
    sides, mode, rank = call.numbers("pad"), str(call.arguments["mode"]), len(call.shape)
    if len(sides) % 2 or len(sides) > 2 * rank:
        yield call.refused("operation.pad_sides", "pad", rank=rank)
        return
    if mode != "constant":
        if call.arguments["value"] is not None:
            yield call.refused("operation.pad_value", "value", mode=mode)
            return
        # Torch mirrors and repeats the last dimensions of images and sequences, all of them at once.
        if len(sides) // 2 not in (rank - 1, rank - 2) or rank > 5 or len(sides) > 6:
            yield call.refused("operation.pad_mode", "mode", "constant", mode=mode, rank=rank)
            return
    for index in range(len(sides) // 2):
        size = call.shape[rank - 1 - index]
        before, after = sides[2 * index : 2 * index + 2]
        if not isinstance(size, int):
            if before < 0 or after < 0:
                yield call.refused("argument.batch_dim", "pad", given=rank - 1 - index)
                return
            continue
        most = {"reflect": size - 1, "circular": size}.get(mode)
        if most is not None and max(before, after) > most:
            yield call.refused("shape.padding_wide", "pad", padding=max(before, after), size=size, most=most)
            return
        if size + min(before, 0) + min(after, 0) < 0 or size + before + after <= 0:
            yield call.refused("shape.padding_cuts", "pad", size=size, cut=-min(before, 0) - min(after, 0))
            return


def triangle_problems(call: Call) -> Iterator[Refusal]:
    if len(call.shape) < 2:
        yield call.refused("operation.triangle")


def _follows_batch(shape: Shape) -> bool:
    return any(not isinstance(size, int) for size in shape)


def _divides(size: int, shape: Shape) -> bool:
    """Whether as many values fill a tensor of this shape a whole number of times, for any batch."""
    return size > 0 and all(prod(sized(shape, batch)) % size == 0 for batch in PROBE_BATCHES)


def _text(shape: Shape) -> str:
    return " × ".join(map(str, shape)) or "scalar"
