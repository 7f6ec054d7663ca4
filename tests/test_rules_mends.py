"""Every mend that is offered mends: clicked, its problem is gone and no new error has come."""

from __future__ import annotations

import pytest

from core.layout import Edge, Layout, Node
from core.problems import Problem
from core.rules.arguments import argument_problems
from core.shapes import Inference, infer
from core.training.config import Choice, TrainingConfig
from core.values import Value
from tests.case_files import Case, read_cases
from tests.examples import chain, with_loss
from tests.graphs import graph
from tests.real_run import inferred

NO_DATA = TrainingConfig(dataset=Choice("none"))
FLATTEN = ("flatten", "Flatten", {})
LOGITS = ("logits", "Linear", {"out_features": 10})
Nodes = dict[str, tuple[str, dict[str, Value]]]


def layout(nodes: Nodes, *wires: str, training: TrainingConfig = NO_DATA) -> Layout:
    """Nodes by id, and wires such as `a b` or `a.1 b.0`."""
    edges = []
    for wire in wires:
        (source, output), (target, port) = (end.split(".") if "." in end else (end, "0") for end in wire.split())
        edges.append(Edge(source, target, int(output), int(port)))
    made = {key: Node(layer, arguments) for key, (layer, arguments) in nodes.items()}
    return Layout("a layout", made, tuple(edges), training)


def two_into(layer: str, first: tuple[int, ...], second: tuple[int, ...], **arguments: Value) -> Layout:
    nodes: Nodes = {
        "first": ("Input", {"shape": first}),
        "second": ("Input", {"shape": second}),
        "join": (layer, arguments),
        "output": ("Output", {}),
    }
    return layout(nodes, "first join.0", "second join.1", "join output")


def problem(inference: Inference, rule: str) -> Problem:
    return next(found for found in inference.problems if found.rule == rule)


def mended(inference: Inference, rule: str, choice: int = 0) -> Inference:
    return infer(problem(inference, rule).mends[choice].edit(inference.layout))


@pytest.mark.parametrize(
    ("first", "second", "inserted", "arguments"),
    [
        ((16, 8, 8), (32, 8, 8), "Conv2d", {"out_channels": 32, "kernel_size": 1}),
        ((16, 8, 8), (32, 4, 4), "Conv2d", {"out_channels": 32, "kernel_size": 1, "stride": 2}),
        ((32, 4, 4), (16, 7, 7), "Conv2d", {"out_channels": 32, "kernel_size": 1, "stride": 2}),
        ((64,), (32,), "Linear", {"out_features": 64}),
        ((5, 16), (5, 24), "Linear", {"out_features": 24}),
        ((8, 20), (16, 10), "Conv1d", {"out_channels": 16, "kernel_size": 1, "stride": 2}),
        ((4, 4, 4), (64,), "Flatten", {}),
        ((16, 8, 8), (16,), "Unflatten", {"dim": 1, "unflattened_size": (16, 1, 1)}),
    ],
)
def test_tensors_that_do_not_add_up_are_brought_together_on_the_shortcut(
    first: tuple[int, ...], second: tuple[int, ...], inserted: str, arguments: dict[str, Value]
) -> None:
    inference = infer(two_into("add", first, second))
    found = problem(inference, "operation.shapes")
    assert (found.node, found.severity) == ("join", "error")
    after = mended(inference, "operation.shapes")
    assert after.problems == ()
    new = next(node for key, node in after.layout.nodes.items() if key not in inference.layout.nodes)
    assert (new.layer, new.arguments) == (inserted, arguments)


def test_tensors_that_no_single_edit_brings_together_are_refused_without_a_mend() -> None:
    found = problem(infer(two_into("add", (16, 8, 8), (32, 5, 7))), "operation.shapes")
    assert found.mends == ()


def test_a_cat_along_the_wrong_dimension_is_offered_the_right_one() -> None:
    inference = infer(two_into("cat", (16, 8, 8), (32, 8, 8), dim=2))
    assert mended(inference, "operation.cat").problems == ()


def test_a_product_of_rows_with_rows_is_offered_a_transpose() -> None:
    inference = infer(two_into("matmul", (5, 8), (7, 8)))
    after = mended(inference, "operation.product")
    assert after.problems == ()
    assert after.nodes["join"].outputs[0].shape == ("N", 5, 7)


@pytest.mark.parametrize(
    ("node", "rule", "choices"),
    [
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 30}), "shape.kernel_too_large", 2),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": "same", "stride": 2}), "conv.same_stride", 2),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 3, "in_channels": 3}), "shape.inferred_mismatch", 1),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 3, "groups": 3}), "argument.groups", 1),
        (("a", "Conv1d", {"out_channels": 8, "kernel_size": 3}), "shape.rank", 1),
        (("a", "BatchNorm1d", {}), "shape.rank", 2),
        (("a", "MaxPool2d", {"kernel_size": 2, "padding": 2}), "argument.pool_padding", 1),
        (("a", "MaxPool2d", {"kernel_size": 2, "stride": 2, "padding": 1, "dilation": 9}), "pool.outside", 1),
        (("a", "ReflectionPad2d", {"padding": 8}), "shape.padding_wide", 1),
        (("a", "Upsample", {"scale_factor": 2.0, "mode": "linear"}), "upsample.mode", 1),
        (("a", "Upsample", {}), "upsample.nothing", 1),
        (("a", "Upsample", {"scale_factor": 2.0, "size": 16}), "upsample.both", 2),
        (("a", "Upsample", {"scale_factor": 2.0, "align_corners": True}), "upsample.align", 1),
        (
            ("a", "ConvTranspose2d", {"out_channels": 4, "kernel_size": 3, "output_padding": 1}),
            "conv.output_padding",
            1,
        ),
        (("a", "PReLU", {"num_parameters": 3}), "shape.prelu", 1),
        (("a", "Softmax", {"dim": 9}), "argument.dim", 1),
        (("a", "Hardtanh", {"min_val": 2.0}), "argument.bounds", 1),
        (("a", "BatchNorm2d", {"eps": 0.0}), "norm.eps", 1),
        (("a", "Dropout", {"p": 1.0}), "advice.dropout_all", 1),
    ],
)
def test_each_mend_of_a_layer_on_the_digits_mends(node: tuple, rule: str, choices: int) -> None:
    inference = infer(chain(node, FLATTEN, LOGITS))
    assert len(problem(inference, rule).mends) == choices
    for choice in range(choices):
        after = mended(inference, rule, choice)
        assert rule not in {found.rule for found in after.problems}
        assert after.errors == ()


