"""What can be wrong between the end of a network and its loss. Torch says most of this late or never."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.blocks import interior
from core.layout import Edge, Layout
from core.operations import VIEWS
from core.problems import Problem
from core.rules import mends
from core.signals import Signal, values_in

if TYPE_CHECKING:
    from core.datasets import DatasetFacts

CLASS_LOSSES = frozenset({"CrossEntropyLoss", "NLLLoss"})
"""Losses whose target is the number of the class."""
PROBABILITIES = frozenset("Softmax Softmin Sigmoid Softmax2d Hardsigmoid softmax softmin sigmoid hardsigmoid".split())
LOG_PROBABILITIES = frozenset("LogSoftmax log_softmax".split())
# What is put in for the sake of classes, whatever the shape.
SOFTMAXES = frozenset("Softmax Softmax2d softmax".split()) | LOG_PROBABILITIES
# Losses that compare each output with 0 and 1.
ROW_LOSSES = frozenset({"MSELoss", "L1Loss", "HuberLoss"})
# What gives no value above 0.
NEGATIVE = LOG_PROBABILITIES | {"LogSigmoid", "logsigmoid"}
SHAPES_ONLY = frozenset({"Identity", "Flatten", "Unflatten"})
# Layers that keep the number of features, so that the layer before them decides it.
KEEPS_FEATURES = frozenset({"activation", "regularization", "normalization"})
# What bends or drops logits without need, as a layer or as an operation.
BENDS = frozenset(
    "ReLU LeakyReLU ReLU6 PReLU RReLU Tanh GELU SiLU Mish ELU CELU SELU Softplus Softsign Hardtanh Hardswish "
    "Hardshrink LogSigmoid Softshrink Threshold Dropout Dropout1d AlphaDropout FeatureAlphaDropout "
    "relu leaky_relu relu6 tanh gelu silu mish elu celu selu softplus softsign hardtanh hardswish logsigmoid".split()
)


def loss_problems(layout: Layout, output: Signal | None, dataset: DatasetFacts) -> Iterator[Problem]:
    """Problems of what reaches Output, given the layout's loss and data set. `output` is None while it is unknown."""
    ends = [node_id for node_id, node in layout.nodes.items() if node.layer == "Output"]
    if output is None or len(ends) != 1:
        return
    into = layout.into(ends[0])
    if not into:
        return
    advice = _last_layer_problems(layout, into[0], output)
    if dataset.kind == "none":
        # Nobody knows yet what the loss will compare with; what the last layer does to it stays good advice.
        possible = layout.training.loss.name not in CLASS_LOSSES or _may_be_scores(output)
        for problem in advice:
            if problem.severity == "warning" and (possible or problem.values["layer"] in SOFTMAXES):
                yield problem
        return
    yield from _shape_problems(layout, into[0], output, dataset)
    yield from advice


def _may_be_scores(output: Signal) -> bool:
    """Whether there is a value for each of several classes. A picture or a single value is meant for another loss."""
    return len(output.shape) in (2, 3) and output.shape[-1] != 1


def _shape_problems(layout: Layout, end: Edge, output: Signal, dataset: DatasetFacts) -> Iterator[Problem]:
    loss = layout.training.loss.name
    values: dict[str, object] = {
        "node": end.source,
        "received": output.shape,
        "loss": loss,
        "dataset": dataset.name,
    }
    classes = len(dataset.classes)
    # Neither may the classes grow with the batch, as in a product of the batch with itself.
    if output.shape[:1] != ("N",) or not all(isinstance(size, int) for size in output.features):
        yield Problem(end.source, "loss.batch", values)
        return
    if output.dtype != "float32":
        yield Problem(end.source, "loss.dtype", {**values, "dtype": output.dtype})
        return
    if len(output.shape) != 2:
        yield _rank_problem(layout, end, output, values)
        return
    features = output.shape[1]
    assert isinstance(features, int)
    one_is_enough = loss not in CLASS_LOSSES and classes == 2
    if features == classes or (one_is_enough and features == 1):
        return
    last = _deciding(layout, end.source)
    details = {**values, "features": features, "classes": classes}
    if last is None:
        yield Problem(end.source, "loss.classes", details, (mends.append(end.source, "Linear"),))
        return
    node_id, argument = last
    mend = (mends.set_argument(node_id, argument, classes),)
    yield Problem(node_id, "loss.classes", {**details, "node": node_id}, mend, argument=argument)


