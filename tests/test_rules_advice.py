"""What torch lets through without a word is said; good networks hear nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from core.calling import flattened, grouped
from core.catalogue import ENTRIES
from core.compiler import compile_model
from core.construction import built, construction
from core.inferring import inferred_arguments
from core.layers import specification
from core.layout import Block, Edge, Layout, Node, with_argument, with_blocks, with_training
from core.rules.inplace import READS_OUTPUT, READS_OUTPUT_IN_PLACE
from core.shapes import Inference, infer
from core.signals import Signal
from core.training.config import Choice, TrainingConfig
from tests.examples import chain, with_loss
from tests.graphs import block, graph
from tests.real_run import inferred, tensor
from tests.repository import REPOSITORY
from tests.test_rules_mends import FLATTEN, LOGITS, NO_DATA, layout, mended, problem

CONV = ("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1})
SHAPES = {rank: ("N", *(8,) * (rank - 1)) for rank in range(1, 6)}
ARGUMENTS = {"Unflatten": {"dim": 1, "unflattened_size": (2, 4)}, "Fold": {"output_size": 4, "kernel_size": 2}}
INPUTS = {"Unflatten": ("N", 8), "Fold": ("N", 8, 9)}


def rules(inference: Inference) -> set[str]:
    return {found.rule for found in inference.problems}


def with_batch(size: int, dataset: str = "digits") -> TrainingConfig:
    return TrainingConfig(dataset=Choice(dataset), batch_size=size)


def test_a_bias_before_a_batch_norm_is_advice_where_the_norm_alone_reads_it() -> None:
    inference = infer(chain(CONV, ("norm", "BatchNorm2d", {}), FLATTEN, LOGITS))
    found = problem(inference, "advice.bias")
    assert (found.node, found.severity, found.argument) == ("conv", "warning", "bias")
    assert mended(inference, "advice.bias").problems == ()
    quiet = chain(CONV, ("relu", "ReLU", {}), ("norm", "BatchNorm2d", {}), FLATTEN, LOGITS)
    assert rules(infer(quiet)) == set()


def test_the_bias_of_a_linear_over_a_sequence_is_no_channels_bias() -> None:
    nodes = {
        "rows": ("Input", {"shape": (5, 8)}),
        "linear": ("Linear", {"out_features": 4}),
        "norm": ("BatchNorm1d", {}),
        "output": ("Output", {}),
    }
    assert rules(infer(layout(nodes, "rows linear", "linear norm", "norm output"))) == set()


def test_a_recurrent_layer_that_takes_the_batch_for_time_is_told_so() -> None:
    nodes = {
        "rows": ("Input", {"shape": (5, 8)}),
        "lstm": ("LSTM", {"hidden_size": 4, "dropout": 0.5}),
        "last": ("select", {"dim": 1, "index": -1}),
        "output": ("Output", {}),
    }
    inference = infer(layout(nodes, "rows lstm", "lstm last", "last output"))
    assert {"recurrent.batch_first", "recurrent.dropout"} <= rules(inference)
    assert inference.errors == ()
    after = mended(inference, "recurrent.batch_first")
    assert "recurrent.batch_first" not in rules(after)
    assert "recurrent.dropout" not in rules(mended(inference, "recurrent.dropout"))


def test_the_samples_of_a_batch_are_not_mixed_without_a_word() -> None:
    nodes = {"rows": ("Input", {"shape": (8,)}), "unit": ("normalize", {"dim": 0}), "output": ("Output", {})}
    inference = infer(layout(nodes, "rows unit", "unit output"))
    assert problem(inference, "operation.batch_dim").severity == "warning"
    assert mended(inference, "operation.batch_dim").problems == ()


def test_a_column_and_a_row_that_spread_to_every_pair_of_samples_are_noticed() -> None:
    nodes = {
        "rows": ("Input", {"shape": (1,)}),
        "flat": ("select", {"dim": 1, "index": 0}),
        "sub": ("sub", {}),
        "output": ("Output", {}),
    }
    inference = infer(layout(nodes, "rows flat", "rows sub.0", "flat sub.1", "sub output"))
    assert "operation.batch_crossed" in rules(inference)


def test_batches_of_one_are_refused_where_torch_refuses_them() -> None:
    flat = chain(FLATTEN, ("norm", "BatchNorm1d", {}), LOGITS, training=with_batch(1))
    with pytest.raises(ValueError, match="more than 1 value"):
        nn.BatchNorm1d(64).train()(torch.rand(1, 64))
    inference = infer(flat)
    assert (problem(inference, "norm.batch_of_one").severity, inference.errors != ()) == ("error", True)
    assert mended(inference, "norm.batch_of_one").problems == ()
    images = chain(("norm", "BatchNorm2d", {}), FLATTEN, LOGITS, training=with_batch(1))
    assert problem(infer(images), "norm.one_sample").severity == "warning"


def test_a_last_batch_of_one_is_refused_too() -> None:
    # 1,437 digits in batches of 4 leave one.
    inference = infer(chain(FLATTEN, ("norm", "BatchNorm1d", {}), LOGITS, training=with_batch(4)))
    assert problem(inference, "norm.last_batch_of_one").severity == "error"
    assert mended(inference, "norm.last_batch_of_one").problems == ()


def test_sparse_gradients_need_an_optimizer_that_reads_them() -> None:
    table = ("table", "Embedding", {"num_embeddings": 9, "embedding_dim": 4, "sparse": True})
    made = chain(("cast", "to", {"dtype": "int64"}), table, FLATTEN, LOGITS)
    assert "optimizer.sparse" in rules(infer(made))
    for choice in (0, 1):
        assert "optimizer.sparse" not in rules(mended(infer(made), "optimizer.sparse", choice))


def test_a_network_in_which_nothing_learns_is_refused_before_the_start() -> None:
    inference = infer(chain(FLATTEN, ("pick", "narrow", {"dim": 1, "start": 0, "length": 10})))
    assert problem(inference, "learning.nothing").severity == "error"
    frozen = chain(FLATTEN, LOGITS)
    frozen = replace(frozen, nodes={**frozen.nodes, "logits": replace(frozen.nodes["logits"], frozen=True)})
    assert "learning.nothing" in rules(infer(frozen))


def test_two_equal_activations_in_a_row_are_one_too_many() -> None:
    inference = infer(chain(FLATTEN, ("one", "ReLU", {}), ("two", "ReLU", {}), LOGITS))
    assert mended(inference, "advice.repeated").problems == ()


def test_values_go_back_only_where_a_max_pool_found_them() -> None:
    nodes = {
        "images": ("Input", {"shape": (2, 7, 7)}),
        "pool": ("MaxPool2d", {"kernel_size": 2, "return_indices": True}),
        "unpool": ("MaxUnpool2d", {"kernel_size": 2}),
        "output": ("Output", {}),
    }
    wires = ("images pool", "pool unpool.0", "pool.1 unpool.1", "unpool output")
    found = problem(infer(layout(nodes, *wires)), "unpool.size")
    assert (found.values["received"], found.values["wanted"]) == (("N", 2, 6, 6), ("N", 2, 7, 7))
    fitting = infer(with_argument(layout(nodes, *wires), "images", "shape", (2, 8, 8)))
    assert rules(fitting) == set()


def pre_activation(*wires: str) -> Block:
    nodes = {"x": Node("Input"), "relu": Node("ReLU", {"inplace": True}), "fc": Node("Linear", {"out_features": 8})}
    edges = tuple(Edge(*wire.split()) for wire in ("x relu", "relu fc", "fc y", *wires))
    return Block({**nodes, "y": Node("Output")}, edges)


def used(block: Block, before: str) -> Layout:
    nodes = {
        "rows": Node("Input", {"shape": (8,)}),
        "first": Node(before, {"out_features": 8} if before == "Linear" else {}),
        "block": Node("Block"),
        "output": Node("Output"),
    }
    edges = (Edge("rows", "first"), Edge("first", "block"), Edge("block", "output"))
    return Layout("uses a block", nodes, edges, NO_DATA, {"Block": block})


def test_an_in_place_layer_at_the_top_of_a_block_is_judged_where_the_block_is_used() -> None:
    assert rules(infer(used(pre_activation(), "Linear"))) == set()
    refused = infer(used(pre_activation(), "Sigmoid"))
    assert (problem(refused, "inplace.shared").node, problem(refused, "inplace.shared").values["source"]) == (
        "block",
        "first",
    )
    with pytest.raises(RuntimeError, match="inplace"):
        compile_model(replace(refused, problems=()))(torch.rand(2, 8, requires_grad=True)).sum().backward()
    assert mended(refused, "inplace.shared").problems == ()


def _breaks(layer: str, arguments: dict, inplace: bool) -> bool:
    """Whether torch cannot go backward once the output of a layer was overwritten."""
    entry = ENTRIES[layer]
    shape = INPUTS.get(layer, SHAPES[(entry.ranks or (4,))[0]])
    signals = tuple(
        None if name in entry.optional else Signal(shape, "int64" if entry.kind(port) == "integer" else "float32")
        for port, name in enumerate(entry.input_names)
    )
    complete = {**inferred_arguments(entry, arguments, signals), **arguments}
    call = grouped(entry, [None if signal is None else tensor(signal, 2) for signal in signals])
    module = built(construction(layer, {**complete, "inplace": True} if inplace else complete)).train()
    results = flattened(module(*call.positional, **dict(call.keywords)))
    first = results[0]
    try:
        torch.relu_(first).sum().backward()
    except RuntimeError:
        return True
    return False


def test_the_layers_that_need_their_output_are_those_of_torch() -> None:
    plain, in_place = set(), set()
    for name, entry in ENTRIES.items():
        if entry.category in ("operation", "in_out"):
            continue
        arguments = {**entry.example, **ARGUMENTS.get(name, {})}
        if _breaks(name, arguments, False):
            plain.add(name)
        if specification(name).field("inplace") is not None and _breaks(name, arguments, True):
            in_place.add(name)
    assert plain == READS_OUTPUT
    assert in_place == READS_OUTPUT_IN_PLACE


def test_a_slope_below_zero_cannot_be_written_over_its_input() -> None:
    found = inferred("LeakyReLU", {"negative_slope": -0.5, "inplace": True}, (Signal(("N", 4)),))
    assert "inplace.slope" in {one.rule for one in found.problems}


@pytest.mark.parametrize("path", sorted((REPOSITORY / "layouts").glob("*.json")), ids=lambda path: path.stem)
def test_a_good_network_hears_nothing(path) -> None:  # type: ignore[no-untyped-def]
    from core.storage import load

    assert infer(load(path)).problems == ()


def test_without_a_data_set_only_the_last_layer_is_judged() -> None:
    made = layout(
        {"rows": ("Input", {"shape": (3, 8)}), "end": ("Softmax", {"dim": -1}), "output": ("Output", {})},
        "rows end",
        "end output",
    )
    inference = infer(made)
    assert rules(inference) == {"loss.softmax"}
    assert rules(infer(with_training(made, replace(made.training, loss=Choice("MSELoss"))))) == set()


@pytest.mark.parametrize(("shape", "end"), [((3, 8, 8), "Tanh"), ((1,), "Sigmoid")])
def test_without_a_data_set_a_picture_or_a_single_value_is_not_judged_as_classes(
    shape: tuple[int, ...], end: str
) -> None:
    # The ends of a GAN: the generator's picture, and the discriminator's one probability.
    made = layout({"x": ("Input", {"shape": shape}), "end": (end, {}), "output": ("Output", {})}, "x end", "end output")
    assert infer(made).problems == ()


def ending_in(layer: str, loss: str, *after: tuple[str, str, dict]) -> Layout:
    """A network for the digits whose last layer stands in a block, with what only changes shapes behind it."""
    inner = block(
        {"x": Node("Input"), "last": Node(layer, {"dim": 1} if "oftmax" in layer else {}), "y": Node("Output")},
        "x last, last y",
    )
    layout = chain(
        ("flatten", "Flatten", {}),
        ("logits", "Linear", {"out_features": 10}),
        ("end", "End", {}),
        *after,
        training=with_loss(loss),
    )
    return with_blocks(layout, {"End": inner})


@pytest.mark.parametrize(
    ("layer", "loss", "rule"),
    [
        ("Softmax", "CrossEntropyLoss", "loss.softmax"),
        ("LogSoftmax", "NLLLoss", None),
        ("Sigmoid", "BCELoss", None),
        ("ReLU", "BCELoss", "loss.bce"),
        ("Sigmoid", "BCEWithLogitsLoss", "loss.sigmoid"),
    ],
)
@pytest.mark.parametrize("after", [(), (("same", "Identity", {}),)], ids=["at the end", "before Identity"])
def test_the_last_layer_is_found_in_a_block_and_before_what_only_changes_shapes(
    layer: str, loss: str, rule: str | None, after: tuple[tuple[str, str, dict], ...]
) -> None:
    inference = infer(ending_in(layer, loss, *after))
    assert [(found.rule, found.node, found.inside) for found in inference.problems] == (
        [] if rule is None else [(rule, "end", ("last",))]
    )
    for said in inference.problems:
        for mend in said.mends:
            assert rule not in {found.rule for found in infer(mend.edit(inference.layout)).problems}


def test_rows_that_no_window_reached_may_be_missing_behind_an_unpooling() -> None:
    nodes = {
        "images": Node("Input", {"shape": (2, 17, 18)}),
        "pool": Node("MaxPool2d", {"kernel_size": 2, "return_indices": True}),
        "unpool": Node("MaxUnpool2d", {"kernel_size": 2}),
        "output": Node("Output"),
    }
    inference = infer(graph("rows", nodes, "images pool, pool unpool, pool.1 unpool.1, unpool output"))
    assert inference.problems == ()
    images = torch.rand(3, 2, 17, 18)
    found = compile_model(inference)(images)
    assert torch.equal(found[found > 0], images[:, :, :16][found > 0])


def test_a_flatten_before_a_layer_of_pictures_is_deleted_by_its_mend() -> None:
    convolution = ("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3})
    inference = infer(chain(FLATTEN, convolution, ("same", "Flatten", {}), LOGITS))
    found = next(said for said in inference.errors if said.rule == "shape.rank")
    assert infer(found.mends[0].edit(inference.layout)).problems == ()


@pytest.mark.parametrize(("kernel", "padding"), [(3, 1), (5, 2), ((1, 3), (0, 1))])
def test_a_convolution_that_lost_the_border_before_an_add_is_padded(kernel: object, padding: object) -> None:
    nodes = {
        "images": Node("Input", {"shape": (8, 16, 16)}),
        "conv": Node("Conv2d", {"out_channels": 8, "kernel_size": kernel}),
        "relu": Node("ReLU"),
        "sum": Node("add"),
        "output": Node("Output"),
    }
    inference = infer(graph("border", nodes, "images conv, conv relu, relu sum, images sum.1, sum output"))
    mends = [mend for said in inference.errors for mend in said.mends if mend.rule == "set_argument"]
    assert mends[0].values["value"] == padding
    assert infer(mends[0].edit(inference.layout)).problems == ()
