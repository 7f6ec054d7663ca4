"""What operations refuse, with the edits that mend it: tensors that do not fit together, dimensions, shapes, dtypes.

Why an operation cannot run is said in `core.operations`; here it becomes a problem of a node, beside what torch lets
through without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.layers import specification
from core.operations import Refusal, operation_problem
from core.problems import Mend, Problem
from core.rules import bounds, ranks, sizes
from core.rules.dtypes import cast_mends
from core.rules.fitting import fitting_mends
from core.rules.pairs import broadcast
from core.rules.site import Rule, Site
from core.signals import Shape, Signal

SPREADING = frozenset("add sub rsub mul div pow maximum minimum eq ne lt le gt ge where masked_fill".split())
"""Operations that combine tensors value by value, each spread to the shape of the others."""
SAMPLES_APART = frozenset("unsqueeze transpose permute select narrow slice flip expand flatten arange".split())
"""Operations whose dimension may be the batch: they move samples or pick them, and mix none."""
DTYPES = {"dtype.mask": "bool", "dtype.truth_needed": "bool", "dtype.integers_needed": "int64"}
"""By rule: what a cast makes right. Everything else wants float32."""


def rules(layer: str) -> tuple[Rule, ...]:
    found: list[Rule] = [refusal_problems]
    if layer in SPREADING:
        found.append(spreading_problems)
    elif layer == "cat":
        found.append(cat_problems)
    elif layer == "stack":
        found.append(stack_problems)
    elif layer == "expand_as":
        found.append(expand_as_problems)
    elif layer == "interpolate":
        found += [ranks.rank_problems, sizes.upsample_problems]
    elif layer == "scaled_dot_product_attention":
        found.append(attention_problems)
    elif layer == "hardtanh":
        found.append(bounds.bound_problems)
    names = {field.name for field in specification(layer).fields}
    if "dim" in names and layer not in SAMPLES_APART:
        found.append(batch_problems)
    return tuple(found)


def refusal_problems(site: Site) -> Iterator[Problem]:
    refusal = operation_problem(site.entry.name, site.arguments, site.received)
    if refusal is not None:
        values = {"node": site.node_id, "layer": site.entry.name, "received": site.shape, **refusal.values}
        mend = tuple(_mends(site, refusal))
        yield Problem(site.node_id, refusal.rule, values, mend, argument=refusal.argument)


def _mends(site: Site, refusal: Refusal) -> Iterator[Mend]:
    if refusal.rule.startswith("dtype."):
        signal = site.received[refusal.port]
        assert signal is not None
        dtype = DTYPES.get(refusal.rule, str(refusal.values.get("first", "float32")))
        yield from cast_mends(site, refusal.port, dtype)
    elif refusal.argument is not None and refusal.suggestion is not None:
        yield site.set(refusal.argument, refusal.suggestion)
    elif refusal.rule == "operation.two_operands" and refusal.argument is not None:
        yield site.leave_out(refusal.argument)
    elif refusal.rule == "operation.product":
        first, second = (signal.shape for signal in signals(site)[:2])
        if len(second) > 1 and first[-1] == second[-1] and len(second) == len(first):
            yield site.insert("transpose", {"dim0": -2, "dim1": -1}, 1)


def signals(site: Site) -> list[Signal]:
    return [signal for signal in site.received if signal is not None]


def shapes_text(site: Site) -> str:
    return ", ".join(" × ".join(map(str, signal.shape)) or "scalar" for signal in signals(site))


def spreading_problems(site: Site) -> Iterator[Problem]:
    given = signals(site)
    shape: Shape | None = given[0].shape
    for signal in given[1:]:
        shape = broadcast(shape, signal.shape) if shape is not None else None
    if shape is None:
        yield site.problem("operation.shapes", *fitting_mends(site), shapes=shapes_text(site))
    elif shape.count("N") > 1 and all(signal.shape.count("N") < 2 for signal in given):
        # (N, 1) and (N,) spread into N × N: every sample with every other one.
        yield site.problem("operation.batch_crossed", severity="warning", shapes=shapes_text(site), result=shape)


def attention_problems(site: Site) -> Iterator[Problem]:
    """Queries, keys and values spread to each other, a mask only to their scores."""
    query, key, value = (signal.shape for signal in signals(site)[:3])
    apart = broadcast(query[:-2], key[:-2])
    if apart is None or broadcast(apart, value[:-2]) is None:
        yield site.problem("operation.shapes", shapes=shapes_text(site))
        return
    mask, scores = site.at("attn_mask"), (*apart, query[-2], key[-2])
    if mask is not None and broadcast(mask.shape, scores) != scores:
        yield site.problem("attention.shape", input="attn_mask", received=mask.shape, wanted=scores[-2:])


def expand_as_problems(site: Site) -> Iterator[Problem]:
    first, second = (signal.shape for signal in signals(site))
    if broadcast(first, second) != second:
        yield site.problem("operation.shapes", shapes=shapes_text(site))


def cat_problems(site: Site) -> Iterator[Problem]:
    given = signals(site)
    dim, rank = site.number("dim"), len(given[0].shape)
    if any(len(signal.shape) != rank for signal in given):
        yield site.problem("operation.shapes", *fitting_mends(site), shapes=shapes_text(site))
        return
    kept = [(*signal.shape[: dim % rank], *signal.shape[dim % rank + 1 :]) for signal in given]
    if any(one != kept[0] for one in kept[1:]):
        others = [axis for axis in range(1, rank) if axis != dim % rank and _joins(given, axis)]
        mend = [site.set("dim", others[0])] if others else []
        yield site.problem("operation.cat", *mend, argument="dim", shapes=shapes_text(site), dim=dim)


def _joins(given: list[Signal], axis: int) -> bool:
    kept = {(*signal.shape[:axis], *signal.shape[axis + 1 :]) for signal in given}
    return len(kept) == 1


def stack_problems(site: Site) -> Iterator[Problem]:
    given = signals(site)
    if any(signal.shape != given[0].shape for signal in given[1:]):
        yield site.problem("operation.stack", *fitting_mends(site), shapes=shapes_text(site))


def batch_problems(site: Site) -> Iterator[Problem]:
    """A dimension that is the batch: the samples are joined, added up or compared with each other."""
    given, rank = site.arguments.get("dim"), len(site.shape)
    for dim in given if isinstance(given, tuple) else (given,):
        if isinstance(dim, int) and rank and site.entry.name != "stack" and site.shape[dim] == "N":
            usable = rank > 1 and isinstance(given, int) and site.shape[1] != "N"
            mend = (site.set("dim", 1),) if usable else ()
            yield site.problem("operation.batch_dim", *mend, argument="dim", severity="warning", dim=dim)
            return
