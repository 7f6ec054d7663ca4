"""The layers of torch.nn that are offered, family by family. Windows and sequences have files of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.catalogue.entry import Entry, InputKind
from core.catalogue.sequences import sequence_entries
from core.catalogue.windows import window_entries
from core.values import Value

ANYTHING: Mapping[str, InputKind] = {"input": "any"}
"""For layers that move values and do not compute with them, and those that torch runs on whole numbers as well."""
NUMBERS: Mapping[str, InputKind] = {"input": "number"}


def layer_entries() -> Iterable[Entry]:
    yield Entry("Input", "in_out", essential=True, takes=(), returns=("data",), decisive=("shape",))
    yield Entry("Output", "in_out", essential=True, takes=("result",), returns=())
    yield from _linear()
    yield from window_entries()
    yield from _normalization()
    yield from _activation()
    yield from _regularization()
    yield from sequence_entries()
    yield from _shape()


def _linear() -> Iterable[Entry]:
    yield Entry(
        "Linear",
        "linear",
        essential=True,
        decisive=("in_features", "out_features"),
        example={"out_features": 64},
        inferred="in_features",
        axis=-1,
    )
    yield Entry("LazyLinear", "linear", decisive=("out_features",), example={"out_features": 64}, lazy=True)
    yield Entry(
        "Bilinear",
        "linear",
        takes=("input1", "input2"),
        decisive=("in1_features", "in2_features", "out_features"),
        example={"out_features": 64},
        inferred="in1_features",
        axis=-1,
        also_inferred=(("in2_features", "input2", -1),),
    )
    yield Entry("Identity", "linear", essential=True, kinds=ANYTHING)


def _normalization() -> Iterable[Entry]:
    for dimensions, ranks in ((1, (2, 3)), (2, (4,)), (3, (5,))):
        yield Entry(
            f"BatchNorm{dimensions}d",
            "normalization",
            essential=dimensions < 3,
            decisive=("num_features",),
            inferred="num_features",
            ranks=ranks,
        )
        yield Entry(f"LazyBatchNorm{dimensions}d", "normalization", ranks=ranks, lazy=True)
        yield Entry(
            f"InstanceNorm{dimensions}d",
            "normalization",
            decisive=("num_features",),
            inferred="num_features",
            ranks=(dimensions + 2,),
        )
        yield Entry(f"LazyInstanceNorm{dimensions}d", "normalization", ranks=(dimensions + 2,), lazy=True)
    yield Entry(
        "SyncBatchNorm", "normalization", decisive=("num_features",), inferred="num_features", ranks=(4, 3, 2, 5)
    )
    for name in ("LayerNorm", "RMSNorm"):
        yield Entry(
            name,
            "normalization",
            essential=name == "LayerNorm",
            decisive=("normalized_shape",),
            inferred="normalized_shape",
            axis=-1,
        )
    yield Entry(
        "GroupNorm",
        "normalization",
        essential=True,
        decisive=("num_groups", "num_channels"),
        example={"num_groups": 4},
        inferred="num_channels",
    )
    yield Entry("LocalResponseNorm", "normalization", decisive=("size",), example={"size": 5}, ranks=(4, 3, 5))
    yield Entry("CrossMapLRN2d", "normalization", decisive=("size",), example={"size": 5}, ranks=(4,))


def _activation() -> Iterable[Entry]:
    essential = ("ReLU", "LeakyReLU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "ELU")
    plain = (
        "ReLU GELU Sigmoid Tanh ReLU6 SELU CELU ELU SiLU Mish Softplus Softsign LogSigmoid Tanhshrink "
        "Hardsigmoid Hardswish Hardtanh Hardshrink Softshrink RReLU"
    )
    of_numbers = ("ReLU", "ReLU6", "Hardtanh", "Softsign", "Tanhshrink")
    for name in plain.split():
        kinds = ANYTHING if name in ("Sigmoid", "Tanh") else NUMBERS if name in of_numbers else {}
        yield Entry(name, "activation", essential=name in essential, kinds=kinds)
    yield Entry("LeakyReLU", "activation", essential=True, decisive=("negative_slope",))
    yield Entry("PReLU", "activation", decisive=("num_parameters",))
    yield Entry(
        "Threshold",
        "activation",
        decisive=("threshold", "value"),
        example={"threshold": 0.0, "value": 0.0},
        kinds=NUMBERS,
    )
    yield Entry("GLU", "activation", decisive=("dim",))
    for name in ("Softmax", "LogSoftmax", "Softmin"):
        yield Entry(name, "activation", essential=name in essential, decisive=("dim",), example={"dim": 1})
    yield Entry("Softmax2d", "activation", ranks=(4,))


def _regularization() -> Iterable[Entry]:
    yield Entry("Dropout", "regularization", essential=True, decisive=("p",))
    for dimensions in (1, 2, 3):
        yield Entry(
            f"Dropout{dimensions}d",
            "regularization",
            decisive=("p",),
            ranks=(dimensions + 2, dimensions + 1),
        )
    for name in ("AlphaDropout", "FeatureAlphaDropout"):
        yield Entry(name, "regularization", decisive=("p",))


def _shape() -> Iterable[Entry]:
    yield Entry("Flatten", "shape", essential=True, decisive=("start_dim", "end_dim"), kinds=ANYTHING)
    yield Entry(
        "Unflatten",
        "shape",
        essential=True,
        decisive=("dim", "unflattened_size"),
        example={"dim": 1, "unflattened_size": (1, 8, 8)},
        kinds=ANYTHING,
    )
    factor: dict[str, Value] = {"scale_factor": 2.0}
    yield Entry(
        "Upsample",
        "shape",
        essential=True,
        decisive=("scale_factor", "size", "mode"),
        example=factor,
        ranks=(4, 3, 5),
    )
    for name, more in (("UpsamplingNearest2d", (3, 5)), ("UpsamplingBilinear2d", ())):
        yield Entry(name, "shape", decisive=("scale_factor", "size"), example=factor, ranks=(4, *more))
    for name, argument, ranks in (
        ("PixelShuffle", "upscale_factor", (4, 5, 6)),
        ("PixelUnshuffle", "downscale_factor", (4, 5, 6)),
        ("ChannelShuffle", "groups", (4, 3, 5, 6)),
    ):
        yield Entry(name, "shape", decisive=(argument,), example={argument: 2}, ranks=ranks, kinds=ANYTHING)
    yield from _padding()


def _padding() -> Iterable[Entry]:
    for stem in ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
        for dimensions in (1, 2, 3):
            example: dict[str, Value] = {"padding": 1}
            if stem == "ConstantPad":
                example["value"] = 0.0
            # A constant can stand around the last dimensions of anything; a mirror knows its dimensions.
            constant = stem in ("ZeroPad", "ConstantPad")
            more = tuple(range(dimensions + 3, 7)) if constant else ()
            yield Entry(
                f"{stem}{dimensions}d",
                "shape",
                decisive=("padding",),
                example=example,
                ranks=(dimensions + 2, dimensions + 1, *more),
                kinds=ANYTHING if constant or stem == "CircularPad" else {},
            )
