"""The formulas of operations: joining, reshaping, picking, reducing, multiplying."""

from __future__ import annotations

from collections.abc import Mapping

from core.catalogue import OPERATIONS
from core.explain.dimensions import Arguments, Rule, dim_of, dimension_names, heading, number
from core.explain.layers import RULES as LAYER_RULES
from core.explain.layers import flattened, unflattened
from core.explain.pieces import PIECES
from core.explain.reason import Reason, about, bracketed, given, indexed, of_shape, product
from core.explain.windows import padded, scaled
from core.outcome import Signals
from core.signals import Shape, Signal, Size


def operation_reasons(
    name: str, arguments: Arguments, inputs: Signals, outputs: tuple[Signal, ...]
) -> tuple[Reason, ...] | None:
    """The reasons for an operation; None where no rule is known and the shapes tell nothing by themselves."""
    if name not in OPERATIONS:
        return None
    received = tuple(signal.shape for signal in inputs if signal is not None)
    left = tuple(signal.shape for signal in outputs)
    rule = RULES.get(name)
    if rule is not None:
        return rule(arguments, received, left)
    if len(left) == 1 and len(left[0]) < len(received[0]) and "dim" in arguments:
        return of_shape(left[0], "reduced", dim=arguments["dim"])
    return _broadcast(received, left[0]) if len(received) > 1 else None


def _broadcast(inputs: tuple[Shape, ...], shape: Shape) -> tuple[Reason, ...] | None:
    """Sizes that are equal stay; where one of them is 1, the other one counts."""
    if all(other == shape for other in inputs):
        return of_shape(shape, "keeps")
    found: list[Reason] = []
    for dimension in range(len(shape)):
        sizes = {
            indexed("a", index): other[dimension - len(shape)]
            for index, other in enumerate(inputs, start=1)
            if len(shape) - dimension <= len(other)
        }
        if set(sizes.values()) != {shape[dimension]} or len(sizes) < len(inputs):
            formula = f"max({', '.join(sizes)})" if len(sizes) > 1 else next(iter(sizes), "1")
            found += about(dimension, heading(shape, dimension), "broadcast", formula, sizes)
    return tuple(found) if found and all(reason.result == shape[reason.dimension or 0] for reason in found) else None


