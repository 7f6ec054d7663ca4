"""Which layers and operations are offered, in which category, and what the canvas needs to know of each without torch.

Fields come from torch's own signatures (`core.layers`); what a signature cannot say stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.values import Value

CATEGORIES = (
    "in_out",
    "linear",
    "convolution",
    "pooling",
    "normalization",
    "activation",
    "regularization",
    "embedding",
    "shape",
    "operation",
)


@dataclass(frozen=True)
class Entry:
    name: str
    category: str
    essential: bool = False
    inputs: int = 1
    """How many wires may end here; the least, where `variadic`."""
    outputs: int = 1
    variadic: bool = False
    """Whether one more input is always free."""
    decisive: tuple[str, ...] = ()
    """The arguments that a person reads first."""
    example: Mapping[str, Value] = field(default_factory=dict)
    """Values for arguments without a default, when the layer comes onto the canvas."""
    inferred: str | None = None
    """The argument that the size of the input decides."""
    axis: int = 1
    """The dimension of the input that decides it, counting the batch."""
    ranks: tuple[int, ...] = ()
    """How many dimensions the input may have, with the batch; empty if any."""
    integers: bool = False
    """Whether the input must be whole numbers (indices) instead of reals."""


def _entries() -> Iterable[Entry]:
    yield Entry("Input", "in_out", essential=True, inputs=0, decisive=("shape",))
    yield Entry("Output", "in_out", essential=True, outputs=0)
    yield from _linear()
    yield from _convolution()
    yield from _pooling()
    yield from _normalization()
    yield from _activation()
    yield from _regularization()
    yield from _shape()
    yield Entry("add", "operation", essential=True, inputs=2)
    yield Entry("sub", "operation", inputs=2)
    yield Entry("mul", "operation", inputs=2)
    yield Entry("cat", "operation", essential=True, inputs=2, variadic=True, decisive=("dim",), example={"dim": 1})


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
    yield Entry("Identity", "linear")
    yield Entry(
        "Embedding",
        "embedding",
        decisive=("num_embeddings", "embedding_dim"),
        example={"num_embeddings": 1000, "embedding_dim": 32},
        integers=True,
    )


def _convolution() -> Iterable[Entry]:
    example: dict[str, Value] = {"out_channels": 16, "kernel_size": 3}
    for dimensions in (1, 2, 3):
        for stem in ("Conv", "ConvTranspose"):
            yield Entry(
                f"{stem}{dimensions}d",
                "convolution",
                essential=(stem, dimensions) == ("Conv", 2),
                decisive=("in_channels", "out_channels", "kernel_size", "stride", "padding"),
                example=example if stem == "ConvTranspose" else {**example, "padding": 1},
                inferred="in_channels",
                ranks=(dimensions + 2,),
            )
    kernel: dict[str, Value] = {"kernel_size": 3}
    yield Entry("Unfold", "convolution", decisive=("kernel_size",), example=kernel, ranks=(4,))


def _pooling() -> Iterable[Entry]:
    for dimensions in (1, 2, 3):
        ranks = (dimensions + 2,)
        for stem in ("MaxPool", "AvgPool"):
            yield Entry(
                f"{stem}{dimensions}d",
                "pooling",
                essential=dimensions == 2,
                decisive=("kernel_size", "stride", "padding"),
                example={"kernel_size": 2},
                ranks=ranks,
            )
        for stem in ("AdaptiveAvgPool", "AdaptiveMaxPool"):
            yield Entry(
                f"{stem}{dimensions}d",
                "pooling",
                essential=f"{stem}{dimensions}" == "AdaptiveAvgPool2",
                decisive=("output_size",),
                example={"output_size": 1},
                ranks=ranks,
            )
        yield Entry(
            f"LPPool{dimensions}d",
            "pooling",
            decisive=("norm_type", "kernel_size"),
            example={"norm_type": 2.0, "kernel_size": 2},
            ranks=ranks,
        )


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
        yield Entry(
            f"InstanceNorm{dimensions}d",
            "normalization",
            decisive=("num_features",),
            inferred="num_features",
            ranks=(dimensions + 2,),
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
        decisive=("num_groups", "num_channels"),
        example={"num_groups": 4},
        inferred="num_channels",
    )
    yield Entry("LocalResponseNorm", "normalization", decisive=("size",), example={"size": 2}, ranks=(3, 4, 5))


def _activation() -> Iterable[Entry]:
    essential = ("ReLU", "LeakyReLU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "ELU")
    plain = (
        "ReLU GELU Sigmoid Tanh ReLU6 SELU CELU ELU SiLU Mish Softplus Softsign LogSigmoid Tanhshrink "
        "Hardsigmoid Hardswish Hardtanh Hardshrink Softshrink RReLU"
    )
    for name in plain.split():
        yield Entry(name, "activation", essential=name in essential)
    yield Entry("LeakyReLU", "activation", essential=True, decisive=("negative_slope",))
    yield Entry("PReLU", "activation", decisive=("num_parameters",))
    yield Entry("Threshold", "activation", decisive=("threshold", "value"), example={"threshold": 0.0, "value": 0.0})
    yield Entry("GLU", "activation", decisive=("dim",))
    for name in ("Softmax", "LogSoftmax", "Softmin"):
        yield Entry(name, "activation", essential=name in essential, decisive=("dim",), example={"dim": 1})
    yield Entry("Softmax2d", "activation", ranks=(4,))


def _regularization() -> Iterable[Entry]:
    yield Entry("Dropout", "regularization", essential=True, decisive=("p",))
    for dimensions in (1, 2, 3):
        yield Entry(f"Dropout{dimensions}d", "regularization", decisive=("p",), ranks=(dimensions + 2,))
    for name in ("AlphaDropout", "FeatureAlphaDropout"):
        yield Entry(name, "regularization", decisive=("p",))


def _shape() -> Iterable[Entry]:
    yield Entry("Flatten", "shape", essential=True, decisive=("start_dim", "end_dim"))
    yield Entry(
        "Unflatten",
        "shape",
        decisive=("dim", "unflattened_size"),
        example={"dim": 1, "unflattened_size": (1, 8, 8)},
    )
    yield Entry("Upsample", "shape", decisive=("scale_factor", "size"), example={"scale_factor": 2.0})
    yield Entry("PixelShuffle", "shape", decisive=("upscale_factor",), example={"upscale_factor": 2})
    yield Entry("PixelUnshuffle", "shape", decisive=("downscale_factor",), example={"downscale_factor": 2})
    yield Entry("ChannelShuffle", "shape", decisive=("groups",), example={"groups": 2})
    for stem in ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
        for dimensions in (1, 2, 3):
            example: dict[str, Value] = {"padding": 1}
            if stem == "ConstantPad":
                example["value"] = 0.0
            yield Entry(
                f"{stem}{dimensions}d", "shape", decisive=("padding",), example=example, ranks=(dimensions + 2,)
            )


ENTRIES: Mapping[str, Entry] = {entry.name: entry for entry in _entries()}
OPERATIONS = frozenset(entry.name for entry in ENTRIES.values() if entry.category == "operation")
