"""What torch lets through without a word, seen between nodes: each is a warning with the reason, or an error where it
would corrupt what is learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from core.layout import Layout
from core.problems import Problem
from core.rules import mends
from core.signals import Shape

if TYPE_CHECKING:
    from core.inference import NodeFacts

# BatchNorm takes the mean of each channel away, and with it whatever a bias added to the channel.
NORMS = ("BatchNorm", "LazyBatchNorm", "SyncBatchNorm")
# Layers with a bias for each channel, and the dimension of the channels in what they give.
BIASED = {
    f"{lazy}{stem}{rank}d": 1 for lazy in ("", "Lazy") for stem in ("Conv", "ConvTranspose") for rank in (1, 2, 3)
}
BIASED |= {"Linear": -1, "LazyLinear": -1}
# Applied to its own output, each of these changes nothing.
IDEMPOTENT = frozenset({"ReLU", "ReLU6", "LogSoftmax", "relu", "log_softmax"})


def advice_problems(layout: Layout, order: tuple[str, ...], nodes: Mapping[str, NodeFacts]) -> Iterator[Problem]:
    shared = frozenset(node.shares for node in layout.nodes.values())
    for node_id in order:
        layer = layout.nodes[node_id].layer
        if layer in IDEMPOTENT:
            yield from _repeated(layout, node_id)
        elif layer.startswith(NORMS):
            yield from _bias(layout, node_id, nodes, shared)
        elif layer.startswith("MaxUnpool"):
            yield from _unpooled(layout, node_id, nodes)


def _bias(
    layout: Layout, node_id: str, nodes: Mapping[str, NodeFacts], shared: frozenset[str | None]
) -> Iterator[Problem]:
    """A bias that the BatchNorm behind it takes away again."""
    into = layout.into(node_id)
    if not into or not nodes[node_id].outputs:
        return
    source = into[0].source
    node = layout.nodes[source]
    axis = BIASED.get(node.layer)
    if axis is None or node.arguments.get("bias", True) is not True or node.shares is not None:
        return
    # Whoever else reads it, or uses its module, may want the bias.
    if len(layout.out_of(source)) > 1 or source in shared:
        return
    shape = nodes[source].outputs[0].shape
    if axis % len(shape) == 1:
        mend = mends.set_argument(source, "bias", False)
        values = {"node": source, "norm": node_id, "layer": node.layer}
        yield Problem(source, "advice.bias", values, (mend,), "warning", "bias")


def _repeated(layout: Layout, node_id: str) -> Iterator[Problem]:
    into = layout.into(node_id)
    if into and layout.nodes[into[0].source].layer == layout.nodes[node_id].layer:
        values = {"node": node_id, "source": into[0].source}
        yield Problem(node_id, "advice.repeated", values, (mends.delete(node_id),), "warning")


def _unpooled(layout: Layout, node_id: str, nodes: Mapping[str, NodeFacts]) -> Iterator[Problem]:
    """MaxUnpool puts values back where a MaxPool found them: the places count through the image that was pooled."""
    wire = next((edge for edge in layout.into(node_id) if edge.input == 1), None)
    if wire is None or not nodes[node_id].outputs:
        return
    source = layout.nodes[wire.source]
    if "Pool" not in source.layer or wire.output != 1 or source.layer[-2:] != layout.nodes[node_id].layer[-2:]:
        yield Problem(node_id, "unpool.source", {"node": node_id, "source": wire.source}, severity="warning")
        return
    pooled = nodes[wire.source].inputs[0]
    image: Shape = nodes[node_id].outputs[0].shape
    dimensions = int(source.layer[-2])
    if pooled is not None and not _same_places(nodes[wire.source], image[-dimensions:], pooled.shape[-dimensions:]):
        values = {"node": node_id, "source": wire.source, "received": image, "wanted": pooled.shape}
        yield Problem(node_id, "unpool.size", values)


def _same_places(pool: NodeFacts, image: Shape, pooled: Shape) -> bool:
    """Whether a place counted through one image is the same in the other.

    Rows are counted through from the top: those at the bottom that no window of the pooling reached may be missing.
    """
    (height, *rest), (rows, *others) = image, pooled
    if rest != others or not isinstance(height, int) or not isinstance(rows, int):
        return image == pooled
    step = pool.arguments.get("stride") or pool.arguments["kernel_size"]
    step = step[0] if isinstance(step, tuple) else step
    return isinstance(step, int) and 0 <= rows - height < step
