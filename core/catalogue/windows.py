"""The layers that slide a window over sequences, images or volumes: convolution and pooling."""

from __future__ import annotations

from collections.abc import Iterable

from core.catalogue.entry import Entry
from core.values import Value

ESSENTIAL = frozenset({"Conv1d", "Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d"})


def window_entries() -> Iterable[Entry]:
    yield from _convolution()
    yield from _pooling()


def _convolution() -> Iterable[Entry]:
    example: dict[str, Value] = {"out_channels": 16, "kernel_size": 3}
    decisive = ("out_channels", "kernel_size", "stride", "padding")
    for dimensions in (1, 2, 3):
        for stem in ("Conv", "ConvTranspose"):
            name = f"{stem}{dimensions}d"
            given = example if stem == "ConvTranspose" else {**example, "padding": 1}
            ranks = (dimensions + 2,)
            yield Entry(
                name,
                "convolution",
                essential=name in ESSENTIAL,
                decisive=("in_channels", *decisive),
                example=given,
                inferred="in_channels",
                ranks=ranks,
            )
            yield Entry(f"Lazy{name}", "convolution", decisive=decisive, example=given, ranks=ranks, lazy=True)
    yield Entry("Unfold", "convolution", decisive=("kernel_size",), example={"kernel_size": 3}, ranks=(4,))
    yield Entry(
        "Fold",
        "convolution",
        decisive=("output_size", "kernel_size"),
        example={"output_size": 8, "kernel_size": 2},
        ranks=(3,),
    )


def _pooling() -> Iterable[Entry]:
    indices = ("return_indices", ("output", "indices"))
    for dimensions in (1, 2, 3):
        # Pooling works on each channel alone: a tensor without channels is pooled just as well.
        ranks = (dimensions + 2, dimensions + 1)
        for stem in ("MaxPool", "AvgPool"):
            name = f"{stem}{dimensions}d"
            yield Entry(
                name,
                "pooling",
                essential=name in ESSENTIAL,
                decisive=("kernel_size", "stride", "padding"),
                example={"kernel_size": 2},
                ranks=ranks,
                returns_with=indices if stem == "MaxPool" else None,
            )
        yield Entry(
            f"MaxUnpool{dimensions}d",
            "pooling",
            takes=("input", "indices"),
            decisive=("kernel_size", "stride", "padding"),
            example={"kernel_size": 2},
            ranks=ranks,
            kinds={"indices": "integer"},
        )
        for stem in ("AdaptiveAvgPool", "AdaptiveMaxPool"):
            name = f"{stem}{dimensions}d"
            yield Entry(
                name,
                "pooling",
                essential=name in ESSENTIAL,
                decisive=("output_size",),
                example={"output_size": 1},
                ranks=ranks,
                returns_with=indices if stem == "AdaptiveMaxPool" else None,
            )
        yield Entry(
            f"LPPool{dimensions}d",
            "pooling",
            decisive=("norm_type", "kernel_size"),
            example={"norm_type": 2.0, "kernel_size": 2},
            ranks=ranks,
        )
        if dimensions > 1:
            yield Entry(
                f"FractionalMaxPool{dimensions}d",
                "pooling",
                decisive=("kernel_size", "output_size", "output_ratio"),
                example={"kernel_size": 2, "output_ratio": 0.5},
                ranks=ranks,
                returns_with=indices,
            )
