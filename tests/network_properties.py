"""What must be true of every valid network, as functions that assert it. The property tests and long hunts ask here."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from core.calling import flattened
from core.codegen import model_code
from core.compiler import compile_model
from core.inference import Inference
from core.layout import Edge, Layout, Node
from core.lazies import materialise
from core.shapes import infer
from core.signals import Signal, sized
from core.steps import forward_of
from core.walking import infer_graph
from tests.random_graphs import batch_of

BATCHES = (3, 2)


def shown(values: Sequence[Tensor]) -> list[tuple[tuple[int, ...], str]]:
    return [(tuple(value.shape), str(value.dtype).removeprefix("torch.")) for value in values]


def promised(signals: Sequence[Signal], batch: int) -> list[tuple[tuple[int, ...], str]]:
    return [(sized(signal.shape, batch), signal.dtype) for signal in signals]


def assert_inference_is_what_runs(layout: Layout) -> None:
    """Every value of the network and of its blocks, and the counts of its parameters, are as a real run gives them."""
    inference = infer(layout)
    model = compile_model(inference)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        for batch in BATCHES:
            run(model.eval(), batch_of(inference, batch))
            _assert_values(inference, batch)
    assert inference.parameters == sum(parameter.numel() for parameter in model.parameters())
    assert inference.trainable == sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    for node_id, facts in inference.nodes.items():
        assert facts.multiply_adds >= 0
        if facts.parameters:
            shapes = {name: tuple(value.shape) for name, value in model.get_submodule(node_id).named_parameters()}
            assert dict(facts.parameter_shapes) == shapes


def _assert_values(inference: Inference, batch: int, given: Sequence[Tensor] | None = None) -> None:
    """The same network with an Output behind every value, and then each block's inside in the same way."""
    found = _all_read(inference)
    ends = [found.layout.into(key)[0] for key, node in found.layout.nodes.items() if node.layer == "Output"]
    signals = [found.nodes[edge.source].outputs[edge.output] for edge in ends]
    results = run(compile_model(found).eval(), batch_of(inference, batch) if given is None else given)
    assert shown(results) == promised(signals, batch)
    values = {(edge.source, edge.output): result for edge, result in zip(ends, results, strict=True)}
    for node_id, facts in found.nodes.items():
        flowing = [values[edge.source, edge.output] for edge in found.layout.into(node_id)] if facts.instances else []
        for inside in facts.instances:
            _assert_values(inside, batch, flowing)
            flowing = list(run(compile_model(inside).eval(), flowing))


def _all_read(inference: Inference) -> Inference:
    layout = _harmless(inference.layout)
    nodes, edges = dict(layout.nodes), list(layout.edges)
    for node_id in inference.order:
        for output in range(len(inference.nodes[node_id].outputs)):
            nodes[f"read_{output}_{node_id}"] = Node("Output")
            edges.append(Edge(node_id, f"read_{output}_{node_id}", output))
    found = replace(layout, nodes=nodes, edges=tuple(edges))
    received = inference.results("Input")
    free = all("shape" in node.arguments for node in layout.nodes.values() if node.layer == "Input")
    return infer(found) if free else infer_graph(found, None, received)


def _harmless(layout: Layout) -> Layout:
    """Nothing in place, neither at the top nor in blocks: every value is looked at once more."""
    blocks = {name: replace(block, nodes=_copying(block.nodes)) for name, block in layout.blocks.items()}
    return replace(layout, nodes=_copying(layout.nodes), blocks=blocks)


def _copying(nodes: Mapping[str, Node]) -> dict[str, Node]:
    return {
        key: replace(node, arguments={**node.arguments, "inplace": False}) if "inplace" in node.arguments else node
        for key, node in nodes.items()
    }


def run(model: nn.Module, inputs: Sequence[Tensor]) -> tuple[Tensor, ...]:
    return flattened(model(*[value.clone() for value in inputs]))


def printed_model(source: str) -> Callable[[], nn.Module]:
    """What builds the whole network in a printed module: its last function or class."""
    namespace: dict[str, Any] = {"__name__": "printed"}
    exec(compile(source, "printed.py", "exec"), namespace)
    own = [value for value in namespace.values() if getattr(value, "__module__", "") == "printed"]
    found: Callable[[], nn.Module] = own[-1]
    return found


def seeded(build: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build()


def _ready(model: nn.Module, inference: Inference) -> nn.Module:
    """A printed model with its lazy layers' weights, as a printed script gives them."""
    materialise(model, forward_of(inference).inputs)
    return model


def assert_same(ours: Sequence[Tensor | None], theirs: Sequence[Tensor | None]) -> None:
    """Bit for bit, where not a number is the same as itself."""
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert (mine is None) == (other is None)
        if mine is not None and other is not None:
            assert shown([mine]) == shown([other])
            # The gradient of a sparse embedding.
            mine, other = mine.to_dense(), other.to_dense()
            assert bool(((mine == other) | ((mine != mine) & (other != other))).all())


def a_step(model: nn.Module, inputs: Sequence[Tensor]) -> list[Tensor | None]:
    """Outputs, gradients of parameters and inputs, and the state after a step of training."""
    torch.manual_seed(11)
    given = [value.clone().requires_grad_(value.dtype.is_floating_point) for value in inputs]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # What an in-place layer overwrites is not the leaf itself, as in any network with something before it.
        outputs = flattened(model.train()(*[value * 1 if value.requires_grad else value for value in given]))
        learned = [output for output in outputs if output.requires_grad]
        if learned:
            torch.stack([output.abs().sum().to(torch.float64) for output in learned]).sum().backward()
    gradients = [value.grad for value in (*model.parameters(), *given)]
    return [*(output.detach() for output in outputs), *gradients, *model.state_dict().values()]


def assert_code_is_the_compiled_network(layout: Layout) -> str:
    """The printed module builds the same weights and computes the same bits; its source is given back."""
    inference = infer(layout)
    source = model_code(inference)
    compiled = seeded(lambda: compile_model(inference))
    printed = seeded(lambda: _ready(printed_model(source)(), inference))
    inputs = batch_of(inference, BATCHES[0])
    ours, theirs = compiled.state_dict(), printed.state_dict()
    assert list(ours) == list(theirs)
    assert [p.requires_grad for p in compiled.parameters()] == [p.requires_grad for p in printed.parameters()]
    assert_same(list(ours.values()), list(theirs.values()))
    assert_same(a_step(compiled, inputs), a_step(printed, inputs))
    printed.load_state_dict(compiled.state_dict(), strict=True)
    return source


def assert_model_travels(layout: Layout) -> None:
    """It is copied, pickled, and taken to another device with all that its operations make."""
    inference = infer(layout)
    model, inputs = seeded(lambda: compile_model(inference)), batch_of(inference, BATCHES[0])
    with torch.no_grad():
        torch.manual_seed(3)
        wanted = run(model.eval(), inputs)
        for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            torch.manual_seed(3)
            assert_same(run(other, inputs), wanted)
        away = run(copy.deepcopy(model).to("meta"), [value.to("meta") for value in inputs])
    assert all(value.device.type == "meta" for value in away)
    assert shown(away) == shown(wanted)
