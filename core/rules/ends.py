"""What the last layer makes of the values that the loss reads: advice, and a refusal where the loss would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from core.blocks import interior
from core.layout import Edge, Layout
from core.operations import VIEWS
from core.problems import Problem
from core.rules import mends
from core.training.config import Choice
from core.training.losses import expects, spec

if TYPE_CHECKING:
    from core.datasets import DatasetFacts

PROBABILITIES = frozenset("Softmax Softmin Sigmoid Softmax2d Hardsigmoid softmax softmin sigmoid hardsigmoid".split())
LOG_PROBABILITIES = frozenset("LogSoftmax log_softmax".split())
# What is put in for the sake of classes, whatever the shape.
SOFTMAXES = frozenset("Softmax Softmax2d softmax".split()) | LOG_PROBABILITIES
# What gives no value above 0.
NEGATIVE = LOG_PROBABILITIES | {"LogSigmoid", "logsigmoid"}
SHAPES_ONLY = frozenset({"Identity", "Flatten", "Unflatten"})
# What bends or drops logits without need, as a layer or as an operation.
BENDS = frozenset(
    "ReLU LeakyReLU ReLU6 PReLU RReLU Tanh GELU SiLU Mish ELU CELU SELU Softplus Softsign Hardtanh Hardswish "
    "Hardshrink LogSigmoid Softshrink Threshold Dropout Dropout1d AlphaDropout FeatureAlphaDropout "
    "relu leaky_relu relu6 tanh gelu silu mish elu celu selu softplus softsign hardtanh hardswish logsigmoid".split()
)
RANGES: Mapping[str, str] = {
    **dict.fromkeys("Sigmoid Hardsigmoid Softmax Softmax2d Softmin sigmoid hardsigmoid softmax softmin".split(), "0…1"),
    **dict.fromkeys("Tanh Softsign Hardtanh tanh softsign hardtanh".split(), "-1…1"),
    **dict.fromkeys("ReLU Softplus relu softplus".split(), "0…∞"),
    **dict.fromkeys(("ReLU6", "relu6"), "0…6"),
    **dict.fromkeys(NEGATIVE, "-∞…0"),
}
"""By layer: the only values that it gives."""
# What gives no value below 0, as far as a name says it: a distance, a size, a mean that can be counted.
NOT_NEGATIVE = frozenset(name for name, values in RANGES.items() if values.startswith("0")) | frozenset(
    "PairwiseDistance LPPool1d LPPool2d LPPool3d abs exp norm square sqrt cdist std var".split()
)


def last_layer_problems(
    layout: Layout, end: Edge, dataset: DatasetFacts, choice: Choice, place: int
) -> Iterator[Problem]:
    """Of one of the losses; `place` is which: 0 is the main one."""
    loss, known = choice.name, spec(choice.name)
    takes = expects(choice)
    node_id, layer, path = _last_layer(layout, end)
    values: dict[str, object] = {"node": node_id, "layer": layer, "loss": loss, "dataset": dataset.name}

    def advice(rule: str, *mend: mends.Mend, **more: object) -> Problem:
        # Inside a block the layer may be wanted by the block's other uses.
        possible = tuple(one for one in mend if not path or one.rule not in ("delete", "replace"))
        return Problem(node_id, rule, {**values, **more}, possible, severity="warning", inside=path)

    if known.squashes == "softmax" and layer in PROBABILITIES:
        yield advice("loss.softmax", mends.delete(node_id))
    elif known.squashes == "softmax" and layer in LOG_PROBABILITIES:
        yield advice("loss.log_softmax", mends.delete(node_id), mends.use_loss("NLLLoss", place))
    elif takes == "log_probabilities" and layer not in LOG_PROBABILITIES:
        if layer == "Softmax":
            yield advice("loss.nll", mends.replace_layer(node_id, "LogSoftmax"))
        else:
            yield advice("loss.nll", mends.use_loss("CrossEntropyLoss", place), mends.append(end.source, "LogSoftmax"))
    elif known.squashes == "sigmoid" and layer in PROBABILITIES:
        yield advice("loss.sigmoid", mends.delete(node_id), mends.use_loss("BCELoss", place))
    elif takes == "probabilities" and layer not in PROBABILITIES:
        mend = (mends.append(end.source, "Sigmoid"), mends.use_loss("BCEWithLogitsLoss", place))
        yield Problem(node_id, "loss.bce", values, mend, inside=path)
    elif takes == "positive" and layer not in NOT_NEGATIVE:
        exponents = mends.without_loss_argument("log_input", place)
        yield advice("loss.positive", mends.append(end.source, "Softplus"), exponents)
    elif takes == "distances" and layer not in NOT_NEGATIVE:
        yield advice("loss.distances", mends.append(end.source, "Softplus"), mends.use_loss("CrossEntropyLoss", place))
    elif dataset.task == "regression" and takes == "any" and layer in RANGES:
        yield advice("loss.bounded", mends.delete(node_id), range=RANGES[layer])
    elif known.form == "row" and takes == "any" and layer in NEGATIVE:
        others = (mends.use_loss("NLLLoss", place),) if layer in LOG_PROBABILITIES else ()
        yield advice("loss.never_reached", mends.delete(node_id), *others)
    elif takes == "logits" and layer in BENDS:
        yield advice("loss.bends", mends.delete(node_id))


def _last_layer(layout: Layout, end: Edge) -> tuple[str, str, tuple[str, ...]]:
    """The last node that changes values and not only their shape, its layer, and the path to that inside a block."""
    while True:
        node, into = layout.nodes[end.source], layout.into(end.source)
        if node.layer in layout.blocks:
            inside = interior(layout, node.layer)
            inputs, outputs = (
                [key for key, inner in inside.nodes.items() if inner.layer == kind] for kind in ("Input", "Output")
            )
            last, layer, path = _last_layer(inside, inside.into(outputs[end.output])[0])
            if layer != "Input":
                return end.source, layer, (last, *path)
            # The block hands on what flows in.
            end = next(edge for edge in into if edge.input == inputs.index(last))
        elif (node.layer in VIEWS or node.layer in SHAPES_ONLY) and into:
            end = into[0]
        else:
            return end.source, node.layer, ()
