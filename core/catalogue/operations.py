"""The operations that are offered as nodes, named as torch names them. How each is called: `core.operations`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.catalogue.entry import Entry, InputKind
from core.values import Value

REAL: Mapping[str, InputKind] = {"input": "real"}
NUMBERS: Mapping[str, InputKind] = {"input": "number"}
ANYTHING: Mapping[str, InputKind] = {"input": "any"}
PAIR = ("input", "other")
OF_NUMBERS: Mapping[str, InputKind] = {"input": "number", "other": "number"}
OF_ANYTHING: Mapping[str, InputKind] = {"input": "any", "other": "any"}


def operation_entries() -> Iterable[Entry]:
    yield from _arithmetic()
    yield from _products()
    yield from _joins()
    yield from _shapes()
    yield from _reductions()
    yield from _activations()
    yield from _constants()


def _arithmetic() -> Iterable[Entry]:
    for name in ("add", "sub", "rsub", "mul", "div", "eq", "ne", "lt", "le", "gt", "ge"):
        # Without a second tensor the argument of its name is the number; a node comes onto the canvas for two tensors.
        kinds = OF_NUMBERS if name in ("sub", "rsub") else OF_ANYTHING
        essential = name in ("add", "mul")
        yield Entry(name, "operation", essential, PAIR, optional=("other",), decisive=("other",), kinds=kinds)
    yield Entry(
        "pow",
        "operation",
        takes=("input", "exponent"),
        optional=("exponent",),
        decisive=("exponent",),
        kinds={"input": "any", "exponent": "number"},
    )
    for name in ("maximum", "minimum"):
        yield Entry(name, "operation", takes=PAIR, kinds=OF_ANYTHING)
    yield Entry(
        "where",
        "operation",
        takes=("condition", "input", "other"),
        optional=("other",),
        decisive=("other",),
        kinds={"condition": "any", **OF_ANYTHING},
    )
    yield Entry(
        "masked_fill",
        "operation",
        takes=("input", "mask"),
        decisive=("value",),
        example={"value": -1e9},
        kinds={"input": "any", "mask": "any"},
    )
    yield Entry("clamp", "operation", decisive=("min", "max"), example={"min": 0.0}, kinds=ANYTHING)
    for name in ("neg", "abs"):
        yield Entry(name, "operation", kinds=NUMBERS)
    for name in ("square", "exp", "log", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "logical_not"):
        yield Entry(name, "operation", kinds=ANYTHING)


def _products() -> Iterable[Entry]:
    yield Entry("matmul", "operation", essential=True, takes=PAIR, kinds=OF_NUMBERS)
    yield Entry("bmm", "operation", takes=("input", "mat2"), kinds={"input": "number", "mat2": "number"})
    yield Entry(
        "scaled_dot_product_attention",
        "operation",
        takes=("query", "key", "value", "attn_mask"),
        optional=("attn_mask",),
        decisive=("is_causal",),
        kinds={"attn_mask": "mask"},
    )


def _joins() -> Iterable[Entry]:
    for name in ("cat", "stack"):
        # The tensors of a list have no names of their own.
        yield Entry(
            name,
            "operation",
            essential=name == "cat",
            takes=PAIR,
            variadic=True,
            decisive=("dim",),
            example={"dim": 1},
            kinds=OF_ANYTHING,
        )
    pieces: Mapping[str, Mapping[str, Value]] = {
        "chunk": {"chunks": 2, "dim": 1},
        "split": {"split_size_or_sections": (1, 1), "dim": 1},
    }
    for name, example in pieces.items():
        counted = next(iter(example))
        yield Entry(
            name,
            "operation",
            counted=counted,
            decisive=(counted, "dim"),
            example=example,
            kinds=ANYTHING,
        )
    yield Entry(
        "select",
        "operation",
        essential=True,
        decisive=("dim", "index"),
        example={"dim": 1, "index": -1},
        kinds=ANYTHING,
    )
    yield Entry(
        "narrow",
        "operation",
        decisive=("dim", "start", "length"),
        example={"dim": 1, "start": 0, "length": 1},
        kinds=ANYTHING,
    )
    yield Entry(
        "slice",
        "operation",
        decisive=("dim", "start", "stop"),
        example={"dim": 1, "start": 1},
        kinds=ANYTHING,
    )


def _shapes() -> Iterable[Entry]:
    given: Mapping[str, Mapping[str, Value]] = {
        "reshape": {"shape": (-1, 64)},
        "view": {"shape": (-1, 64)},
        "flatten": {"start_dim": 1},
        "unflatten": {"dim": 1, "sizes": (1, 8, 8)},
        "squeeze": {"dim": 1},
        "unsqueeze": {"dim": 1},
        "permute": {"dims": (0, 2, 1)},
        "transpose": {"dim0": 1, "dim1": 2},
        "flip": {"dims": 1},
        "expand": {"size": (-1, 1)},
        "contiguous": {},
        "triu": {},
        "tril": {},
    }
    decisive = {"triu": ("diagonal",), "tril": ("diagonal",)}
    for name, example in given.items():
        yield Entry(
            name,
            "operation",
            essential=name in ("reshape", "permute"),
            decisive=decisive.get(name, tuple(example)),
            example=example,
            kinds=ANYTHING,
        )
    yield Entry("expand_as", "operation", takes=PAIR, kinds=OF_ANYTHING)
    yield Entry("pad", "operation", decisive=("pad", "mode"), example={"pad": (1, 1)}, kinds=ANYTHING)
    yield Entry(
        "interpolate",
        "operation",
        decisive=("scale_factor", "size", "mode"),
        example={"scale_factor": 2.0},
        ranks=(4, 3, 5),
        kinds=REAL,
    )


def _reductions() -> Iterable[Entry]:
    kinds = dict.fromkeys("sum amax amin max min cumsum logsumexp".split(), ANYTHING)
    kinds |= dict.fromkeys(("argmax", "argmin"), NUMBERS)
    for name in "mean sum amax amin max min argmax argmin std var logsumexp norm normalize cumsum".split():
        two = name in ("max", "min")
        yield Entry(
            name,
            "operation",
            essential=name == "mean",
            returns=("values", "indices") if two else ("output",),
            decisive=("dim",),
            example={"dim": 1},
            kinds=kinds.get(name, REAL),
        )


def _activations() -> Iterable[Entry]:
    plain = "relu sigmoid tanh gelu silu mish selu relu6 softsign tanhshrink logsigmoid hardsigmoid hardswish"
    # The others have no code for whole numbers.
    kinds = dict.fromkeys("relu relu6 softsign tanhshrink hardtanh".split(), NUMBERS)
    kinds |= dict.fromkeys(("sigmoid", "tanh"), ANYTHING)
    for name in plain.split():
        yield Entry(name, "operation", kinds=kinds.get(name, REAL))
    decisive = {"leaky_relu": "negative_slope", "elu": "alpha", "celu": "alpha", "softplus": "beta"}
    for name, argument in {**decisive, "hardtanh": "min_val", "glu": "dim"}.items():
        yield Entry(name, "operation", decisive=(argument,), kinds=kinds.get(name, REAL))
    for name in ("softmax", "log_softmax"):
        yield Entry(name, "operation", decisive=("dim",), example={"dim": -1}, kinds=REAL)


def _constants() -> Iterable[Entry]:
    yield Entry("to", "operation", decisive=("dtype",), example={"dtype": "float32"}, kinds=ANYTHING)
    yield Entry("one_hot", "operation", decisive=("num_classes",), example={"num_classes": 10}, integers=True)
    for name in ("zeros_like", "ones_like"):
        yield Entry(name, "operation", kinds=ANYTHING)
    yield Entry("full_like", "operation", decisive=("fill_value",), example={"fill_value": 1.0}, kinds=ANYTHING)
    for name in ("arange", "generate_square_subsequent_mask"):
        yield Entry(name, "operation", decisive=("dim",), example={"dim": 1}, kinds=ANYTHING)
