"""Random arguments of layers and operations that may well fit what flows in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeAlias

from core.catalogue import ENTRIES, OPERATIONS
from core.layers import specification
from core.outcome import Signals
from core.signals import Shape
from core.values import Value
from tests.case_files import Case
from tests.random_layers import random_case

Arguments: TypeAlias = Mapping[str, Value]


def random_arguments(layer: str, inputs: Signals, cases: Sequence[Case], random: Random) -> Arguments:
    """Arguments for a layer: those of a case that torch runs, random ones near their bounds, or the example's."""
    first = inputs[0]
    kind = random.random()
    if layer in OPERATIONS:
        own = OWN.get(layer)
        if own is not None and first is not None and kind < 0.85:
            return own(first.shape, random)
        return _number(layer, inputs, random) if kind < 0.92 else random_case(layer, random).arguments
    if cases and kind < 0.7:
        return random.choice(cases).arguments
    return random_case(layer, random).arguments if kind < 0.85 else dict(ENTRIES[layer].example)


def _number(layer: str, inputs: Signals, random: Random) -> Arguments:
    """The example's arguments, some optional ones, and a number where the second tensor is missing."""
    found = dict(ENTRIES[layer].example)
    for field in specification(layer).fields:
        missing = field.name in ENTRIES[layer].input_names and None in inputs
        if missing or (field.required and field.name not in found):
            found[field.name] = random.choice((1, 2, 0.5, 3, 2.0))
        elif field.kind == "flag" and random.random() < 0.3:
            found[field.name] = True
        elif field.choices and field.kind == "choice" and random.random() < 0.5:
            found[field.name] = random.choice(field.choices)
        elif field.kind == "real" and field.name not in ENTRIES[layer].input_names and random.random() < 0.3:
            found[field.name] = random.choice((0.5, 1.0, 2.0))
    return found


def _dim(shape: Shape, random: Random, first: int = 1) -> int:
    """A dimension from `first` on, counted from either end."""
    if len(shape) <= first:
        return 0
    dim = random.randrange(first, len(shape))
    return dim if random.random() < 0.5 else dim - len(shape)


def _size(shape: Shape, dim: int) -> int:
    size = shape[dim] if -len(shape) <= dim < len(shape) else 1
    return size if isinstance(size, int) else 1


def _features(shape: Shape) -> int:
    product = 1
    for size in shape[1:]:
        product *= size if isinstance(size, int) else 1
    return product


def _factors(number: int, random: Random) -> tuple[int, ...]:
    parts: list[int] = []
    for divisor in (2, 3, 2, 5):
        if number % divisor == 0 and random.random() < 0.5:
            parts.append(divisor)
            number //= divisor
    return (*parts, number)


def _reshape(shape: Shape, random: Random) -> Arguments:
    sizes = (-1, *_factors(_features(shape), random))
    return {"shape": sizes if random.random() < 0.8 else (-1, _size(shape, -1))}


def _unflatten(shape: Shape, random: Random) -> Arguments:
    dim = _dim(shape, random)
    sizes = _factors(_size(shape, dim), random)
    return {"dim": dim, "sizes": sizes if random.random() < 0.5 else (*sizes[:-1], -1)}


def _permute(shape: Shape, random: Random) -> Arguments:
    rest = list(range(1, len(shape)))
    random.shuffle(rest)
    dims = [0, *rest]
    if random.random() < 0.15:
        random.shuffle(dims)
    return {"dims": tuple(dim if random.random() < 0.8 else dim - len(shape) for dim in dims)}


def _transpose(shape: Shape, random: Random) -> Arguments:
    return {"dim0": _dim(shape, random, random.choice((0, 1, 1, 1))), "dim1": _dim(shape, random)}


def _split(shape: Shape, random: Random) -> Arguments:
    dim = _dim(shape, random)
    size = _size(shape, dim)
    first = random.randint(1, max(1, size - 1))
    return {"split_size_or_sections": (first, size - first) if size > first else (size,), "dim": dim}


def _slice(shape: Shape, random: Random) -> Arguments:
    dim = _dim(shape, random)
    found: dict[str, Value] = {"dim": dim}
    for name in ("start", "stop"):
        if random.random() < 0.6:
            found[name] = random.randint(-2, _size(shape, dim))
    if random.random() < 0.3:
        found["step"] = random.choice((1, 2, 3))
    return found


def _narrow(shape: Shape, random: Random) -> Arguments:
    dim = _dim(shape, random)
    start = random.randrange(_size(shape, dim)) if _size(shape, dim) else 0
    return {"dim": dim, "start": start, "length": random.randint(1, max(1, _size(shape, dim) - start))}


