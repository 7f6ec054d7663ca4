"""Which tensors leave each node, what they cost, and what is wrong. Canvas, compiler and code generator ask here.

    infer(layout) -> Inference

is a function of the layout alone. It never raises: a mistake is a `Problem`, on the node that causes it. What was found
for the layout before an edit makes the next inference quick and never different.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.blocks import LARGEST_NETWORK, network_size
from core.graph import order
from core.inference import Inference, NodeFacts, Part
from core.layout import Layout
from core.muting import effective
from core.problems import Problem
from core.signals import Signal
from core.walking import in_order, infer_graph, walked

__all__ = ["Inference", "Inferrer", "NodeFacts", "Part", "Signal", "found_in_pieces", "infer", "pending", "warm_up"]

LARGEST_MEMORY = 200
"""Answers that an `Inferrer` keeps. They share what did not change, so each adds little."""


def pending(layout: Layout) -> Inference:
    """An inference that knows nothing yet: what the window shows until torch has been imported."""
    return Inference(layout, order(layout), {})


def warm_up() -> None:
    """Import torch and run a layer of each kind, so that the first `infer` is quick. For a thread beside the window."""
    from core.probe import probe

    images, rows = Signal(("N", 1, 8, 8)), Signal(("N", 4))
    # The first run on the meta device loads torch's shape functions, which takes longer than importing torch.
    probe("Linear", {"in_features": 4, "out_features": 4}, (rows,))
    probe("Conv2d", {"in_channels": 1, "out_channels": 4, "kernel_size": 3}, (images,))
    probe("BatchNorm2d", {"num_features": 1}, (images,))
    probe("MaxPool2d", {"kernel_size": 2}, (images,))
    probe("add", {}, (rows, rows))


def infer(layout: Layout, before: Inference | None = None) -> Inference:
    """Shapes, dtypes, parameters and cost of every node, and the problems of the whole. Never raises.

    `before` is what was found for a layout of which this one is an edit, if there is such. What is muted is an Identity
    in the inference's layout.
    """
    from core.datasets import facts
    from core.datasets.transforms import seen
    from core.rules.learning import learning_problems
    from core.rules.loss import loss_problems
    from core.rules.memory import memory_problems
    from core.rules.training import training_problems
    from core.rules.transforming import transform_problems

    layout = effective(layout)
    if network_size(layout) > LARGEST_NETWORK:
        problem = Problem(None, "graph.too_large", {"size": network_size(layout), "largest": LARGEST_NETWORK})
        return Inference(layout, order(layout), {}, (problem,))
    dataset = seen(layout.training)
    found = infer_graph(layout, dataset, None, before)
    problems = [*found.problems, *training_problems(layout)]
    problems += transform_problems(layout, facts(layout.training.dataset))
    problems += memory_problems(layout, found.nodes)
    problems += loss_problems(layout, _output(found), dataset)
    # That nothing learns is worth a word only where nothing else is wrong.
    problems += learning_problems(replace(found, problems=tuple(problems)), dataset)
    return replace(found, problems=in_order(problems, found.order))


def found_in_pieces(layout: Layout, known: Mapping[str, Part]) -> Iterator[Mapping[str, Part]]:
    """What `infer` finds of each node, one node after the other; `known` is what was found before it was broken off.

    An inference with all of these `parts` is a good `before` for `infer`.
    """
    from core.datasets.transforms import seen

    layout = effective(layout)
    if network_size(layout) <= LARGEST_NETWORK:
        yield from walked(layout, seen(layout.training), known)


def _output(found: Inference) -> Signal | None:
    """What reaches the one Output."""
    results = found.results("Output")
    return results[0] if len(results) == 1 else None


class Inferrer:
    """`infer` for a layout that is being edited: it starts from the last answer, and knows the last ones again.

    Undo brings back the very layout that was there before, and with it what was found for it.
    """

    def __init__(self) -> None:
        # By identity: the layout is kept beside, so no other can take its id.
        self._answers: OrderedDict[int, tuple[Layout, Inference]] = OrderedDict()

    @property
    def last(self) -> Inference | None:
        """The answer that was asked for last."""
        return next((found for _, found in reversed(self._answers.values())), None)

    def knows(self, layout: Layout) -> bool:
        return id(layout) in self._answers

    def __call__(self, layout: Layout, before: Inference | None = None) -> Inference:
        """`before` is a better beginning than the last answer, if there is one."""
        known = self._answers.get(id(layout))
        if known is None:
            before = before or self.last
            known = self._answers[id(layout)] = (layout, infer(layout, before))
            if len(self._answers) > LARGEST_MEMORY:
                self._answers.popitem(last=False)
        self._answers.move_to_end(id(layout))
        return known[1]