def _rank_problem(layout: Layout, end: Edge, output: Signal, values: dict[str, object]) -> Problem:
    """The output still has an image's dimensions: a Flatten is missing, before the first Linear if there is one."""
    linear = _first_linear(layout, end.source)
    edge = end if linear is None else layout.into(linear)[0]
    mend = (mends.insert(edge, "Flatten"),) if values_in(output.shape) else ()
    blamed = end.source if linear is None else linear
    return Problem(blamed, "loss.flatten_first", {**values, "node": blamed, "output": end.source}, mend)


def _first_linear(layout: Layout, end: str) -> str | None:
    """The topmost Linear on the chain that leads to a node, with nothing but it and activations below."""
    found, node_id = None, end
    while True:
        layer = layout.nodes[node_id].layer
        if layer == "Linear":
            found = node_id
        into = layout.into(node_id)
        if len(into) != 1:
            return found
        node_id = into[0].source


def _deciding(layout: Layout, node_id: str) -> tuple[str, str] | None:
    """The node and the argument that decide how many features leave the network, or None."""
    while True:
        layer = layout.nodes[node_id].layer
        if layer in ("Linear", "LazyLinear"):
            return node_id, "out_features"
        into = layout.into(node_id)
        if layout.entry(node_id).category not in KEEPS_FEATURES or layer == "GLU" or len(into) != 1:
            return None
        node_id = into[0].source


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


def _last_layer_problems(layout: Layout, end: Edge, output: Signal) -> Iterator[Problem]:
    """Advice, and refusals where the loss itself would refuse: what the last layer makes of the logits."""
    loss = layout.training.loss.name
    node_id, layer, path = _last_layer(layout, end)
    values = {"node": node_id, "layer": layer, "loss": loss}

    def advice(rule: str, *mend: mends.Mend) -> Problem:
        # Inside a block the layer may be wanted by the block's other uses.
        possible = tuple(one for one in mend if not path or one.rule not in ("delete", "replace"))
        return Problem(node_id, rule, values, possible, severity="warning", inside=path)

    if loss == "CrossEntropyLoss" and layer in PROBABILITIES:
        yield advice("loss.softmax", mends.delete(node_id))
    elif loss == "CrossEntropyLoss" and layer in LOG_PROBABILITIES:
        yield advice("loss.log_softmax", mends.delete(node_id), mends.use_loss("NLLLoss"))
    elif loss == "NLLLoss" and layer not in LOG_PROBABILITIES:
        if layer == "Softmax":
            yield advice("loss.nll", mends.replace_layer(node_id, "LogSoftmax"))
        else:
            yield advice("loss.nll", mends.use_loss("CrossEntropyLoss"), mends.append(end.source, "LogSoftmax"))
    elif loss == "BCEWithLogitsLoss" and layer in PROBABILITIES:
        yield advice("loss.sigmoid", mends.delete(node_id), mends.use_loss("BCELoss"))
    elif loss == "BCELoss" and layer not in PROBABILITIES:
        mend = (mends.append(end.source, "Sigmoid"), mends.use_loss("BCEWithLogitsLoss"))
        yield Problem(node_id, "loss.bce", values, mend, inside=path)
    elif loss in ROW_LOSSES and layer in NEGATIVE:
        others = (mends.use_loss("NLLLoss"),) if layer in LOG_PROBABILITIES else ()
        yield advice("loss.never_reached", mends.delete(node_id), *others)
    elif loss in ("CrossEntropyLoss", "BCEWithLogitsLoss") and layer in BENDS:
        yield advice("loss.bends", mends.delete(node_id))