@pytest.mark.parametrize("case", [*read_cases("layers_invalid")[::3], *read_cases("invalid")], ids=str)
def test_each_mend_of_the_cases_mends_and_brings_no_new_error(case: Case) -> None:
    before = inferred(case.layer, case.arguments, case.inputs)
    signals = tuple(signal for signal in case.inputs if signal is not None)
    known = {(found.rule, found.argument) for found in before.problems}
    for found in before.problems:
        if found.node != "layer" or found.severity != "error":
            continue
        for mend in found.mends:
            edited = mend.edit(before.layout)
            if "layer" not in edited.nodes:
                continue
            after = infer_inside(edited, signals)
            rules = {(other.rule, other.argument) for other in after.errors}
            assert (found.rule, found.argument) not in rules, f"{mend.rule} {mend.values} does not mend {found.rule}"
            # Behind a wrong argument the inputs were not looked at yet: what they say then was there all the time.
            if not list(argument_problems(before.layout, "layer")):
                assert rules <= known, f"{mend.rule} {mend.values} brought {rules - known}"


def infer_inside(edited: Layout, signals: tuple) -> Inference:
    from core.shapes import infer_graph

    return infer_graph(edited, None, signals)


@pytest.mark.parametrize(
    ("state", "arguments", "found"),
    [
        ((3, 4), {"hidden_size": 4, "num_layers": 2}, {"num_layers": 3}),
        ((4, 4), {"hidden_size": 4, "bidirectional": True}, {"num_layers": 2}),
        ((1, 6), {"hidden_size": 4}, {"hidden_size": 6}),
    ],
)
def test_a_recurrent_layer_takes_after_the_state_that_it_is_given(
    state: tuple[int, int], arguments: dict[str, Value], found: dict[str, Value]
) -> None:
    nodes = {
        "sequence": Node("Input", {"shape": (5, 3)}),
        "rows": Node("Input", {"shape": state}),
        "state": Node("transpose", {"dim0": 0, "dim1": 1}),
        "gru": Node("GRU", {**arguments, "batch_first": True}),
        "output": Node("Output"),
    }
    inference = infer(graph("states", nodes, "sequence gru, rows state, state gru.1, gru output"))
    after = mended(inference, "recurrent.state")
    assert after.problems == ()
    assert after.layout.nodes["gru"].arguments == {**arguments, **found, "batch_first": True}


def test_states_without_the_dimension_of_the_layers_get_one() -> None:
    nodes = {
        "sequence": Node("Input", {"shape": (5, 3)}),
        "features": Node("Input", {"shape": (4,)}),
        "lstm": Node("LSTM", {"hidden_size": 4, "batch_first": True}),
        "output": Node("Output"),
    }
    wired = "sequence lstm, features lstm.1, features lstm.2, lstm output"
    assert mended(infer(graph("first states", nodes, wired)), "recurrent.state").problems == ()


def test_a_memory_of_another_width_is_projected() -> None:
    nodes = {
        "source": Node("Input", {"shape": (6, 16)}),
        "target": Node("Input", {"shape": (5, 8)}),
        "decoder": Node("TransformerDecoderLayer", {"nhead": 2, "batch_first": True}),
        "output": Node("Output"),
    }
    inference = infer(graph("translator", nodes, "target decoder, source decoder.1, decoder output"))
    assert mended(inference, "attention.shape").problems == ()


def test_indices_into_a_linear_are_embedded_or_cast() -> None:
    nodes: Nodes = {
        "words": ("Input", {"shape": (12,), "dtype": "int64"}),
        "linear": ("Linear", {"out_features": 3}),
        "output": ("Output", {}),
    }
    inference = infer(layout(nodes, "words linear", "linear output"))
    assert mended(inference, "dtype.reals_needed", 0).problems == ()
    after = mended(inference, "dtype.reals_needed", 1)
    assert after.problems == ()
    assert after.layout.nodes["words"].arguments["dtype"] == "float32"


def test_a_module_that_is_shared_is_offered_one_of_its_own() -> None:
    nodes: Nodes = {
        "images": ("Input", {"shape": (8,)}),
        "first": ("Linear", {"out_features": 4}),
        "second": ("Linear", {}),
        "output": ("Output", {}),
    }
    made = layout(nodes, "images first", "first second", "second output")
    shared = Layout(made.title, {**made.nodes, "second": Node("Linear", shares="first")}, made.edges, made.training)
    found = problem(infer(shared), "shape.inferred_mismatch")
    assert [mend.rule for mend in found.mends] == ["own_module"]


def test_a_loss_that_cannot_be_reached_is_advice() -> None:
    inference = infer(chain(FLATTEN, LOGITS, ("end", "LogSoftmax", {"dim": 1}), training=with_loss("MSELoss")))
    assert inference.errors == ()
    for choice in (0, 1):
        assert mended(inference, "loss.never_reached", choice).problems == ()