def _flatten(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return flattened(inputs[0], number(arguments, "start_dim", 0), number(arguments, "end_dim", -1))


def _reshape(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """The sizes that were asked for; the one that was left open is what remains."""
    wanted = next((value for value in arguments.values() if isinstance(value, tuple)), ())
    shape = outputs[0]
    # A shape without the batch begins one dimension later.
    first = len(shape) - len(wanted)
    argument = next((name for name, value in arguments.items() if value is wanted), "shape")
    labels = [f"{argument}[{index}]" for index in range(len(wanted))]
    found: list[Reason] = []
    for index, size in enumerate(wanted):
        dimension = first + index
        if isinstance(size, int) and size != -1:
            found += given(dimension, f"dim {dimension}", labels[index], size)
        elif size == -1:
            names = [indexed("d", place) for place in range(first, len(inputs[0]))]
            known: dict[str, Size | float] = dict(zip(names, inputs[0][first:], strict=True))
            others = {label: part for label, part in zip(labels, wanted, strict=True) if isinstance(part, int)}
            others.pop(labels[index])
            known.update(others)
            formula = f"{bracketed(names)} / {bracketed(list(others))}" if others else product(names)
            found += about(dimension, f"dim {dimension}", "rest", formula, known, argument=labels[index])
    return tuple(found)


def _unflatten(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return unflattened(arguments, "sizes", inputs[0])


def _expand(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """The sizes that were asked for, out of sizes of 1; −1 keeps what is there."""
    shape, old = outputs[0], inputs[0]
    first = len(shape) - len(old)
    found: list[Reason] = []
    for dimension, size in enumerate(shape):
        if dimension < first or old[dimension - first] != size:
            found += about(dimension, heading(shape, dimension), "expanded", "size", {"size": size})
    return tuple(found) or of_shape(shape, "keeps")


def _one_hot(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return given(len(outputs[0]) - 1, "classes", "num_classes", number(arguments, "num_classes", 1))


def _counted(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """As long as a dimension of the input, and as wide for a mask."""
    dim = dim_of(arguments, "dim", 0, len(inputs[0]))
    name = indexed("d", dim)
    return tuple(
        reason
        for dimension in range(len(outputs[0]))
        for reason in about(dimension, f"dim {dimension}", "counted", name, {name: inputs[0][dim]}, place=dim)
    )


def _permute(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    dims = next((value for value in arguments.values() if isinstance(value, tuple)), ())
    places = [place % len(inputs[0]) for place in dims if isinstance(place, int)]
    return _moved(inputs[0], places)


def _transpose(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    rank = len(inputs[0])
    first, second = dim_of(arguments, "dim0", 0, rank), dim_of(arguments, "dim1", 1, rank)
    places = list(range(rank))
    places[first], places[second] = second, first
    return _moved(inputs[0], places)


def _moved(shape: Shape, places: list[int]) -> tuple[Reason, ...]:
    """Every dimension that comes from another place."""
    found: list[Reason] = []
    for dimension, place in enumerate(places):
        if dimension != place:
            name = indexed("d", place)
            found += about(dimension, f"dim {dimension}", "moved", name, {name: shape[place]}, place=place)
    return tuple(found) or of_shape(shape, "keeps")


def _squeeze(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    if inputs[0] == outputs[0]:
        return of_shape(outputs[0], "keeps")
    return of_shape(outputs[0], "squeezed")


def _unsqueeze(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    dim = dim_of(arguments, "dim", 0, len(outputs[0]))
    return about(dim, f"dim {dim}", "unsqueezed", "1", {}, dim=dim)


def _reduced(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """Means, sums, largest values: the dimension is gone, or 1 with keepdim."""
    dim = arguments.get("dim")
    found: list[Reason] = []
    for output, shape in enumerate(outputs):
        if len(shape) < len(inputs[0]):
            named = ", ".join(map(str, dim)) if isinstance(dim, tuple) else dim
            found += of_shape(shape, "reduced_all" if dim is None else "reduced", output, dim=named)
            continue
        dims = dim if isinstance(dim, tuple) else (dim,)
        for place in dims:
            if isinstance(place, int):
                own = place % len(shape)
                found += about(own, heading(shape, own), "kept_as_one", "1", {}, output, dim=own)
    return tuple(found)


def _matmul(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """Rows from the first, columns from the second; what lies between is summed up."""
    first, second, shape = inputs[0], inputs[1], outputs[0]
    if len(first) < 2 or len(second) < 2:
        # With a vector on one side, the dimension that both have is summed up.
        return of_shape(shape, "reduced", dim=len(first) - 1)
    last = len(shape) - 1
    between = first[-1]
    return (
        *about(last - 1, f"dim {last - 1}", "matmul_rows", "rows", {"rows": first[-2]}, between=between),
        *about(last, f"dim {last}", "matmul_columns", "columns", {"columns": second[-1]}, between=between),
    )


def _dot_attention(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    query, value, last = inputs[0], inputs[min(2, len(inputs) - 1)], len(outputs[0]) - 1
    return (
        *about(last - 1, f"dim {last - 1}", "attention_query", "L", {"L": query[-2]}),
        *about(last, f"dim {last}", "attention_value", "E", {"E": value[-1]}),
    )


def _pad(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    shape = inputs[0]
    names = dimension_names(shape)
    argument = next((name for name, value in arguments.items() if isinstance(value, tuple)), "pad")
    padding = arguments.get(argument)
    count = len(padding) // 2 if isinstance(padding, tuple) else 0
    return padded(padding, argument, shape, {place: names[place] for place in range(len(shape) - count, len(shape))})


def _interpolate(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return scaled(arguments, inputs[0])


RULES: Mapping[str, Rule] = {
    **PIECES,
    "flatten": _flatten,
    "reshape": _reshape,
    "view": _reshape,
    "permute": _permute,
    "transpose": _transpose,
    "unflatten": _unflatten,
    **dict.fromkeys(("expand", "expand_as"), _expand),
    "one_hot": _one_hot,
    **dict.fromkeys(("arange", "generate_square_subsequent_mask"), _counted),
    "glu": LAYER_RULES["GLU"],
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    **dict.fromkeys("mean sum amax amin max min prod std var argmax argmin logsumexp norm".split(), _reduced),
    **dict.fromkeys("matmul bmm mm".split(), _matmul),
    "scaled_dot_product_attention": _dot_attention,
    "pad": _pad,
    "interpolate": _interpolate,
}