def _select(shape: Shape, random: Random) -> Arguments:
    dim = _dim(shape, random)
    return {"dim": dim, "index": random.randint(-_size(shape, dim), max(0, _size(shape, dim) - 1))}


def _dims(shape: Shape, random: Random) -> Value:
    """One dimension or several, the batch now and then among them."""
    if random.random() < 0.6 or len(shape) < 3:
        return _dim(shape, random)
    first = 0 if random.random() < 0.1 else 1
    chosen = random.sample(range(first, len(shape)), random.randint(1, len(shape) - first))
    return tuple(dim if random.random() < 0.7 else dim - len(shape) for dim in chosen)


def _reduced(shape: Shape, random: Random) -> Arguments:
    found: dict[str, Value] = {"dim": _dims(shape, random)}
    return {**found, "keepdim": True} if random.random() < 0.4 else found


def _reduced_one(shape: Shape, random: Random) -> Arguments:
    found: dict[str, Value] = {"dim": _dim(shape, random)}
    return {**found, "keepdim": True} if random.random() < 0.4 else found


def _of_dim(shape: Shape, random: Random) -> Arguments:
    return {"dim": _dim(shape, random)}


def _squeeze(shape: Shape, random: Random) -> Arguments:
    ones = [dim for dim, size in enumerate(shape) if size == 1]
    return {"dim": random.choice(ones) if ones and random.random() < 0.9 else _dims(shape, random)}


def _flatten(shape: Shape, random: Random) -> Arguments:
    start = random.randint(1, max(1, len(shape) - 1))
    return {"start_dim": start, **({"end_dim": _dim(shape, random, start)} if random.random() < 0.4 else {})}


def _expand(shape: Shape, random: Random) -> Arguments:
    sizes = tuple(random.choice((2, 3)) if size == 1 else random.choice((size, -1)) for size in shape[1:])
    return {"size": (-1, *(size if isinstance(size, int) else -1 for size in sizes))}


def _pad(shape: Shape, random: Random) -> Arguments:
    sides = tuple(random.choice((0, 1, 1, 2, -1)) for _ in range(2 * random.randint(1, max(1, len(shape) - 1))))
    found: dict[str, Value] = {"pad": sides}
    if random.random() < 0.4:
        found["mode"] = random.choice(("constant", "reflect", "replicate", "circular"))
    if random.random() < 0.3:
        found["value"] = random.choice((0, 1.5, 2))
    return found


def _interpolate(shape: Shape, random: Random) -> Arguments:
    mode = random.choice(("nearest", {3: "linear", 4: "bilinear", 5: "trilinear"}.get(len(shape), "area"), "area"))
    if random.random() < 0.5:
        return {"scale_factor": random.choice((2.0, 1.5, 0.5, 2)), "mode": mode}
    dimensions = max(1, len(shape) - 2)
    return {"size": tuple(random.choice((3, 5, 8)) for _ in range(dimensions)), "mode": mode}


def _joined(shape: Shape, random: Random) -> Arguments:
    return {"dim": _dim(shape, random, 0 if random.random() < 0.1 else 1)} if random.random() < 0.9 else {}


def _chunk(shape: Shape, random: Random) -> Arguments:
    return {"chunks": random.choice((1, 2, 2, 3, 4)), "dim": _dim(shape, random)}


def _one_hot(shape: Shape, random: Random) -> Arguments:
    return {"num_classes": random.choice((1, 3, 5))}


def _flip(shape: Shape, random: Random) -> Arguments:
    return {"dims": _dims(shape, random)}


def _unsqueeze(shape: Shape, random: Random) -> Arguments:
    return {"dim": random.choice((1, -1, len(shape), 2, 0))}


OWN: Mapping[str, Callable[[Shape, Random], Arguments]] = {
    **dict.fromkeys(("reshape", "view"), _reshape),
    "unflatten": _unflatten,
    "permute": _permute,
    "transpose": _transpose,
    "split": _split,
    "slice": _slice,
    "narrow": _narrow,
    "select": _select,
    **dict.fromkeys("mean sum amax amin std var logsumexp norm".split(), _reduced),
    **dict.fromkeys("max min argmax argmin".split(), _reduced_one),
    **dict.fromkeys("cumsum softmax log_softmax glu arange generate_square_subsequent_mask normalize".split(), _of_dim),
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "flatten": _flatten,
    "expand": _expand,
    "pad": _pad,
    "interpolate": _interpolate,
    **dict.fromkeys(("cat", "stack"), _joined),
    "chunk": _chunk,
    "one_hot": _one_hot,
    "flip": _flip,
}
