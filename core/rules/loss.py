"""What can be wrong between the end of a network and its losses. Torch says most of this late or never."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.layout import Edge, Layout
from core.problems import Problem
from core.rules import mends
from core.rules.ends import SOFTMAXES, last_layer_problems
from core.signals import Signal, values_in
from core.training.losses import spec
from core.training.objective import losses_of

if TYPE_CHECKING:
    from core.datasets import DatasetFacts

# Layers that keep the number of features, so that the layer before them decides it.
KEEPS_FEATURES = frozenset({"activation", "regularization", "normalization"})


def loss_problems(layout: Layout, output: Signal | None, dataset: DatasetFacts) -> Iterator[Problem]:
    """Problems of what reaches Output, given the layout's losses and data set. `output` is None while it is unknown."""
    ends = [node_id for node_id, node in layout.nodes.items() if node.layer == "Output"]
    if output is None or len(ends) != 1:
        return
    into = layout.into(ends[0])
    if not into:
        return
    found: list[Problem] = []
    for place, (choice, _) in enumerate(losses_of(layout.training)):
        advice = list(last_layer_problems(layout, into[0], dataset, choice, place))
        if dataset.kind == "none":
            # Nobody knows yet what the loss will compare with; what the last layer does to it stays good advice.
            possible = not spec(choice.name).wants_labels or _may_be_scores(output)
            warnings = [one for one in advice if one.severity == "warning"]
            found += [one for one in warnings if possible or one.values["layer"] in SOFTMAXES]
            continue
        found += _shape_problems(layout, into[0], output, dataset, choice.name)
        found += advice
    seen: set[tuple[str | None, str]] = set()
    for problem in found:
        # Several losses may be refused for one reason; it is said once.
        if (problem.node, problem.rule) not in seen:
            seen.add((problem.node, problem.rule))
            yield problem


def _may_be_scores(output: Signal) -> bool:
    """Whether there is a value for each of several classes. A picture or a single value is meant for another loss."""
    return len(output.shape) in (2, 3) and output.shape[-1] != 1


def _shape_problems(layout: Layout, end: Edge, output: Signal, dataset: DatasetFacts, loss: str) -> Iterator[Problem]:
    values: dict[str, object] = {
        "node": end.source,
        "received": output.shape,
        "loss": loss,
        "dataset": dataset.name,
    }
    # Neither may what stands for a sample grow with the batch, as in a product of the batch with itself.
    if output.shape[:1] != ("N",) or not all(isinstance(size, int) for size in output.features):
        yield Problem(end.source, "loss.batch", values)
    elif output.dtype != "float32":
        yield Problem(end.source, "loss.dtype", {**values, "dtype": output.dtype})
    elif dataset.task == "regression":
        yield from _number_problems(layout, end, output, dataset.target_shape, values)
    elif spec(loss).form is not None:
        yield from _class_problems(layout, end, output, len(dataset.classes), values)


def _class_problems(
    layout: Layout, end: Edge, output: Signal, classes: int, values: dict[str, object]
) -> Iterator[Problem]:
    if len(output.shape) != 2:
        yield _rank_problem(layout, end, output, "loss.flatten_first", values)
        return
    features = output.shape[1]
    if features == classes or (features == 1 and classes == 2 and spec(str(values["loss"])).single):
        return
    details = {**values, "features": features, "classes": classes}
    yield _width_problem(layout, end, "loss.classes", details, classes)


def _number_problems(
    layout: Layout, end: Edge, output: Signal, target: tuple[int, ...], values: dict[str, object]
) -> Iterator[Problem]:
    """The output of a regression has the shape of its target, or torch stretches one to the other in silence."""
    if output.shape[1:] == target:
        return
    details = {**values, "wanted": ("N", *target)}
    if len(target) == 1 and len(output.shape) > 2:
        yield _rank_problem(layout, end, output, "loss.flatten_target", details)
    elif target and len(output.shape) == len(target) + 1 and output.shape[1:-1] == target[:-1]:
        details |= {"features": output.shape[-1], "numbers": target[-1]}
        yield _width_problem(layout, end, "loss.numbers", details, target[-1])
    else:
        yield Problem(end.source, "loss.target_shape", details)


def _width_problem(layout: Layout, end: Edge, rule: str, values: dict[str, object], wanted: int) -> Problem:
    """Another number of values for each sample than there must be."""
    last = _deciding(layout, end.source)
    if last is None:
        return Problem(end.source, rule, values, (mends.append(end.source, "Linear"),))
    node_id, argument = last
    mend = (mends.set_argument(node_id, argument, wanted),)
    return Problem(node_id, rule, {**values, "node": node_id}, mend, argument=argument)


def _rank_problem(layout: Layout, end: Edge, output: Signal, rule: str, values: dict[str, object]) -> Problem:
    """The output still has an image's dimensions: a Flatten is missing, before the first Linear if there is one."""
    linear = _first_linear(layout, end.source)
    edge = end if linear is None else layout.into(linear)[0]
    mend = (mends.insert(edge, "Flatten"),) if values_in(output.shape) else ()
    blamed = end.source if linear is None else linear
    return Problem(blamed, rule, {**values, "node": blamed, "output": end.source}, mend)


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
