"""The formulas of torch.nn's layers, family by family, as torch's documentation gives them."""

from __future__ import annotations

from collections.abc import Mapping

from core.explain.dimensions import Arguments, Rule, dimension_names
from core.explain.reason import Reason, about, bracketed, given, indexed, of_shape, part, product, spelled
from core.explain.windows import WINDOW_RULES, axis_names, scaled, stem
from core.outcome import Signals
from core.signals import Shape, Signal
from core.values import Value


def layer_reasons(
    layer: str, arguments: Arguments, inputs: Signals, outputs: tuple[Signal, ...]
) -> tuple[Reason, ...] | None:
    """The reasons for a layer of torch.nn; None where no rule is known."""
    name = layer.removeprefix("Lazy")
    received = tuple(signal.shape for signal in inputs if signal is not None)
    left = tuple(signal.shape for signal in outputs)
    if name in RULES:
        return RULES[name](arguments, received, left)
    if stem(name) in WINDOW_RULES:
        return WINDOW_RULES[stem(name)](int(name[-2]), arguments, received, left)
    return None


def _linear(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    size = arguments["out_features"]
    assert isinstance(size, int)
    return given(len(outputs[0]) - 1, "features", "out_features", size)


def _embedding(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    size = arguments["embedding_dim"]
    assert isinstance(size, int)
    return given(len(outputs[0]) - 1, "features", "embedding_dim", size, rule="embedding")


def _flatten(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return flattened(inputs[0], arguments.get("start_dim", 1), arguments.get("end_dim", -1))


def flattened(shape: Shape, start: Value, end: Value) -> tuple[Reason, ...]:
    """One dimension out of all from `start` to `end`."""
    assert isinstance(start, int)
    assert isinstance(end, int)
    start, end = start % max(len(shape), 1), end % max(len(shape), 1)
    if start == end:
        return of_shape(shape, "keeps")
    names = dimension_names(shape)[start : end + 1]
    name = "features" if (start, end) == (1, len(shape) - 1) else f"dim {start}"
    known = dict(zip(names, shape[start : end + 1], strict=True))
    return about(start, name, "flatten", product(names), known, start_dim=start, end_dim=end)


def _unflatten(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return unflattened(arguments, "unflattened_size", inputs[0])


def unflattened(arguments: Arguments, argument: str, shape: Shape) -> tuple[Reason, ...]:
    """Several dimensions out of one."""
    sizes, dim = arguments[argument], arguments["dim"]
    assert isinstance(dim, int)
    dim %= len(shape)
    count = len(sizes) if isinstance(sizes, tuple) else 1
    parts = [part(arguments, argument, index, None) for index in range(count)]
    found: list[Reason] = []
    for index, (label, size) in enumerate(parts):
        name = f"dim {dim + index}"
        if size != -1:
            found += given(dim + index, name, label, int(size))
            continue
        own = indexed("d", dim)
        others = [(other, value) for other, value in parts if other != label]
        formula = f"{own} / {bracketed([other for other, _ in others])}" if others else own
        found += about(dim + index, name, "rest", formula, {own: shape[dim], **dict(others)}, argument=label)
    return tuple(found)


def _recurrent(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """`output`, `h_n` and, for an LSTM, `c_n`."""
    both = arguments.get("bidirectional") is True
    hidden = "proj_size" if arguments.get("proj_size") else "hidden_size"
    known = {name: int(part(arguments, name, 0, 1)[1]) for name in ("hidden_size", "num_layers", hidden)}
    known["directions"] = 2 if both else 1
    formula = f"directions·{hidden}" if both else hidden
    found = [*about(len(outputs[0]) - 1, "features", "recurrent", formula, known)]
    for index, shape in enumerate(outputs[1:], start=1):
        formula = "directions·num_layers" if both else "num_layers"
        found += about(0, "dim 0", "state_layers", formula, known, index)
        if len(shape) == 3:
            found += about(1, "N", "state_batch", "N", {"N": shape[1]}, index)
        argument = hidden if index == 1 else "hidden_size"
        found += given(len(shape) - 1, "features", argument, known[argument], index)
    return tuple(found)


def _cell(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    size = arguments["hidden_size"]
    assert isinstance(size, int)
    return tuple(
        reason
        for index, shape in enumerate(outputs)
        for reason in given(len(shape) - 1, "features", "hidden_size", size, index)
    )


def _attention(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """The output has the query's shape; the weights say for each step of the query how much of each key's it takes."""
    batched = len(inputs[0]) == 3
    steps = 1 if arguments.get("batch_first") is True and batched else 0
    last = len(outputs[1]) - 1
    found = [*of_shape(inputs[0], "like_query")]
    if batched:
        found += about(0, "N", "attention_batch", "N", {"N": inputs[0][1 - steps]}, 1)
    found += about(last - 1, "L", "attention_query", "L", {"L": inputs[0][steps]}, 1)
    # A learned key, and one of zeros, stand behind the others where they are asked for.
    more = sum(arguments.get(name) is True for name in ("add_bias_kv", "add_zero_attn"))
    rule = "attention_key_more" if more else "attention_key"
    return (*found, *about(last, "S", rule, "S" + " + 1" * more, {"S": inputs[1][steps]}, 1))


def _transformer(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return of_shape(inputs[min(1, len(inputs) - 1)], "like_target")


def _decoder(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return of_shape(inputs[0], "like_target")


def _glu(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    dim = int(part(arguments, "dim", 0, -1)[1]) % len(inputs[0])
    name = dimension_names(inputs[0])[dim]
    return about(dim, name, "half", f"{name} / 2", {name: inputs[0][dim]})


def _cosine(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return of_shape(outputs[0], "reduced", dim=part(arguments, "dim", 0, 1)[1])


def _pairwise(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    if arguments.get("keepdim") is True:
        return about(len(outputs[0]) - 1, f"dim {len(outputs[0]) - 1}", "kept_as_one", "1", {}, dim=-1)
    return of_shape(outputs[0], "reduced", dim=-1)


def _shuffle(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    factor = {"upscale_factor": int(part(arguments, "upscale_factor", 0, 1)[1])}
    channels, height, width = inputs[0][-3:]
    first = len(inputs[0]) - 3
    return (
        *about(first, "C", "shuffle_channels", "C / upscale_factor²", {"C": channels, **factor}),
        *about(first + 1, "H", "shuffle_size", "H·upscale_factor", {"H": height, **factor}),
        *about(first + 2, "W", "shuffle_size", "W·upscale_factor", {"W": width, **factor}),
    )


def _unshuffle(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    factor = {"downscale_factor": int(part(arguments, "downscale_factor", 0, 1)[1])}
    channels, height, width = inputs[0][-3:]
    first = len(inputs[0]) - 3
    return (
        *about(first, "C", "unshuffle_channels", "C·downscale_factor²", {"C": channels, **factor}),
        *about(first + 1, "H", "unshuffle_size", "H / downscale_factor", {"H": height, **factor}),
        *about(first + 2, "W", "unshuffle_size", "W / downscale_factor", {"W": width, **factor}),
    )


def _upsample(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    return scaled(arguments, inputs[0])


def _unfold(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    """Every patch as a column: its values below each other, the patches beside each other."""
    kernels = [part(arguments, "kernel_size", index, None) for index in (0, 1)]
    known = {"C": inputs[0][1], **dict(kernels)}
    found = [*about(1, "features", "patch", product(["C", *(label for label, _ in kernels)]), known)]
    return (*found, *_patches(arguments, inputs[0][2:], 2))


def _patches(arguments: Arguments, image: Shape, dimension: int) -> tuple[Reason, ...]:
    count = "(⌊(size + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1)"
    formulas: list[str] = []
    known = {}
    defaults = {"kernel_size": None, "stride": 1, "padding": 0, "dilation": 1}
    for index, name in enumerate(axis_names(2)):
        parts = {key: part(arguments, key, index, default) for key, default in defaults.items()}
        formula, values = spelled(count, {"size": (name, image[index]), **parts})
        formulas.append(formula)
        known.update(values)
    return about(dimension, "L", "patches", product(formulas), known)


def _fold(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    kernels = [part(arguments, "kernel_size", index, None) for index in (0, 1)]
    formula = f"features / {bracketed([label for label, _ in kernels])}"
    found = [*about(1, "C", "fold", formula, {"features": inputs[0][1], **dict(kernels)})]
    for index, name in enumerate(axis_names(2)):
        label, size = part(arguments, "output_size", index, None)
        found += given(2 + index, name, label, int(size))
    return tuple(found)


def _bag(arguments: Arguments, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> tuple[Reason, ...]:
    size = arguments["embedding_dim"]
    assert isinstance(size, int)
    found = given(len(outputs[0]) - 1, "features", "embedding_dim", size, rule="embedding_bag")
    if len(inputs[0]) > 1:
        return found
    # One long row of numbers, with the places where its bags begin.
    formula = "offsets − 1" if arguments.get("include_last_offset") is True else "offsets"
    return (*about(0, "N", "bags", formula, {"offsets": inputs[1][0]}), *found)


RULES: Mapping[str, Rule] = {
    "Linear": _linear,
    "Bilinear": _linear,
    "Embedding": _embedding,
    "EmbeddingBag": _bag,
    "Flatten": _flatten,
    "Unflatten": _unflatten,
    "RNN": _recurrent,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "RNNCell": _cell,
    "LSTMCell": _cell,
    "GRUCell": _cell,
    "MultiheadAttention": _attention,
    "Transformer": _transformer,
    "TransformerDecoder": _decoder,
    "TransformerDecoderLayer": _decoder,
    "GLU": _glu,
    "CosineSimilarity": _cosine,
    "PairwiseDistance": _pairwise,
    "PixelShuffle": _shuffle,
    "PixelUnshuffle": _unshuffle,
    "Upsample": _upsample,
    "UpsamplingNearest2d": _upsample,
    "UpsamplingBilinear2d": _upsample,
    "Unfold": _unfold,
    "Fold": _fold,
}
