"""A muted node hands on what it receives: the network is the one that a person would write with an Identity there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import main
from core.codegen import model_code, training_code
from core.compiler import compile_model
from core.extracting import put_aside
from core.layout import Edge, Layout, Node, with_blocks, with_frozen, with_muted, with_node
from core.muting import effective
from core.receptive import receptive_fields
from core.shapes import Inferrer, infer
from core.storage import save
from core.training.events import Finished, Steps
from core.training.run import run_training
from tests.examples import chain, digits_mlp, residual
from tests.graphs import block, graph, little_resnet, siamese, wires
from tests.network_properties import assert_code_is_the_compiled_network, assert_inference_is_what_runs


def muted(layout: Layout, *node_ids: str) -> Layout:
    return with_muted(layout, node_ids, True)


def assert_computes_alike(ours: nn.Module, theirs: nn.Module, *inputs: torch.Tensor) -> None:
    """Seeded alike, both have the same weights, give the same bits and learn by the same gradients."""
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for one, other in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    results = [model(*inputs) for model in (ours, theirs)]
    assert torch.equal(*results)
    for result in results:
        result.sum().backward()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert (one.grad is None) == (other.grad is None)
        assert one.grad is None or other.grad is None or torch.equal(one.grad, other.grad)


def compiled(layout: Layout) -> nn.Module:
    torch.manual_seed(5)
    return compile_model(infer(layout))


def test_a_layout_without_muted_nodes_is_itself() -> None:
    layout = little_resnet()
    assert effective(layout) is layout
    # Nothing flows into an Input, and nothing out of an Output: they go on.
    ends = muted(digits_mlp(), "images", "output")
    assert effective(ends) is ends and not infer(ends).errors


def test_a_muted_layer_is_an_identity_in_the_model_and_in_the_code() -> None:
    layout = muted(digits_mlp(), "relu")
    torch.manual_seed(5)
    theirs = nn.Sequential()
    for name, layer in (("flatten", nn.Flatten()), ("hidden", nn.Linear(64, 32)), ("relu", nn.Identity())):
        theirs.add_module(name, layer)
    theirs.add_module("logits", nn.Linear(32, 10))
    assert_computes_alike(compiled(layout), theirs, torch.rand(3, 1, 8, 8))
    assert isinstance(compiled(layout).get_submodule("relu"), nn.Identity)
    assert "nn.Identity()" in model_code(infer(layout)) and "ReLU" not in model_code(infer(layout))
    assert_code_is_the_compiled_network(layout)


def test_a_muted_layer_with_weights_has_none_and_changes_no_shape() -> None:
    layout = muted(digits_mlp(), "hidden")
    found = infer(layout)
    assert found.nodes["hidden"].outputs == found.nodes["flatten"].outputs
    assert found.nodes["hidden"].parameters == 0 and found.nodes["hidden"].multiply_adds == 0
    assert found.parameters == 64 * 10 + 10
    assert_inference_is_what_runs(layout)


def test_what_follows_a_muted_layer_must_fit_what_came_before_it() -> None:
    layout = chain(("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3}), ("norm", "BatchNorm2d", {}),
                   ("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10}))  # fmt: skip
    assert not infer(layout).errors
    wrong = muted(layout, "flatten")
    assert [problem.node for problem in infer(wrong).errors] == ["logits"]
    # What is muted cannot be wrong itself.
    odd = with_node(layout, "conv", Node("Conv2d", {"out_channels": -1, "kernel_size": 3}))
    assert infer(odd).errors and not infer(muted(odd, "conv")).errors


def test_a_muted_join_hands_on_its_first_input_and_the_rest_of_the_branch_is_read_by_nobody() -> None:
    layout = muted(residual(), "sum")
    found = infer(layout)
    # The stem is still read by the branch that goes on.
    assert not found.errors and set(found.nodes) == set(layout.nodes)
    assert found.layout.into("sum") == (Edge("second", "sum"),)
    assert_code_is_the_compiled_network(layout)


def test_a_branch_that_only_a_muted_join_read_is_left_out() -> None:
    layout = residual()
    edges = tuple(replace(edge, input=1 - edge.input) if edge.target == "sum" else edge for edge in layout.edges)
    layout = muted(replace(layout, edges=edges), "sum")
    found = infer(layout)
    assert not found.errors
    assert set(found.nodes) == {"images", "stem", "sum", "flatten", "logits", "output"}
    torch.manual_seed(5)
    theirs = nn.Sequential()
    theirs.add_module("stem", nn.Conv2d(1, 8, 3, padding=1))
    theirs.add_module("flatten", nn.Flatten())
    theirs.add_module("logits", nn.Linear(8 * 64, 10))
    ours = compiled(layout)
    assert {name.partition(".")[0] for name in ours.state_dict()} == {"stem", "logits"}
    assert_computes_alike(ours, theirs, torch.rand(2, 1, 8, 8))
    assert_code_is_the_compiled_network(layout)


def test_a_muted_node_with_a_gap_before_its_wire_hands_on_what_it_has() -> None:
    nodes = {"x": Node("Input", {"shape": (4,)}), "sum": Node("add", muted=True), "y": Node("Output")}
    found = infer(graph("gap", nodes, "x sum.1, sum y"))
    assert not found.errors and found.layout.edges == wires("x sum, sum y")


def test_a_muted_node_gives_nothing_by_its_other_outputs() -> None:
    nodes = {
        "x": Node("Input", {"shape": (5, 4)}),
        "lstm": Node("LSTM", {"hidden_size": 4}),
        "y": Node("Output"),
        "state": Node("Output"),
    }
    layout = graph("states", nodes, "x lstm, lstm y, lstm.1 state")
    assert not infer(layout).errors
    problems = infer(muted(layout, "lstm")).errors
    assert [(problem.node, problem.rule) for problem in problems] == [("state", "graph.no_output_port")]
    mended = problems[0].mends[0].edit(muted(layout, "lstm"))
    assert mended.edges == wires("x lstm, lstm y")


def test_a_module_that_others_share_stays_with_them() -> None:
    layout = muted(siamese(), "encoder")
    nodes = {**layout.nodes, "left": Node("Input", {"shape": (4,)})}
    layout = replace(layout, nodes=nodes)
    found = infer(layout)
    assert not found.errors and found.nodes["again"].parameters == 6 * 4 + 4
    assert list(compiled(layout).state_dict()) == ["again.weight", "again.bias"]
    assert_code_is_the_compiled_network(layout)
    # The other way round, the module stays where it was.
    assert list(compiled(muted(replace(siamese(), nodes={**siamese().nodes, "right": nodes["left"]}), "again"))
                .state_dict()) == ["encoder.weight", "encoder.bias"]  # fmt: skip
    # A mend for the heir is an edit of the layout as it was drawn.
    wrong = replace(layout, nodes={**nodes, "encoder": replace(nodes["encoder"], arguments={"out_features": 0})})
    problem = infer(wrong).errors[0]
    assert problem.node == "again"
    mended = problem.mends[0].edit(wrong)
    assert mended.nodes["again"] == wrong.nodes["again"]
    assert mended.nodes["encoder"].arguments["out_features"] > 0  # type: ignore[operator]


def test_a_muted_node_inside_a_block_is_muted_at_every_use() -> None:
    layout = little_resnet()
    inside = layout.blocks["ResidualBlock"]
    nodes = {key: replace(node, muted=key in ("norm1", "sum")) for key, node in inside.nodes.items()}
    layout = with_blocks(layout, {**layout.blocks, "ResidualBlock": replace(inside, nodes=nodes)})
    found = infer(layout)
    assert not found.errors
    for use in ("first", "rest"):
        for residue in found.nodes["stage1"].instances[0].nodes[use].instances:
            # The first input of the sum is the second convolution's; the shortcut is read by nobody any more.
            assert "shortcut" not in residue.nodes and residue.nodes["norm1"].parameters == 0
    assert not any("shortcut" in name or "norm1" in name for name in compiled(layout).state_dict())
    assert_inference_is_what_runs(layout)
    assert_code_is_the_compiled_network(layout)


@pytest.mark.parametrize("first", ["x", "skip"])
def test_a_block_leaves_an_input_unread_that_only_a_muted_join_read(first: str) -> None:
    second = "skip" if first == "x" else "x"
    up = block(
        {"x": Node("Input"), "skip": Node("Input"), "act": Node("ReLU"), "join": Node("cat", {"dim": 1}, muted=True),
         "y": Node("Output")},
        f"{first} join, {second} act, act join.1, join y",
    )  # fmt: skip
    nodes = {
        "images": Node("Input", {"shape": (3, 8, 8)}),
        "conv": Node("Conv2d", {"out_channels": 5, "kernel_size": 3, "padding": 1}),
        "up": Node("Up"),
        "output": Node("Output"),
    }
    layout = with_blocks(graph("join", nodes, "images conv, images up, conv up.1, up output"), {"Up": up})
    found = infer(layout)
    assert not found.problems
    (inside,) = found.nodes["up"].instances
    assert "act" not in inside.nodes
    assert found.nodes["up"].outputs[0].shape[1] == (3 if first == "x" else 5)
    assert_inference_is_what_runs(layout)
    assert_code_is_the_compiled_network(layout)


def test_an_input_that_nobody_ever_read_is_still_missing_its_wire() -> None:
    nodes = {
        "x": Node("Input", {"shape": (4,)}),
        "extra": Node("Input", {"shape": (4,)}),
        "act": Node("ReLU", muted=True),
        "y": Node("Output"),
    }
    assert [problem.rule for problem in infer(graph("unread", nodes, "x act, act y")).errors] == ["graph.unconnected"]


def test_a_muted_block_is_one_identity_however_often_it_is_repeated() -> None:
    inner = block({"x": Node("Input"), "linear": Node("Linear", {"out_features": 64}), "y": Node("Output")},
                  "x linear, linear y")  # fmt: skip
    layout = chain(("flatten", "Flatten", {}), ("deep", "Deep", {}), ("logits", "Linear", {"out_features": 10}))
    nodes = {**layout.nodes, "deep": Node("Deep", repeat=3)}
    layout = replace(layout, nodes=nodes, blocks={"Deep": inner})
    assert infer(layout).parameters == 3 * (64 * 64 + 64) + 650
    assert infer(muted(layout, "deep")).parameters == 650
    assert_code_is_the_compiled_network(muted(layout, "deep"))


def test_a_muted_lazy_layer_waits_for_no_batch() -> None:
    layout = chain(("flatten", "Flatten", {}), ("lazy", "LazyLinear", {"out_features": 64}),
                   ("logits", "Linear", {"out_features": 10}))  # fmt: skip
    assert "LazyLinear" in training_code(infer(layout))
    assert "Lazy" not in training_code(infer(muted(layout, "lazy")))
    assert_code_is_the_compiled_network(muted(layout, "lazy"))


def test_a_muted_node_that_is_put_aside_is_no_part_of_the_network() -> None:
    layout = put_aside(digits_mlp(), ["relu"])
    found = infer(layout)
    assert not found.errors and "relu" not in found.nodes and "relu" not in found.order
    assert "relu" not in model_code(found)
    # Two that hang together are put aside together, and one that is not muted is in the way as ever.
    two = put_aside(digits_mlp(), ["hidden", "relu"])
    assert Edge("hidden", "relu") in two.edges and not infer(two).errors
    assert infer(with_muted(two, ["relu"], False)).errors


def test_a_muted_window_no_longer_widens_the_receptive_field() -> None:
    layout = chain(("first", "Conv2d", {"out_channels": 1, "kernel_size": 3, "padding": 1}),
                   ("second", "Conv2d", {"out_channels": 1, "kernel_size": 5, "padding": 2}))  # fmt: skip
    sizes = {}
    for drawn in (layout, muted(layout, "second")):
        found = infer(drawn)
        sizes[drawn.nodes["second"].muted] = receptive_fields(found.layout, found.order, found.nodes)["second"]
    assert sizes == {False: (7, 7), True: (3, 3)}


def test_what_was_known_before_muting_makes_no_difference() -> None:
    cases = ((residual(), ("sum", "relu")), (little_resnet(), ("stage1", "stem")), (siamese(), ("again",)))
    for layout, node_ids in cases:
        inferrer = Inferrer()
        before = inferrer(layout)
        for drawn in (muted(layout, *node_ids), layout, muted(layout, node_ids[0])):
            assert infer(drawn, before) == infer(drawn) == inferrer(drawn)
        # Undo brings back the very layout, and the answer with it.
        assert inferrer(layout) is before
        before = infer(drawn, before)


def test_an_inferrer_never_takes_one_layout_for_another() -> None:
    inferrer = Inferrer()
    for width in range(300):
        # Each is thrown away at once, so that the next may have its address.
        layout = muted(chain(("flatten", "Flatten", {}), ("off", "ReLU", {}),
                             ("logits", "Linear", {"out_features": 1 + width % 7})), "off")  # fmt: skip
        assert inferrer(layout).nodes["logits"].arguments["out_features"] == 1 + width % 7


def test_the_blocks_are_taken_once_so_that_an_edit_beside_them_is_quick() -> None:
    layout = muted(little_resnet(), "stem")
    inside = replace(layout.blocks["ResidualBlock"], nodes={
        key: replace(node, muted=key == "norm2") for key, node in layout.blocks["ResidualBlock"].nodes.items()
    })  # fmt: skip
    layout = with_blocks(layout, {**layout.blocks, "ResidualBlock": inside})
    assert effective(layout).blocks is effective(with_frozen(layout, "logits", True)).blocks


@pytest.mark.parametrize("node_ids", [("relu",), ("hidden", "relu")])
def test_a_muted_network_trains_as_the_one_written_with_an_identity(node_ids: tuple[str, ...]) -> None:
    layout = digits_mlp()
    layout = replace(layout, training=replace(layout.training, epochs=1))
    written = {key: Node("Identity") if key in node_ids else node for key, node in layout.nodes.items()}
    told = []
    for drawn in (muted(layout, *node_ids), replace(layout, nodes=written)):
        *events, last = run_training(drawn, device="cpu", threads=1)
        assert isinstance(last, Finished)
        losses = np.concatenate([event.losses for event in events if isinstance(event, Steps)])
        told.append((losses.tolist(), last.test_loss, last.test_accuracy))
    assert len(told[0][0]) > 10 and told[0] == told[1]


def test_the_command_line_shows_what_a_muted_node_computes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(put_aside(muted(digits_mlp(), "relu"), ["flatten"]), tmp_path / "muted.json")
    main.main(["check", str(tmp_path / "muted.json")])
    said = capsys.readouterr().out
    assert "Identity" in said and "ReLU" not in said


def test_muting_is_an_edit_that_keeps_everything_else() -> None:
    layout = digits_mlp()
    assert with_muted(layout, ["relu"], False) is layout
    assert with_muted(muted(layout, "relu"), ["relu"], False) == layout
    assert muted(layout, "relu").nodes["relu"] == replace(layout.nodes["relu"], muted=True)
