"""One layer as torch runs it: forward, loss and backward on the CPU in train mode. What the rules are held against."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from core.calling import flattened, grouped
from core.catalogue import ENTRIES, OPERATIONS
from core.construction import built, construction
from core.inference import Inference
from core.inferring import inferred_arguments
from core.layout import Edge, Layout, Node
from core.operations import function
from core.outcome import Signals
from core.problems import Problem
from core.shapes import infer_graph
from core.signals import Signal, sized
from core.values import Value

BATCHES = (2, 3)


def refusal(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> str | None:
    """The first line of what torch says against a layer with these arguments and inputs, or None."""
    complete = {**inferred_arguments(ENTRIES[layer], arguments, inputs), **arguments}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for batch in BATCHES:
                _run(layer, complete, [None if signal is None else tensor(signal, batch) for signal in inputs])
    # Torch refuses with whatever it likes.
    except Exception as error:
        return f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0]}"
    return None


def tensor(signal: Signal, batch: int) -> Tensor:
    """Random reals that a gradient flows back to, as from the layer before; zeros of any other kind."""
    shape, dtype = sized(signal.shape, batch), getattr(torch, signal.dtype)
    if not dtype.is_floating_point:
        return torch.zeros(shape, dtype=dtype)
    return torch.rand(shape, dtype=dtype, requires_grad=True) * 1.0


def _run(layer: str, arguments: Mapping[str, Value], tensors: Sequence[Tensor | None]) -> None:
    entry = ENTRIES[layer]
    module = function(layer, arguments) if layer in OPERATIONS else built(construction(layer, arguments)).train()
    call = grouped(entry, tensors)
    results = flattened(module(*call.positional, **dict(call.keywords)))
    learned = [result for result in results if result is not None and result.requires_grad]
    if learned:
        loss = sum(result.abs().sum() for result in learned)
        loss.backward()  # type: ignore[union-attr]


def layout_of(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> Layout:
    """The inside of a block: an Input for each signal, the node `layer`, and an Output for each of its outputs."""
    entry = ENTRIES[layer]
    nodes = {f"input_{port}": Node("Input") for port, signal in enumerate(inputs) if signal is not None}
    edges = [Edge(f"input_{port}", "layer", input=port) for port, signal in enumerate(inputs) if signal is not None]
    nodes["layer"] = Node(layer, arguments)
    for index in range(len(entry.outputs_for(arguments))):
        nodes[f"output_{index}"] = Node("Output")
        edges.append(Edge("layer", f"output_{index}", output=index))
    return Layout("a layer", nodes, tuple(edges))


def inferred(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> Inference:
    signals = tuple(signal for signal in inputs if signal is not None)
    return infer_graph(layout_of(layer, arguments, inputs), None, signals)


def errors(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> list[Problem]:
    """The error problems of the node, as the inference says them."""
    found = inferred(layer, arguments, inputs)
    return [problem for problem in found.problems if problem.node == "layer" and problem.severity == "error"]
