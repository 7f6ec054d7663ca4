"""What can be wrong with a node's arguments, by themselves and together with what flows in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from core.catalogue import OPERATIONS
from core.fields import Field
from core.layers import specification
from core.layout import Layout
from core.outcome import Signals
from core.problems import Problem
from core.rules import attention, bounds, channels, mends, norms, operations, padding, pairs, recurrent, sizes, windows
from core.rules.dtypes import dtype_problems
from core.rules.ranks import rank_problems
from core.rules.site import Rule, site
from core.values import Value


def argument_problems(layout: Layout, node_id: str) -> Iterator[Problem]:
    """Unknown, missing and out-of-range arguments."""
    node = layout.nodes[node_id]
    spec = specification(node.layer)
    known = {field.name: field for field in spec.fields}
    for name, value in node.arguments.items():
        if name not in known:
            values = {"node": node_id, "layer": node.layer, "argument": name}
            yield Problem(node_id, "argument.unknown", values, (mends.leave_out(node_id, name),), argument=name)
            continue
        error = known[name].check(value)
        if error is not None:
            field = known[name]
            yield Problem(node_id, error.rule, {"node": node_id, **error.values}, _reset(node_id, field), argument=name)
    for field in spec.fields:
        if field.required and field.name not in node.arguments:
            example = (mends.set_argument(node_id, field.name, field.example),) if field.example is not None else ()
            values = {"node": node_id, "argument": field.name}
            yield Problem(node_id, "argument.missing", values, example, argument=field.name)


def _reset(node_id: str, field: Field) -> tuple[mends.Mend, ...]:
    if not field.required:
        return (mends.leave_out(node_id, field.name),)
    return (mends.set_argument(node_id, field.name, field.example),) if field.example is not None else ()


def input_problems(
    layout: Layout, node_id: str, arguments: Mapping[str, Value], received: Signals
) -> Iterator[Problem]:
    """Why this layer cannot take what flows in, and what it would take without a word but not as it is meant.

    `arguments` is complete and each by itself is sound; `received` has None where an optional input is not wired. The
    rules go from the coarse to the fine, and the first that refuses is the last that is asked.
    """
    here = site(layout, node_id, arguments, received)
    for rule in rules(layout.nodes[node_id].layer):
        refused = False
        for problem in rule(here):
            yield problem
            refused = refused or problem.severity == "error"
        if refused:
            return


DIMENSIONS = sizes.dimension_problems
POOLS = (windows.adaptive_problems, windows.pooling_problems)
ATTENTION = (attention.head_problems, attention.attention_problems)
# By layer, or by the beginning of its name: what it refuses beside dtypes, ranks and channels.
OWN: Mapping[str, tuple[Rule, ...]] = {
    "Conv": (sizes.group_problems, windows.convolution_problems),
    "ConvTranspose": (sizes.group_problems, windows.transposed_problems),
    "MaxPool": POOLS,
    "AvgPool": POOLS,
    "LPPool": POOLS,
    "Adaptive": (windows.adaptive_problems,),
    "MaxUnpool": (windows.unpool_problems,),
    "FractionalMaxPool": (windows.fractional_problems,),
    "Unfold": (windows.unfold_problems,),
    "Fold": (windows.fold_problems,),
    "GroupNorm": (sizes.group_problems,),
    "BatchNorm": (norms.eps_problems,),
    "SyncBatchNorm": (norms.eps_problems,),
    "CrossMapLRN2d": (norms.neighbour_problems,),
    "InstanceNorm": (norms.instance_problems,),
    "Softmax": (DIMENSIONS, sizes.softmax_problems),
    "Softmax2d": (),
    "LogSoftmax": (DIMENSIONS, sizes.softmax_problems),
    "Softmin": (DIMENSIONS, sizes.softmax_problems),
    "GLU": (DIMENSIONS, sizes.halving_problems),
    "Dropout": (bounds.dropout_problems,),
    "AlphaDropout": (bounds.dropout_problems,),
    "FeatureAlphaDropout": (bounds.dropout_problems,),
    "Hardtanh": (bounds.bound_problems,),
    "RReLU": (bounds.bound_problems, bounds.slope_problems),
    "CELU": (bounds.zero_problems, bounds.slope_problems),
    "ELU": (bounds.slope_problems,),
    "LeakyReLU": (bounds.slope_problems,),
    "Softshrink": (bounds.negative_problems,),
    "PReLU": (sizes.prelu_problems,),
    "Flatten": (DIMENSIONS, sizes.flatten_problems),
    "Unflatten": (DIMENSIONS, sizes.unflatten_problems),
    "Upsampl": (sizes.upsample_problems,),
    "PixelShuffle": (sizes.shuffle_problems,),
    "PixelUnshuffle": (sizes.shuffle_problems,),
    "ChannelShuffle": (sizes.shuffle_problems,),
    "Embedding": (sizes.embedding_problems,),
    "RNN": (recurrent.recurrent_problems,),
    "GRU": (recurrent.recurrent_problems,),
    "LSTM": (recurrent.recurrent_problems,),
    "RNNCell": (recurrent.cell_problems,),
    "GRUCell": (recurrent.cell_problems,),
    "LSTMCell": (recurrent.cell_problems,),
    "MultiheadAttention": ATTENTION,
    "Transformer": ATTENTION,
    "Bilinear": (pairs.bilinear_problems,),
    "CosineSimilarity": (pairs.distance_problems,),
    "PairwiseDistance": (pairs.distance_problems,),
    **{f"{stem}Pad": (padding.padding_problems,) for stem in "Zero Constant Reflection Replication Circular".split()},
}


@cache
def rules(layer: str) -> tuple[Rule, ...]:
    """What is asked of a layer or operation, in this order."""
    if layer in OPERATIONS:
        return operations.rules(layer)
    # A lazy layer refuses what its other self refuses.
    name = layer.removeprefix("Lazy")
    fitting = max((stem for stem in OWN if name.startswith(stem)), key=len, default=None)
    own = OWN[fitting] if fitting is not None else ()
    return (dtype_problems, rank_problems, channels.channel_problems, *own)
