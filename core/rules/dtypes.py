"""Numbers of the wrong kind: whole ones where a layer computes with reals, reals where it looks something up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.curation import DTYPES as INPUT_DTYPES
from core.datasets.facts import NO_DATA
from core.layout import Edge
from core.problems import Mend, Problem
from core.rules import mends
from core.rules.site import Site
from core.signals import Signal

PADS = frozenset(f"{stem}Pad{rank}d" for stem in ("Zero", "Constant", "Circular") for rank in (1, 2, 3))
EDGE_PADS = frozenset(f"{stem}Pad{rank}d" for stem in ("Reflection", "Replication") for rank in (1, 2, 3))
# Layers that torch runs on other numbers too; a test asks torch whether these are all of them.
MOVES = frozenset("Identity Flatten Unflatten PixelShuffle PixelUnshuffle ChannelShuffle".split()) | PADS
TAKES_INTEGERS = (
    MOVES
    | EDGE_PADS
    | frozenset(
        "Sigmoid Tanh ReLU ReLU6 Hardtanh Softsign Threshold Tanhshrink PairwiseDistance LocalResponseNorm MaxPool2d "
        "MaxPool3d AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d".split()
    )
)
TAKES_TRUTH = MOVES | frozenset("Sigmoid Tanh Unfold Fold LPPool1d LPPool2d LPPool3d".split())
# Layers whose weights must be of the same dtype as what flows in, though nothing of their size is inferred.
WEIGHED = frozenset({"PReLU"})
UNWEIGHED = frozenset({"RMSNorm"})
REALS = frozenset({"float32", "float64", "float16", "bfloat16"})
# Families whose layers read sequences of rows.
EMBEDDABLE = frozenset({"recurrent", "attention", "linear"})
# What torch takes as an index.
INDICES = frozenset({"int64", "int32"})


def dtype_problems(site: Site) -> Iterator[Problem]:
    """The first input whose dtype the layer refuses."""
    for port, signal in enumerate(site.received):
        if signal is None:
            continue
        kind = site.entry.kind(port)
        values: dict[str, Any] = {
            "received": signal.shape,
            "dtype": signal.dtype,
            "input": site.entry.input_names[min(port, site.entry.inputs - 1)],
        }
        if kind == "integer" and signal.dtype not in INDICES:
            yield site.problem("dtype.integers_needed", *cast_mends(site, port, "int64"), **values)
            return
        if kind == "mask" and signal.dtype not in REALS | {"bool"}:
            yield site.problem("dtype.mask", *cast_mends(site, port, "bool"), **values)
            return
        if kind not in ("integer", "mask") and signal.dtype not in REALS and not _takes(site, signal):
            yield site.problem("dtype.reals_needed", *_reals(site, port, signal), **values)
            return
        if kind not in ("integer", "mask") and signal.dtype in REALS - {"float32"} and _has_weights(site):
            yield site.problem("dtype.single_needed", *cast_mends(site, port, "float32"), **values)
            return


def _takes(site: Site, signal: Signal) -> bool:
    if site.entry.name == "CosineSimilarity":
        # Beside reals everything becomes real.
        return any(other is not None and other.dtype in REALS for other in site.received)
    if signal.dtype == "bool":
        return site.entry.name in TAKES_TRUTH
    # Only where it must give indices does it run the code that knows whole numbers.
    gives_indices = site.entry.name == "MaxPool1d" and site.arguments["return_indices"] is True
    return site.entry.name in TAKES_INTEGERS or gives_indices


def _reals(site: Site, port: int, signal: Signal) -> tuple[Mend, ...]:
    cast = cast_mends(site, port, "float32")
    edges, ranks = _alike(site, port), site.entry.ranks
    # An Embedding makes a row of each number, which is one dimension more.
    fits = not ranks or len(signal.shape) + 1 in ranks
    if signal.dtype in INDICES and fits and site.entry.category in EMBEDDABLE and site.entry.name != "Bilinear":
        return (mends.insert_each(edges, "Embedding"), *cast)
    return cast


def cast_mends(site: Site, port: int, dtype: str) -> tuple[Mend, ...]:
    """An Input that says its shape itself says its dtype too; behind anything else a cast is put in."""
    edges = _alike(site, port)
    node = site.layout.nodes[edges[0].source]
    says_itself = "shape" in node.arguments and site.layout.training.dataset.name == NO_DATA
    if len(edges) == 1 and node.layer == "Input" and says_itself and dtype in INPUT_DTYPES:
        return (mends.set_argument(edges[0].source, "dtype", dtype),)
    return (mends.insert_each(edges, "to", {"dtype": dtype}),)


def _alike(site: Site, port: int) -> tuple[Edge, ...]:
    """The wire of an input, and those of the other inputs that are of the same kind and carry the same numbers."""
    signal, kind = site.received[port], site.entry.kind(port)
    return tuple(
        site.edge(other)
        for other, received in enumerate(site.received)
        if received is not None
        and signal is not None
        and received.dtype == signal.dtype
        and site.entry.kind(other) == kind
    )


def _has_weights(site: Site) -> bool:
    if site.entry.name.removeprefix("Lazy").startswith("InstanceNorm"):
        return site.arguments["affine"] is True or site.arguments["track_running_stats"] is True
    decided = site.entry.inferred is not None or site.entry.lazy or site.entry.name in WEIGHED
    return decided and site.entry.name not in UNWEIGHED
