"""`view` is refused wherever the values may not lie in order, and never where they surely do."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from core.calling import flattened, grouped
from core.catalogue import ENTRIES, OPERATIONS
from core.construction import built, construction
from core.layout import Block, Edge, Layout, Node
from core.operations import function
from core.rules.contiguity import IN_ORDER, OUT_OF_ORDER, UNCERTAIN
from core.shapes import infer
from core.training.config import Choice, TrainingConfig
from core.values import Value
from tests.case_files import Case, read_cases
from tests.operation_runs import tensors

CASES = [
    case
    for case in (*read_cases("layers"), *read_cases("operations"))
    # A bag's offsets are values that must fit, and an in-place layer overwrites what it is given here.
    if case.layer != "EmbeddingBag" and "inplace" not in case.arguments
]


def outputs(case: Case, inputs: list[Tensor | None], training: bool) -> list[Tensor]:
    if case.layer in OPERATIONS:
        results = flattened(function(case.layer, case.arguments)(*inputs))
    else:
        call = grouped(ENTRIES[case.layer], inputs)
        module = built(construction(case.layer, case.complete)).train(training)
        results = flattened(module(*call.positional, **dict(call.keywords)))
    return [result for result in results if result is not None]


def out_of_order(tensor: Tensor | None) -> Tensor | None:
    """The same values, laid out column by column."""
    if tensor is None or tensor.dim() < 2:
        return tensor
    return tensor.detach().transpose(-1, -2).contiguous().transpose(-1, -2)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_receives_values_in_order_gives_them_in_order_unless_it_is_named(case: Case) -> None:
    if case.layer in OUT_OF_ORDER or ENTRIES[case.layer].category in UNCERTAIN:
        return
    for training in (True, False):
        assert all(result.is_contiguous() for result in outputs(case, tensors(case.inputs), training))


@pytest.mark.parametrize("case", [case for case in CASES if case.layer in IN_ORDER], ids=str)
def test_what_is_said_to_give_values_in_order_does_so_always(case: Case) -> None:
    given = [out_of_order(tensor) for tensor in tensors(case.inputs)]
    assert all(result.is_contiguous() for result in outputs(case, given, True))


def viewing(*layers: tuple[str, dict[str, Value]]) -> Layout:
    """Sequences of five steps with eight values through some layers, the last of which is a view."""
    nodes = {"images": Node("Input", {"shape": (5, 8)})}
    nodes |= {f"node_{index}": Node(layer, arguments) for index, (layer, arguments) in enumerate(layers)}
    nodes["output"] = Node("Output")
    edges = tuple(Edge(one, other) for one, other in zip(nodes, list(nodes)[1:], strict=False))
    return Layout("views", nodes, edges, TrainingConfig(dataset=Choice("none")))


VIEW: tuple[str, dict[str, Value]] = ("view", {"shape": (-1, 40)})
SWAP: tuple[str, dict[str, Value]] = ("transpose", {"dim0": 1, "dim1": 2})


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ([], False),
        ([("ReLU", {})], False),
        ([SWAP], True),
        ([SWAP, ("ReLU", {})], True),
        ([SWAP, ("contiguous", {})], False),
        ([SWAP, ("Linear", {"out_features": 5}), ("unsqueeze", {"dim": 1})], False),
        ([("LSTM", {"hidden_size": 8, "batch_first": True})], True),
        ([("slice", {"dim": 1, "start": 1}), ("pad", {"pad": (0, 0, 1, 0)})], True),
    ],
)
def test_a_view_is_refused_where_the_values_may_be_out_of_order(before: list, refused: bool) -> None:
    layout = viewing(*before, VIEW if len(before) < 3 else ("view", {"shape": (-1, 40)}))
    found = infer(layout)
    rules = [problem.rule for problem in found.errors]
    assert rules == (["operation.view_order"] if refused else [])
    if refused:
        mended = infer(found.errors[0].mends[0].edit(layout))
        assert not mended.errors
        last = f"node_{len(before)}"
        assert mended.nodes[last].outputs[0].shape == ("N", 40)


def test_torch_refuses_just_such_a_view() -> None:
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        torch.rand(2, 5, 8).transpose(1, 2).view(-1, 40)


def around(block: Layout, *before: tuple[str, dict[str, Value]], repeat: int = 1) -> Layout:
    """A layout that uses another one as its block, behind some layers."""
    outer = viewing(*before, ("Viewing", {}))
    last = f"node_{len(before)}"
    nodes = {**outer.nodes, last: Node("Viewing", repeat=repeat)}
    inside = Block({**block.nodes, "images": Node("Input")}, block.edges, {})
    return Layout("a block", nodes, outer.edges, outer.training, {"Viewing": inside})


def test_a_block_refuses_out_of_order_what_it_sees_with_a_view() -> None:
    assert not infer(around(viewing(VIEW))).errors
    problem, *more = infer(around(viewing(VIEW), SWAP)).errors
    assert not more
    assert (problem.node, problem.rule) == ("node_1", "operation.view_order_inside")
    assert not infer(problem.mends[0].edit(around(viewing(VIEW), SWAP))).errors


def test_a_view_inside_a_block_is_refused_where_it_is() -> None:
    layout = around(viewing(SWAP, VIEW))
    problem, *more = infer(layout).errors
    assert not more
    assert (problem.node, problem.rule, problem.inside) == ("node_0", "operation.view_order", ("node_1",))
    assert not infer(problem.mends[0].edit(layout)).errors


def test_what_leaves_a_block_out_of_order_is_refused_behind_it_and_in_its_next_repetition() -> None:
    swapping = around(viewing(SWAP))
    nodes = {**swapping.nodes, "view": Node("view", {"shape": (-1, 40)})}
    edges = (Edge("images", "node_0"), Edge("node_0", "view"), Edge("view", "output"))
    behind = Layout("behind", nodes, edges, swapping.training, swapping.blocks)
    assert [(problem.node, problem.rule) for problem in infer(behind).errors] == [("view", "operation.view_order")]
    folding = viewing(("view", {"shape": (-1, 8, 5)}), SWAP)
    assert not infer(around(folding)).errors
    found = infer(around(folding, repeat=2)).errors
    assert [(problem.node, problem.rule) for problem in found] == [("node_0", "operation.view_order_inside")]
