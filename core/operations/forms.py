"""The arguments of every operation, in the order of torch's signature. Inspector, checks and printed code ask here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.fields import LARGEST_INTEGER, Field, FieldError
from core.values import Value

DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "bool")
"""What a cast can make of numbers."""


@dataclass(frozen=True)
class Number(Field):
    """A number that stays whole where it was typed as one: `x + 1` keeps whole numbers whole, `x + 1.0` does not."""

    def _parse(self, text: str) -> Value:
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else super()._parse(text)

    def check(self, value: Value) -> FieldError | None:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_INTEGER:
            return FieldError("field.too_large", **self._received(value))
        return super().check(value)


@dataclass(frozen=True)
class Dimensions(Field):
    """One dimension, or several: a single one that was typed is a number and no tuple."""

    def _parse(self, text: str) -> Value:
        value = super()._parse(text)
        return value[0] if isinstance(value, tuple) and len(value) == 1 else value


@dataclass(frozen=True)
class Sections(Field):
    """Several sizes, always in a list: a single number would mean something else to torch."""

    def check(self, value: Value) -> FieldError | None:
        if value is not None and not isinstance(value, tuple):
            return FieldError("field.not_list", **self._received(value))
        return super().check(value)


DIM = Field("dim", "integer", required=True, example=1, help="The dimension it works along")
FIRST_DIM = replace(DIM, required=False, default=0)
LAST_DIM = replace(DIM, required=False, default=-1, example=-1)
ANY_DIM = replace(DIM, required=False, default=None, optional=True)
DIMS = Dimensions(
    "dim", "size", required=True, dimensions=0, example=1, topic="reduced_dims", help="The dimension or dimensions"
)
ANY_DIMS = replace(DIMS, required=False, default=None, optional=True)
KEEPDIM = Field("keepdim", "flag", default=False, help="Whether the dimension stays, with size 1")
OTHER = Number(
    "other",
    "real",
    optional=True,
    example=1,
    topic="other_number",
    help="The number that is used without a second tensor",
)
SOFTMAX = replace(DIM, example=-1)
SIZES = Field("shape", "size", required=True, dimensions=0, minimum=-1, example=(-1, 64), topic="new_shape")
DIAGONAL = Field("diagonal", "integer", default=0, help="How far from the main diagonal; above it is positive")
SLOPE = Field("negative_slope", "real", default=0.01, help="Slope for negative values")
MODES = ("nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact")
PAD_MODES = ("constant", "reflect", "replicate", "circular")


def _alpha(default: float = 1.0) -> Field:
    return Field("alpha", "real", default=default, topic="elu_alpha", help="Scale of the negative part")


_ARITHMETIC: Mapping[str, tuple[Field, ...]] = {
    **dict.fromkeys(("add", "sub", "rsub", "mul", "div"), (OTHER,)),
    "pow": (replace(OTHER, name="exponent", example=2),),
    **dict.fromkeys(("maximum", "minimum"), ()),
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge"), (replace(OTHER, example=0),)),
    "where": (replace(OTHER, example=0.0),),
    "masked_fill": (Number("value", "real", required=True, example=-1e9, help="The number that is put in"),),
    "clamp": (
        Number("min", "real", optional=True, example=0.0, help="The smallest value that is left"),
        Number("max", "real", optional=True, example=1.0, help="The largest value that is left"),
    ),
    **dict.fromkeys(("neg", "abs", "exp", "log", "sqrt", "rsqrt", "square", "reciprocal", "sin", "cos"), ()),
    "logical_not": (),
}

_PRODUCTS: Mapping[str, tuple[Field, ...]] = {
    **dict.fromkeys(("matmul", "bmm"), ()),
    "scaled_dot_product_attention": (
        Field("is_causal", "flag", default=False, help="Whether each position sees only those before it"),
        Field("scale", "real", optional=True, above=0, topic="attention_scale", help="1 / √E where it is left out"),
    ),
}

_JOINS: Mapping[str, tuple[Field, ...]] = {
    **dict.fromkeys(("cat", "stack"), (FIRST_DIM,)),
    "chunk": (
        Field("chunks", "integer", required=True, minimum=1, maximum=256, example=2, help="How many pieces"),
        FIRST_DIM,
    ),
    "split": (
        Sections(
            "split_size_or_sections",
            "size",
            required=True,
            dimensions=0,
            minimum=1,
            example=(1, 1),
            help="The size of each piece",
        ),
        FIRST_DIM,
    ),
    "select": (
        replace(DIM, example=1),
        Field("index", "integer", required=True, example=-1, help="The place that is picked; -1 is the last one"),
    ),
    "narrow": (
        DIM,
        Field("start", "integer", required=True, example=0, help="The first place"),
        Field("length", "integer", required=True, minimum=1, example=1, help="How many places"),
    ),
    "slice": (
        DIM,
        Field("start", "integer", optional=True, example=1, help="The first place"),
        Field("stop", "integer", optional=True, help="The place behind the last one"),
        Field("step", "integer", optional=True, minimum=1, topic="slice_step", help="Steps from place to place"),
    ),
}

_SHAPES: Mapping[str, tuple[Field, ...]] = {
    "reshape": (SIZES,),
    "view": (SIZES,),
    "flatten": (
        Field("start_dim", "integer", default=0, example=1, help="The first dimension that is flattened"),
        Field("end_dim", "integer", default=-1, help="The last dimension that is flattened"),
    ),
    "unflatten": (DIM, replace(SIZES, name="sizes", example=(1, 8, 8), topic="unflattened_sizes")),
    "squeeze": (replace(DIMS, topic="squeezed_dims"),),
    "unsqueeze": (replace(DIM, topic="unsqueezed_dim"),),
    "permute": (Field("dims", "size", required=True, dimensions=0, example=(0, 2, 1), topic="permuted_dims"),),
    "transpose": (
        Field("dim0", "integer", required=True, example=1, topic="swapped_dim", help="One of the two dimensions"),
        Field("dim1", "integer", required=True, example=2, topic="swapped_dim", help="The other dimension"),
    ),
    "flip": (Dimensions("dims", "size", required=True, dimensions=0, example=1, topic="flipped_dims"),),
    "expand": (replace(SIZES, name="size", example=(-1, 1), topic="expanded_size"),),
    **dict.fromkeys(("expand_as", "contiguous"), ()),
    **dict.fromkeys(("triu", "tril"), (DIAGONAL,)),
    "pad": (
        Field("pad", "size", required=True, dimensions=0, example=(1, 1), topic="pad_sides"),
        Field("mode", "choice", default="constant", choices=PAD_MODES, topic="pad_mode"),
        Number("value", "real", optional=True, help="The number that is put in"),
    ),
    "interpolate": (
        Field("size", "size", optional=True, dimensions=0, minimum=1, topic="interpolated_size"),
        Field("scale_factor", "real", optional=True, dimensions=0, above=0, example=2.0),
        Field("mode", "choice", default="nearest", choices=MODES),
        Field("align_corners", "flag", optional=True),
    ),
}

_REDUCTIONS: Mapping[str, tuple[Field, ...]] = {
    **dict.fromkeys(("mean", "sum"), (ANY_DIMS, KEEPDIM)),
    **dict.fromkeys(("amax", "amin", "logsumexp"), (DIMS, KEEPDIM)),
    **dict.fromkeys(("max", "min"), (DIM, KEEPDIM)),
    **dict.fromkeys(("argmax", "argmin"), (ANY_DIM, KEEPDIM)),
    **dict.fromkeys(
        ("std", "var"),
        (ANY_DIMS, Field("correction", "integer", default=1, minimum=0, help="Subtracted from the count"), KEEPDIM),
    ),
    "norm": (
        Field("p", "real", default=2.0, minimum=0, topic="norm_order", help="The order of the norm"),
        ANY_DIMS,
        KEEPDIM,
    ),
    "normalize": (
        Field("p", "real", default=2.0, minimum=0, topic="norm_order", help="The order of the norm"),
        replace(FIRST_DIM, default=1, topic="dim"),
        Field("eps", "real", default=1e-12, minimum=0, topic="normalize_eps", help="The smallest divisor"),
    ),
    "cumsum": (DIM,),
}

_ACTIVATIONS: Mapping[str, tuple[Field, ...]] = {
    **dict.fromkeys(
        "relu sigmoid tanh silu mish selu relu6 softsign tanhshrink logsigmoid hardsigmoid hardswish".split(), ()
    ),
    "gelu": (Field("approximate", "choice", default="none", choices=("none", "tanh")),),
    "leaky_relu": (SLOPE,),
    "elu": (_alpha(),),
    "celu": (replace(_alpha(), above=0),),
    "softplus": (
        Field("beta", "real", default=1.0, above=0, help="How sharp the bend is"),
        Field("threshold", "real", default=20.0, topic="softplus_threshold", help="Above it the function is a line"),
    ),
    "hardtanh": (
        Field("min_val", "real", default=-1.0, help="The smallest value that is left"),
        Field("max_val", "real", default=1.0, help="The largest value that is left"),
    ),
    "glu": (LAST_DIM,),
    **dict.fromkeys(("softmax", "log_softmax"), (SOFTMAX,)),
}

_CONSTANTS: Mapping[str, tuple[Field, ...]] = {
    "to": (Field("dtype", "choice", required=True, choices=DTYPES, example="float32", topic="cast_dtype"),),
    "one_hot": (
        Field(
            "num_classes", "integer", required=True, minimum=1, example=10, help="How many different numbers there are"
        ),
    ),
    **dict.fromkeys(("zeros_like", "ones_like"), ()),
    "full_like": (Number("fill_value", "real", required=True, example=1.0, help="The number that is everywhere"),),
    "arange": (replace(DIM, topic="counted_dim"),),
    "generate_square_subsequent_mask": (replace(DIM, topic="counted_dim"),),
}

LARGEST_REAL = 3.38e38
"""A little below the largest float32 and bfloat16: torch computes with numbers of that kind and refuses larger ones."""


def _bounded(field: Field) -> Field:
    if field.kind != "real":
        return field
    lowest = None if field.above is not None else field.minimum
    if lowest is None and field.above is None:
        lowest = -LARGEST_REAL
    return replace(field, minimum=lowest, maximum=LARGEST_REAL)


FIELDS: Mapping[str, tuple[Field, ...]] = {
    name: tuple(map(_bounded, fields))
    for group in (_ARITHMETIC, _PRODUCTS, _JOINS, _SHAPES, _REDUCTIONS, _ACTIVATIONS, _CONSTANTS)
    for name, fields in group.items()
}
